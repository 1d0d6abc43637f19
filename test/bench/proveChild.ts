// One prover in a process of its own, so that its peak memory is its own. Proves when told, answers with the time.
import { openEligibility } from "./eligibility.ts";
import { type Cost, cost } from "./measure.ts";
import { openSemaphore } from "./semaphore.ts";

export type Prover = "semaphore" | "eligibility-8" | "eligibility-32";
export type Answer = Cost & { readonly peakMb: number };

const prover = process.argv[2] as Prover;
const prove = await (prover === "semaphore" ? openSemaphore(20) : openEligibility(prover));
let count = 0n;

process.on("message", async () => {
  const spent = await cost(() => prove(count++));
  const answer: Answer = { ...spent, peakMb: process.resourceUsage().maxRSS / 1024 };
  process.send?.(answer);
});
process.send?.("ready");
