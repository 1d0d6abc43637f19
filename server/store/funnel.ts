// The funnel: counts of a trial, each one query over indexed rows.
import { and, count, eq, isNotNull, sql } from "drizzle-orm";
import type { FunnelShape } from "../shapes.ts";
import type { Database } from "./database.ts";
import { participants, screenings } from "./tables.ts";
import { readHoldRule } from "./trials.ts";

export async function readFunnel(db: Database, trialId: string): Promise<FunnelShape> {
  const rule = await readHoldRule(db, trialId);
  const { state, validUntil } = participants;
  const held = sql`(${!rule.running} or ${participants.version} < ${rule.consentVersion}
    or ${validUntil} < ${rule.now.toISOString()}::timestamptz)`;
  const counted = (condition: ReturnType<typeof sql>) =>
    sql<number>`(count(*) filter (where ${condition}))::int`;
  const [screened] = await db
    .select({ n: count() })
    .from(screenings)
    .where(eq(screenings.trialId, trialId));
  const [row] = await db
    .select({
      consented: count(),
      consenting: counted(
        sql`${participants.consenting} and ${validUntil} >= ${rule.now.toISOString()}::timestamptz`,
      ),
      enrolled: counted(sql`${isNotNull(participants.enrolledAt)}`),
      arrived: counted(sql`${isNotNull(participants.arrivedAt)}`),
      pendingOnStudy: counted(sql`${state} = 'pending-on-study'`),
      onStudy: counted(sql`${state} = 'on-study'`),
      onHold: counted(sql`${state} in ('pending-on-study', 'on-study') and ${held}`),
      withdrawn: counted(sql`${state} = 'withdrawn'`),
      offStudy: counted(sql`${state} = 'off-study'`),
      ineligible: counted(sql`${state} = 'ineligible'`),
    })
    .from(participants)
    .where(and(eq(participants.trialId, trialId)));
  return { screened: screened!.n, ...row! };
}
