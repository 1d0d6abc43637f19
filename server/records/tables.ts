// The record registry, derived from the chain; and what clinics uploaded, which it cannot give back.
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import { time } from "../store/columns.ts";

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
