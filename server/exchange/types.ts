// The exchange in the schema: what happened to a trial's data.
import { COSTS } from "../limits/costs.ts";
import { builder } from "../schema/builder.ts";
import type { DepositShape } from "./deposits/entries.ts";
import type {
  AcknowledgementShape,
  CaseShape,
  CutShape,
  DatasetAnchorShape,
  DelegationShape,
  ErasureShape,
  PersonTagShape,
  PurgeShape,
  ReceiptRootShape,
  RequestShape,
} from "./lists.ts";
import type { TextShape } from "./texts.ts";

export const DepositType = builder.objectRef<DepositShape>("Deposit").implement({
  description: "An entry that is stored: it goes to the chain with the next batch.",
  fields: (t) => ({
    hash: t.expose("hash", { type: "Bytes32", description: "The entry's hash: its name." }),
    position: t.exposeInt("position", {
      description: "Its place among the trial's entries, from 0.",
    }),
    collectionChecked: t.exposeBoolean("collectionChecked", {
      description:
        "False where the trial's document is sealed or missing here: that such a collection exists was not checked.",
    }),
  }),
});

export const TextType = builder.objectRef<TextShape>("Text").implement({
  description: "A stored text; everybody reads it at /exchange/texts/<hash>.",
  fields: (t) => ({
    hash: t.expose("hash", { type: "Bytes32", description: "keccak256 of its bytes." }),
  }),
});

export const CutType = builder.objectRef<CutShape>("Cut").implement({
  description: "Packages sealed together, all of participants whose consent covered them then.",
  fields: (t) => ({
    cutId: t.expose("cutId", { type: "Uint", description: "Its number." }),
    permission: t.expose("permission", {
      type: "UInt32",
      description: "The permission that it rests on.",
    }),
    packagesRoot: t.expose("packagesRoot", {
      type: "Bytes32",
      description: "Root over the entries' hashes.",
    }),
    packages: t.expose("packages", { type: "UInt32", description: "How many packages." }),
    participants: t.int({
      description: "How many participants.",
      resolve: ({ pseudonyms }) => pseudonyms.length,
    }),
    leftOut: t.int({
      description: "How many more it could have held when it was sealed.",
      resolve: ({ coverable, pseudonyms }) => Math.max(0, coverable - pseudonyms.length),
    }),
    pseudonyms: t.field({
      type: ["Field"],
      description: "Whose packages, ascending.",
      resolve: ({ pseudonyms }, _, { charge }) => {
        charge(pseudonyms.length * COSTS.row);
        return pseudonyms;
      },
    }),
    by: t.expose("by", { type: "Address", description: "Who sealed it." }),
    sealedAt: t.expose("sealedAt", { type: "DateTime", description: "When." }),
  }),
});

const PurgeType = builder.objectRef<PurgeShape>("Purge").implement({
  description: "A recipient's word that it has destroyed what it had.",
  fields: (t) => ({
    by: t.expose("by", { type: "Address", description: "Who says so." }),
    statement: t.expose("statement", {
      type: "Bytes32",
      description: "keccak256 of what it declares.",
    }),
    purgedAt: t.expose("purgedAt", { type: "DateTime", description: "When." }),
  }),
});

const AcknowledgementType = builder
  .objectRef<AcknowledgementShape>("CorrectionAcknowledgement")
  .implement({
    description: "A recipient has taken note of a correction.",
    fields: (t) => ({
      entry: t.expose("entry", { type: "Bytes32", description: "The correcting entry." }),
      by: t.expose("by", { type: "Address", description: "Who took note." }),
      acknowledgedAt: t.expose("acknowledgedAt", { type: "DateTime", description: "When." }),
    }),
  });

const DatasetAnchorType = builder.objectRef<DatasetAnchorShape>("DatasetAnchor").implement({
  description: "A recipient has bound a dataset that it made: another one no longer passes for it.",
  fields: (t) => ({
    manifest: t.expose("manifest", { type: "Bytes32", description: "keccak256 of its manifest." }),
    by: t.expose("by", { type: "Address", description: "Who anchored it." }),
    anchoredAt: t.expose("anchoredAt", { type: "DateTime", description: "When." }),
  }),
});

