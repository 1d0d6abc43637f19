// The leaves of a program that a yes asserts.
import type { Gate, Program } from "../../circuits/statement/criteria/program.ts";

/**
 * Leaves without which no record satisfies the program: with gates being monotone, a yes asserts
 * each.
 */
export function requiredLeaves(program: Program): number[] {
  return program.leaves.flatMap((_, without) =>
    holds(program, (i) => i !== without) ? [] : [without],
  );
}

/** The program's result for given leaves. */
function holds(program: Program, leaf: (index: number) => boolean): boolean {
  const results: boolean[] = [];
  const reached = ({ threshold, leaves, gates }: Gate) =>
    leaves.filter(leaf).length + gates.filter((g) => results[g]).length >= threshold;
  for (const gate of program.gates) results.push(reached(gate));
  return results.at(-1) ?? false;
}
