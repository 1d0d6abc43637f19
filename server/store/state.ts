// A trial's whole public state, as of one block.
import { asc, desc, eq } from "drizzle-orm";
import type { Deployment } from "../../contracts/deployment.ts";
import { presentPublicParticipant, presentTrial } from "../present.ts";
import type { GroupShape, PublicStateShape } from "../shapes.ts";
import type { Database, Transaction } from "./database.ts";
import { blocks, groups, members, participants, screenings, trials } from "./tables.ts";
import { listVersions, readHoldRule } from "./trials.ts";

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

/** The newest block read. */
export async function readBlock(db: Database | Transaction): Promise<number> {
  const [newest] = await db
    .select({ number: blocks.number })
    .from(blocks)
    .orderBy(desc(blocks.number))
    .limit(1);
  return newest?.number ?? 0;
}
