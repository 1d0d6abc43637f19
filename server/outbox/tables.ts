// What the relayer sends: the chain cannot give it back.
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { RefusalShape } from "../chain/refusals.ts";

/**
 * One row a submission, and one for each transaction that carries several of them (`bundle`). `nonce` and `raw`
 * are set together before anything is sent.
 */
export const outbox = pgTable(
  "outbox",
  {
    id: text("id").primaryKey(),
    /** Content key: the same submission twice is the same row, unless it was refused. */
    key: text("key").notNull(),
    /** False once refused, so that the content may be tried again. */
    live: boolean("live"),
    kind: text("kind").notNull(),
    to: text("to").notNull(),
    data: text("data").notNull(),
    state: text("state").notNull().$type<SubmissionStateName>(),
    /** What it may be sent together with: all that wait with the same word. Null: alone. */
    gather: text("gather"),
    /** The row whose transaction carries it; that one's state is copied to it. */
    bundle: text("bundle"),
    relayer: text("relayer"),
    nonce: integer("nonce"),
    /** Signed transactions with this nonce, newest last; any of them may be mined. */
    signed: jsonb("signed").notNull().$type<{ hash: string; raw: string }[]>(),
    transactionHash: text("transaction_hash"),
    blockNumber: integer("block_number"),
    blockHash: text("block_hash"),
    refusal: jsonb("refusal").$type<RefusalShape>(),
    createdAt: time("created_at").notNull().defaultNow(),
    sentAt: time("sent_at"),
  },
  (table) => [
    uniqueIndex("outbox_live_key").on(table.key, table.live),
    index("outbox_state").on(table.state, table.createdAt),
    index("outbox_bundle").on(table.bundle),
  ],
);

/** The next nonce of each sending account; its row is locked while one is taken. */
export const relayers = pgTable("relayers", {
  address: text("address").primaryKey(),
  nextNonce: integer("next_nonce").notNull(),
});

import { time } from "../store/columns.ts";

export type SubmissionStateName = "queued" | "sent" | "mined" | "final" | "refused";
