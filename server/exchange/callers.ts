// Who may have calls about cuts relayed: a trial's sponsor, and its staff with the task. The contract checks again.
import { and, eq, gt, isNull, lte } from "drizzle-orm";
import { SPONSOR_SITE, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { type Caller, SELECTOR_LENGTH } from "../schema/relayRights.ts";
import { indexedTime } from "../store/blocks.ts";
import type { Database } from "../store/database.ts";
import { trials } from "../trials/tables.ts";
import { cuts, delegations } from "./tables.ts";

/** Whether a key may request for a sponsor now, by the delegation log: for a trial's, or for any. */
export async function isRequestStaff(
  db: Database,
  { key, trialId }: { readonly key: string; readonly trialId?: string },
): Promise<boolean> {
  const now = await indexedTime(db);
  const given = await db
    .select({ tasks: delegations.tasks })
    .from(delegations)
    .innerJoin(
      trials,
      // By who is the sponsor to this day: a site's signer delegates nothing of a sponsor's.
      and(eq(trials.trialId, delegations.trialId), eq(trials.sponsor, delegations.by)),
    )
    .where(
      and(
        trialId === undefined ? undefined : eq(delegations.trialId, trialId),
        eq(delegations.siteId, SPONSOR_SITE),
        eq(delegations.key, key),
        isNull(delegations.endedAt),
        lte(delegations.from, now),
        gt(delegations.until, now),
      ),
    );
  return given.some(({ tasks }) => (tasks & TASKS.request) !== 0);
}

async function mayRequest(db: Database, trialId: string, account: string): Promise<boolean> {
  const [trial] = await db.select().from(trials).where(eq(trials.trialId, trialId));
  if (trial === undefined) return false;
  return trial.sponsor === account || (await isRequestStaff(db, { key: account, trialId }));
}

/** The first argument of a call. Not decoded, which would throw where the call is cut short. */
const firstWord = (data: string) => `0x${data.slice(SELECTOR_LENGTH, SELECTOR_LENGTH + 64)}`;

/** Of functions whose first argument is the trial. */
export const staffOfTrial: Caller = {
  is: (db, { from, data }) => mayRequest(db, firstWord(data), from),
  refusal: "NotStaff",
};

/** Of functions whose first argument is a cut. */
export const staffOfCut: Caller = {
  is: async (db, { from, data }) => {
    const word = firstWord(data);
    if (!/^0x[0-9a-f]{64}$/.test(word)) return false;
    const [cut] = await db
      .select({ trialId: cuts.trialId })
      .from(cuts)
      .where(eq(cuts.cutId, BigInt(word).toString()));
    return cut !== undefined && (await mayRequest(db, cut.trialId, from));
  },
  refusal: "NotStaff",
};
