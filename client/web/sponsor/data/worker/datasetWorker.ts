// The worker of the sponsor's data: it collects shares, opens, verifies and writes the dataset, so that the page does not
// freeze. What it opened lies in its memory alone; leaving the page ends it. The name is known to the server.
import { type Fault, type Request, toFault } from "../../../prover/messages.ts";
import type { Reply } from "../../../shared/linkWorker.ts";
import { MissingPart } from "../../../shared/missingPart.ts";
import type { OpeningProgress } from "./messages.ts";

const part = () => import("./acts.ts");

type Act = (input: never, report: (progress: OpeningProgress) => void) => Promise<unknown>;

// The library waits for its hash function while it loads; a message that came meanwhile would be lost: so this listens
// first, and loads then.
self.addEventListener("message", ({ data }: MessageEvent<Request>) => void answer(data));

async function answer({ id, act, input }: Request): Promise<void> {
  const reply = (message: Reply<OpeningProgress, Fault>) => self.postMessage(message);
  try {
    const loaded = await part().catch(() => Promise.reject(new MissingPart()));
    const run = (loaded.acts as unknown as Readonly<Record<string, Act>>)[act];
    if (run === undefined) throw new Error(`no act ${act}`);
    const done = await run(input as never, (progress) => reply({ id, progress }));
    reply({ id, done });
  } catch (error) {
    reply({ id, failed: toFault(error) });
  }
}
