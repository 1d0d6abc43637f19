// The worker of the wallet's data: it downloads, seals, proves and opens, so that the page holds none of it longer than
// it shows it. Locking the wallet ends it.
import { type Fault, type Request, toFault } from "../../../prover/messages.ts";
import type { Reply } from "../../../shared/linkWorker.ts";
import type { DataProgress, Report } from "./progress.ts";

type Act = (input: never, report: Report) => Promise<unknown>;

self.addEventListener("message", ({ data }: MessageEvent<Request>) => void answer(data));

async function answer({ id, act, input }: Request): Promise<void> {
  const reply = (message: Reply<DataProgress, Fault>) => self.postMessage(message);
  try {
    // Loaded when first asked: what waits for itself while it loads would let the first question pass unheard.
    const { acts } = await import("./acts.ts");
    const run = (acts as Readonly<Record<string, Act>>)[act];
    if (run === undefined) throw new Error(`no act ${act}`);
    const done = await run(input as never, (progress) => reply({ id, progress }));
    reply({ id, done });
  } catch (error) {
    reply({ id, failed: toFault(error) });
  }
}
