// Tries charts until one breaks a law, and prints it: what test/mutation/facts.ts runs in a copy of the sources.
//   node test/facts/hunt.ts 20000
import { tryCharts } from "./laws.ts";

const AT_A_TIME = 50;
const QUESTIONS = 20;
const most = Number(process.argv[2] ?? 20_000);

let found: unknown;
let charts = 0;
while (found === undefined && charts < most) {
  const { violations } = tryCharts({ first: charts + 1, charts: AT_A_TIME, questions: QUESTIONS });
  const [first] = violations;
  if (first !== undefined) found = { seed: first.seed, criteria: first.criteria, asOf: first.asOf };
  charts += AT_A_TIME;
}
console.log(JSON.stringify({ charts, found }));
