// Putting a batch on the registry from the desk, so that an attempt that was cut short can be repeated.

import type { Actor } from "../../../actor/actor.ts";
import type { AttestedRecord } from "../../../clinic/record/attest.ts";
import { anchorBatch, replaceBatch, withPaths } from "../../../clinic/registry/anchor.ts";
import { type Batch, buildNewBatch, slotsOf } from "../../../clinic/registry/batch.ts";
import { checkLetters, publishMail } from "../../../clinic/revocation/mail.ts";
import type { Roster } from "../../../clinic/roster/roster.ts";
import { InputError } from "../../../files/inputError.ts";
import type { Entry, Outcome } from "../desk/entry.ts";

/** A batch that was drawn: its order is random, so a second attempt must be of the same. */
export type Draft = { readonly key: string; readonly batch: Batch };

type Done = {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly root: bigint;
  readonly size: number;
  /** What it took; undefined when an earlier attempt had got through. */
  readonly gas: number | undefined;
  /** Mailboxes that hold new records now. */
  readonly buckets: readonly number[];
};

/** Draws a batch of these entries, or keeps the draft of an earlier attempt at the same. */
export async function draftBatch(
  { api }: Actor,
  entries: readonly Entry[],
  before: Draft | undefined,
): Promise<Draft> {
  const commitments = commitmentsOf(entries);
  const key = commitments.join(" ");
  if (before?.key === key) return before;
  const { leaves } = await api.recordsState();
  const isTaken = (root: bigint) => leaves.some(({ batchRoot }) => batchRoot === root);
  const batch = buildNewBatch(commitments, isTaken);
  if (batch === undefined) {
    throw new InputError("These records are already in the registry, as this very batch.");
  }
  return { key, batch };
}

/**
 * Anchors a draft, or puts it in the place of the batch `oldRoot`, and publishes the mail of patients who had a record
 * before. Refuses as `checkLetters`, `anchorBatch` and `replaceBatch` do. What an earlier attempt has done is not done
 * again.
 */
export async function putOnRegistry(
  clinic: Actor,
  { batch }: Draft,
  of: { entries: readonly Entry[]; oldRoot: bigint | undefined; roster: Roster },
): Promise<Done> {
  const { entries, oldRoot, roster } = of;
  const { root, leaves } = batch;
  const commitments = commitmentsOf(entries);
  const files = entries.map(({ attested }) => attested!.file);
  await checkLetters(clinic, roster, files);
  const registry = await clinic.api.recordsState();
  const known = slotsOf(registry, clinic.address).find((slot) => slot.batchRoot === root);
  let gas: number | null = null;
  if (known === undefined) {
    const anchored =
      oldRoot === undefined
        ? await anchorBatch(clinic, commitments, batch)
        : await replaceBatch(clinic, { oldRoot, commitments }, batch);
    gas = await clinic.api.gasUsed(anchored.submission).catch(() => null);
  } else if (!known.published) await clinic.api.publishBatch({ root, leaves });
  const handed = withPaths(files, batch);
  const isReplacing = oldRoot !== undefined;
  const buckets = await publishMail(clinic, { roster, files: handed, isReplacing });
  return { ...doneOf(entries, batch, handed), gas: gas ?? undefined, buckets };
}

function commitmentsOf(entries: readonly Entry[]): bigint[] {
  return entries.map(({ attested }) => attested!.commitment);
}

function doneOf(
  entries: readonly Entry[],
  batch: Batch,
  files: readonly AttestedRecord[],
): Omit<Done, "gas" | "buckets"> {
  const outcomes = new Map(
    entries.map(({ id }, i) => {
      const outcome: Outcome = { kind: "anchored", root: batch.root, file: files[i]! };
      return [id, outcome] as const;
    }),
  );
  return { outcomes, root: batch.root, size: entries.length };
}
