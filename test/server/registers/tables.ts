// Tables of a capability that only a test has.
import { bigint, pgTable, text } from "drizzle-orm/pg-core";

/** Calls that the forwarder passed on: derived from the chain. */
export const forwardedCalls = pgTable("forwarded_calls", {
  position: bigint("position", { mode: "number" }).primaryKey(),
  signer: text("signer").notNull(),
});

/** What accounts say of themselves, which the chain cannot give back. */
export const notes = pgTable("notes", {
  account: text("account").primaryKey(),
  text: text("text").notNull(),
});
