// keccak-256 (ethers) into the field. Apart from Poseidon, whose tables cost a second and 15 MB to load: who only checks
// signatures and proofs needs none of them.
import { AbiCoder, keccak256, toUtf8Bytes } from "ethers";
import type { Field } from "./field.ts";

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
