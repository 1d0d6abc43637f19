// Participants by pseudonym and their consents.
import { and, asc, desc, eq } from "drizzle-orm";
import {
  DECISIONS,
  type Decision,
  GIVEN_BY,
  type GivenBy,
} from "../../circuits/statement/trial/consent.ts";
import type * as statement from "../../circuits/statement/trial/trial.ts";
import { indexedTime } from "../store/blocks.ts";
import type { Database } from "../store/database.ts";
import { after, type Page, type Row, withCursors } from "../store/pages.ts";
import { type HoldRule, readHoldRule } from "../trials/trials.ts";
import { consents, participants } from "./tables.ts";

export async function listParticipants(
  db: Database,
  of: { readonly trialId: string; readonly state: ParticipantState | null | undefined },
  page: Page,
): Promise<Row<ParticipantShape>[]> {
  const rule = await readHoldRule(db, of.trialId);
  const rows = await db
    .select()
    .from(participants)
    .where(
      and(
        eq(participants.trialId, of.trialId),
        of.state ? eq(participants.state, of.state) : undefined,
        after(participants.position, page),
      ),
    )
    .orderBy(asc(participants.position))
    .limit(page.limit);
  return withCursors(rows, (row) => presentParticipant(row, rule));
}

type Key = { readonly trialId: string; readonly pseudonym: string };

/** A participant's statements, oldest first. Only the newest can be in force. */
export async function listConsents(
  db: Database,
  { trialId, pseudonym }: Key,
  page: Page,
): Promise<Row<ConsentShape>[]> {
  const theirs = and(eq(consents.trialId, trialId), eq(consents.pseudonym, pseudonym));
  const who = and(eq(participants.trialId, trialId), eq(participants.pseudonym, pseudonym));
  const now = await indexedTime(db);
  const [participant] = await db.select().from(participants).where(who);
  const [newest] = await db
    .select({ position: consents.position })
    .from(consents)
    .where(theirs)
    .orderBy(desc(consents.position))
    .limit(1);
  const rows = await db
    .select()
    .from(consents)
    .where(and(theirs, after(consents.position, page)))
    .orderBy(asc(consents.position))
    .limit(page.limit);
  return withCursors(rows, (row) => {
    const unexpired = row.validUntil !== null && row.validUntil >= now;
    const isNewest = row.position === newest?.position;
    return presentConsent(row, isNewest && unexpired && participant?.consenting === true);
  });
}

type ParticipantState = Exclude<statement.ParticipantState, "none">;

export type PublicParticipantShape = {
  readonly pseudonym: string;
  readonly state: ParticipantState;
  readonly onHold: boolean;
  readonly sequence: string;
  readonly version: number;
  readonly siteId: number;
  readonly arriveBy: Date | null;
};

export type ParticipantShape = PublicParticipantShape & {
  readonly trialId: string;
  readonly enrolledAt: Date | null;
  readonly arrivedAt: Date | null;
  readonly endedAt: Date | null;
};

export type ConsentShape = {
  readonly sequence: string;
  readonly state: "active" | "inactive";
  readonly decision: Decision;
  readonly version: number;
  readonly formHash: string;
  readonly permissions: number;
  readonly siteId: number;
  readonly givenBy: GivenBy | null;
  readonly validUntil: Date | null;
  readonly recordedAt: Date;
  readonly blockNumber: number;
  readonly transactionHash: string;
};

export function presentPublicParticipant(
  row: typeof participants.$inferSelect,
  rule: HoldRule,
): PublicParticipantShape {
  const expired = row.validUntil !== null && row.validUntil < rule.now;
  return {
    pseudonym: row.pseudonym,
    state: row.state as ParticipantShape["state"],
    onHold: !rule.running || row.version < rule.consentVersion || expired,
    sequence: row.sequence,
    version: row.version,
    siteId: row.siteId,
    arriveBy: row.arriveBy,
  };
}

function presentParticipant(
  row: typeof participants.$inferSelect,
  rule: HoldRule,
): ParticipantShape {
  return {
    ...presentPublicParticipant(row, rule),
    trialId: row.trialId,
    enrolledAt: row.enrolledAt,
    arrivedAt: row.arrivedAt,
    endedAt: row.endedAt,
  };
}

function nameOf<Name extends string>(names: Record<Name, number>, number: number): Name | null {
  return (Object.keys(names) as Name[]).find((name) => names[name] === number) ?? null;
}

function presentConsent(row: typeof consents.$inferSelect, isInForce: boolean): ConsentShape {
  return {
    sequence: row.sequence,
    state: isInForce ? "active" : "inactive",
    decision: nameOf<Decision>(DECISIONS, row.decision)!,
    version: row.version,
    formHash: row.formHash,
    permissions: row.permissions,
    siteId: row.siteId,
    givenBy: nameOf<GivenBy>(GIVEN_BY, row.givenBy),
    validUntil: row.validUntil,
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
    transactionHash: row.transactionHash,
  };
}
