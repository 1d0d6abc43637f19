// The server that this page came from, and what every page asks it for.
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Api, connect } from "../../api/api.ts";
import type { DeploymentInfo } from "../../api/registry.ts";

const Exchange = createContext<Api | undefined>(undefined);

export function ExchangeProvider({ children }: { children: ReactNode }) {
  const api = useMemo(() => connect({ url: location.origin }), []);
  return <Exchange value={api}>{children}</Exchange>;
}

/** The client of this server, not signed in. */
export function useApi(): Api {
  const api = useContext(Exchange);
  if (api === undefined) throw new Error("outside of ExchangeProvider");
  return api;
}

/** Chain, contracts and the chain's time. */
export function useDeployment() {
  const api = useApi();
  return useQuery<DeploymentInfo>({ queryKey: ["deployment"], queryFn: () => api.deployment() });
}

/** All trials, newest state. */
export function useTrials() {
  const api = useApi();
  return useQuery({ queryKey: ["trials"], queryFn: () => api.trials() });
}
