// Mutants that no test can notice, and why.
import { diffOf, type Mutant } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
export const EXPLAINED: readonly Reason[] = [
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
