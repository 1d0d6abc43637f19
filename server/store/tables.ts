// Tables derived from the chain: any of them can be emptied and filled again from `events`, and
// `events` from the chain. Field elements are decimal text, bytes are lower-case 0x text;
// `position` is block * 2^20 + log index.
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import type { VersionTerms } from "../../circuits/statement/trial.ts";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const position = () => bigint("position", { mode: "number" }).notNull();
const uint32 = (name: string) => bigint(name, { mode: "number" });

/**
 * Blocks whose hash tells whether what was read still holds: each block with events, and the newest
 * read.
 */
export const blocks = pgTable("blocks", {
  number: integer("number").primaryKey(),
  hash: text("hash").notNull(),
  time: time("time").notNull(),
});

export const events = pgTable(
  "events",
  {
    position: bigint("position", { mode: "number" }).primaryKey(),
    blockNumber: integer("block_number").notNull(),
    blockTime: time("block_time").notNull(),
    logIndex: integer("log_index").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    contract: text("contract").notNull(),
    name: text("name").notNull(),
    /**
     * What it is about: a trial's id, "records" or "accreditation". Reorganisations replay whole
     * subjects.
     */
    subject: text("subject").notNull(),
    arguments: jsonb("arguments").notNull().$type<Record<string, unknown>>(),
  },
  (table) => [index("events_subject").on(table.subject, table.position)],
);

export const accreditations = pgTable(
  "accreditations",
  {
    role: text("role").notNull(),
    account: text("account").notNull(),
    name: text("name").notNull(),
    active: boolean("active").notNull(),
    since: time("since").notNull(),
    position: position(),
  },
  (table) => [primaryKey({ columns: [table.role, table.account] })],
);

export const dictionaries = pgTable("dictionaries", {
  version: integer("version").primaryKey(),
  hash: text("hash").notNull(),
});

export const trials = pgTable(
  "trials",
  {
    trialId: text("trial_id").primaryKey(),
    protocolNumber: text("protocol_number").notNull(),
    sponsor: text("sponsor").notNull(),
    board: text("board").notNull(),
    status: text("status").notNull(),
    /** By governance, whatever the board says. */
    held: boolean("held").notNull().default(false),
    currentVersion: uint32("current_version").notNull(),
    position: position(),
  },
  (table) => [index("trials_protocol").on(table.protocolNumber)],
);

export const versions = pgTable(
  "versions",
  {
    trialId: text("trial_id").notNull(),
    version: uint32("version").notNull(),
    digest: text("digest").notNull(),
    terms: jsonb("terms").notNull().$type<StoredTerms>(),
    /**
     * Set at approval: the version one must be screened under, and the oldest whose consent is
     * enough.
     */
    screeningVersion: uint32("screening_version"),
    consentVersion: uint32("consent_version"),
    approvedAt: time("approved_at"),
    approvedUntil: time("approved_until"),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.version] })],
);

/** Terms with the hashes of criteria as decimal text, since JSON has no big numbers. */
export type StoredTerms = Omit<VersionTerms, "criteriaHashes" | "successorHashes"> & {
  readonly criteriaHashes: readonly string[];
  readonly successorHashes: readonly string[];
};

export const groups = pgTable(
  "groups",
  {
    trialId: text("trial_id").notNull(),
    version: uint32("version").notNull(),
    /** The screeningVersion of the versions it serves. */
    groupId: text("group_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.version] })],
);

export const members = pgTable(
  "members",
  {
    trialId: text("trial_id").notNull(),
    version: uint32("version").notNull(),
    index: integer("index").notNull(),
    commitment: text("commitment").notNull(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.version, table.index] })],
);

export const screenings = pgTable(
  "screenings",
  {
    trialId: text("trial_id").notNull(),
    nullifier: text("nullifier").notNull(),
    version: uint32("version").notNull(),
    commitment: text("commitment").notNull(),
    /** One a part, in order. */
    issuerTags: jsonb("issuer_tags").notNull().$type<string[]>(),
    position: position(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.nullifier] })],
);

export const participants = pgTable(
  "participants",
  {
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    state: text("state").notNull(),
    /** Of the newest grant. */
    version: uint32("version").notNull(),
    siteId: uint32("site_id").notNull(),
    sequence: text("sequence").notNull(),
    consenting: boolean("consenting").notNull(),
    validUntil: time("valid_until"),
    enrolledAt: time("enrolled_at"),
    arriveBy: time("arrive_by"),
    arrivedAt: time("arrived_at"),
    endedAt: time("ended_at"),
    position: position(),
  },
  (table) => [
    primaryKey({ columns: [table.trialId, table.pseudonym] }),
    index("participants_order").on(table.trialId, table.position),
  ],
);

export const consents = pgTable(
  "consents",
  {
    trialId: text("trial_id").notNull(),
    pseudonym: text("pseudonym").notNull(),
    position: position(),
    sequence: text("sequence").notNull(),
    decision: integer("decision").notNull(),
    version: uint32("version").notNull(),
    formHash: text("form_hash").notNull(),
    permissions: uint32("permissions").notNull(),
    siteId: uint32("site_id").notNull(),
    givenBy: integer("given_by").notNull(),
    validUntil: time("valid_until"),
    recordedAt: time("recorded_at").notNull(),
    blockNumber: integer("block_number").notNull(),
    transactionHash: text("transaction_hash").notNull(),
  },
  (table) => [primaryKey({ columns: [table.trialId, table.pseudonym, table.position] })],
);

export const leaves = pgTable(
  "leaves",
  {
    index: integer("index").primaryKey(),
    /** What stands in the tree: the registry's leaf, or a tombstone. */
    value: text("value").notNull(),
    /** Root of the clinic's batch, or the commitment of a record alone; null once revoked. */
    batchRoot: text("batch_root"),
    kind: text("kind").notNull().$type<"record" | "batch" | "revoked">(),
    issuer: text("issuer").notNull(),
    size: integer("size").notNull(),
    leavesHash: text("leaves_hash"),
    uri: text("uri").notNull(),
    anchoredAt: time("anchored_at").notNull(),
  },
  (table) => [
    index("leaves_batch_root").on(table.batchRoot),
    index("leaves_issuer").on(table.issuer),
  ],
);

/** Clinics of which the registry has heard besides their leaves; null where the default holds. */
export const clinics = pgTable("clinics", {
  address: text("address").primaryKey(),
  quota: integer("quota"),
  revocationLimit: integer("revocation_limit"),
  /** Voided: no root with a leaf of this clinic is good. */
  voided: boolean("voided").notNull().default(false),
});

export const roots = pgTable(
  "roots",
  {
    position: bigint("position", { mode: "number" }).primaryKey(),
    root: text("root").notNull(),
    createdAt: time("created_at").notNull(),
    supersededAt: time("superseded_at"),
    voided: boolean("voided").notNull(),
  },
  (table) => [index("roots_root").on(table.root)],
);
