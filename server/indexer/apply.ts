// What each event changes, and how to forget a subject before replaying it.
import { eq } from "drizzle-orm";
import type { Transaction } from "../store/database.ts";
import {
  accreditations,
  clinics,
  consents,
  dictionaries,
  groups,
  leaves,
  members,
  participants,
  roots,
  screenings,
  trials,
  versions,
} from "../store/tables.ts";
import * as accreditation from "./accreditation.ts";
import * as enrollment from "./enrollment.ts";
import type { EventRow } from "./read.ts";
import * as records from "./records.ts";
import * as trial from "./trials.ts";

export type Handler = (tx: Transaction, event: EventRow) => Promise<unknown>;

const HANDLERS: Readonly<Record<string, Handler>> = {
  ...accreditation.handlers,
  ...records.handlers,
  ...trial.handlers,
  ...enrollment.handlers,
};

/** Applies one event. Events without a handler are kept for the audit only. */
export async function apply(tx: Transaction, event: EventRow): Promise<void> {
  await HANDLERS[event.name]?.(tx, event);
}

/** Empties what was derived about a subject. */
export async function forget(tx: Transaction, subject: string): Promise<void> {
  if (subject === "records") {
    await tx.delete(leaves);
    await tx.delete(roots);
    await tx.delete(clinics);
  } else if (subject === "accreditation") {
    await tx.delete(accreditations);
    await tx.delete(dictionaries);
  } else {
    for (const table of [trials, versions, groups, members, screenings, participants, consents]) {
      await tx.delete(table).where(eq(table.trialId, subject));
    }
  }
}
