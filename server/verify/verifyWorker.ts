// A thread of verifyPool.ts: batches in, verdicts out.
import { parentPort } from "node:worker_threads";
import { verifyMany } from "../../circuits/statement/proof/proof.ts";
import type { Answer, Task } from "./verifyPool.ts";

parentPort!.on("message", async ({ id, key, items }: Task) => {
  const answer: Answer = await verifyMany({ key, items }).then(
    (verdicts) => ({ id, verdicts }),
    (problem: unknown) => ({ id, error: String(problem) }),
  );
  parentPort!.postMessage(answer);
});
