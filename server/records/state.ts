// The record registry as a whole, and the published leaves of batches.
import { and, asc, eq, isNotNull, isNull, or } from "drizzle-orm";
import type { Services } from "../schema/context.ts";
import { indexedTime, readBlock } from "../store/blocks.ts";
import type { Database, Transaction } from "../store/database.ts";
import { batches, clinics, leaves, roots } from "./tables.ts";

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

/** How many rows the registry's state has. */
export async function countRecordsRows(db: Database): Promise<number> {
  return (await db.$count(leaves)) + (await db.$count(roots)) + (await db.$count(clinics));
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
  counted.delete(db);
}

/** What another instance has stored is seen after so long; what this one has, at once. */
const COUNT_MS = 1_000;

const counted = new WeakMap<Database, { readonly at: number; readonly count: number }>();

/** How many batches are published here: the number only grows. */
export async function countBatches(db: Database): Promise<number> {
  const known = counted.get(db);
  const now = performance.now();
  if (known !== undefined && now - known.at < COUNT_MS) return known.count;
  const count = await db.$count(batches);
  counted.set(db, { at: now, count });
  return count;
}

export type LeafShape = {
  readonly index: number;
  readonly value: string;
  readonly batchRoot: string | null;
  readonly kind: "record" | "batch" | "revoked";
  readonly issuer: string;
  readonly size: number;
  readonly leavesHash: string | null;
  readonly uri: string;
  readonly published: boolean;
  readonly anchoredAt: Date;
};

export type RootShape = {
  readonly root: string;
  readonly createdAt: Date;
  readonly supersededAt: Date | null;
  readonly voided: boolean;
};

export type ClinicShape = {
  readonly address: string;
  readonly slots: number;
  readonly quota: number;
  readonly revocationLimit: number;
  readonly voided: boolean;
};

export type RecordsStateShape = {
  readonly blockNumber: number;
  readonly root: string;
  readonly blocked: boolean;
  readonly clinics: readonly ClinicShape[];
  readonly leaves: readonly LeafShape[];
  readonly roots: readonly RootShape[];
};

/** Current, or superseded within the registry's window and not voided. */
export async function isKnownRoot({ db, deployment }: Services, root: string): Promise<boolean> {
  const [row] = await db
    .select()
    .from(roots)
    .where(and(eq(roots.root, root), or(eq(roots.voided, false), isNull(roots.supersededAt))));
  if (!row) return false;
  const window = deployment.rootWindowSeconds * 1000;
  const now = (await indexedTime(db)).getTime();
  return row.supersededAt === null || now <= row.supersededAt.getTime() + window;
}
