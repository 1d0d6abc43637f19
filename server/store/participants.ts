// Participants by pseudonym and their consents.
import { and, asc, desc, eq } from "drizzle-orm";
import type { ParticipantState } from "../../circuits/statement/trial.ts";
import { presentConsent, presentParticipant } from "../present.ts";
import type { ConsentShape, ParticipantShape } from "../shapes.ts";
import type { Database } from "./database.ts";
import { after, type Page, type Row, withCursors } from "./pages.ts";
import { consents, participants } from "./tables.ts";
import { indexedTime, readHoldRule } from "./trials.ts";

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
