// Consents that wait: while the wallet is open they are sent by themselves when their time has come.
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { submitConsent } from "../../../patient/consent.ts";
import {
  isSameTrial,
  type WaitingConsent,
  withoutWaiting,
  withWaiting,
} from "../../../patient/wallet.ts";
import { fromFault } from "../../prover/messages.ts";
import { useApi } from "../../shared/exchange.tsx";
import { useAllTrials } from "../data.tsx";
import { useSession, useWallet, WALLET_KEY } from "../vault/session.tsx";

export type Sending = {
  /** The trial whose consent is being proven and sent. */
  readonly sending: string | undefined;
  /** Why a trial's consent could not be sent when it was last looked at. */
  readonly problemOf: (protocolNumber: string) => unknown;
  /** Sends it now, however many others there are. */
  readonly sendNow: (entry: WaitingConsent) => void;
  /** Takes it back: nothing of it has left this device. */
  readonly takeBack: (entry: WaitingConsent) => void;
};
const Current = createContext<Sending | undefined>(undefined);

export function SendingProvider({ children }: { children: ReactNode }) {
  const { wallet, vault } = useWallet();
  const consider = useConsider();
  const { trials, states } = useAllTrials(wallet.waiting.length > 0);
  const { attempt, sending, problemOf } = consider;
  const seen = states.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again with every download
  useEffect(() => {
    for (const entry of vault.opened.wallet.waiting) {
      const at = trials.findIndex((one) => one.protocolNumber === entry.protocolNumber);
      if (states[at]?.data?.isOld === false) void attempt(entry, false);
    }
  }, [seen, wallet.waiting, attempt]);
  const sendingNow = useMemo<Sending>(
    () => ({
      sending,
      problemOf,
      sendNow: (entry) => void attempt(entry, true),
      takeBack: (entry) => void vault.change((now) => withoutWaiting(now, entry)),
    }),
    [sending, problemOf, attempt, vault],
  );
  return <Current value={sendingNow}>{children}</Current>;
}

export function useSending(): Sending {
  const sending = useContext(Current);
  if (sending === undefined) throw new Error("outside of SendingProvider");
  return sending;
}

/** Looks at one waiting consent after another, and sends what is due. */
function useConsider() {
  const api = useApi();
  const { vault } = useWallet();
  const { beBusy } = useSession();
  const queries = useQueryClient();
  const [sending, setSending] = useState<string>();
  const [problems, setProblems] = useState<ReadonlyMap<string, unknown>>(new Map());
  const turn = useRef<Promise<void>>(Promise.resolve());

  const consider = useCallback(
    async (asked: WaitingConsent, isAsked: boolean) => {
      const { protocolNumber } = asked;
      const problem = (caught: unknown) =>
        setProblems((before) => new Map(before).set(protocolNumber, caught));
      // While it waited for its turn it may have been sent, or taken back.
      const entry = vault.opened.wallet.waiting.find((one) => isSameTrial(one, asked));
      if (entry === undefined) return;
      const rest = isAsked ? beBusy() : () => {};
      let restLater = () => {};
      try {
        if (isAsked) setSending(protocolNumber);
        const { wallet, revision } = vault.opened;
        const of = { wallet, protocolNumber, entry };
        const due = await vault.checker.run("trial.due", { ...of, isAsked });
        problem(due.act === "stuck" ? fromFault(due.refusal) : undefined);
        if (due.act === "done") await vault.change((now) => withoutWaiting(now, entry));
        if (due.act === "wait") {
          const again = due.wallet.waiting.find((one) => isSameTrial(one, entry));
          await vault.change((now) => (again === undefined ? now : withWaiting(now, again)));
        }
        if (due.act !== "send") return;
        setSending(protocolNumber);
        restLater = beBusy();
        const { version } = due;
        const made = await vault.prover.run("trial.sendWaiting", { ...of, version });
        // Saved first: should the answer be lost, it is known that it was sent.
        await vault.save(made.wallet, revision);
        await api.settle(await submitConsent(api, made.input));
        await vault.change((now) => withoutWaiting(now, entry));
        await queries.invalidateQueries({ queryKey: [WALLET_KEY, "public"] });
      } catch (caught) {
        problem(caught);
      } finally {
        rest();
        restLater();
        setSending(undefined);
      }
    },
    [api, vault, beBusy, queries],
  );

  const attempt = useCallback(
    (entry: WaitingConsent, isAsked: boolean) => {
      turn.current = turn.current.then(() => consider(entry, isAsked));
      return turn.current;
    },
    [consider],
  );
  const problemOf = useCallback(
    (protocolNumber: string) => problems.get(protocolNumber),
    [problems],
  );
  return { attempt, sending, problemOf };
}
