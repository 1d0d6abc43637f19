// The record registry: leaves by index, every root with the time it was superseded, and what
// governance decided about a clinic.
import { desc, eq } from "drizzle-orm";
import { ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import type { Transaction } from "../store/database.ts";
import { clinics, leaves, roots } from "../store/tables.ts";
import type { Handler } from "./apply.ts";
import type { EventRow } from "./read.ts";

type Values = Record<string, string>;

/** The leaf an event puts at its index. */
function leafOf(event: EventRow) {
  const { clinic, index, batchRoot, leaf, size, leavesHash, uri } = event.arguments as Values;
  return {
    index: Number(index),
    value: leaf!,
    batchRoot: batchRoot!,
    kind: leavesHash === ZERO_BYTES32 ? ("record" as const) : ("batch" as const),
    issuer: clinic!,
    size: Number(size),
    leavesHash: leavesHash === ZERO_BYTES32 ? null : leavesHash!,
    uri: uri!,
    anchoredAt: event.blockTime,
  };
}

async function currentRoot(tx: Transaction) {
  const [current] = await tx.select().from(roots).orderBy(desc(roots.position)).limit(1);
  return current;
}

async function newRoot(tx: Transaction, event: EventRow): Promise<void> {
  const current = await currentRoot(tx);
  if (current) {
    await tx
      .update(roots)
      .set({ supersededAt: event.blockTime })
      .where(eq(roots.position, current.position));
  }
  const { root } = event.arguments as Values;
  await tx.insert(roots).values({
    position: event.position,
    root: root!,
    createdAt: event.blockTime,
    voided: false,
  });
}

async function voidSuperseded(tx: Transaction): Promise<void> {
  const current = await currentRoot(tx);
  if (!current) return;
  await tx.update(roots).set({ voided: true });
  await tx.update(roots).set({ voided: false }).where(eq(roots.position, current.position));
}

type Decided = Partial<Omit<typeof clinics.$inferInsert, "address">>;

async function decide(tx: Transaction, address: string, decided: Decided): Promise<void> {
  await tx.insert(clinics).values({ address }).onConflictDoNothing();
  if (Object.keys(decided).length === 0) return;
  await tx.update(clinics).set(decided).where(eq(clinics.address, address));
}

export const handlers: Readonly<Record<string, Handler>> = {
  Anchored: async (tx, event) => {
    await tx.insert(leaves).values(leafOf(event));
    await newRoot(tx, event);
  },
  Replaced: async (tx, event) => {
    const leaf = leafOf(event);
    await tx.update(leaves).set(leaf).where(eq(leaves.index, leaf.index));
    await newRoot(tx, event);
    if (event.arguments.voided === true) await voidSuperseded(tx);
  },
  Revoked: async (tx, event) => {
    const { index, tombstone } = event.arguments as Values;
    await tx
      .update(leaves)
      .set({
        value: tombstone!,
        batchRoot: null,
        kind: "revoked",
        size: 0,
        leavesHash: null,
        uri: "",
        anchoredAt: event.blockTime,
      })
      .where(eq(leaves.index, Number(index)));
    await newRoot(tx, event);
    await voidSuperseded(tx);
  },
  // What it bars stands in no tree: roots and leaves stay as they are.
  RevokedEarly: (tx, { arguments: values }) => decide(tx, (values as Values).clinic!, {}),
  ClinicVoided: async (tx, { arguments: values }) => {
    await decide(tx, (values as Values).clinic!, { voided: true });
    await voidSuperseded(tx);
  },
  QuotaSet: (tx, { arguments: values }) => {
    const { clinic, slots } = values as Values;
    return decide(tx, clinic!, { quota: shown(slots!) });
  },
  RevocationLimitSet: (tx, { arguments: values }) => {
    const { clinic, perDay } = values as Values;
    return decide(tx, clinic!, { revocationLimit: shown(perDay!) });
  },
};

/** A uint256 as a number that columns and GraphQL's Int take: so many slots are no limit at all. */
function shown(value: string): number {
  const most = 2 ** 31 - 1;
  return BigInt(value) > BigInt(most) ? most : Number(value);
}
