// Roles as a right: to act here, and to have calls relayed.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { eventually } from "../indexer/eventually.ts";
import type { Services } from "../schema/context.ts";
import type { Caller } from "../schema/relayRights.ts";
import { type RoleName, readAccount } from "./accounts.ts";

/** Throws the refusal NotAccredited unless the account holds the role. */
export async function requireRole(
  services: Services,
  address: string,
  role: RoleName,
): Promise<void> {
  const holds = async () => (await readAccount(services.db, address)).roles.includes(role);
  if (!(await eventually(services, holds, Boolean)))
    throw new Refusal("NotAccredited", { account: address });
}

function holderOf(role: RoleName): Caller {
  return {
    is: async (db, { from }) => (await readAccount(db, from)).roles.includes(role),
    refusal: role === "governance" ? "NotGovernance" : "NotAccredited",
  };
}

export const governance = holderOf("governance");
export const clinic = holderOf("clinic");
export const sponsor = holderOf("sponsor");
export const board = holderOf("board");
export const custodian = holderOf("custodian");
export const emergencyClinician = holderOf("emergencyClinician");
