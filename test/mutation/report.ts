// What a run found, for the terminal and for the page.
import { writeFileSync } from "node:fs";
import { root } from "../../scripts/tool.ts";
import { diffOf, type Mutant } from "./mutants.ts";
import type { Sources } from "./source.ts";
import { reasonFor } from "./survivors.ts";
import type { Verdict } from "./worker.ts";

/** A verdict, and the hash of the source that it holds for. */
export type Result = Verdict & { readonly text: string };
type Results = Readonly<Record<string, Result>>;

const count = (mutants: readonly Mutant[], results: Results, status: string) =>
  mutants.filter(({ id }) => results[id]?.status === status).length;

/** Numbers, and each survivor with its place, its change, and why it may live (when we know). */
export function summaryOf(sources: Sources, mutants: readonly Mutant[], results: Results): string {
  const of = (status: string) => count(mutants, results, status);
  const [killed, survived] = [of("killed"), of("survived")];
  const rate = ((100 * killed) / (killed + survived || 1)).toFixed(1);
  const judged = mutants.filter(({ id }) => results[id]);
  const seconds = judged.reduce((sum, { id }) => sum + results[id]!.ms, 0) / 1000;
  const survivors = mutants.filter(({ id }) => results[id]?.status === "survived");
  const shown = survivors.map((mutant) => {
    const reason = reasonFor(sources, mutant) ?? "NOT EXPLAINED";
    return `${mutant.file}:${mutant.line} (${mutant.operator}) ${reason}\n${diffOf(sources, mutant)}`;
  });
  return [
    ...shown,
    `${judged.length} of ${mutants.length} mutants judged in ${seconds.toFixed(0)} s of work:`,
    `${killed} killed, ${survived} survived (${rate} % killed);`,
    `${of("same")} compile to the same bytecode, ${of("invalid")} do not compile, ` +
      `${of("broken")} broke the run`,
  ].join("\n");
}

/** The page of the last whole run. */
export function writePage(sources: Sources, mutants: readonly Mutant[], results: Results): void {
  writeFileSync(`${root}test/mutation/CONTRACTS.md`, summaryOf(sources, mutants, results));
}
