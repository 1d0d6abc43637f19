// What a run found, for the terminal and for the page.
import { writeFileSync } from "node:fs";
import { root } from "../../scripts/tool.ts";
import { type Change, diffOf, type Mutant } from "./mutants.ts";
import { nameOf, type Sources } from "./source.ts";
import { reasonFor } from "./survivors.ts";
import type { Verdict } from "./worker.ts";

/** A verdict, the hash of the source that it holds for, and the day it was found. */
export type Result = Verdict & { readonly text: string; readonly day: string };
export type Results = Readonly<Record<string, Result>>;
type Counts = Record<Verdict["status"], number> & { readonly all: number; readonly rate: string };

/** How many mutants have which verdict, and the share killed of those that can be. */
export function countOf(mutants: readonly Change[], results: Results): Counts {
  const of = (status: string) => mutants.filter(({ id }) => results[id]?.status === status).length;
  const [killed, survived] = [of("killed"), of("survived")];
  const rate = `${((100 * killed) / (killed + survived || 1)).toFixed(1)} %`;
  const others = { same: of("same"), invalid: of("invalid"), broken: of("broken") };
  return { all: mutants.length, killed, survived, ...others, rate };
}

/** Mutants that nothing noticed. */
export const survivorsOf = <T extends Change>(mutants: readonly T[], results: Results): T[] =>
  mutants.filter(({ id }) => results[id]?.status === "survived");

/** The minutes of work that went into these mutants, and the days on which. */
export function effortOf(mutants: readonly Change[], results: Results) {
  const judged = mutants.flatMap(({ id }) => results[id] ?? []);
  return {
    minutes: judged.reduce((sum, { ms }) => sum + ms, 0) / 60_000,
    days: [...new Set(judged.map(({ day }) => day))].sort().join(" and "),
  };
}

/** Numbers, and each survivor with its place, its change, and why it may live (when we know). */
export function summaryOf(sources: Sources, mutants: readonly Mutant[], results: Results): string {
  const { killed, survived, same, invalid, broken, rate } = countOf(mutants, results);
  const judged = mutants.filter(({ id }) => results[id]);
  const { minutes } = effortOf(mutants, results);
  const shown = survivorsOf(mutants, results).map((mutant) => {
    const reason = reasonFor(sources, mutant) ?? "NOT EXPLAINED";
    return `${mutant.file}:${mutant.line} (${mutant.operator}) ${reason}\n${diffOf(sources, mutant)}`;
  });
  return [
    ...shown,
    `${judged.length} of ${mutants.length} mutants judged in ${(60 * minutes).toFixed(0)} s of work:`,
    `${killed} killed, ${survived} survived (${rate} killed);`,
    `${same} compile to the same bytecode, ${invalid} do not compile, ${broken} broke the run`,
  ].join("\n");
}

/** The page of what has been judged; it says what has not. */
export function writePage(sources: Sources, all: readonly Mutant[], results: Results): void {
  const mutants = all.filter(({ id }) => results[id] && results[id].status !== "broken");
  const { minutes, days } = effortOf(mutants, results);
  const page = `# Mutants of the contracts

Written by \`node test/mutation/contracts.ts --page\` from the results of
\`node test/mutation/contracts.ts\` and then \`--survivors\` (each survivor again, by every test), run on
${days}: ${minutes.toFixed(0)} minutes of one core's work.

${mutants.length} of ${all.length} mutants have been judged${missingOf(all, mutants)}.

A mutant is the sources with one place changed: a guard, a modifier, a statement or an event deleted, a
condition negated, a comparison, sum, \`&&\`, \`||\` or bit operation turned, a constant changed by one.
Killed: a test of \`test/contracts\` fails. Judged are all but two files there: \`drift\` reads the sources'
text, and \`gas\` measures optimized code, while mutants compile without the optimizer.

${tableOf(mutants, results, { same: "same bytecode", nameOf })}

Of those that compile to other bytecode than the original, **${countOf(mutants, results).rate} are killed**.

## Survivors

${survivorsOf(mutants, results)
  .map((mutant) => entryOf(sources, mutant, reasonFor(sources, mutant)))
  .join("\n\n")}
`;
  writeFileSync(`${root}test/mutation/CONTRACTS.md`, page);
}

function missingOf(all: readonly Mutant[], judged: readonly Mutant[]): string {
  const missing = all.filter((mutant) => !judged.includes(mutant));
  const files = [...new Set(missing.map(({ file }) => nameOf(file)))];
  return files.length > 0 ? `; not yet all of ${files.join(", ")}` : "";
}

/** Counts by source, and of all; `same` names what does not differ from the original's. */
export function tableOf(
  mutants: readonly Change[],
  results: Results,
  names: { same: string; nameOf: (file: string) => string },
): string {
  const row = (label: string, of: readonly Change[]) => {
    const { all, killed, survived, same, invalid, rate } = countOf(of, results);
    return `| ${[label, all, killed, survived, same, invalid, rate].join(" | ")} |`;
  };
  const files = [...new Set(mutants.map(({ file }) => file))];
  return [
    `| source | mutants | killed | survived | ${names.same} | do not compile | killed of those that can be |`,
    "| --- | --: | --: | --: | --: | --: | --: |",
    ...files.map((file) =>
      row(
        names.nameOf(file),
        mutants.filter((mutant) => mutant.file === file),
      ),
    ),
    row("all", mutants),
  ].join("\n");
}

/** A survivor: where it is, why it may live, and its change. */
export function entryOf(sources: Sources, mutant: Change, reason = "NOT EXPLAINED."): string {
  const diff = diffOf(sources, mutant);
  return `\`${mutant.file}\` line ${mutant.line}: ${reason}\n\n\`\`\`diff\n${diff}\n\`\`\``;
}
