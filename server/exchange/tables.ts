// Deposits and packages, which the chain cannot give back; and what the chain says of them, derived from it.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { position, time, uint32 } from "../store/columns.ts";

/** Public entries of a trial, by position from 0 without gaps. Never changed; `batch` is set once. */
export const entries = pgTable(
  "entries",
  {
    trialId: text("trial_id").notNull(),
    position: integer("position").notNull(),
    hash: text("hash").notNull(),
    pseudonym: text("pseudonym").notNull(),
    collection: text("collection").notNull(),
    sequence: uint32("sequence").notNull(),
    /** The package's hash; null for a key entry, which has none. */
    packageHash: text("package_hash"),
    /** The entry that it corrects. */
    replaces: text("replaces"),
    /** False where the trial's document is sealed, so that its collections could not be read. */
    collectionChecked: boolean("collection_checked").notNull(),
    /** The row as everybody downloads it (statement/exchange/entryLog.ts). */
    row: text("row").notNull(),
    /** Root of the batch that it was put into. */
    batch: text("batch"),
    acceptedAt: time("accepted_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.trialId, table.position] }),
    uniqueIndex("entries_hash").on(table.hash),
    uniqueIndex("entries_sequence").on(
      table.trialId,
      table.pseudonym,
      table.collection,
      table.sequence,
    ),
    uniqueIndex("entries_package").on(table.packageHash),
    uniqueIndex("entries_replaces").on(table.replaces),
    index("entries_waiting").on(table.trialId, table.position).where(sql`batch is null`),
  ],
);

/** A trial's batches in order: each continues where the one before ended. */
export const depositBatches = pgTable(
  "deposit_batches",
  {
    trialId: text("trial_id").notNull(),
    /** 0, 1, 2 ... in the trial. */
    number: integer("number").notNull(),
    root: text("root").notNull(),
    /** Position of its first entry. */
    first: integer("first").notNull(),
    count: integer("count").notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.trialId, table.number] }),
    uniqueIndex("deposit_batches_root").on(table.root),
  ],
);

/** What lies in the store of packages, or is on its way there. */
export const packages = pgTable(
  "packages",
  {
    /** SHA-256 of its bytes, 0x and 64 digits. */
    hash: text("hash").primaryKey(),
    size: integer("size").notNull(),
    sizeStep: integer("size_step").notNull(),
    /** Whom its shares are for, in lower case and ascending. */
    custodians: jsonb("custodians").notNull().$type<string[]>(),
    /** True once its bytes are safe, until they are dropped. */
    isStored: boolean("is_stored").notNull(),
    /** Hash of the entry that it belongs to; null: nobody has deposited it yet. */
    entry: text("entry"),
    /** When it was sent last. */
    storedAt: time("stored_at").notNull(),
    /** Since when it is gone for good. */
    erasedAt: time("erased_at"),
  },
  (table) => [index("packages_undeposited").on(table.storedAt).where(sql`entry is null`)],
);

/** Purposes, reasons and outcomes in words, by keccak256. */
export const texts = pgTable("texts", {
  hash: text("hash").primaryKey(),
  content: text("content").notNull(),
  uploadedBy: text("uploaded_by").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});

/** Roots of batches on the chain. */
export const anchors = pgTable("anchors", {
  root: text("root").primaryKey(),
  operator: text("operator").notNull(),
  count: integer("count").notNull(),
  blockNumber: integer("block_number").notNull(),
  anchoredAt: time("anchored_at").notNull(),
  position: position(),
});

export const cuts = pgTable(
  "cuts",
  {
    cutId: text("cut_id").primaryKey(),
    trialId: text("trial_id").notNull(),
    permission: uint32("permission").notNull(),
    packagesRoot: text("packages_root").notNull(),
    packages: uint32("packages").notNull(),
    by: text("by").notNull(),
    /** Ascending. */
    pseudonyms: jsonb("pseudonyms").notNull().$type<string[]>(),
    /** How many could have been in it when it was sealed, those that are included. */
    coverable: integer("coverable").notNull(),
    sealedAt: time("sealed_at").notNull(),
    position: position(),
  },
  (table) => [index("cuts_order").on(table.trialId, table.position)],
);

