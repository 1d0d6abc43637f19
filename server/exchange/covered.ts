// Whose consent covers a permission, by the rule of CutRegistry.requireCovered: how many could have been in a cut.
import { sql } from "drizzle-orm";
import { consents, participants } from "../participation/tables.ts";
import type { Database, Transaction } from "../store/database.ts";
import { rowsOf } from "../store/rows.ts";
import { trials, versions } from "../trials/tables.ts";

type Asked = { readonly trialId: string; readonly permission: number; readonly at: Date };

/**
 * Participants who could be in a cut at a time, as far as events have been read. Whether the trial runs is not
 * looked at: a cut is only sealed while it does.
 */
export async function countCovered(
  db: Database | Transaction,
  { trialId, permission, at }: Asked,
): Promise<number> {
  const found = await db.execute(sql`
    select count(*)::int as n
    from ${participants} p
    join ${trials} t on t.trial_id = p.trial_id
    join ${versions} v on v.trial_id = t.trial_id and v.version = t.current_version
    where p.trial_id = ${trialId}
      and p.state in ('on-study', 'off-study')
      and p.consenting
      and p.version >= coalesce(v.consent_version, 0)
      and p.valid_until >= ${at.toISOString()}::timestamptz
      and (
        select c.permissions & ${permission}::bigint
        from ${consents} c
        where c.trial_id = p.trial_id and c.pseudonym = p.pseudonym
        order by c.position desc limit 1
      ) = ${permission}::bigint`);
  return rowsOf<{ n: number }>(found)[0]!.n;
}
