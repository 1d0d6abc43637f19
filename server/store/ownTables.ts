// Tables that the chain cannot give back: uploads, sessions and the relayer's outbox.
import {
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { RefusalShape, SubmissionStateName } from "../shapes.ts";

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
/** Bytes as Base64: PGlite writes and reads a `bytea` of megabytes ten times slower. */
const base64 = customType<{ data: Uint8Array; driverData: string }>({
  dataType: () => "text",
  toDriver: (bytes) => Buffer.from(bytes).toString("base64"),
  fromDriver: (text) => Buffer.from(text, "base64"),
});

/** Published leaves of a batch, as decimal text in order. */
export const batches = pgTable("batches", {
  root: text("root").primaryKey(),
  leaves: jsonb("leaves").notNull().$type<string[]>(),
  createdAt: time("created_at").notNull().defaultNow(),
});

/** Re-issued records of 64 places of a clinic, sealed to their owners: the newest upload only. */
export const buckets = pgTable(
  "buckets",
  {
    clinic: text("clinic").notNull(),
    bucket: integer("bucket").notNull(),
    bytes: base64("bytes").notNull(),
    size: integer("size").notNull(),
    etag: text("etag").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clinic, table.bucket] })],
);

export const documents = pgTable("documents", {
  hash: text("hash").primaryKey(),
  mediaType: text("media_type").notNull(),
  content: text("content").notNull(),
  uploadedBy: text("uploaded_by").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const nonces = pgTable("nonces", {
  nonce: text("nonce").primaryKey(),
  expiresAt: time("expires_at").notNull(),
});

export const sessions = pgTable("sessions", {
  /** SHA-256 of the token. */
  id: text("id").primaryKey(),
  address: text("address").notNull(),
  expiresAt: time("expires_at").notNull(),
});

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
