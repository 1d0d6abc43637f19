// Governance: who may attest records, run trials and approve them.
import { ROLES, type RoleName } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";

export { ROLES, type RoleName };

/** Accredits an account under a public name. Refuses with `AlreadyAccredited`, `NotGovernance`. */
export async function accredit(
  governance: Actor,
  { role, account, name }: { role: RoleName; account: string; name: string },
): Promise<void> {
  await act(governance, "Accreditation", "accredit", [ROLES[role], account, name]);
}

/** Takes a role away; a clinic's records stay until it is voided. Refuses with `NotAccredited`. */
export async function deaccredit(
  governance: Actor,
  { role, account }: { role: RoleName; account: string },
): Promise<void> {
  await act(governance, "Accreditation", "deaccredit", [ROLES[role], account]);
}

/** Puts the next dictionary version in force. Refuses with `DictionaryOrder`. */
export async function registerDictionary(
  governance: Actor,
  { version, hash }: { version: number; hash: string },
): Promise<void> {
  await act(governance, "Accreditation", "registerDictionary", [version, hash]);
}
