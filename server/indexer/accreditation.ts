// Accounts, their roles and the dictionaries in force.
import { and, eq } from "drizzle-orm";
import { accreditations, dictionaries } from "../store/tables.ts";
import type { Handler } from "./apply.ts";
import type { EventRow } from "./read.ts";

/** Roles in Solidity's order. */
const ROLES = ["none", "clinic", "sponsor", "board"] as const;

const grant = (event: EventRow, role: string, account: string, name: string) => ({
  role,
  account,
  name,
  active: true,
  since: event.blockTime,
  position: event.position,
});

export const handlers: Readonly<Record<string, Handler>> = {
  Accredited: (tx, event) => {
    const { role, account, name } = event.arguments as Record<string, string>;
    const row = grant(event, ROLES[Number(role)]!, account!, name!);
    return tx
      .insert(accreditations)
      .values(row)
      .onConflictDoUpdate({
        target: [accreditations.role, accreditations.account],
        set: row,
      });
  },
  Deaccredited: (tx, { arguments: values }) => {
    const { role, account } = values as Record<string, string>;
    return tx
      .update(accreditations)
      .set({ active: false })
      .where(
        and(eq(accreditations.role, ROLES[Number(role)]!), eq(accreditations.account, account!)),
      );
  },
  // Governance is the owner of Accreditation: one account at a time.
  OwnershipTransferred: async (tx, event) => {
    const { newOwner } = event.arguments as Record<string, string>;
    await tx
      .update(accreditations)
      .set({ active: false })
      .where(eq(accreditations.role, "governance"));
    const row = grant(event, "governance", newOwner!, "governance");
    await tx
      .insert(accreditations)
      .values(row)
      .onConflictDoUpdate({
        target: [accreditations.role, accreditations.account],
        set: row,
      });
  },
  DictionaryRegistered: (tx, { arguments: values }) => {
    const { version, hash } = values as Record<string, string>;
    return tx.insert(dictionaries).values({ version: Number(version), hash: hash! });
  },
};
