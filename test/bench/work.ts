// What one anonymous client can have a server do: every public operation with its CPU and what is charged for it, and
// the floods that once stood in the way of everybody else.
import type { Bench } from "./measure.ts";

export const work: Bench = {
  name: "work",
  about: "CPU of every public operation against its charge, and four floods (only when asked for)",
  async run(say) {
    // Hardhat looks for its configuration when loaded, so only this row loads it.
    const { runWork } = await import("./workRun.ts");
    return runWork(say);
  },
};
