// What anchoring takes, before it is sent: enough to decide whether to wait for a fuller batch.

/** A relayed call that changes one leaf, its own hash of three included, without the tree's hashes. */
const CALL_GAS = 250_000;
/** One Poseidon hash of two numbers on the chain. */
const HASH_GAS = 14_500;

/** Gas of anchoring a leaf in a registry that holds this many: a hash for each 1 in its binary form. */
export function estimateAnchoring(leaves: number): number {
  const ones = [...leaves.toString(2)].filter((bit) => bit === "1").length;
  return CALL_GAS + ones * HASH_GAS;
}

/** Gas of replacing or revoking a leaf: the way to the root, once with the old leaf and once with the new. */
export function estimateChange(leaves: number): number {
  return CALL_GAS + 2 * Math.ceil(Math.log2(Math.max(2, leaves))) * HASH_GAS;
}
