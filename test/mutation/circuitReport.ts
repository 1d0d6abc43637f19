// What a run over the circuits found, for the terminal and for the page.
import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { ROOT } from "../../circuits/tools/paths.ts";
import type { CircuitMutant } from "./circuitMutants.ts";
import { circuitReasonFor } from "./circuitSurvivors.ts";
import { diffOf } from "./mutants.ts";
import { countOf, effortOf, entryOf, type Results, survivorsOf, tableOf } from "./report.ts";
import type { Sources } from "./source.ts";

type Mutants = readonly CircuitMutant[];
const nameOf = (file: string) => basename(file, ".circom");

/** Numbers, and each survivor with its place, its change, and why it may live (when we know). */
export function circuitSummary(sources: Sources, mutants: Mutants, results: Results): string {
  const { killed, survived, same, invalid, broken, rate } = countOf(mutants, results);
  const shown = survivorsOf(mutants, results).map((mutant) => {
    const reason = circuitReasonFor(sources, mutant) ?? "NOT EXPLAINED";
    return `${mutant.file}:${mutant.line} (${mutant.operator}) ${reason}\n${diffOf(sources, mutant)}`;
  });
  return [
    ...shown,
    `${mutants.length} mutants, ${effortOf(mutants, results).minutes.toFixed(0)} minutes of work:`,
    `${killed} killed, ${survived} survived (${rate} killed);`,
    `${same} have the same constraints, ${invalid} do not compile, ${broken} broke the run`,
  ].join("\n");
}

/**
 * The page of what has been judged, from the first mutant of the order to the last before one that has not: so what
 * else somebody looked at does not count.
 */
export function writeCircuitPage(sources: Sources, order: Mutants, results: Results): void {
  const isJudged = ({ id }: CircuitMutant) => (results[id]?.status ?? "broken") !== "broken";
  const end = order.findIndex((mutant) => !isJudged(mutant));
  const judged = (end < 0 ? [...order] : order.slice(0, end)).sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line,
  );
  const { minutes, days } = effortOf(judged, results);
  const { rate } = countOf(judged, results);
  const survivors = survivorsOf(judged, results);
  const unexplained = survivors.filter((mutant) => !circuitReasonFor(sources, mutant)).length;
  const page = `# Mutants of the circuits

Written by \`node test/mutation/circuits.ts --page\` from the results of \`node test/mutation/circuits.ts\`, run on
${days}: ${minutes.toFixed(0)} minutes, on one core of a busy machine.
${shareOf(order, judged)}

A mutant is \`eligibility.circom\` or a template with one place changed. Of each constraint (\`===\`) one is removed, of
each wiring (\`<==\`) one becomes a hint (\`<--\`), and what goes into a component comes from the neighbouring place or is 0.
Of these lines and of those that feed them (sums, units, conditions) one more each gets its arithmetic wrong: \`+\` for
\`-\`, \`+\` for \`*\`, a constant by one, an index, a comparison, a choice the other way round; which of these is taken
follows from the line's number. Loops end one step early, decompositions have a bit less or more, comparisons a bit less (a
bit more refuses the same: the differences are far from that wide). Not changed: functions and Poseidon's part "Hints",
which make constants and hints and no constraints, and the libraries.

Killed: the mutant answers some check otherwise than the original does. First its template alone, then eligibility-8:

1. An honest statement is refused, or breaks the mutant's own constraints, or has other outputs (for eligibility-8 other
   public signals than TypeScript computes). Or a forged one is accepted: \`circuitBattery.ts\` has them all.
2. An attack of \`test/circuits/mutants.ts\` gets through.
3. In an honest witness a wire that is no secret input can be changed alone, by 1, -1 or a random number.
4. A prover who lies where a wire has become a hint (one more, or 0), or where Poseidon has lost a constraint, is not
   noticed: with the same inputs another witness is accepted, or with forged ones any.

A mutant that keeps the compiler busy for five minutes does not compile. Compiled to the same constraints as the original, byte by byte, a mutant is none, and is not counted.

${tableOf(judged, results, { same: "same constraints", nameOf })}

Of those with other constraints than the original, **${rate} are killed**.

What noticed them (the first check that did):

${noticedBy(judged, results)}

## Survivors

${survivors.length} in all, ${unexplained === 0 ? "each explained" : `${unexplained} NOT EXPLAINED`}.

${survivors.map((mutant) => entryOf(sources, mutant, circuitReasonFor(sources, mutant))).join("\n\n")}
`;
  writeFileSync(`${ROOT}test/mutation/CIRCUITS.md`, page.replace(/\n+$/, "\n"));
}

function shareOf(order: Mutants, judged: Mutants): string {
  if (judged.length === order.length) return `All ${order.length} mutants have been judged.`;
  return `Judged are ${judged.length} of ${order.length}, the first of a seeded order: a fair sample of all. The next one is not judged yet:
\`${order.find((mutant) => !judged.includes(mutant))?.id}\`.`;
}

const CHECKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["an honest statement is refused", /: refuses "/],
  ["an honest statement has other outputs", /: other outputs of "/],
  ["an honest witness breaks the mutant's constraints", /: breaks "/],
  ["a forged statement is accepted", /: accepts "/],
  ["a targeted attack gets through", /: an attack of/],
  ["a wire is free", /: a free wire in "/],
  ["a prover may lie", /: a prover who lies/],
];

function noticedBy(judged: Mutants, results: Results): string {
  const killers = judged.flatMap(({ id }) =>
    results[id]?.status === "killed" ? (results[id].by ?? "") : [],
  );
  return [
    "| check | on the template alone | on eligibility-8 |",
    "| --- | --: | --: |",
    ...CHECKS.map(([what, pattern]) => {
      const found = killers.filter((by) => pattern.test(by));
      const whole = found.filter((by) => by.startsWith("eligibility-8")).length;
      return `| ${what} | ${found.length - whole} | ${whole} |`;
    }),
  ].join("\n");
}
