// Accounts, their roles and the dictionaries in force.
import { and, eq } from "drizzle-orm";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import type { Handlers } from "../indexer/derive.ts";
import type { EventRow } from "../store/events.ts";
import { accreditations, dictionaries } from "./tables.ts";

const NAMES = new Map(Object.entries(ROLES).map(([name, number]) => [number as number, name]));

/** A role of a later release keeps its number. */
const nameOf = (role: string) => NAMES.get(Number(role)) ?? role;

const grant = (event: EventRow, role: string, account: string, name: string) => ({
  role,
  account,
  name,
  active: true,
  since: event.blockTime,
  position: event.position,
});

export const events: Handlers = {
  Accredited: (tx, event) => {
    const { role, account, name } = event.arguments;
    const row = grant(event, nameOf(role), account, name);
    return tx
      .insert(accreditations)
      .values(row)
      .onConflictDoUpdate({
        target: [accreditations.role, accreditations.account],
        set: row,
      });
  },
  Deaccredited: (tx, { arguments: { role, account } }) => {
    return tx
      .update(accreditations)
      .set({ active: false })
      .where(and(eq(accreditations.role, nameOf(role)), eq(accreditations.account, account)));
  },
  // Governance is the owner of Accreditation: one account at a time.
  OwnershipTransferred: async (tx, event) => {
    const { newOwner } = event.arguments;
    await tx
      .update(accreditations)
      .set({ active: false })
      .where(eq(accreditations.role, "governance"));
    const row = grant(event, "governance", newOwner, "governance");
    await tx
      .insert(accreditations)
      .values(row)
      .onConflictDoUpdate({
        target: [accreditations.role, accreditations.account],
        set: row,
      });
  },
  DictionaryRegistered: (tx, { arguments: { version, hash } }) => {
    return tx.insert(dictionaries).values({ version: Number(version), hash });
  },
};
