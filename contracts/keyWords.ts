// A verifying key as its verifier's `key()` gives it. Apart from the generator of verifiers, which
// needs Node: the auditor compares keys in a browser too.
import type { VerificationKey } from "../circuits/statement/proof/proofKey.ts";

/**
 * The key's words as `key()` gives them, in EIP-197 order (the imaginary part of a coordinate
 * first).
 */
export function keyWords(key: VerificationKey): { constant: string; value: bigint }[] {
  const g2 = (name: string, [x, y]: readonly (readonly string[])[]) => [
    { constant: `${name}x1`, value: BigInt(x![1]!) },
    { constant: `${name}x2`, value: BigInt(x![0]!) },
    { constant: `${name}y1`, value: BigInt(y![1]!) },
    { constant: `${name}y2`, value: BigInt(y![0]!) },
  ];
  const g1 = (name: string, [x, y]: readonly string[]) => [
    { constant: `${name}x`, value: BigInt(x!) },
    { constant: `${name}y`, value: BigInt(y!) },
  ];
  return [
    ...g1("alpha", key.vk_alpha_1),
    ...g2("beta", key.vk_beta_2),
    ...g2("gamma", key.vk_gamma_2),
    ...g2("delta", key.vk_delta_2),
    ...key.IC.flatMap((point, i) => g1(`IC${i}`, point)),
  ];
}
