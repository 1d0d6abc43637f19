// One act of a patient: prove on this device, save the wallet, send, wait until it is final. It can be stopped until
// it is saved.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Submission } from "../../../api/submission.ts";
import { isTaken, MOST_ATTEMPTS } from "../../../patient/screen.ts";
import type { Wallet } from "../../../patient/wallet.ts";
import type { Progress } from "../../prover/messages.ts";
import { Cancelled, type ProverWorker } from "../../prover/worker.ts";
import { useApi } from "../../shared/exchange.tsx";
import { useSession, useWallet, WALLET_KEY } from "../vault/session.tsx";

export const STAGES = ["download", "keys", "witness", "proof", "save", "send", "confirm"] as const;
export type Stage = (typeof STAGES)[number];

export type Proof = {
  readonly stage: Stage | undefined;
  /** Bytes of the keys, while they are still being fetched. */
  readonly keys: { readonly received: number; readonly total: number } | undefined;
  /** Which part is being proven of how many, where a trial has several. */
  readonly part: { readonly part: number; readonly of: number } | undefined;
  readonly problem: unknown;
  readonly canStop: boolean;
  readonly stop: () => void;
  /** True when it was done. */
  readonly run: <I>(act: Act<I>) => Promise<boolean>;
};

type Act<I> = {
  readonly prove: (with_: {
    prover: ProverWorker;
    wallet: Wallet;
    report: (progress: Progress) => void;
  }) => Promise<{
    input: I;
    wallet: Wallet;
    /** What to start again with, should somebody else have screened this participant first. */
    next?: Wallet;
  }>;
  readonly send: (input: I) => Promise<Submission>;
};

export function useProof(): Proof {
  const { wallet, revision, vault } = useWallet();
  const { beBusy } = useSession();
  const queries = useQueryClient();
  const { begin, report, goTo, end, ...shown } = useStage();
  const attempt = useAttempt({ report, goTo });
  const [problem, setProblem] = useState<unknown>();

  const run: Proof["run"] = async (act) => {
    setProblem(undefined);
    begin();
    const rest = beBusy();
    try {
      let taken = await attempt(act, wallet, revision);
      for (let n = 1; taken !== undefined; n++) {
        if (n === MOST_ATTEMPTS) throw taken;
        goTo("download");
        taken = await attempt(act, vault.opened.wallet, vault.opened.revision);
      }
      await queries.invalidateQueries({ queryKey: [WALLET_KEY, "public"] });
      return true;
    } catch (caught) {
      setProblem(caught);
      void queries.invalidateQueries({ queryKey: [WALLET_KEY, "public"] });
      return false;
    } finally {
      rest();
      end();
    }
  };
  return { ...shown, problem, run };
}

/** How far it is, and stopping it while that is still possible. */
function useStage() {
  const { vault } = useWallet();
  const [stage, setStage] = useState<Stage>();
  const [keys, setKeys] = useState<Proof["keys"]>();
  const [part, setPart] = useState<Proof["part"]>();
  const stopped = useRef(false);
  const canStop = stage !== undefined && STAGES.indexOf(stage) < STAGES.indexOf("save");
  const stop = useCallback(() => {
    stopped.current = true;
    vault.prover.stop();
  }, [vault]);
  const stoppable = useRef(false);
  stoppable.current = canStop;
  // Whoever leaves the page in the middle has not decided.
  useEffect(() => () => void (stoppable.current && stop()), [stop]);

  const begin = () => {
    stopped.current = false;
    setKeys(undefined);
    setStage("download");
  };
  const report = (progress: Progress) => {
    if (progress.phase === "downloaded") {
      setStage("keys");
      return;
    }
    setStage(progress.phase);
    setKeys(progress.phase === "keys" ? progress : undefined);
    const { part: index, of } = progress.phase === "keys" ? {} : progress;
    setPart(index === undefined || of === undefined ? undefined : { part: index, of });
  };
  /** Throws {@link Cancelled} instead of saving what was stopped. */
  const goTo = (next: Stage) => {
    if (next === "save" && stopped.current) throw new Cancelled("stopped");
    setStage(next);
  };
  const end = () => {
    setStage(undefined);
    setPart(undefined);
  };
  return { stage, keys, part, canStop, stop, begin, report, goTo, end };
}

/** Proves, saves and sends once; returns what was thrown when somebody else took the place before. */
function useAttempt({ report, goTo }: Pick<ReturnType<typeof useStage>, "report" | "goTo">) {
  const api = useApi();
  const { vault } = useWallet();
  return async <I>(act: Act<I>, wallet: Wallet, revision: number): Promise<unknown> => {
    const made = await act.prove({ prover: vault.prover, wallet, report });
    goTo("save");
    // Saved first: should the answer be lost, the same is sent again.
    await vault.save(made.wallet, revision);
    goTo("send");
    try {
      const submission = await act.send(made.input);
      goTo("confirm");
      await api.settle(submission);
    } catch (caught) {
      if (!isTaken(caught) || made.next === undefined) throw caught;
      await vault.save(made.next);
      return caught;
    }
    return undefined;
  };
}
