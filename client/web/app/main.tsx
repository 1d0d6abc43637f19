import "./mantine.css";
import "@mantine/notifications/styles.css";
import "./global.css";
import { DirectionProvider, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueries } from "../shared/queries.ts";
import { App } from "./App.tsx";
import { guardSinks, readNonce } from "./policy.ts";
import { cssVariables, theme } from "./theme.ts";

guardSinks();
const nonce = readNonce();

const queries = createQueries();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <DirectionProvider>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" />
          <App />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  </StrictMode>,
);
