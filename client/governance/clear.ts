// Taking the leaves of a voided clinic out of the registry: anybody may, and screenings go on once none is left.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import { siblingsOf } from "../clinic/registry/anchor.ts";
import { type LiveSlot, slotsOf } from "../clinic/registry/batch.ts";

/** The leaves of voided clinics that are still in the registry: while there are any, no root is good. */
export async function leavesToClear(api: Pick<Api, "recordsState">): Promise<LiveSlot[]> {
  const registry = await api.recordsState();
  const voided = registry.clinics.filter((clinic) => clinic.voided);
  return voided.flatMap(({ address }) => slotsOf(registry, address));
}

/** Takes one leaf of a voided clinic out. Refuses with `NotVoided`, `NotAnchored`. */
export async function clearLeaf(actor: Actor, leaf: bigint): Promise<void> {
  // The tree as it is now: each leaf that is cleared changes the others' siblings.
  const registry = await actor.api.recordsState();
  const slot = registry.leaves.find(({ value }) => value === leaf);
  if (slot === undefined) throw new Refusal("NotAnchored", { leaf });
  await act(actor, "RecordRegistry", "clearLeaf", [leaf, siblingsOf(registry, slot.index)]);
}
