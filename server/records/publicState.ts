// The record registry as everybody downloads it: the rows of a log, and which batches are published here.
import { eq, isNotNull } from "drizzle-orm";
import { RECORDS_LOG } from "../../circuits/statement/encoding/publicLog.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Projection } from "../segments/projection.ts";
import type { PublicState, Rest } from "../segments/publicState.ts";
import type { Transaction } from "../store/database.ts";
import type { Said } from "../store/events.ts";
import { countBatches, REGISTRY_DEFAULTS } from "./state.ts";
import { batches, leaves } from "./tables.ts";

const anchored = (values: Said<"Anchored" | "Replaced">) => ({
  index: Number(values.index),
  batchRoot: values.batchRoot,
  leaf: values.leaf,
  root: values.root,
  clinic: values.clinic,
  size: Number(values.size),
  leavesHash: values.leavesHash === ZERO_BYTES32 ? "" : values.leavesHash,
  uri: values.uri,
});

/** A uint256 as a number that columns and GraphQL's Int take: so many are no limit at all. */
export function limitOf(value: string): number {
  const most = 2n ** 31n - 1n;
  return Number(BigInt(value) > most ? most : BigInt(value));
}

const EVENTS: Projection["events"] = {
  Anchored: (values) => ({ kind: "A", ...anchored(values) }),
  Replaced: (values) => ({
    kind: "R",
    ...anchored(values),
    flag: values.voided,
  }),
  Revoked: ({ index, tombstone, root }) => ({
    kind: "X",
    index: Number(index),
    leaf: tombstone,
    root,
  }),
  RevokedEarly: ({ clinic }) => ({ kind: "E", clinic }),
  ClinicVoided: ({ clinic }) => ({ kind: "V", clinic }),
  QuotaSet: ({ clinic, slots }) => ({ kind: "Q", clinic, limit: limitOf(slots) }),
  RevocationLimitSet: ({ clinic, perDay }) => ({
    kind: "L",
    clinic,
    limit: limitOf(perDay),
  }),
};

/** The registry's: which leaves are batches that are published here, a bit each. */
async function readRest(tx: Transaction): Promise<Rest> {
  const found = await tx
    .select({ index: leaves.index })
    .from(leaves)
    .innerJoin(batches, eq(batches.root, leaves.batchRoot))
    .where(isNotNull(leaves.batchRoot));
  const highest = found.reduce((most, { index }) => Math.max(most, index), -1);
  const bits = Buffer.alloc(Math.ceil((highest + 1) / 8));
  for (const { index } of found) bits[index >> 3]! |= 1 << (index & 7);
  return {
    fields: { published: bits.toString("base64"), defaults: REGISTRY_DEFAULTS },
    contents: [],
  };
}

/** The registry's public state. */
export const recordsState: PublicState = {
  path: "/state/records",
  isName: (subject) => subject === "records",
  projection: { log: RECORDS_LOG, events: EVENTS },
  readRest,
  isThere: async () => true,
  countUploads: countBatches,
};
