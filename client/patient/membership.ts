// Semaphore proofs: "a member of this group says this", with artifacts at hand instead of
// Semaphore's download.
import { Group, generateProof, type Identity, type SemaphoreProof } from "@semaphore-protocol/core";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { type ArtifactSource, SEMAPHORE_CIRCUIT } from "../artifacts/artifacts.ts";

export type { SemaphoreProof };

/**
 * Proves membership in the group of `members` (in the order of the chain). Refuses (`NotScreened`)
 * when the identity is not among them.
 */
export async function proveMembership(options: {
  identity: Identity;
  members: readonly bigint[];
  message: bigint;
  scope: bigint;
  artifacts: ArtifactSource;
}): Promise<SemaphoreProof> {
  const { identity, members } = options;
  const group = new Group([...members]);
  const index = group.indexOf(identity.commitment);
  if (index < 0) throw new Refusal("NotScreened", {});
  const { root, siblings, index: path, leaf } = group.generateMerkleProof(index);
  return await generateProof(
    identity,
    // A copy: generateProof pads the siblings in place.
    { root, leaf, index: path, siblings: [...siblings] },
    options.message,
    options.scope,
    CONSENT_PROOF_DEPTH,
    // Typed as file names, but snarkjs takes bytes too.
    (await options.artifacts.load(SEMAPHORE_CIRCUIT)) as unknown as { wasm: string; zkey: string },
  );
}
