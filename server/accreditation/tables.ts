// Accounts with their roles, and dictionaries: derived from the chain.
import { boolean, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { position, time } from "../store/columns.ts";

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
