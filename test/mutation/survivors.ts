// Mutants that no test can notice, and why.
import { diffOf, type Mutant } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
const LOOP =
  "for (uint256 word = beta; word < 14; word += 4) if (_isZero(key, word, 4)) return true;";
const ALL_OF_IC0 = "One step more asks whether IC0 and IC1 are both zero; IC0 alone is asked next.";
const COEFFICIENTS = "uint256 private constant COEFFICIENT_BITS = 128;";
const SHIFT = "uint256(keccak256(abi.encode(seed, i))) >> (256 - COEFFICIENT_BITS);";
const ROOM = "uint256[] memory pairs = new uint256[](PAIR_WORDS * (count + 3));";
const PAIR = "for (uint256 word = 2; word < PAIR_WORDS; word++) pairs[first + word] = p[word];";
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
    file: "RecordTree",
    diff: "- old.since != 0 &&\n+ old.since != 1 &&",
    why: "Of a root that was never superseded `since` is 0, and its window then ended in 1970.",
  },
  {
    file: "RecordTree",
    diff:
      "- for (uint256 level = 0; level < _tree.depth; level++) {\n" +
      "+ for (uint256 level = 0; level <= _tree.depth; level++) {",
    why: "At the level of the root the position and the last one are both 0: nothing is counted.",
  },
  {
    file: "Consents",
    diff: "- return (false, 0);\n+ return (false, 1);",
    why: "Of a grant that does not narrow, the version is asked elsewhere.",
  },
  {
    file: "Enrollment",
    diff: "- ) external onlyAccredited(Role.Sponsor) {\n+ ) external  {",
    why: "Who is the trial's sponsor and not accredited is refused by the trial's own rules, in the same words.",
  },
  {
    file: "GrantLimit",
    diff: "- if (gap > DAYS_30) gap = DAYS_30;\n+ if (gap >= DAYS_30) gap = DAYS_30;",
    why: "A gap of thirty days is kept as thirty days either way.",
  },
  ...["{}", "if (lastHour == 1) return 0;", "if (lastHour == 0) return 1;"].map((instead) => ({
    file: "GrantLimit",
    diff: `- if (lastHour == 0) return 0;\n+ ${instead}`,
    why: "The first grant may then come an hour or thirty days after the beginning of 1970.",
  })),
  ...["129", "127"].map((bits) => ({
    file: "ManyProofs",
    diff: `- ${COEFFICIENTS}\n+ ${COEFFICIENTS.replace("128", bits)}`,
    why: "A bit more or less in each coefficient: the chance of a forger is 2^-127 or less.",
  })),
  {
    file: "ManyProofs",
    diff: `- ${SHIFT}\n+ ${SHIFT.replace("256 - ", "257 - ")}`,
    why: "A bit less in each coefficient: the chance of a forger is 2^-127.",
  },
  {
    file: "ManyProofs",
    diff: `- ${ROOM}\n+ ${ROOM.replace("3", "4")}`,
    why: "One pair more, of points at infinity: the product is the same.",
  },
  {
    file: "ManyProofs",
    diff: `- ${PAIR}\n+ ${PAIR.replace("<", "<=")}`,
    why: "The word after a pair is the next pair's first, and is written again.",
  },
  {
    file: "Screening",
    diff: "- if (next < last) revert NotInOrder();\n+ if (next <= last) revert NotInOrder();",
    why: "Two that are the same were refused on the line before.",
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
