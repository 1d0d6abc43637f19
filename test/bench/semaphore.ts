// The baseline: a stock Semaphore proof, artifacts from the package.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Group, generateProof, Identity } from "@semaphore-protocol/core";

/** Bytes of the circuit and its key, from the installed package. */
export function semaphoreArtifacts(depth: number) {
  const { resolve } = createRequire(import.meta.url);
  const read = (kind: string) =>
    readFileSync(resolve(`@zk-kit/semaphore-artifacts/semaphore-${depth}.${kind}`));
  // The types want paths; snarkjs takes bytes as well.
  return { wasm: read("wasm"), zkey: read("zkey") } as never;
}

/** A warm prover at the given depth; artifacts stay in memory, as ours do. */
export async function openSemaphore(depth: number) {
  const artifacts = semaphoreArtifacts(depth);
  const identity = new Identity("bench");
  const leaves = Array.from({ length: 1000 }, (_, i) => BigInt(i + 1));
  const group = new Group([identity.commitment, ...leaves]);
  return (message: bigint) => generateProof(identity, group, message, 77n, depth, artifacts);
}
