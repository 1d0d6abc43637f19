// What the exchange says of the data of all studies that collect some: every wallet asks for all of them, so that asking
// tells nobody whose are looked for.
import { useQueries } from "@tanstack/react-query";
import type { TrialId } from "../../../circuits/statement/trial/trial.ts";
import type { Api } from "../../api/api.ts";
import type { TrialNow } from "../prover/ground.ts";
import { useApi } from "../shared/exchange.tsx";
import { useAllTrials } from "./data.tsx";
import { useWallet, WALLET_KEY } from "./vault/session.tsx";

const LOOK_MS = 30_000;

type Found<T> = { readonly now: TrialNow; readonly found: readonly T[] };

/**
 * A list about each study that collects data, asked for all of them; those of the studies that are this person's.
 * `inBackground` asks also while nobody looks at the page.
 */
export function useCollecting<T>(
  name: string,
  ask: (api: Api, trialId: TrialId) => Promise<readonly T[]>,
  inBackground = false,
): Found<T>[] {
  const api = useApi();
  const { wallet } = useWallet();
  const { trials, states } = useAllTrials();
  const collecting = states.flatMap(({ data }, i) => {
    const now = data?.value;
    const trial = trials[i];
    return now === undefined || trial === undefined || !collects(now) ? [] : [now];
  });
  const answers = useQueries({
    queries: collecting.map(({ trial: { trialId } }) => ({
      queryKey: [WALLET_KEY, name, trialId],
      retry: false,
      refetchInterval: LOOK_MS,
      refetchIntervalInBackground: inBackground,
      queryFn: () => ask(api, trialId),
    })),
  });
  return collecting.flatMap((now, i) => {
    const { protocolNumber } = now.trial;
    const isMine = wallet.participations.some((one) => one.protocolNumber === protocolNumber);
    return isMine ? [{ now, found: answers[i]?.data ?? [] }] : [];
  });
}

function collects({ state: { versions } }: TrialNow): boolean {
  return versions.some(({ terms }) => terms.custodians.length > 0);
}
