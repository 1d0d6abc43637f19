// Trials and their versions.
import { and, asc, count, desc, eq, or, type SQL } from "drizzle-orm";
import type { TrialStatus } from "../../circuits/statement/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { type HoldRule, presentTrial, presentVersion } from "../present.ts";
import type { TrialShape, VersionShape } from "../shapes.ts";
import type { Database } from "./database.ts";
import { after, type Page, type Row, withCursors } from "./pages.ts";
import { accreditations, blocks, groups, members, trials, versions } from "./tables.ts";

type Reader = { readonly db: Database; readonly deployment: Deployment };

export async function listTrials(
  { db, deployment }: Reader,
  status: TrialStatus | null | undefined,
  page: Page,
): Promise<Row<TrialShape>[]> {
  const rows = await db
    .select()
    .from(trials)
    .where(and(status ? eq(trials.status, status) : undefined, after(trials.position, page)))
    .orderBy(asc(trials.position))
    .limit(page.limit);
  return withCursors(rows, (row) => presentTrial(row, deployment));
}

export function findTrial(reader: Reader, protocolNumber: string): Promise<TrialShape | null> {
  return oneTrial(reader, eq(trials.protocolNumber, protocolNumber));
}

export function findTrialById(reader: Reader, trialId: string): Promise<TrialShape | null> {
  return oneTrial(reader, eq(trials.trialId, trialId));
}

async function oneTrial({ db, deployment }: Reader, where: SQL): Promise<TrialShape | null> {
  const [row] = await db.select().from(trials).where(where);
  return row ? presentTrial(row, deployment) : null;
}

/** All versions, oldest first, each with the group that its consent proofs are about. */
export async function listVersions(db: Database, trialId: string): Promise<VersionShape[]> {
  const rows = await db
    .select()
    .from(versions)
    .where(eq(versions.trialId, trialId))
    .orderBy(asc(versions.version));
  const sizes = await db
    .select({ version: groups.version, groupId: groups.groupId, members: count(members.index) })
    .from(groups)
    .leftJoin(
      members,
      and(eq(members.trialId, groups.trialId), eq(members.version, groups.version)),
    )
    .where(eq(groups.trialId, trialId))
    .groupBy(groups.version, groups.groupId);
  const bySize = new Map(sizes.map((group) => [group.version, group]));
  return rows.map((row) =>
    presentVersion(
      row,
      row.screeningVersion === null ? undefined : bySize.get(row.screeningVersion),
    ),
  );
}

/** Who is on hold in a trial, by the rule of Enrollment.participantOf. */
export async function readHoldRule(db: Database, trialId: string): Promise<HoldRule> {
  const now = await indexedTime(db);
  const [row] = await db
    .select()
    .from(trials)
    .innerJoin(
      versions,
      and(eq(versions.trialId, trials.trialId), eq(versions.version, trials.currentVersion)),
    )
    .where(eq(trials.trialId, trialId));
  if (!row) return { running: false, consentVersion: 0, now };
  const { status, held } = row.trials;
  const open = (status === "active" || status === "closed-to-accrual") && !held;
  const approved = row.versions.approvedUntil !== null && row.versions.approvedUntil >= now;
  const running = open && approved && (await areAccredited(db, row.trials));
  return { running, consentVersion: row.versions.consentVersion ?? 0, now };
}

type Parties = { readonly sponsor: string; readonly board: string };

/** A trial runs only while its sponsor and its board both are accredited. */
async function areAccredited(db: Database, { sponsor, board }: Parties): Promise<boolean> {
  const isOf = (role: string, account: string) =>
    and(eq(accreditations.role, role), eq(accreditations.account, account));
  const found = await db
    .select({ role: accreditations.role })
    .from(accreditations)
    .where(
      and(eq(accreditations.active, true), or(isOf("sponsor", sponsor), isOf("board", board))),
    );
  return found.length === 2;
}

/** Time of the newest block read, for judging what has expired. */
export async function indexedTime(db: Database): Promise<Date> {
  const [newest] = await db.select().from(blocks).orderBy(desc(blocks.number)).limit(1);
  return newest?.time ?? new Date(0);
}
