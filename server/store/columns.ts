// Columns that many tables have.
import { bigint, timestamp } from "drizzle-orm/pg-core";
import { showableSeconds } from "../../circuits/statement/encoding/day.ts";

export const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const position = () => bigint("position", { mode: "number" }).notNull();

export const uint32 = (name: string) => bigint(name, { mode: "number" });

/** Unix seconds as a Date that a database takes. */
export function dateOf(seconds: string): Date {
  return new Date(showableSeconds(seconds) * 1000);
}
