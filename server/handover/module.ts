// Records that clinics hand over to wallets by a short code.
import type { Module } from "../module.ts";
import { createLoop } from "../work/loop.ts";
import { dropEnded } from "./handovers.ts";
import { handoverFields } from "./schema.ts";

/** What is past its end lies there so much longer at most. */
const DROP_EVERY_MS = 60_000;

export const handover: Module = {
  name: "handover",
  contracts: [],
  tables: [],
  events: {},
  schema: handoverFields,
  // No backups: what a restored server gave out again would have been fetched twice.
  work: ({ db, log }) =>
    createLoop({
      name: "handover",
      log,
      everyMs: DROP_EVERY_MS,
      run: async () => {
        await dropEnded(db);
        return false;
      },
    }),
};
