// Trials, their versions, sites and documents.
import { builder } from "../schema/builder.ts";
import { connection } from "../schema/connection.ts";
import { AuditEventType } from "../schema/event.ts";
import { listEvents } from "../store/events.ts";
import { type DocumentShape, findDocument } from "./documents.ts";
import { listOpinions, type OpinionShape } from "./opinions.ts";
import { listVersions, type SiteShape, type TrialShape, type VersionShape } from "./trials.ts";

export const TrialStatusType = builder.enumType("TrialStatus", {
  description: "FHIR ResearchStudy states.",
  values: {
    IN_REVIEW: { value: "in-review", description: "Published; the board has not approved it." },
    ACTIVE: { value: "active", description: "Approved and recruiting." },
    SUSPENDED: { value: "temporarily-closed-to-accrual", description: "Suspended by its board." },
    CLOSED: { value: "closed-to-accrual", description: "Takes no more participants." },
    COMPLETED: { value: "completed", description: "Over." },
  } as const,
});

export const DocumentType = builder.objectRef<DocumentShape>("Document").implement({
  description: "A document, stored under the hash of its bytes.",
  fields: (t) => ({
    hash: t.expose("hash", { type: "Bytes32", description: "keccak256 of the content in UTF-8." }),
    mediaType: t.exposeString("mediaType", { description: "For instance application/json." }),
    content: t.exposeString("content", {
      description: "The text; of a sealed trial file, the armored ciphertext.",
    }),
  }),
});

const SiteType = builder.objectRef<SiteShape>("Site").implement({
  description: "A site where participants of a trial arrive.",
  fields: (t) => ({
    siteId: t.expose("siteId", { type: "UInt32", description: "Its number in the trial." }),
    signer: t.expose("signer", { type: "Address", description: "The key that signs its acts." }),
    capacity: t.expose("capacity", { type: "UInt32", description: "Its places." }),
  }),
});

export const TrialVersionType = builder.objectRef<VersionShape>("TrialVersion").implement({
  description: "One version of a trial: its terms, which the board approves as a whole.",
  fields: (t) => ({
    version: t.expose("version", {
      type: "UInt32",
      description: "1, then 2 for an amendment, ...",
    }),
    circuit: t.exposeString("circuit", { description: "eligibility-8 or eligibility-32." }),
    criteriaHashes: t.expose("criteriaHashes", {
      type: ["Field"],
      description: "Hashes of the compiled criteria, one a part: a screening proves each in turn.",
    }),
    successorHashes: t.expose("successorHashes", {
      type: ["Field"],
      description: "The same parts for a succession, which allow an identity of any age.",
    }),
    digest: t.expose("digest", { type: "Bytes32", description: "Of all terms: the board's word." }),
    consentFormHash: t.expose("consentFormHash", {
      type: "Bytes32",
      description: "Hash of the consent form.",
    }),
    consentFormVersion: t.expose("consentFormVersion", {
      type: "UInt32",
      description: "Version of the consent form.",
    }),
    requiredPermissions: t.expose("requiredPermissions", {
      type: "UInt32",
      description: "Permissions without which there is no consent, a bit each.",
    }),
    offeredPermissions: t.expose("offeredPermissions", {
      type: "UInt32",
      description: "Permissions that the form asks for, a bit each.",
    }),
    capacity: t.expose("capacity", { type: "UInt32", description: "Places of the whole trial." }),
    arrivalDays: t.expose("arrivalDays", {
      type: "UInt32",
      description: "Days from enrollment to the last moment of arrival.",
    }),
    requiresReconsent: t.exposeBoolean("requiresReconsent", {
      description: "Whoever consented earlier is on hold until they consent again.",
    }),
    requiresRescreening: t.exposeBoolean("requiresRescreening", {
      description: "Whoever screened earlier is on hold until screened again.",
    }),
    isSealed: t.exposeBoolean("isSealed", { description: "The trial file is encrypted." }),
    documentHash: t.expose("documentHash", {
      type: "Bytes32",
      description: "Hash of the trial file.",
    }),
    attestationsHash: t.expose("attestationsHash", {
      type: "Bytes32",
      description: "Hash of the list that sites attest; zero for none.",
    }),
    sites: t.field({ type: [SiteType], description: "Its sites.", resolve: (v) => v.sites }),
    custodians: t.expose("custodians", {
      type: ["Address"],
      description: "Who holds shares of the keys to what it collects, ascending; none: nothing.",
    }),
    custodianThreshold: t.expose("custodianThreshold", {
      type: "UInt32",
      description: "How many of them open a package; 0 without any.",
    }),
  }),
});

