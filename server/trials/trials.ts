// Trials and their versions.
import { and, asc, count, eq, or } from "drizzle-orm";
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type * as statement from "../../circuits/statement/trial/trial.ts";
import { scopeOf } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { accreditations } from "../accreditation/tables.ts";
import { eventually } from "../indexer/eventually.ts";
import type { Services } from "../schema/context.ts";
import { indexedTime } from "../store/blocks.ts";
import type { Database } from "../store/database.ts";
import { after, type Page, type Row, withCursors } from "../store/pages.ts";
import { groups, members, type StoredTerms, trials, versions } from "./tables.ts";

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

export async function findTrial(
  { db, deployment }: Reader,
  protocolNumber: string,
): Promise<TrialShape | null> {
  const [row] = await db.select().from(trials).where(eq(trials.protocolNumber, protocolNumber));
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

export type TrialStatus = Exclude<statement.TrialStatus, "none">;

export type TrialShape = {
  readonly trialId: string;
  readonly protocolNumber: string;
  readonly sponsor: string;
  readonly board: string;
  readonly status: TrialStatus;
  readonly held: boolean;
  readonly currentVersion: number;
  readonly scope: string;
};

export type VersionShape = StoredTerms & {
  readonly trialId: string;
  readonly version: number;
  readonly digest: string;
  readonly screeningVersion: number | null;
  readonly consentVersion: number | null;
  readonly groupId: string | null;
  readonly members: number;
  readonly approvedAt: Date | null;
  readonly approvedUntil: Date | null;
};
export type SiteShape = VersionShape["sites"][number];

export function presentTrial(row: typeof trials.$inferSelect, deployment: Deployment): TrialShape {
  const { chainId, addresses } = deployment;
  const { trialId } = row;
  return {
    trialId,
    protocolNumber: row.protocolNumber,
    sponsor: row.sponsor,
    board: row.board,
    status: row.status as TrialShape["status"],
    held: row.held,
    currentVersion: row.currentVersion,
    scope: scopeOf({ chainId, screening: addresses.Screening, trialId }).toString(),
  };
}

type Group = { readonly groupId: string; readonly members: number } | undefined;

export function presentVersion(row: typeof versions.$inferSelect, group: Group): VersionShape {
  return {
    ...row.terms,
    trialId: row.trialId,
    version: row.version,
    digest: row.digest,
    screeningVersion: row.screeningVersion,
    consentVersion: row.consentVersion,
    groupId: group?.groupId ?? null,
    members: group?.members ?? 0,
    approvedAt: row.approvedAt,
    approvedUntil: row.approvedUntil,
  };
}

/**
 * What decides whether participants of a trial are on hold (Enrollment.participantOf says the
 * same).
 */
export type HoldRule = {
  readonly running: boolean;
  readonly consentVersion: number;
  readonly now: Date;
};

export type CurrentVersion = {
  readonly version: number;
  readonly screeningVersion: number | null;
  readonly circuit: CircuitName;
  readonly criteriaHashes: readonly string[];
  readonly successorHashes: readonly string[];
};

/** The version in force. Throws UnknownTrial, or VersionSuperseded when another one is named. */
export async function requireVersion(
  services: Services,
  named: { readonly trialId: string; readonly version: number },
): Promise<CurrentVersion> {
  const look = () => findVersion(services, named.trialId);
  const found = await eventually(services, look, (now) => now?.version === named.version);
  if (!found) throw new Refusal("UnknownTrial");
  if (found.version !== named.version) {
    throw new Refusal("VersionSuperseded", { current: found.version });
  }
  return found;
}

async function findVersion({ db }: Services, trialId: string): Promise<CurrentVersion | undefined> {
  const [row] = await db
    .select({ found: versions })
    .from(trials)
    .innerJoin(
      versions,
      and(eq(versions.trialId, trials.trialId), eq(versions.version, trials.currentVersion)),
    )
    .where(eq(trials.trialId, trialId));
  if (!row) return undefined;
  const { terms, version, screeningVersion } = row.found;
  const { circuit, criteriaHashes, successorHashes } = terms;
  return { version, screeningVersion, circuit, criteriaHashes, successorHashes };
}
