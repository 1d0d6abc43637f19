// What the board's pages ask the exchange for.
import { useQuery } from "@tanstack/react-query";
import { trialIdOf } from "../../../circuits/statement/trial/trial.ts";
import type { Api } from "../../api/api.ts";
import { reviewVersion } from "../../board/approve.ts";
import { useActor } from "../shared/account.tsx";
import { useApi } from "../shared/exchange.tsx";
import { useDocumentKeys } from "./documentKeys.tsx";

export const BOARD_QUERIES = ["board"];

/** Trial, state, what the board said, and the chain's time; refuses with `UnknownTrial`. */
async function readTrial(api: Api, protocolNumber: string) {
  const [trial, state, { chainTime }, opinions] = await Promise.all([
    api.trial(protocolNumber),
    api.publicState(trialIdOf(protocolNumber)),
    api.deployment(),
    api.opinions(protocolNumber),
  ]);
  return { trial, state, now: chainTime, opinions };
}
export type BoardTrial = Awaited<ReturnType<typeof readTrial>>;

/** The trials whose board the signed-in account is. */
export function useAssigned() {
  const api = useApi();
  const { address } = useActor();
  return useQuery({
    queryKey: [...BOARD_QUERIES, "assigned", address],
    queryFn: async () => {
      const all = await api.trials();
      const ours = all.filter(({ board }) => board.toLowerCase() === address.toLowerCase());
      return await Promise.all(ours.map(({ protocolNumber }) => readTrial(api, protocolNumber)));
    },
  });
}

export function useBoardTrial(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...BOARD_QUERIES, "trial", protocolNumber],
    queryFn: () => readTrial(api, protocolNumber),
  });
}

/** A version recomputed from its text; asked for only when `isReady`. */
export function useReview(protocolNumber: string, version: number, isReady = true) {
  const api = useApi();
  const keyring = useDocumentKeys();
  return useQuery({
    queryKey: [...BOARD_QUERIES, "review", protocolNumber, version, keyring.count],
    enabled: isReady,
    retry: false,
    queryFn: () =>
      reviewVersion({ api, protocolNumber, version, documentKey: keyring.keyOf(protocolNumber) }),
  });
}
