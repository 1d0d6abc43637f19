// Records that wait for their wallets: ciphertext only, under a name that says nothing, for a day at most.
import { index, pgTable, text } from "drizzle-orm/pg-core";
import { time } from "../store/columns.ts";

export const handovers = pgTable(
  "handovers",
  {
    /** A hash of the patient's code, from which nobody finds the code. */
    id: text("id").primaryKey(),
    clinic: text("clinic").notNull(),
    /** Base64; null once it was fetched: then only the time is kept, for the clinic to see. */
    sealed: text("sealed"),
    until: time("until").notNull(),
    fetchedAt: time("fetched_at"),
  },
  (table) => [index("handovers_clinic").on(table.clinic), index("handovers_until").on(table.until)],
);
