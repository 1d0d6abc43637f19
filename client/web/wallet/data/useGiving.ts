// Giving something: sealed and proven, kept on this device, counted, then sent. It can be stopped at any time: what was
// sent stays sent, what was sealed waits here, and the rest was not begun.
import { useState } from "react";
import { withAnswer } from "../../../patient/budget.ts";
import type { Wallet } from "../../../patient/wallet.ts";
import { Cancelled } from "../../prover/worker.ts";
import { msg, t } from "../../shared/language.ts";
import { type Task, useTask } from "../../shared/useTask.ts";
import { useSession, useWallet } from "../vault/session.tsx";
import { progressShare, progressWords, useAsking, useOf, useRefresh } from "./ownData.tsx";
import type { DeviceFile, DeviceLook } from "./worker/device.ts";
import type { Giving } from "./worker/giving.ts";
import type { DataProgress } from "./worker/progress.ts";

export type Sending = {
  readonly task: Task;
  /** Out of 100, while that can be told. */
  readonly share: number | undefined;
  /** What being stopped has left, in words. */
  readonly halted: string | undefined;
  readonly stop: () => void;
};

const HALTED = msg(
  "Stopped. What was sent before stays sent. What was sealed waits on this device; nothing else was begun.",
);

type Report = (progress: DataProgress) => void;
type Doing = (report: Report, say: (step: string) => void) => Promise<void>;

export function useGiving(protocolNumber: string) {
  const { run } = useAsking();
  const { vault } = useWallet();
  const of = useOf(protocolNumber);
  const { act, ...sending } = useAct(protocolNumber);
  const sendWaiting: Doing = async (report, say) => {
    const waiting = await run("data.waiting", of);
    if (waiting.length === 0) return;
    const answers = waiting.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
    // Saved first: what is shown counts even if the answer is lost.
    await vault.change((wallet) => answers.reduce(counted, wallet));
    say(t("Sending…"));
    await run("data.send", of, report);
  };
  return {
    ...sending,
    /** What was sealed before and has not arrived. */
    sendWaiting: () => act(sendWaiting),
    give: (giving: Giving) =>
      act(async (report, say) => {
        say(t("Downloading what was deposited so far…"));
        // What was sealed before has its number already.
        await sendWaiting(report, say);
        await run("data.prepare", { ...of, giving }, report);
        await sendWaiting(report, say);
      }),
    readDevice: async (device: DeviceFile): Promise<DeviceLook | undefined> => {
      let look: DeviceLook | undefined;
      const isDone = await act(async (report, say) => {
        say(t("Reading the file…"));
        look = await run("data.readDevice", { ...of, device }, report);
      });
      return isDone ? look : undefined;
    },
    sendDevice: (collection: string) =>
      act(async (report, say) => {
        say(t("Downloading what was deposited so far…"));
        await run("data.sendDevice", { ...of, collection }, report);
      }),
  };
}

/** One act of the worker that tells how far it is and can be stopped; then the page looks at everything again. */
function useAct(protocolNumber: string) {
  const { stop } = useAsking();
  const { beBusy } = useSession();
  const refresh = useRefresh(protocolNumber);
  const task = useTask();
  const [progress, setProgress] = useState<DataProgress>();
  const [halted, setHalted] = useState<string>();
  /** True when it was done to the end. */
  const act = async (doing: Doing): Promise<boolean> => {
    setHalted(undefined);
    let isStopped = false;
    const isDone = await task.run(async (say) => {
      const rest = beBusy();
      const report: Report = (at) => {
        setProgress(at);
        say(progressWords(at));
      };
      try {
        await doing(report, say);
      } catch (problem) {
        if (!(problem instanceof Cancelled)) throw problem;
        isStopped = true;
        setHalted(t(HALTED));
      } finally {
        rest();
        setProgress(undefined);
        await refresh();
      }
    });
    return isDone && !isStopped;
  };
  return { act, task, halted, stop, share: progressShare(progress) };
}

type Answer = Parameters<typeof withAnswer>[1];

/** The same answer counts once, however often it is sent. */
function counted(wallet: Wallet, answer: Answer): Wallet {
  const sponsor = answer.sponsor.toLowerCase();
  const isCounted = wallet.answers.some(
    (one) => one.sponsor === sponsor && one.trialId === answer.trialId && one.day === answer.day,
  );
  return isCounted ? wallet : withAnswer(wallet, answer);
}