builder.objectFields(TrialVersionType, (t) => ({
  screeningVersion: t.expose("screeningVersion", {
    type: "UInt32",
    nullable: true,
    description: "Set at approval: the version whose screenings count, and whose group that is.",
  }),
  consentVersion: t.expose("consentVersion", {
    type: "UInt32",
    nullable: true,
    description: "Set at approval: the oldest version whose consent is enough.",
  }),
  groupId: t.expose("groupId", {
    type: "Uint",
    nullable: true,
    description: "Semaphore group that consent proofs are about, once it is open.",
  }),
  members: t.exposeInt("members", { description: "How many are in that group." }),
  approvedAt: t.expose("approvedAt", {
    type: "DateTime",
    nullable: true,
    description: "When the board approved it.",
  }),
  approvedUntil: t.expose("approvedUntil", {
    type: "DateTime",
    nullable: true,
    description: "When the approval expires.",
  }),
}));

builder.objectFields(TrialVersionType, (t) => ({
  document: t.field({
    type: DocumentType,
    nullable: true,
    description: "The trial file (criteria and salt), in clear or sealed; null until uploaded.",
    resolve: (version, _, { db }) => findDocument(db, version.documentHash),
  }),
  consentForm: t.field({
    type: DocumentType,
    nullable: true,
    description: "The consent form; null until uploaded.",
    resolve: (version, _, { db }) => findDocument(db, version.consentFormHash),
  }),
  attestations: t.field({
    type: DocumentType,
    nullable: true,
    description: "The list that sites attest; null when there is none or until uploaded.",
    resolve: (version, _, { db }) => findDocument(db, version.attestationsHash),
  }),
}));

const OpinionKindType = builder.enumType("OpinionKind", {
  description: "What a board says in words.",
  values: {
    COMMENT: { value: "comment", description: "Nothing follows from it." },
    CHANGES_REQUESTED: {
      value: "changes-requested",
      description: "What to change before the board approves.",
    },
    REJECTION: { value: "rejection", description: "Why the version is never approved." },
    SUSPENSION: { value: "suspension", description: "Why the board suspended the trial." },
  } as const,
});

const OpinionType = builder.objectRef<OpinionShape>("Opinion").implement({
  description: "What a trial's board said of a version; its words are at /exchange/texts/<hash>.",
  fields: (t) => ({
    version: t.expose("version", {
      type: "UInt32",
      description: "The version; of a suspension, the one in force.",
    }),
    opinion: t.field({
      type: OpinionKindType,
      description: "What kind.",
      resolve: (one) => one.opinion,
    }),
    textHash: t.expose("textHash", { type: "Bytes32", description: "keccak256 of the words." }),
    by: t.expose("by", { type: "Address", description: "The board that said it." }),
    givenAt: t.expose("givenAt", { type: "DateTime", description: "When." }),
  }),
});

export const TrialType = builder.objectRef<TrialShape>("Trial").implement({
  description: "A trial registered under its board's protocol number.",
  fields: (t) => ({
    trialId: t.expose("trialId", {
      type: "Bytes32",
      description: "keccak256 of the protocol number.",
    }),
    protocolNumber: t.exposeString("protocolNumber", { description: "As registered." }),
    sponsor: t.expose("sponsor", { type: "Address", description: "Publishes and enrolls." }),
    board: t.expose("board", { type: "Address", description: "The ethics board: approves." }),
    status: t.field({
      type: TrialStatusType,
      description: "Whether it recruits.",
      resolve: (trial) => trial.status,
    }),
    held: t.exposeBoolean("held", { description: "Held by governance, whatever the status." }),
    currentVersion: t.expose("currentVersion", {
      type: "UInt32",
      description: "The newest approved version; 0 for none.",
    }),
    scope: t.expose("scope", { type: "Field", description: "Scope of all its proofs." }),
    versions: t.field({
      type: [TrialVersionType],
      description: "All versions, oldest first.",
      resolve: (trial, _, { db }) => listVersions(db, trial.trialId),
    }),
    opinions: t.connection({
      type: OpinionType,
      description: "What its board said in words, oldest first.",
      resolve: (trial, args, context) =>
        connection(context, args, (page) => listOpinions(context.db, trial.trialId, page)),
    }),
    events: t.connection({
      type: AuditEventType,
      description: "Everything the contracts logged about it, oldest first.",
      resolve: (trial, args, context) =>
        connection(context, args, (page) => listEvents(context.db, trial.trialId, page)),
    }),
  }),
});
