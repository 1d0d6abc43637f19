// What governance does before anybody else can act, with the development key of an embedded exchange.
import { Wallet } from "ethers";
import { signInActor } from "../../../actor/actor.ts";
import { connect } from "../../../api/api.ts";
import { accredit, type RoleName } from "../../../governance/accredit.ts";
import { NEEDED } from "./steps.ts";

const NAMES: Readonly<Record<keyof typeof NEEDED, string>> = {
  SPONSOR: "Sample Sponsor",
  BOARD: "Sample Ethics Board",
  CLINIC: "Sample Clinic",
};

/** Accredits the organisations of the tour whose role nobody has yet. */
export async function accreditAll(
  keys: Readonly<Record<string, string>>,
  roles: ReadonlySet<string>,
): Promise<void> {
  const api = connect({ url: location.origin });
  const governance = await signInActor({ api, signer: new Wallet(keys.governance!) });
  for (const [role, key] of Object.entries(NEEDED) as [keyof typeof NEEDED, string][]) {
    if (roles.has(role)) continue;
    await accredit(governance, {
      role: role.toLowerCase() as RoleName,
      account: new Wallet(keys[key]!).address,
      name: NAMES[role],
    });
  }
}
