import "./mantine.css";
import "@mantine/notifications/styles.css";
import "./global.css";
import { DirectionProvider, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { App } from "./App.tsx";
import { guardSinks, readNonce } from "./policy.ts";
import { cssVariables, theme } from "./theme.ts";

guardSinks();
const nonce = readNonce();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal is an answer; the transport repeats requests that got none.
      retry: (count, problem) => !(problem instanceof Refusal) && count < 1,
      staleTime: 5_000,
    },
  },
});

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
