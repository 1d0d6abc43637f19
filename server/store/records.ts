// The record registry as a whole, and the published leaves of batches.
import { and, asc, eq, isNotNull } from "drizzle-orm";
import type { ClinicShape, LeafShape, RecordsStateShape } from "../shapes.ts";
import type { Database, Transaction } from "./database.ts";
import { batches } from "./ownTables.ts";
import { readBlock } from "./state.ts";
import { clinics, leaves, roots } from "./tables.ts";

/** What the registry gives a clinic of which governance said nothing (RecordRegistry.sol). */
export const REGISTRY_DEFAULTS = { quota: 64, revocationLimit: 24 } as const;

/** All leaves, clinics and roots as of one block. */
export function readRecordsState(db: Database): Promise<RecordsStateShape> {
  return db.transaction(
    async (tx) => {
      const allRoots = await tx.select().from(roots).orderBy(asc(roots.position));
      const allLeaves = await readLeaves(tx);
      const allClinics = await readClinics(tx, allLeaves);
      return {
        blockNumber: await readBlock(tx),
        root: allRoots.at(-1)?.root ?? "0",
        blocked: isBlocked(allClinics, allLeaves),
        clinics: allClinics,
        leaves: allLeaves,
        roots: allRoots.map(({ root, createdAt, supersededAt, voided }) => ({
          root,
          createdAt,
          supersededAt,
          voided,
        })),
      };
    },
    { isolationLevel: "repeatable read" },
  );
}

type Placed = Pick<LeafShape, "issuer" | "kind">;

/** While a voided clinic has leaves left, no root is good. */
function isBlocked(all: readonly ClinicShape[], placed: readonly Placed[]): boolean {
  const voided = new Set(all.filter((clinic) => clinic.voided).map(({ address }) => address));
  return placed.some(({ issuer, kind }) => kind !== "revoked" && voided.has(issuer));
}

async function readLeaves(tx: Transaction): Promise<LeafShape[]> {
  const rows = await tx
    .select({ leaf: leaves, published: isNotNull(batches.root) })
    .from(leaves)
    .leftJoin(batches, eq(batches.root, leaves.batchRoot))
    .orderBy(asc(leaves.index));
  return rows.map(({ leaf, published }) => ({
    index: leaf.index,
    value: leaf.value,
    batchRoot: leaf.batchRoot,
    kind: leaf.kind,
    issuer: leaf.issuer,
    size: leaf.size,
    leavesHash: leaf.leavesHash,
    uri: leaf.uri,
    published: published === true,
    anchoredAt: leaf.anchoredAt,
  }));
}

/** Clinics of which the registry has heard; an accredited one that did nothing yet has the defaults. */
async function readClinics(tx: Transaction, placed: readonly Placed[]): Promise<ClinicShape[]> {
  const decided = new Map((await tx.select().from(clinics)).map((row) => [row.address, row]));
  const slots = new Map<string, number>();
  for (const { issuer } of placed) slots.set(issuer, (slots.get(issuer) ?? 0) + 1);
  const known = new Set([...slots.keys(), ...decided.keys()]);
  return [...known].sort().map((address) => ({
    address,
    slots: slots.get(address) ?? 0,
    quota: decided.get(address)?.quota ?? REGISTRY_DEFAULTS.quota,
    revocationLimit: decided.get(address)?.revocationLimit ?? REGISTRY_DEFAULTS.revocationLimit,
    voided: decided.get(address)?.voided ?? false,
  }));
}

/** Whether no root is good now. */
export async function isRegistryBlocked(db: Database): Promise<boolean> {
  const [left] = await db
    .select({ index: leaves.index })
    .from(leaves)
    .innerJoin(clinics, and(eq(clinics.address, leaves.issuer), eq(clinics.voided, true)))
    .where(isNotNull(leaves.batchRoot))
    .limit(1);
  return left !== undefined;
}

export async function readBatch(
  db: Database,
  root: string,
): Promise<{ root: string; leaves: string[] } | null> {
  const [row] = await db.select().from(batches).where(eq(batches.root, root));
  return row ? { root: row.root, leaves: row.leaves } : null;
}

/** What this clinic has anchored with this batch root, if it is there now. */
export async function findLeaf(
  db: Database,
  { batchRoot, issuer }: { readonly batchRoot: string; readonly issuer: string },
) {
  const rows = await db.select().from(leaves).where(eq(leaves.batchRoot, batchRoot));
  // Two clinics may anchor one root: their leaves differ.
  return rows.find((row) => row.issuer === issuer) ?? rows[0];
}

export async function storeBatch(
  db: Database,
  batch: { readonly root: string; readonly leaves: string[] },
): Promise<void> {
  await db.insert(batches).values(batch).onConflictDoNothing();
}
