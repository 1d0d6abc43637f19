// The keys that sign for a trial's sites.
import { eq } from "drizzle-orm";
import { type Caller, SELECTOR_LENGTH } from "../schema/relayRights.ts";
import type { Database } from "../store/database.ts";
import { versions } from "./tables.ts";

/** True when the account is the signing key of a site in any version of the trial. */
async function signsForSite(db: Database, trialId: string, account: string): Promise<boolean> {
  const rows = await db
    .select({ terms: versions.terms })
    .from(versions)
    .where(eq(versions.trialId, trialId));
  const signers = rows.flatMap(({ terms }) => terms.sites.map(({ signer }) => signer));
  return signers.some((signer) => signer.toLowerCase() === account.toLowerCase());
}

/**
 * Sites hold no role: what they sign, anybody may submit. A no-show is told without a signature of
 * theirs, and is relayed for whoever signs for a site of the trial.
 */
export const site: Caller = {
  is: (db, { from, data }) => {
    // Not decoded, which would throw where the call is cut short: the trial's id is the first word.
    const trialId = `0x${data.slice(SELECTOR_LENGTH, SELECTOR_LENGTH + 64)}`;
    return signsForSite(db, trialId, from);
  },
  refusal: "NotAccredited",
};
