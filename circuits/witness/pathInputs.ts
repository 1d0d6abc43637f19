// The circuit's inputs that lead from a record to the registry's root.
import type { Field } from "../statement/encoding/field.ts";
import {
  childrenOf,
  MAX_BATCH_LEVELS,
  MAX_REGISTRY_LEVELS,
  type RecordPath,
  registryLeafOf,
  rootOfPath,
} from "../statement/encoding/tree.ts";

/** Inputs of RecordMembership but for the record itself. */
export function pathInputs(commitment: Field, issuer: string, { batch, registry }: RecordPath) {
  const batchRoot = rootOfPath(commitment, batch, MAX_BATCH_LEVELS);
  const leaf = registryLeafOf(batchRoot, issuer);
  const inBatch = childrenOf(commitment, batch, MAX_BATCH_LEVELS);
  const inRegistry = childrenOf(leaf, registry, MAX_REGISTRY_LEVELS);
  return {
    batchLefts: inBatch.lefts,
    batchRights: inBatch.rights,
    batchRoot,
    registryLefts: inRegistry.lefts,
    registryRights: inRegistry.rights,
    recordsRoot: rootOfPath(leaf, registry, MAX_REGISTRY_LEVELS),
  };
}
