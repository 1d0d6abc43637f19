// Putting a batch on the registry from the desk, so that an attempt that was cut short can be repeated.

import type { Actor } from "../../actor.ts";
import { anchorBatch, replaceBatch, withPaths } from "../../clinic/anchor.ts";
import { type Batch, buildNewBatch } from "../../clinic/batch.ts";
import { InputError } from "../../input-error.ts";
import type { Entry, Outcome } from "./entry.ts";

/** A batch that was drawn: its order is random, so a second attempt must be of the same. */
export type Draft = { readonly key: string; readonly batch: Batch };

export type Done = {
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly root: bigint;
  readonly size: number;
  /** What it took; undefined when an earlier attempt had got through. */
  readonly gas: number | undefined;
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
  const isTaken = (root: bigint) => leaves.some(({ value }) => value === root);
  const batch = buildNewBatch(commitments, isTaken);
  if (batch === undefined) {
    throw new InputError("These records are on the registry already, as this very batch.");
  }
  return { key, batch };
}

/**
 * Anchors a draft, or puts it in the place of `oldLeaf`. Refuses as `anchorBatch` and `replaceBatch`
 * do. What an earlier attempt has done is not done again.
 */
export async function putOnRegistry(
  clinic: Actor,
  { batch }: Draft,
  of: { entries: readonly Entry[]; oldLeaf: bigint | undefined },
): Promise<Done> {
  const { root, leaves } = batch;
  const commitments = commitmentsOf(of.entries);
  const registry = await clinic.api.recordsState();
  const known = registry.leaves.find(({ value, kind }) => value === root && kind === "batch");
  if (known === undefined) {
    const anchored =
      of.oldLeaf === undefined
        ? await anchorBatch(clinic, commitments, batch)
        : await replaceBatch(clinic, { oldLeaf: of.oldLeaf, commitments }, batch);
    const gas = await clinic.api.gasUsed(anchored.submission).catch(() => null);
    return { ...doneOf(of.entries, batch), gas: gas ?? undefined };
  }
  if (!known.published) await clinic.api.publishBatch({ root, leaves });
  return { ...doneOf(of.entries, batch), gas: undefined };
}

function commitmentsOf(entries: readonly Entry[]): bigint[] {
  return entries.map(({ attested }) => attested!.commitment);
}

function doneOf(entries: readonly Entry[], batch: Batch): Omit<Done, "gas"> {
  const files = withPaths(
    entries.map(({ attested }) => attested!.file),
    batch,
  );
  const outcomes = new Map(
    entries.map(({ id }, i) => {
      const outcome: Outcome = { kind: "anchored", root: batch.root, file: files[i]! };
      return [id, outcome] as const;
    }),
  );
  return { outcomes, root: batch.root, size: entries.length };
}
