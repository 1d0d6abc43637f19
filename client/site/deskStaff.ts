// Whose key signs at a site's desk: the site's own, or one in its delegation log with that task; and for another one,
// why not, in words.
import type { Signer } from "ethers";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicState } from "../api/trial.ts";
import { staffLog, staffOf, tasksOf } from "../exchange/staff.ts";
import { requireSite, versionInForce } from "./roster.ts";

/** Where a delegation is looked for, and when it has to hold: the trial's events, and the chain's time, Unix seconds. */
type Delegations = { readonly events: readonly AuditEvent[]; readonly now: number };
type Signing = { readonly signer: Signer; readonly state: PublicState; readonly siteId: number };

/**
 * Checks that a key is the site's own. Refuses with `SiteDropped` when an amendment dropped the site, and with
 * `InvalidSignature` when the key is another one.
 */
export async function requireSiteKey({ signer, state, siteId }: Signing): Promise<void> {
  const { signer: expected } = requireSite(state, siteId);
  const key = (await signer.getAddress()).toLowerCase();
  if (key === expected) return;
  const why = "the site's own account alone signs this";
  throw new Refusal("InvalidSignature", { siteId, expected, why });
}

/**
 * Checks that a key signs at the desk of a site: the site's own, or one to which it delegated arrivals. Refuses with
 * `SiteDropped`, and with `NotStaff`, whose `why` says what is missing.
 */
export async function requireDeskKey(of: Signing & Delegations): Promise<void> {
  const { signer, state, siteId, events, now } = of;
  requireSite(state, siteId);
  const key = (await signer.getAddress()).toLowerCase();
  const why = whyNotAtDesk({ state, siteId, key, events, now });
  if (why !== undefined) throw new Refusal("NotStaff", { key, siteId, why });
}

/** Why a key signs no arrivals at a site now, in words that go on from its name; undefined when it does. */
export function whyNotAtDesk(
  of: { readonly state: PublicState; readonly siteId: number; readonly key: string } & Delegations,
): string | undefined {
  const { state, siteId, key, events, now } = of;
  const site = versionInForce(state)?.terms.sites.find((one) => one.siteId === siteId);
  if (key === site?.signer) return undefined;
  const own = staffLog(events, state.trialId).filter((one) => one.key === key);
  // A key has one line that counts at a site: a newer one ends what stood before.
  const last = own.findLast((one) => one.siteId === siteId);
  if (last === undefined) {
    const other = own.at(-1);
    return other === undefined
      ? "nobody delegated anything to it in this trial"
      : `it is in the delegation log of ${staffOf(other.siteId)}, not of ${staffOf(siteId)}`;
  }
  const { by, tasks, from, until, endedAt } = last;
  if (endedAt !== undefined) return `its delegation was ended on ${timeOf(endedAt)}`;
  if (by !== site?.signer) return "who delegated to it does not sign for the site any more";
  if ((tasks & TASKS.arrive) === 0) {
    return `it was delegated ${tasksOf(tasks).join(", ")}, and not arrive`;
  }
  if (now < from) return `its delegation begins on ${timeOf(from)}`;
  return now < until ? undefined : `its delegation was over on ${timeOf(until)}`;
}

/** To the minute, by the chain's time. */
function timeOf(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
