// Ways to weaken Poseidon. Nearly all of its numbers are hints that a constraint pins: so each mutant drops one, and the
// prover computes the hint that it pinned otherwise. The attack gets through when some numbers get another hash.
import { hash } from "../../circuits/statement/encoding/hash.ts";
import type { Mutant } from "./mutant.ts";
import type { Part } from "./part.ts";

const INPUTS = [3n, 5n];

function hashesOtherwise(part: Part): boolean {
  try {
    return part.calculate({ inputs: INPUTS })[1] !== hash(INPUTS);
  } catch {
    // A constraint failed.
    return false;
  }
}

const without = (find: string, dishonest: Mutant["dishonest"], replace = ""): Mutant => ({
  ...{ file: "poseidon.circom", main: "Poseidon(2)", find, replace },
  ...(dishonest && { dishonest }),
  attack: hashesOtherwise,
});
const SQUARE = ["var square = x * x;", "var square = x * x + 1;"] as const;
const FOURTH = ["return square * square * x;", "return (square * square + 1) * x;"] as const;

export const POSEIDON: readonly Mutant[] = [
  without("full[0][i] === C[i] + (i == 0 ? 0 : inputs[i - 1]);", [
    "full[r][i] <-- state[i];",
    "full[r][i] <-- state[i] + (r == 0 ? 1 : 0);",
  ]),
  without("full[0][i] === C[i] + (i == 0 ? 0 : inputs[i - 1]);", [
    "full[r][i] <-- state[i];",
    "full[r][i] <-- state[i] + (r == 0 && i == 0 ? 1 : 0);",
  ]),
  without("partialBoxes[p].out * partial[p] === y - C[5 * t + p];", [
    "y = fifthPower(partial[p]) + C[5 * t + p];",
    "y = fifthPower(partial[p]) + C[5 * t + p] + (p == 5 ? 1 : 0);",
  ]),
  without("fullBoxes[r][i].out * full[r][i] === y - C[constantOf(r, i, t)];", [
    "full[r][i] <-- state[i];",
    "full[r][i] <-- state[i] + (r == 2 ? 1 : 0);",
  ]),
  without("fullBoxes[r][i].out * full[r][i] === y - C[constantOf(r, i, t)];", [
    "full[r][i] <-- state[i];",
    "full[r][i] <-- state[i] + (r == 6 && i == 1 ? 1 : 0);",
  ]),
  without("fullBoxes[r][i].out * full[r][i] === last[i];", [
    "state[i] = fifthPower(full[r][i]);",
    "state[i] = fifthPower(full[r][i]) + (r == 7 && i > 0 ? 1 : 0);",
  ]),
  without("M[0][0] * fullBoxes[7][0].out * full[7][0] === y;", [
    "out <-- state[0];",
    "out <-- state[0] + 1;",
  ]),
  without("square <== in * in;", SQUARE, "square <-- in * in + 1;"),
  without("out <== square * square;", FOURTH, "out <-- square * square + 1;"),
];