export const DataRequestType = builder.objectRef<RequestShape>("DataRequest").implement({
  description: "Somebody asked the custodians to open a cut.",
  fields: (t) => ({
    requestId: t.expose("requestId", { type: "Uint", description: "Its number." }),
    cutId: t.expose("cutId", { type: "Uint", description: "The cut." }),
    purpose: t.expose("purpose", {
      type: "Bytes32",
      description: "keccak256 of the purpose, see /exchange/texts/.",
    }),
    staff: t.expose("staff", { type: "Address", description: "Who asked." }),
    recipientKey: t.expose("recipientKey", {
      type: "Bytes32",
      description: "The X25519 key that shares are sealed to.",
    }),
    until: t.expose("until", { type: "DateTime", description: "When it ends." }),
    requestedAt: t.expose("requestedAt", { type: "DateTime", description: "When it was made." }),
    purges: t.field({
      type: [PurgeType],
      description: "What its recipients say they have destroyed.",
      resolve: ({ purges }) => purges,
    }),
    acknowledgements: t.field({
      type: [AcknowledgementType],
      description: "Corrections that its recipients have taken note of.",
      resolve: ({ acknowledgements }) => acknowledgements,
    }),
    datasets: t.field({
      type: [DatasetAnchorType],
      description: "Datasets made of it whose manifests its recipients have anchored.",
      resolve: ({ datasets }) => datasets,
    }),
  }),
});

export const EmergencyCaseType = builder.objectRef<CaseShape>("EmergencyCase").implement({
  description: "An emergency clinician opened a participant's emergency package.",
  fields: (t) => ({
    caseId: t.expose("caseId", { type: "Uint", description: "Its number." }),
    pseudonym: t.expose("pseudonym", { type: "Field", description: "The participant." }),
    clinician: t.expose("clinician", { type: "Address", description: "Who." }),
    reason: t.expose("reason", {
      type: "Bytes32",
      description: "keccak256 of the reason, see /exchange/texts/.",
    }),
    recipientKey: t.expose("recipientKey", {
      type: "Bytes32",
      description: "The X25519 key that shares are sealed to.",
    }),
    openedAt: t.expose("openedAt", { type: "DateTime", description: "When." }),
    closedAt: t.expose("closedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the board closed it; null while it is open.",
    }),
    outcome: t.expose("outcome", {
      type: "Bytes32",
      nullable: true,
      description: "keccak256 of what the board found.",
    }),
  }),
});

export const ErasureType = builder.objectRef<ErasureShape>("Erasure").implement({
  description: "All keys of a participant are to be destroyed.",
  fields: (t) => ({
    pseudonym: t.expose("pseudonym", { type: "Field", description: "The participant." }),
    by: t.exposeString("by", { description: "proof, code or site." }),
    askedAt: t.expose("askedAt", { type: "DateTime", description: "Since when it is owed." }),
    destroyedBy: t.field({
      type: ["Address"],
      description: "Custodians that say they have done it.",
      resolve: ({ destroyedBy }) => [...destroyedBy],
    }),
  }),
});

export const DelegationType = builder.objectRef<DelegationShape>("Delegation").implement({
  description: "A line of the delegation log: who acts for a site, or for the sponsor (site 0).",
  fields: (t) => ({
    siteId: t.expose("siteId", { type: "UInt32", description: "The site; 0: the sponsor." }),
    key: t.expose("key", { type: "Address", description: "The person's key." }),
    tasks: t.expose("tasks", {
      type: "UInt32",
      description: "A bit each: 1 arrivals, 2 deposits, 4 requests, 8 corrections, 16 erasures.",
    }),
    person: t.expose("person", {
      type: "Bytes32",
      description: "keccak256 of the person's name and role, which stay with the site.",
    }),
    by: t.expose("by", { type: "Address", description: "Who delegated: it ends with them." }),
    from: t.expose("from", { type: "DateTime", description: "Since when." }),
    until: t.expose("until", { type: "DateTime", description: "Until when at the latest." }),
    endedAt: t.expose("endedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was revoked, or replaced by a later one.",
    }),
  }),
});

export const ReceiptRootType = builder.objectRef<ReceiptRootShape>("ReceiptRoot").implement({
  description: "A custodian's receipts up to a number, as one root.",
  fields: (t) => ({
    custodian: t.expose("custodian", { type: "Address", description: "Whose." }),
    root: t.expose("root", { type: "Bytes32", description: "The root." }),
    count: t.expose("count", { type: "UInt32", description: "How many are under it." }),
    last: t.expose("last", { type: "Uint", description: "Number of the newest." }),
    anchoredAt: t.expose("anchoredAt", { type: "DateTime", description: "When." }),
  }),
});

export const PersonTagType = builder.objectRef<PersonTagShape>("PersonTag").implement({
  description: "Under which tag a person takes part once in a trial, as a desk registered it.",
  fields: (t) => ({
    pseudonym: t.expose("pseudonym", { type: "Field", description: "The participant." }),
    tag: t.expose("tag", { type: "Bytes32", description: "The tag." }),
    siteId: t.expose("siteId", { type: "UInt32", description: "The site." }),
    key: t.expose("key", { type: "Address", description: "Who signed." }),
    taggedAt: t.expose("taggedAt", { type: "DateTime", description: "When." }),
  }),
});
