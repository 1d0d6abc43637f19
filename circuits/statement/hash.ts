// The only file that names a hash library: Poseidon (circomlibjs, wasm) and keccak-256 (ethers).
import { buildPoseidon } from "circomlibjs";
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
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

/**
 * keccak256(abi.encode(types, values)) >> 8: Semaphore v4's way into the field, also cheap in Solidity.
 */
export function hashEncoded(types: readonly string[], values: readonly unknown[]): Field {
  return (BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n) as Field;
}

/** keccak256(label) >> 8: the constants that keep uses of Poseidon apart. */
export function hashLabel(label: string): Field {
  return (BigInt(keccak256(toUtf8Bytes(label))) >> 8n) as Field;
}
