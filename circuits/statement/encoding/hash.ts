// The only file that names Poseidon's library (circomlibjs, wasm); keccak-256 is in keccak.ts.
// This file of it alone: its main file brings every curve, and an old ethers with it, 35 MB in all.

import { buildPoseidon } from "../../../node_modules/circomlibjs/src/poseidon_wasm.js";
import { type Field, toField } from "./field.ts";

const poseidon = await buildPoseidon();
const { F } = poseidon;

/**
 * Poseidon over BN254 with circomlib's parameters, 1 to 16 inputs.
 * Unlike the libraries beneath, it refuses inputs at or above the field order instead of reducing them.
 */
export function hash(inputs: readonly bigint[]): Field {
  for (const input of inputs) toField(input);
  return F.toObject(poseidon(inputs as bigint[])) as Field;
}

/** Tree nodes: arity 2. Records have arity 5 and leaves of the registry 3, so that none can pass for another. */
export function hashPair(left: bigint, right: bigint): Field {
  return hash([left, right]);
}
