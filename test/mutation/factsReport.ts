// The table of mutants of facts, and FACTS.md.
import { writeFileSync } from "node:fs";
import { root } from "../../scripts/tool.ts";
import type { FactMutant } from "./factsMutants.ts";

export type FactResult = {
  readonly mutant: FactMutant;
  /** The chart that broke a law, or how many were tried. */
  readonly charts: number;
  readonly found: { readonly criteria: object; readonly asOf: string } | undefined;
};

/** Why a mutant need not be noticed. */
export const REASONS: Readonly<Record<string, string>> = {};

/** What broke the law: the criterion without its brackets. */
function criterionOf({ criteria }: NonNullable<FactResult["found"]>): string {
  const { inclusion, exclusion } = criteria as Record<"inclusion" | "exclusion", object[]>;
  const isIncluded = inclusion.length > 0;
  const [criterion] = isIncluded ? inclusion : exclusion;
  return `${isIncluded ? "" : "no "}\`${JSON.stringify(criterion).slice(1, -1)}\``;
}

export function factsTable(results: readonly FactResult[]): string {
  const rows = results.map(({ mutant, charts, found }) => {
    const reason = REASONS[mutant.what] ?? "SURVIVED";
    const how = found === undefined ? reason : criterionOf(found);
    return `| ${mutant.what} | ${mutant.file.split("/").at(-1)} | ${charts} | ${how} |`;
  });
  const header =
    "| rule turned back | file | chart | what it then proved, and the chart does not say |";
  return [header, "| --- | --- | --: | --- |", ...rows].join("\n");
}

export function writeFactsPage(results: readonly FactResult[], charts: number): void {
  const killed = results.filter(({ found }) => found !== undefined).length;
  const text = `# Mutants of facts

Written by \`node test/mutation/facts.ts\` (a step of \`npm run evidence -- facts\`). Each rule of the mapping or the compiler
is turned back to what it was, or weakened, in a copy of the sources; then generated charts with 20 criteria each are
tried, ${charts.toLocaleString("en")} at most, until one lets a patient prove what a completion of the chart contradicts (\`test/facts\`).
\`chart\` is the seed of that chart: \`chartOf(seed)\` of \`test/facts/generate.ts\` gives it again.

${killed} of ${results.length} are noticed.

${factsTable(results)}
`;
  writeFileSync(`${root}test/mutation/FACTS.md`, text);
}