export const cutRequests = pgTable(
  "cut_requests",
  {
    requestId: text("request_id").primaryKey(),
    cutId: text("cut_id").notNull(),
    trialId: text("trial_id").notNull(),
    purpose: text("purpose").notNull(),
    staff: text("staff").notNull(),
    recipientKey: text("recipient_key").notNull(),
    until: time("until").notNull(),
    requestedAt: time("requested_at").notNull(),
    position: position(),
  },
  (table) => [index("cut_requests_order").on(table.trialId, table.position)],
);

export const emergencyCases = pgTable(
  "emergency_cases",
  {
    caseId: text("case_id").primaryKey(),
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    clinician: text("clinician").notNull(),
    reason: text("reason").notNull(),
    recipientKey: text("recipient_key").notNull(),
    openedAt: time("opened_at").notNull(),
    position: position(),
  },
  (table) => [index("emergency_cases_order").on(table.trialId, table.position)],
);

/** Apart from the cases: its event names no trial, so that it is read again at other times. */
export const caseClosures = pgTable("case_closures", {
  caseId: text("case_id").primaryKey(),
  by: text("by").notNull(),
  outcome: text("outcome").notNull(),
  closedAt: time("closed_at").notNull(),
});

export const erasures = pgTable(
  "erasures",
  {
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    by: text("by").notNull().$type<"proof" | "code" | "site">(),
    askedAt: time("asked_at").notNull(),
    blockNumber: integer("block_number").notNull(),
    position: position(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.pseudonym] })],
);

export const destroyedKeys = pgTable(
  "destroyed_keys",
  {
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    custodian: text("custodian").notNull(),
    destroyedAt: time("destroyed_at").notNull(),
    position: position(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.pseudonym, table.custodian] })],
);

export const receiptRoots = pgTable("receipt_roots", {
  position: bigint("position", { mode: "number" }).primaryKey(),
  custodian: text("custodian").notNull(),
  root: text("root").notNull(),
  count: uint32("count").notNull(),
  last: text("last").notNull(),
  anchoredAt: time("anchored_at").notNull(),
});

/** What recipients have said they destroyed, and of which corrections they took note. */
export const purges = pgTable("purges", {
  position: bigint("position", { mode: "number" }).primaryKey(),
  cutId: text("cut_id").notNull(),
  requestId: text("request_id").notNull(),
  by: text("by").notNull(),
  statement: text("statement").notNull(),
  purgedAt: time("purged_at").notNull(),
});
export const acknowledgements = pgTable("acknowledgements", {
  position: bigint("position", { mode: "number" }).primaryKey(),
  cutId: text("cut_id").notNull(),
  requestId: text("request_id").notNull(),
  entry: text("entry").notNull(),
  by: text("by").notNull(),
  acknowledgedAt: time("acknowledged_at").notNull(),
});
/** Manifests of datasets that recipients have bound. */
export const datasetAnchors = pgTable("dataset_anchors", {
  position: bigint("position", { mode: "number" }).primaryKey(),
  cutId: text("cut_id").notNull(),
  requestId: text("request_id").notNull(),
  manifest: text("manifest").notNull(),
  by: text("by").notNull(),
  anchoredAt: time("anchored_at").notNull(),
});

/** The delegation log: a row each time that a key is delegated to. */
export const delegations = pgTable(
  "delegations",
  {
    position: bigint("position", { mode: "number" }).primaryKey(),
    trialId: text("trial_id").notNull(),
    siteId: uint32("site_id").notNull(),
    key: text("key").notNull(),
    tasks: uint32("tasks").notNull(),
    person: text("person").notNull(),
    /** Who delegated: it ends with them. */
    by: text("by").notNull(),
    from: time("from").notNull(),
    until: time("until").notNull(),
    /** When it was revoked or replaced by a later one. */
    endedAt: time("ended_at"),
  },
  (table) => [index("delegations_key").on(table.trialId, table.siteId, table.key)],
);

/** Tags of persons, as desks registered them before arrivals. */
export const personTags = pgTable(
  "person_tags",
  {
    position: bigint("position", { mode: "number" }).primaryKey(),
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    tag: text("tag").notNull(),
    siteId: uint32("site_id").notNull(),
    key: text("key").notNull(),
    taggedAt: time("tagged_at").notNull(),
  },
  (table) => [index("person_tags_trial").on(table.trialId, table.position)],
);
