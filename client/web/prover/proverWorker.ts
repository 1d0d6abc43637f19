// The worker of the patient's pages. It computes what would freeze a page: opening and sealing the wallet,
// checking trials, proving. The name is known to the server, which gives it its policy.
import type { Reply } from "../shared/linkWorker.ts";
import { type Fault, type Progress, type Request, toFault } from "./messages.ts";

type Act = (input: never, report: (progress: Progress) => void) => Promise<unknown>;
type Acts = Readonly<Record<string, Act>>;

// Each part is loaded when it is first needed: unlocking does not wait for the prover.
const PARTS: Readonly<Record<string, () => Promise<{ acts: Acts }>>> = {
  wallet: () => import("./sealing.ts"),
  keys: () => import("./keys.ts"),
  ground: () => import("./ground.ts"),
  trial: () => import("./proving.ts"),
  records: () => import("./records.ts"),
  represent: () => import("./representing.ts"),
  practice: () => import("./practice.ts"),
};

self.addEventListener("message", ({ data }: MessageEvent<Request>) => void answer(data));

async function answer({ id, act, input }: Request): Promise<void> {
  const reply = (message: Reply<Progress, Fault>) => self.postMessage(message);
  try {
    const { acts } = await PARTS[act.split(".")[0]!]!();
    const done = await acts[act]!(input as never, (progress) => reply({ id, progress }));
    reply({ id, done });
  } catch (error) {
    reply({ id, failed: toFault(error) });
  }
}
