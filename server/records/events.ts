// The record registry: leaves by index, every root with the time it was superseded, and what
// governance decided about a clinic.
import { desc, eq } from "drizzle-orm";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Handlers } from "../indexer/derive.ts";
import type { Transaction } from "../store/database.ts";
import type { EventOf } from "../store/events.ts";
import { limitOf } from "./publicState.ts";
import { clinics, leaves, roots } from "./tables.ts";

/** The leaf an event puts at its index. */
function leafOf(event: EventOf<"Anchored" | "Replaced">) {
  const { clinic, index, batchRoot, leaf, size, leavesHash, uri } = event.arguments;
  return {
    index: Number(index),
    value: leaf,
    batchRoot,
    kind: leavesHash === ZERO_BYTES32 ? ("record" as const) : ("batch" as const),
    issuer: clinic,
    size: Number(size),
    leavesHash: leavesHash === ZERO_BYTES32 ? null : leavesHash,
    uri,
    anchoredAt: event.blockTime,
  };
}

async function currentRoot(tx: Transaction) {
  const [current] = await tx.select().from(roots).orderBy(desc(roots.position)).limit(1);
  return current;
}

async function newRoot(
  tx: Transaction,
  event: EventOf<"Anchored" | "Replaced" | "Revoked">,
): Promise<void> {
  const current = await currentRoot(tx);
  if (current) {
    await tx
      .update(roots)
      .set({ supersededAt: event.blockTime })
      .where(eq(roots.position, current.position));
  }
  const { root } = event.arguments;
  await tx.insert(roots).values({
    position: event.position,
    root,
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

export const events: Handlers = {
  Anchored: async (tx, event) => {
    await tx.insert(leaves).values(leafOf(event));
    await newRoot(tx, event);
  },
  Replaced: async (tx, event) => {
    const leaf = leafOf(event);
    await tx.update(leaves).set(leaf).where(eq(leaves.index, leaf.index));
    await newRoot(tx, event);
    if (event.arguments.voided) await voidSuperseded(tx);
  },
  Revoked: async (tx, event) => {
    const { index, tombstone } = event.arguments;
    await tx
      .update(leaves)
      .set({
        value: tombstone,
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
  RevokedEarly: (tx, { arguments: { clinic } }) => decide(tx, clinic, {}),
  ClinicVoided: async (tx, { arguments: { clinic } }) => {
    await decide(tx, clinic, { voided: true });
    await voidSuperseded(tx);
  },
  QuotaSet: (tx, { arguments: { clinic, slots } }) => decide(tx, clinic, { quota: limitOf(slots) }),
  RevocationLimitSet: (tx, { arguments: { clinic, perDay } }) =>
    decide(tx, clinic, { revocationLimit: limitOf(perDay) }),
};
