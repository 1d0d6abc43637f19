// Screenings, groups, consents and what becomes of participants.
import { and, count, eq } from "drizzle-orm";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial.ts";
import type { Transaction } from "../store/database.ts";
import { consents, groups, members, participants, screenings } from "../store/tables.ts";
import type { Handler } from "./apply.ts";
import type { EventRow } from "./read.ts";
import { dateOf } from "./trials.ts";

type Values = Record<string, string>;
type Member = { trialId: string; groupId: string; commitment: string };

/** The participant an event is about. */
function same({ trialId, pseudonym }: Values) {
  return and(eq(participants.trialId, trialId!), eq(participants.pseudonym, pseudonym!));
}

async function addMember(
  tx: Transaction,
  { trialId, groupId, commitment }: Member,
): Promise<number> {
  const [group] = await tx
    .select()
    .from(groups)
    .where(and(eq(groups.trialId, trialId), eq(groups.groupId, groupId)));
  const version = group!.version;
  const inGroup = and(eq(members.trialId, trialId), eq(members.version, version));
  const [size] = await tx.select({ n: count() }).from(members).where(inGroup);
  await tx.insert(members).values({ trialId, version, index: size!.n, commitment });
  return version;
}

async function addScreening(tx: Transaction, row: typeof screenings.$inferInsert): Promise<void> {
  await tx
    .insert(screenings)
    .values(row)
    .onConflictDoUpdate({
      target: [screenings.trialId, screenings.nullifier],
      set: { version: row.version, commitment: row.commitment, issuerTags: row.issuerTags },
    });
}

/** The tags of a screening's parts, in order. */
function tagsOf({ arguments: { parts } }: EventRow): string[] {
  return (parts as Values[]).map(({ issuerTag }) => issuerTag!);
}

async function addConsent(tx: Transaction, event: EventRow): Promise<void> {
  const { trialId, pseudonym } = event.arguments as Values;
  const statement = event.arguments.statement as Values;
  const validUntil = statement.validUntil === "0" ? null : dateOf(statement.validUntil!);
  await tx.insert(consents).values({
    trialId: trialId!,
    pseudonym: pseudonym!,
    position: event.position,
    sequence: statement.sequence!,
    decision: Number(statement.decision),
    version: Number(statement.version),
    formHash: statement.formHash!,
    permissions: Number(statement.permissions),
    siteId: Number(statement.siteId),
    givenBy: Number(statement.givenBy),
    validUntil,
    recordedAt: event.blockTime,
    blockNumber: event.blockNumber,
    transactionHash: event.transactionHash,
  });
}

const STATE_TIMES = {
  // A no-show leaves the deadline of arrival, which names the enrollment until the next one.
  eligible: () => ({ enrolledAt: null }),
  "on-study": (at: Date) => ({ arrivedAt: at }),
  "off-study": (at: Date) => ({ endedAt: at }),
  ineligible: (at: Date) => ({ endedAt: at }),
  withdrawn: (at: Date) => ({ endedAt: at }),
} as const;

export const handlers: Readonly<Record<string, Handler>> = {
  GroupOpened: (tx, { arguments: values }) => {
    const { trialId, screeningVersion, groupId } = values as Values;
    const row = { trialId: trialId!, version: Number(screeningVersion), groupId: groupId! };
    return tx.insert(groups).values(row);
  },
  Screened: async (tx, event) => {
    const values = event.arguments as Values;
    const trialId = values.trialId!;
    const commitment = values.participantCommitment!;
    await addMember(tx, { trialId, groupId: values.groupId!, commitment });
    await addScreening(tx, {
      trialId,
      nullifier: values.nullifier!,
      version: Number(values.version),
      commitment,
      issuerTags: tagsOf(event),
      position: event.position,
    });
  },
  Succeeded: async (tx, event) => {
    const { trialId, groupId } = event.arguments as Values;
    const succession = event.arguments.succession as Values;
    const commitment = succession.successorCommitment!;
    const version = await addMember(tx, { trialId: trialId!, groupId: groupId!, commitment });
    await tx
      .update(participants)
      .set({ consenting: false, validUntil: dateOf("0") })
      .where(same(event.arguments as Values));
    await addScreening(tx, {
      trialId: trialId!,
      nullifier: succession.successorNullifier!,
      version,
      commitment,
      issuerTags: tagsOf(event),
      position: event.position,
    });
  },
  Consented: async (tx, event) => {
    const { trialId, pseudonym } = event.arguments as Values;
    const statement = event.arguments.statement as Values;
    await addConsent(tx, event);
    const newest = {
      version: Number(statement.version),
      siteId: Number(statement.siteId),
      sequence: statement.sequence!,
      consenting: true,
      validUntil: dateOf(statement.validUntil!),
    };
    await tx
      .insert(participants)
      .values({
        trialId: trialId!,
        pseudonym: pseudonym!,
        state: "eligible",
        position: event.position,
        ...newest,
      })
      .onConflictDoUpdate({
        target: [participants.trialId, participants.pseudonym],
        set: newest,
      });
  },
  WithdrawnByProof: async (tx, event) => {
    const statement = event.arguments.statement as Values;
    await addConsent(tx, event);
    await tx
      .update(participants)
      .set({ sequence: statement.sequence! })
      .where(same(event.arguments as Values));
  },
  Enrolled: (tx, event) => {
    const values = event.arguments as Values;
    const times = { enrolledAt: event.blockTime, arriveBy: dateOf(values.arriveBy!) };
    return tx.update(participants).set(times).where(same(values));
  },
  StateChanged: (tx, event) => {
    const values = event.arguments as Values;
    const state = PARTICIPANT_STATES[Number(values.state)]!;
    const times = STATE_TIMES[state as keyof typeof STATE_TIMES]?.(event.blockTime);
    const consenting = state === "withdrawn" ? { consenting: false } : {};
    return tx
      .update(participants)
      .set({ state, ...times, ...consenting })
      .where(same(values));
  },
};
