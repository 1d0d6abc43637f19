import type { ReactNode } from "react";
import { ExchangeProvider } from "./exchange.tsx";

/** The library's chunk: everything inside may talk to the server. */
export default function Exchange({ children }: { children: ReactNode }) {
  return <ExchangeProvider>{children}</ExchangeProvider>;
}
