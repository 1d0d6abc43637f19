// The record registry: leaves by index, and every root with the time it was superseded.
import { desc, eq } from "drizzle-orm";
import { ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import type { Transaction } from "../store/database.ts";
import { leaves, roots } from "../store/tables.ts";
import type { Handler } from "./apply.ts";
import type { EventRow } from "./read.ts";

type Values = Record<string, string>;

/** The leaf an event puts at its index. */
function leafOf(event: EventRow) {
  const { clinic, index, leaf, size, leavesHash, uri } = event.arguments as Values;
  return {
    index: Number(index),
    value: leaf!,
    kind: leavesHash === ZERO_BYTES32 ? ("record" as const) : ("batch" as const),
    issuer: clinic!,
    size: Number(size),
    leavesHash: leavesHash === ZERO_BYTES32 ? null : leavesHash!,
    uri: uri!,
    anchoredAt: event.blockTime,
  };
}

async function newRoot(tx: Transaction, event: EventRow): Promise<void> {
  const [current] = await tx.select().from(roots).orderBy(desc(roots.position)).limit(1);
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
  const [current] = await tx.select().from(roots).orderBy(desc(roots.position)).limit(1);
  if (!current) return;
  await tx.update(roots).set({ voided: true });
  await tx.update(roots).set({ voided: false }).where(eq(roots.position, current.position));
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
  },
  Revoked: async (tx, event) => {
    const { index, tombstone } = event.arguments as Values;
    await tx
      .update(leaves)
      .set({
        value: tombstone!,
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
  RevokedEarly: (tx) => voidSuperseded(tx),
};
