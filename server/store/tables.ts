// Tables derived from the chain: any of them can be emptied and filled again from `events`, and
// `events` from the chain. Field elements are decimal text, bytes are lower-case 0x text;
// `position` is block * 2^20 + log index.
import { bigint, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { time } from "./columns.ts";

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
    arguments: jsonb("arguments").notNull().$type<object>(),
  },
  (table) => [index("events_subject").on(table.subject, table.position)],
);
