// A trial with 50,000 participants and 200,000 consents, a registry with 20,000 leaves and a year of roots: what a first
// and a returning download of the public state take. `node test/bench/large.ts [people]`.
import { pathToFileURL } from "node:url";
import type { Bench } from "./measure.ts";
import { formatTable } from "./table.ts";

const PEOPLE = 50_000;

export const large: Bench = {
  name: "large",
  about: `download the state of a trial with ${PEOPLE} participants, first and again (only when asked for)`,
  async run(say) {
    const { runLarge } = await import("./largeRun.ts");
    return runLarge(PEOPLE, say);
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { runLarge } = await import("./largeRun.ts");
  const results = await runLarge(Number(process.argv[2] ?? PEOPLE), console.log);
  console.log(`\n${formatTable(results)}`);
  process.exit(0);
}
