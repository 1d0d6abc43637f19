// The funnel: counts of a trial, each one query over indexed rows.
import { and, count, eq, isNotNull, sql } from "drizzle-orm";
import type { Database } from "../store/database.ts";
import { readHoldRule } from "../trials/trials.ts";
import { participants, screenings } from "./tables.ts";

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
      // As the contract counts: whoever arrived keeps the place, whatever comes then. Retired for a successor, whose
      // consent ends at zero, they do not.
      placesTaken: counted(sql`${state} = 'pending-on-study'
        or (${isNotNull(participants.arrivedAt)} and ${validUntil} is distinct from 'epoch'::timestamptz)`),
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

export type FunnelShape = {
  readonly screened: number;
  readonly consented: number;
  readonly consenting: number;
  readonly enrolled: number;
  readonly arrived: number;
  /** Of the trial's capacity, as the contract counts them. */
  readonly placesTaken: number;
  readonly pendingOnStudy: number;
  readonly onStudy: number;
  readonly onHold: number;
  readonly withdrawn: number;
  readonly offStudy: number;
  readonly ineligible: number;
};
