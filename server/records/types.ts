// The record registry in the schema.
import { builder } from "../schema/builder.ts";
import { signature } from "../schema/proofs.ts";
import type { ClinicShape, LeafShape, RecordsStateShape, RootShape } from "./state.ts";

export const AttestedRecordInput = builder.inputType("AttestedRecordInput", {
  description: "A clinic's EIP-712 signature with which a patient anchors their own record.",
  fields: (t) => ({
    commitment: t.field({ type: "Field", description: "The record's commitment." }),
    clinic: t.field({ type: "Address", description: "Who attests it." }),
    deadline: t.field({
      type: "Uint",
      description: "Unix time after which the signature is void.",
    }),
    signature: t.field({ type: "Bytes", description: "The signature.", validate: signature }),
  }),
});

const RegistryLeafType = builder.objectRef<LeafShape>("RegistryLeaf").implement({
  description: "A leaf of the record registry: one commitment, a batch's root or a tombstone.",
  fields: (t) => ({
    index: t.exposeInt("index", { description: "Its place in the tree." }),
    value: t.expose("value", {
      type: "Field",
      description:
        "What stands in the tree: Poseidon3(batchRoot, issuer, REGISTRY), or a tombstone.",
    }),
    batchRoot: t.expose("batchRoot", {
      type: "Field",
      nullable: true,
      description: "Root of the batch, or the commitment of a record alone; null once revoked.",
    }),
    kind: t.exposeString("kind", { description: "record, batch or revoked." }),
    issuer: t.expose("issuer", { type: "Address", description: "The clinic." }),
    size: t.exposeInt("size", { description: "Records below it: 1, a batch's size, or 0." }),
    leavesHash: t.expose("leavesHash", {
      type: "Bytes32",
      nullable: true,
      description: "Hash of a batch's leaves.",
    }),
    uri: t.exposeString("uri", {
      description: "Where its clinic says that it publishes a batch; may be empty.",
    }),
    published: t.exposeBoolean("published", {
      description: "Whether the batch's leaves are held here.",
    }),
    anchoredAt: t.expose("anchoredAt", {
      type: "DateTime",
      description: "When it got this value.",
    }),
  }),
});

const RegistryRootType = builder.objectRef<RootShape>("RegistryRoot").implement({
  description: "A root that the registry has had.",
  fields: (t) => ({
    root: t.expose("root", { type: "Field", description: "The root." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it became current." }),
    supersededAt: t.expose("supersededAt", {
      type: "DateTime",
      nullable: true,
      description: "When the next one replaced it; its window counts from here.",
    }),
    voided: t.exposeBoolean("voided", {
      description: "Voided by a revocation, or with its clinic by governance.",
    }),
  }),
});

const ClinicType = builder.objectRef<ClinicShape>("RegistryClinic").implement({
  description: "A clinic in the record registry.",
  fields: (t) => ({
    address: t.expose("address", { type: "Address", description: "The clinic." }),
    slots: t.exposeInt("slots", {
      description: "Leaves it has taken, revoked ones included, which it may use again.",
    }),
    quota: t.exposeInt("quota", { description: "Leaves it may take." }),
    revocationLimit: t.exposeInt("revocationLimit", {
      description: "Revocations a day that may void older roots.",
    }),
    voided: t.exposeBoolean("voided", {
      description: "Voided by governance: while it has leaves left, no root is good.",
    }),
  }),
});

export const RecordsStateType = builder.objectRef<RecordsStateShape>("RecordsState").implement({
  description:
    "The whole record registry as of one block, for computing paths locally. As segments from /state/records on.",
  fields: (t) => ({
    blockNumber: t.exposeInt("blockNumber", { description: "The newest block it reflects." }),
    root: t.expose("root", { type: "Field", description: "The current root; 0 when empty." }),
    blocked: t.exposeBoolean("blocked", {
      description: "A voided clinic has leaves left, so no root is good.",
    }),
    clinics: t.field({
      type: [ClinicType],
      description: "Clinics of which the registry has heard; any other has the defaults.",
      resolve: (s) => s.clinics,
    }),
    leaves: t.field({
      type: [RegistryLeafType],
      description: "All leaves in order.",
      resolve: (s) => s.leaves,
    }),
    roots: t.field({
      type: [RegistryRootType],
      description: "All roots, oldest first.",
      resolve: (s) => s.roots,
    }),
  }),
});

export const BatchType = builder.objectRef<{ root: string; leaves: string[] }>("Batch").implement({
  description: "The published leaves of a batch.",
  fields: (t) => ({
    root: t.expose("root", { type: "Field", description: "Root of the batch's own tree." }),
    leaves: t.expose("leaves", { type: ["Field"], description: "Its commitments in order." }),
  }),
});
