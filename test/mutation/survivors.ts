// Mutants that no test can notice, and why.
import { diffOf, type Mutant } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
const LOOP =
  "for (uint256 word = beta; word < 14; word += 4) if (_isZero(key, word, 4)) return true;";
const ALL_OF_IC0 = "One step more asks whether IC0 and IC1 are both zero; IC0 alone is asked next.";
export const EXPLAINED: readonly Reason[] = [
  {
    file: "CircuitRegistry",
    diff: `- ${LOOP}\n+ ${LOOP.replace("<", "<=")}`,
    why: ALL_OF_IC0,
  },
  {
    file: "CircuitRegistry",
    diff: `- ${LOOP}\n+ ${LOOP.replace("14", "15")}`,
    why: ALL_OF_IC0,
  },
  {
    file: "RecordRegistry",
    diff: "- old.since != 0 &&\n+ old.since != 1 &&",
    why: "Of a root that was never superseded `since` is 0, and its window then ended in 1970.",
  },
  {
    file: "RecordRegistry",
    diff:
      "- for (uint256 level = 0; level < _tree.depth; level++) {\n" +
      "+ for (uint256 level = 0; level <= _tree.depth; level++) {",
    why: "At the level of the root the position and the last one are both 0: nothing is counted.",
  },
];

/** Why a mutant may survive. */
export function reasonFor(sources: Sources, mutant: Mutant): string | undefined {
  const diff = diffOf(sources, mutant);
  const found = EXPLAINED.find(
    (reason) => mutant.file === `contracts/${reason.file}.sol` && reason.diff === diff,
  );
  return found?.why;
}
