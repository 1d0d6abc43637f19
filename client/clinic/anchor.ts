// A clinic's acts on the chain: anchor a batch, replace it by a rebuilt one, revoke.
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/consent.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { buildTree, pathOf } from "../../circuits/statement/tree.ts";
import { type Actor, act, addressOf } from "../actor.ts";
import type { RecordsState } from "../api/registry.ts";
import type { Submission } from "../api/submission.ts";
import { type AttestedRecord, withBatchPath } from "./attest.ts";
import { type Batch, buildBatch } from "./batch.ts";

/** A batch that is on the chain, and the transaction that put it there. */
export type Anchored = Batch & { readonly submission: Submission };

/** How long a patient has to anchor a record themselves. */
export const PERMIT_SECONDS = 7 * 86_400;

/** Where the leaves of a batch are published: the exchange's own server. */
const LEAVES_URI = "";

/**
 * Anchors commitments as one batch and publishes its leaves; one transaction for up to 4,096 records.
 * `batch`: built before, by who keeps its paths safe first.
 * Refuses with `NotAccredited`, `AlreadyAnchored`, `RegistryFull`.
 */
export async function anchorBatch(
  clinic: Actor,
  commitments: readonly bigint[],
  batch: Batch = buildBatch(commitments),
): Promise<Anchored> {
  const { root, leaves, leavesHash } = batch;
  const args = [root, leaves.length, leavesHash, LEAVES_URI];
  const submission = await act(clinic, "RecordRegistry", "anchorBatch", args);
  await clinic.api.publishBatch({ root, leaves });
  return { ...batch, submission };
}

/** The patients' files with the paths of their commitments, in the order in which `anchorBatch` got them. */
export function withPaths(files: readonly AttestedRecord[], batch: Batch): AttestedRecord[] {
  return files.map((file, i) => withBatchPath(file, batch.paths[i]!));
}

/**
 * Replaces one of the clinic's leaves by a rebuilt batch, as clinics do on a schedule. Refuses with `NotYourLeaf`,
 * `NotAnchored`, `AlreadyAnchored`.
 */
export async function replaceBatch(
  clinic: Actor,
  { oldLeaf, commitments }: { oldLeaf: bigint; commitments: readonly bigint[] },
  batch: Batch = buildBatch(commitments),
): Promise<Anchored> {
  const { root, leaves, leavesHash } = batch;
  const siblings = siblingsOf(await clinic.api.recordsState(), oldLeaf);
  const args = [oldLeaf, root, leaves.length, leavesHash, LEAVES_URI, siblings];
  const submission = await act(clinic, "RecordRegistry", "replace", args);
  await clinic.api.publishBatch({ root, leaves });
  return { ...batch, submission };
}

/**
 * Revokes a leaf (a batch's root, or a single commitment) and voids all older roots. Before anchoring it stops the
 * commitment from ever being anchored by this clinic. Refuses with `NotYourLeaf`.
 */
export async function revokeLeaf(clinic: Actor, leaf: bigint): Promise<void> {
  const registry = await clinic.api.recordsState();
  const isAnchored = registry.leaves.some(({ value }) => value === leaf);
  const siblings = isAnchored ? siblingsOf(registry, leaf) : [];
  await act(clinic, "RecordRegistry", "revoke", [leaf, siblings]);
}

/** The sibling nodes the contract needs to change a leaf. Refuses with `NotAnchored`. */
function siblingsOf(registry: RecordsState, leaf: bigint): readonly bigint[] {
  const found = registry.leaves.find(({ value }) => value === leaf);
  if (found === undefined) throw new Refusal("NotAnchored", { leaf });
  return pathOf(buildTree(registry.leaves.map(({ value }) => value)), found.index).siblings;
}

/** A clinic's signature with which a patient, or anyone for them, anchors one record. `deadline`: Unix seconds. */
export async function signAttestation(
  clinic: Actor,
  { commitment, deadline }: { commitment: bigint; deadline: number },
) {
  const { deployment, signer, address: issuer } = clinic;
  const domain = recordDomain(deployment.chainId, addressOf(deployment, "RecordRegistry"));
  const message = { commitment, clinic: issuer, deadline };
  const signature = await signer.signTypedData(domain, RECORD_ATTESTATION_TYPES, message);
  return { commitment, clinic: issuer, deadline: BigInt(deadline), signature };
}
