// Who was screened, and who takes part: derived from the chain.
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { position, time, uint32 } from "../store/columns.ts";

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
