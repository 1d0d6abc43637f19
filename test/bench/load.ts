// 1,000 screenings at once against one server process on PostgreSQL, with a flood of garbage beside them: what it
// takes, what it refuses and how, and which part is busy while the others wait. `node test/bench/load.ts [people]`.
import { pathToFileURL } from "node:url";
import type { Bench } from "./measure.ts";
import { formatTable } from "./table.ts";

const PEOPLE = 1_000;

export const load: Bench = {
  name: "load",
  about: `${PEOPLE} screenings in flight beside a flood of garbage (only when asked for)`,
  async run(say) {
    // Hardhat looks for its configuration when loaded, so only this row loads it.
    const { runLoad } = await import("./loadRun.ts");
    return runLoad(PEOPLE, say);
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { runLoad } = await import("./loadRun.ts");
  const results = await runLoad(Number(process.argv[2] ?? PEOPLE), console.log);
  console.log(`\n${formatTable(results)}`);
  process.exit(0);
}
