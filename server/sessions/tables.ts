// Who is signed in.
import { pgTable, text } from "drizzle-orm/pg-core";
import { time } from "../store/columns.ts";

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
