// What happened to a trial's data, in the order of the chain. Whole trials, never one participant: a wallet reads all of
// it and looks for its own.
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Database } from "../store/database.ts";
import { after, type Page, type Row, withCursors } from "../store/pages.ts";
import {
  acknowledgements,
  caseClosures,
  cutRequests,
  cuts,
  datasetAnchors,
  delegations,
  destroyedKeys,
  emergencyCases,
  erasures,
  personTags,
  purges,
  receiptRoots,
} from "./tables.ts";

type Of = { readonly trialId: string; readonly page: Page };

export type CutShape = typeof cuts.$inferSelect;
export type PurgeShape = typeof purges.$inferSelect;
export type AcknowledgementShape = typeof acknowledgements.$inferSelect;
export type DatasetAnchorShape = typeof datasetAnchors.$inferSelect;
export type RequestShape = typeof cutRequests.$inferSelect & {
  readonly purges: readonly PurgeShape[];
  readonly acknowledgements: readonly AcknowledgementShape[];
  readonly datasets: readonly DatasetAnchorShape[];
};
export type CaseShape = typeof emergencyCases.$inferSelect & {
  readonly closedAt: Date | null;
  readonly outcome: string | null;
};
export type ErasureShape = typeof erasures.$inferSelect & {
  /** Custodians that have destroyed their keys. */
  readonly destroyedBy: readonly string[];
};
export type DelegationShape = typeof delegations.$inferSelect;
export type PersonTagShape = typeof personTags.$inferSelect;
export type ReceiptRootShape = typeof receiptRoots.$inferSelect;

export async function listCuts(db: Database, { trialId, page }: Of): Promise<Row<CutShape>[]> {
  const rows = await db
    .select()
    .from(cuts)
    .where(and(eq(cuts.trialId, trialId), after(cuts.position, page)))
    .orderBy(asc(cuts.position))
    .limit(page.limit);
  return withCursors(rows, (row) => row);
}

export async function listRequests(
  db: Database,
  { trialId, page }: Of,
): Promise<Row<RequestShape>[]> {
  const rows = await db
    .select()
    .from(cutRequests)
    .where(and(eq(cutRequests.trialId, trialId), after(cutRequests.position, page)))
    .orderBy(asc(cutRequests.position))
    .limit(page.limit);
  const ids = rows.map(({ requestId }) => requestId);
  if (ids.length === 0) return [];
  const purged = await db.select().from(purges).where(inArray(purges.requestId, ids));
  const noted = await db
    .select()
    .from(acknowledgements)
    .where(inArray(acknowledgements.requestId, ids));
  const made = await db
    .select()
    .from(datasetAnchors)
    .where(inArray(datasetAnchors.requestId, ids))
    .orderBy(asc(datasetAnchors.position));
  // The contract takes anybody of the cut's trial at their word: only what names its cut belongs to a request.
  return withCursors(rows, (row) => {
    const isOf = (one: { requestId: string; cutId: string }) =>
      one.requestId === row.requestId && one.cutId === row.cutId;
    return {
      ...{ ...row, purges: purged.filter(isOf), acknowledgements: noted.filter(isOf) },
      datasets: made.filter(isOf),
    };
  });
}

export async function listCases(db: Database, { trialId, page }: Of): Promise<Row<CaseShape>[]> {
  const rows = await db
    .select({ found: emergencyCases, closure: caseClosures })
    .from(emergencyCases)
    .leftJoin(caseClosures, eq(caseClosures.caseId, emergencyCases.caseId))
    .where(and(eq(emergencyCases.trialId, trialId), after(emergencyCases.position, page)))
    .orderBy(asc(emergencyCases.position))
    .limit(page.limit);
  const cases = rows.map(({ found, closure }) => ({
    ...found,
    closedAt: closure?.closedAt ?? null,
    outcome: closure?.outcome ?? null,
  }));
  return withCursors(cases, (row) => row);
}

export async function listErasures(
  db: Database,
  { trialId, page }: Of,
): Promise<Row<ErasureShape>[]> {
  const rows = await db
    .select()
    .from(erasures)
    .where(and(eq(erasures.trialId, trialId), after(erasures.position, page)))
    .orderBy(asc(erasures.position))
    .limit(page.limit);
  const who = rows.map(({ pseudonym }) => pseudonym);
  if (who.length === 0) return [];
  const gone = await db
    .select()
    .from(destroyedKeys)
    .where(and(eq(destroyedKeys.trialId, trialId), inArray(destroyedKeys.pseudonym, who)))
    .orderBy(asc(destroyedKeys.position));
  return withCursors(rows, (row) => ({
    ...row,
    destroyedBy: gone
      .filter(({ pseudonym }) => pseudonym === row.pseudonym)
      .map(({ custodian }) => custodian),
  }));
}

export async function listDelegations(
  db: Database,
  { trialId, page }: Of,
): Promise<Row<DelegationShape>[]> {
  const rows = await db
    .select()
    .from(delegations)
    .where(and(eq(delegations.trialId, trialId), after(delegations.position, page)))
    .orderBy(asc(delegations.position))
    .limit(page.limit);
  return withCursors(rows, (row) => row);
}

export async function listPersonTags(
  db: Database,
  { trialId, page }: Of,
): Promise<Row<PersonTagShape>[]> {
  const rows = await db
    .select()
    .from(personTags)
    .where(and(eq(personTags.trialId, trialId), after(personTags.position, page)))
    .orderBy(asc(personTags.position))
    .limit(page.limit);
  return withCursors(rows, (row) => row);
}

export async function listReceiptRoots(db: Database, page: Page): Promise<Row<ReceiptRootShape>[]> {
  const rows = await db
    .select()
    .from(receiptRoots)
    .where(after(receiptRoots.position, page))
    .orderBy(asc(receiptRoots.position))
    .limit(page.limit);
  return withCursors(rows, (row) => row);
}
