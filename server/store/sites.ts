// The keys that sign for a trial's sites.
import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { versions } from "./tables.ts";

/** True when the account is the signing key of a site in any version of the trial. */
export async function signsForSite(
  db: Database,
  trialId: string,
  account: string,
): Promise<boolean> {
  const rows = await db
    .select({ terms: versions.terms })
    .from(versions)
    .where(eq(versions.trialId, trialId));
  const signers = rows.flatMap(({ terms }) => terms.sites.map(({ signer }) => signer));
  return signers.some((signer) => signer.toLowerCase() === account.toLowerCase());
}
