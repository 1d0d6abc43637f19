// Whole public states. A wallet downloads one and finds its own entries locally, so that no query
// names them.
import type {
  ClinicShape,
  GroupShape,
  LeafShape,
  PublicParticipantShape,
  PublicStateShape,
  RecordsStateShape,
  RootShape,
} from "../shapes.ts";
import { builder } from "./builder.ts";
import { ParticipantStateType } from "./participant.ts";
import { TrialStatusType, TrialVersionType } from "./trial.ts";

const GroupType = builder.objectRef<GroupShape>("Group").implement({
  description: "A Semaphore group of those screened.",
  fields: (t) => ({
    version: t.expose("version", {
      type: "UInt32",
      description: "The screeningVersion it belongs to.",
    }),
    groupId: t.expose("groupId", { type: "Uint", description: "Its number in Semaphore." }),
    members: t.expose("members", {
      type: ["Field"],
      description: "Participant commitments in order.",
    }),
  }),
});

const PublicParticipantType = builder
  .objectRef<PublicParticipantShape>("PublicParticipant")
  .implement({
    description: "What a wallet needs to know of a pseudonym, its own among all others.",
    fields: (t) => ({
      pseudonym: t.expose("pseudonym", { type: "Field", description: "The pseudonym." }),
      state: t.field({
        type: ParticipantStateType,
        description: "Its state.",
        resolve: (p) => p.state,
      }),
      onHold: t.exposeBoolean("onHold", { description: "Held by an amendment." }),
      sequence: t.expose("sequence", {
        type: "Uint",
        description: "Sequence number of its newest consent.",
      }),
      version: t.expose("version", { type: "UInt32", description: "Highest version shown." }),
      siteId: t.expose("siteId", { type: "UInt32", description: "Site of its newest consent." }),
      arriveBy: t.expose("arriveBy", {
        type: "DateTime",
        nullable: true,
        description: "Last moment to arrive by its newest enrollment: what a site's act names.",
      }),
    }),
  });

const ScreeningType = builder
  .objectRef<PublicStateShape["screenings"][number]>("Screening")
  .implement({
    description: "An accepted eligibility proof.",
    fields: (t) => ({
      nullifier: t.expose("nullifier", {
        type: "Field",
        description: "One per person and protocol.",
      }),
      version: t.expose("version", {
        type: "UInt32",
        description: "The newest version screened under.",
      }),
      commitment: t.expose("commitment", {
        type: "Field",
        description: "Its participant commitment.",
      }),
      issuerTags: t.expose("issuerTags", {
        type: ["Field"],
        description: "One a part: equal in all proofs of one person, trial and clinic.",
      }),
    }),
  });

export const PublicStateType = builder.objectRef<PublicStateShape>("PublicState").implement({
  description: "All public state of a trial as of one block. Also at /state/trials/<trialId>.",
  fields: (t) => ({
    trialId: t.expose("trialId", { type: "Bytes32", description: "The trial." }),
    blockNumber: t.exposeInt("blockNumber", { description: "The newest block it reflects." }),
    status: t.field({
      type: TrialStatusType,
      description: "Whether the trial recruits.",
      resolve: (s) => s.status,
    }),
    held: t.exposeBoolean("held", { description: "Held by governance, whatever the status." }),
    currentVersion: t.expose("currentVersion", {
      type: "UInt32",
      description: "The newest approved version.",
    }),
    versions: t.field({
      type: [TrialVersionType],
      description: "All versions.",
      resolve: (s) => s.versions,
    }),
    groups: t.field({
      type: [GroupType],
      description: "All groups with all members.",
      resolve: (s) => s.groups,
    }),
    screenings: t.field({
      type: [ScreeningType],
      description: "All screenings.",
      resolve: (s) => s.screenings,
    }),
    participants: t.field({
      type: [PublicParticipantType],
      description: "All pseudonyms.",
      resolve: (s) => s.participants,
    }),
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
    "The whole record registry as of one block, for computing paths locally. Also at /state/records.",
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
