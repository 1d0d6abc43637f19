// Trials, their versions and groups, derived from the chain; and documents, which it cannot give back.
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { Opinion, VersionTerms } from "../../circuits/statement/trial/trial.ts";
import { position, time, uint32 } from "../store/columns.ts";

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
export type StoredTerms = VersionTerms<string>;

/** What boards said: the chain holds the hashes of their words, `texts` the words. */
export const opinions = pgTable(
  "opinions",
  {
    position: position().primaryKey(),
    trialId: text("trial_id").notNull(),
    version: uint32("version").notNull(),
    opinion: text("opinion").notNull().$type<Opinion>(),
    textHash: text("text_hash").notNull(),
    by: text("given_by").notNull(),
    givenAt: time("given_at").notNull(),
  },
  (table) => [index("opinions_order").on(table.trialId, table.position)],
);

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

export const documents = pgTable("documents", {
  hash: text("hash").primaryKey(),
  mediaType: text("media_type").notNull(),
  content: text("content").notNull(),
  uploadedBy: text("uploaded_by").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});
