// A trial's whole public state, as of one block.
import { asc, eq } from "drizzle-orm";
import type { Deployment } from "../../contracts/deployment.ts";
import { readBlock } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { groups, members, trials } from "../trials/tables.ts";
import {
  listVersions,
  presentTrial,
  readHoldRule,
  type TrialStatus,
  type VersionShape,
} from "../trials/trials.ts";
import { type PublicParticipantShape, presentPublicParticipant } from "./participants.ts";
import { participants, screenings } from "./tables.ts";

type Reader = { readonly db: Database; readonly deployment: Deployment };

/** Null when there is no such trial. */
export function readPublicState(
  { db, deployment }: Reader,
  trialId: string,
): Promise<PublicStateShape | null> {
  const read = async (tx: Transaction): Promise<PublicStateShape | null> => {
    const [trial] = await tx.select().from(trials).where(eq(trials.trialId, trialId));
    if (!trial) return null;
    const rule = await readHoldRule(tx, trialId);
    const { status, held, currentVersion } = presentTrial(trial, deployment);
    const screened = await tx
      .select()
      .from(screenings)
      .where(eq(screenings.trialId, trialId))
      .orderBy(asc(screenings.position));
    const people = await tx
      .select()
      .from(participants)
      .where(eq(participants.trialId, trialId))
      .orderBy(asc(participants.position));
    return {
      trialId,
      blockNumber: await readBlock(tx),
      status,
      held,
      currentVersion,
      versions: await listVersions(tx, trialId),
      groups: await readGroups(tx, trialId),
      screenings: screened.map(({ nullifier, version, commitment, issuerTags }) => ({
        nullifier,
        version,
        commitment,
        issuerTags,
      })),
      participants: people.map((row) => presentPublicParticipant(row, rule)),
    };
  };
  return db.transaction(read, { isolationLevel: "repeatable read" });
}

/** How many rows a trial's state has, but for its versions. */
export async function countPublicRows(db: Database, trialId: string): Promise<number> {
  const counts = [
    db.$count(members, eq(members.trialId, trialId)),
    db.$count(screenings, eq(screenings.trialId, trialId)),
    db.$count(participants, eq(participants.trialId, trialId)),
  ];
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function readGroups(tx: Transaction, trialId: string): Promise<GroupShape[]> {
  const found = await tx
    .select()
    .from(groups)
    .where(eq(groups.trialId, trialId))
    .orderBy(asc(groups.version));
  const all = await tx
    .select()
    .from(members)
    .where(eq(members.trialId, trialId))
    .orderBy(asc(members.index));
  return found.map(({ version, groupId }) => ({
    version,
    groupId,
    members: all.filter((member) => member.version === version).map((m) => m.commitment),
  }));
}

export type GroupShape = {
  readonly version: number;
  readonly groupId: string;
  readonly members: string[];
};

export type PublicStateShape = {
  readonly trialId: string;
  readonly blockNumber: number;
  readonly status: TrialStatus;
  readonly held: boolean;
  readonly currentVersion: number;
  readonly versions: readonly VersionShape[];
  readonly groups: readonly GroupShape[];
  readonly screenings: readonly {
    readonly nullifier: string;
    readonly version: number;
    readonly commitment: string;
    readonly issuerTags: readonly string[];
  }[];
  readonly participants: readonly PublicParticipantShape[];
};
