// Anchors of datasets: whoever opened a cut binds what it made of it, on the chain. Rows that are changed later, with the
// manifest or without, are then no longer those of this dataset.
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";

type Of = { readonly cutId: bigint; readonly requestId: bigint };

export type DatasetAnchor = {
  /** keccak256 of the manifest. */
  readonly manifest: Bytes32;
  readonly by: string;
  /** Unix seconds. */
  readonly anchoredAt: number;
  readonly block: number;
};

/** The manifests that were anchored for a request of a cut, oldest first. */
export function datasetAnchors(
  events: readonly AuditEvent[],
  { cutId, requestId }: Of,
): DatasetAnchor[] {
  return events.flatMap(({ name, arguments: said, blockTime, blockNumber }) => {
    const isOf =
      name === "DatasetAnchored" &&
      said.cutId === cutId.toString() &&
      said.requestId === requestId.toString();
    const { manifest = "", by = "" } = said;
    return isOf ? [{ manifest, by, anchoredAt: blockTime, block: blockNumber }] : [];
  });
}

/** Anchors a manifest's hash, for good. Refuses with `NotStaff`, `UnknownCut`, `UnknownRequest`, `AlreadyUsed`. */
export async function anchorDataset(
  actor: Actor,
  of: Of & { readonly manifest: Bytes32 },
): Promise<void> {
  await act(actor, "CustodyLog", "anchorDataset", [of.cutId, of.requestId, of.manifest]);
}
