// A clinic's acts on the chain: anchor a batch, replace it by a rebuilt one, revoke a slot. What a revocation takes, and
// whether it worked, is for revocation/.

import { buildTree, pathOf } from "../../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import {
  RECORD_ATTESTATION_TYPES,
  recordDomain,
} from "../../../circuits/statement/trial/consent.ts";
import { type Actor, act, addressOf } from "../../actor/actor.ts";
import type { RecordsState } from "../../api/registry.ts";
import type { Submission } from "../../api/submission.ts";
import { type AttestedRecord, withBatchPath } from "../record/attest.ts";
import { freeSlot } from "./allowance.ts";
import { type Batch, buildBatch, type LiveSlot, slotsOf } from "./batch.ts";

/** A batch that is on the chain, and the transaction that put it there. */
export type Anchored = Batch & { readonly submission: Submission };

/** How long a patient has to anchor a record themselves. */
export const PERMIT_SECONDS = 7 * 86_400;

/** Where the leaves of a batch are published: the exchange's own server. */
const LEAVES_URI = "";

/**
 * Anchors commitments as one batch and publishes its leaves; one transaction for up to 4,096 records. With the quota
 * used up it takes a slot whose batch the clinic has revoked. `batch`: built before, by who keeps its paths safe first.
 * Refuses with `NotAccredited`, `AlreadyAnchored`, `QuotaReached`, `RegistryFull`.
 */
export async function anchorBatch(
  clinic: Actor,
  commitments: readonly bigint[],
  batch: Batch = buildBatch(commitments),
): Promise<Anchored> {
  const registry = await clinic.api.recordsState();
  const free = freeSlot(registry, clinic.address);
  const submission =
    free === undefined
      ? await act(clinic, "RecordRegistry", "anchorBatch", argumentsOf(batch))
      : await act(clinic, "RecordRegistry", "anchorInto", [
          free.value,
          ...argumentsOf(batch),
          siblingsOf(registry, free.index),
        ]);
  return await published(clinic, batch, submission);
}

/** The patients' files with the paths of their commitments, in the order in which `anchorBatch` got them. */
export function withPaths(files: readonly AttestedRecord[], batch: Batch): AttestedRecord[] {
  return files.map((file, i) => withBatchPath(file, batch.paths[i]!));
}

/**
 * Replaces one of the clinic's batches (or records alone) by a rebuilt batch, as clinics do on a schedule; older roots
 * keep their window. Refuses with `NotAnchored`, `AlreadyAnchored`.
 */
export async function replaceBatch(
  clinic: Actor,
  { oldRoot, commitments }: { oldRoot: bigint; commitments: readonly bigint[] },
  batch: Batch = buildBatch(commitments),
): Promise<Anchored> {
  const registry = await clinic.api.recordsState();
  const { index } = slotOf(registry, clinic.address, oldRoot);
  const args = [oldRoot, ...argumentsOf(batch), siblingsOf(registry, index)];
  const submission = await act(clinic, "RecordRegistry", "replace", args);
  return await published(clinic, batch, submission);
}

/**
 * Replaces a batch by one without these records; every older root is void at once, and the records are barred from being
 * anchored alone. Refuses with `NotAnchored`, `TooManyRevocations`.
 */
export async function replaceAndVoid(
  clinic: Actor,
  { oldRoot, revoked }: { oldRoot: bigint; revoked: readonly bigint[] },
  batch: Batch,
): Promise<Anchored> {
  const registry = await clinic.api.recordsState();
  const { index } = slotOf(registry, clinic.address, oldRoot);
  const args = [oldRoot, ...argumentsOf(batch), siblingsOf(registry, index), revoked];
  const submission = await act(clinic, "RecordRegistry", "replaceAndVoid", args);
  return await published(clinic, batch, submission);
}

/**
 * Revokes all that one of the clinic's slots stands for: a record alone, or every record of a batch. Every older root is
 * void at once. Refuses with `NotAnchored`, `TooManyRevocations`.
 */
export async function revokeSlot(clinic: Actor, batchRoot: bigint): Promise<void> {
  const registry = await clinic.api.recordsState();
  const { index } = slotOf(registry, clinic.address, batchRoot);
  await act(clinic, "RecordRegistry", "revoke", [batchRoot, siblingsOf(registry, index)]);
}

/** Bars a record that is not anchored from ever being anchored alone. No root changes. Refuses with `AlreadyAnchored`. */
export async function barRecord(clinic: Actor, commitment: bigint): Promise<void> {
  await act(clinic, "RecordRegistry", "revokeEarly", [commitment]);
}

const argumentsOf = ({ root, leaves, leavesHash }: Batch) => [
  root,
  leaves.length,
  leavesHash,
  LEAVES_URI,
];

async function published(clinic: Actor, batch: Batch, submission: Submission): Promise<Anchored> {
  await clinic.api.publishBatch({ root: batch.root, leaves: batch.leaves });
  return { ...batch, submission };
}

/** The clinic's slot with this batch. Refuses with `NotAnchored`. */
function slotOf(registry: RecordsState, clinic: string, batchRoot: bigint): LiveSlot {
  const found = slotsOf(registry, clinic).find((slot) => slot.batchRoot === batchRoot);
  if (found === undefined) throw new Refusal("NotAnchored", { leaf: batchRoot });
  return found;
}

/** The sibling nodes that the contract needs to change the slot at `index`. */
export function siblingsOf(registry: RecordsState, index: number): readonly bigint[] {
  return pathOf(buildTree(registry.leaves.map(({ value }) => value)), index).siblings;
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
