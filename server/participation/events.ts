// Screenings, groups, consents and what becomes of participants.
import { and, eq } from "drizzle-orm";
import { PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import type { Handlers } from "../indexer/derive.ts";
import { dateOf } from "../store/columns.ts";
import type { Transaction } from "../store/database.ts";
import type { EventOf } from "../store/events.ts";
import { addMember } from "../trials/groups.ts";
import { consents, participants, screenings } from "./tables.ts";

/** The participant an event is about. */
function same({ trialId, pseudonym }: { readonly trialId: string; readonly pseudonym: string }) {
  return and(eq(participants.trialId, trialId), eq(participants.pseudonym, pseudonym));
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
function tagsOf({ arguments: { parts } }: EventOf<"Screened" | "Succeeded">): string[] {
  return parts.map(({ issuerTag }) => issuerTag);
}

async function addConsent(
  tx: Transaction,
  event: EventOf<"Consented" | "WithdrawnByProof">,
): Promise<void> {
  const { trialId, pseudonym } = event.arguments;
  const { statement } = event.arguments;
  const validUntil = statement.validUntil === "0" ? null : dateOf(statement.validUntil);
  await tx.insert(consents).values({
    trialId,
    pseudonym,
    position: event.position,
    sequence: statement.sequence,
    decision: Number(statement.decision),
    version: Number(statement.version),
    formHash: statement.formHash,
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

export const events: Handlers = {
  Screened: async (tx, event) => {
    const values = event.arguments;
    const trialId = values.trialId;
    const commitment = values.participantCommitment;
    await addMember(tx, { trialId, groupId: values.groupId, commitment });
    await addScreening(tx, {
      trialId,
      nullifier: values.nullifier,
      version: Number(values.version),
      commitment,
      issuerTags: tagsOf(event),
      position: event.position,
    });
  },
  Succeeded: async (tx, event) => {
    const { trialId, groupId } = event.arguments;
    const { succession } = event.arguments;
    const commitment = succession.successorCommitment;
    const version = await addMember(tx, { trialId, groupId, commitment });
    await tx
      .update(participants)
      .set({ consenting: false, validUntil: dateOf("0") })
      .where(same(event.arguments));
    await addScreening(tx, {
      trialId,
      nullifier: succession.successorNullifier,
      version,
      commitment,
      issuerTags: tagsOf(event),
      position: event.position,
    });
  },
  Consented: async (tx, event) => {
    const { trialId, pseudonym } = event.arguments;
    const { statement } = event.arguments;
    await addConsent(tx, event);
    const newest = {
      version: Number(statement.version),
      siteId: Number(statement.siteId),
      sequence: statement.sequence,
      consenting: true,
      validUntil: dateOf(statement.validUntil),
    };
    await tx
      .insert(participants)
      .values({
        trialId,
        pseudonym,
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
    const { statement } = event.arguments;
    await addConsent(tx, event);
    await tx
      .update(participants)
      .set({ sequence: statement.sequence })
      .where(same(event.arguments));
  },
  Enrolled: (tx, event) => {
    const values = event.arguments;
    const times = { enrolledAt: event.blockTime, arriveBy: dateOf(values.arriveBy) };
    return tx.update(participants).set(times).where(same(values));
  },
  StateChanged: (tx, event) => {
    const values = event.arguments;
    const state = PARTICIPANT_STATES[Number(values.state)]!;
    const times = STATE_TIMES[state as keyof typeof STATE_TIMES]?.(event.blockTime);
    const consenting = state === "withdrawn" ? { consenting: false } : {};
    return tx
      .update(participants)
      .set({ state, ...times, ...consenting })
      .where(same(values));
  },
};
