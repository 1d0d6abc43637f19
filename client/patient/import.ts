// Taking a clinic's attested record into the wallet, after checking all that a patient can check.
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { MAX_BATCH_LEVELS, rootOfPath } from "../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Api } from "../api/api.ts";
import type { RecordsState } from "../api/registry.ts";
import { type ParsedAttestation, parseAttested } from "../clinic/record/attest.ts";
import { findInBatches } from "../clinic/registry/batch.ts";
import { deriveRecordSecret } from "./derive.ts";
import { findPath, lookForPath } from "./path.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

export type Import = {
  readonly wallet: Wallet;
  readonly record: WalletRecord;
  readonly clinicName: string;
  /** True when an older record of the same clinic made room. */
  readonly replaced: boolean;
};

/** The registry, and whoever has the leaves of its batches. */
type Ground = {
  readonly registry: Pick<RecordsState, "leaves" | "root">;
  readonly leaves?: Pick<Api, "batchLeaves">;
};

/**
 * Imports an attested record (parsed JSON). Refuses with `MalformedRecord` (order, ranges, header),
 * `ForeignRecord` (bound to another identity) and, given the public registry, `RecordNotAnchored`.
 */
export async function importRecord(
  options: { wallet: Wallet; attested: unknown } & Partial<Ground>,
): Promise<Import> {
  const { wallet, registry, leaves } = options;
  const read = await readAttested(wallet, options.attested);
  const entry =
    registry === undefined ? read : await locate(read, { registry, ...(leaves && { leaves }) });
  const others = wallet.records.filter((known) => !isSameClinic(known, entry));
  return {
    wallet: { ...wallet, records: [...others, entry] },
    record: entry,
    clinicName: entry.clinicName,
    replaced: others.length < wallet.records.length,
  };
}

/**
 * A record with its path of now. Its clinic may have rebuilt the batch around it: then it is looked
 * for in all of the clinic's batches, on this device. Refuses with `RecordNotAnchored`.
 */
export async function locate(record: WalletRecord, ground: Ground): Promise<WalletRecord> {
  const { registry, leaves } = ground;
  try {
    findPath({ record, registry });
    return record;
  } catch (error) {
    const isGone = error instanceof Refusal && error.code === "RecordNotAnchored";
    if (!isGone || leaves === undefined) throw error;
    const found = await findInBatches({
      registry,
      clinic: record.record.header.issuer,
      commitment: record.commitment,
      leavesOf: leaves.batchLeaves,
    });
    if (found === undefined) throw error;
    return { ...record, batch: ownBatch(found.path) };
  }
}

/** An attested record as the wallet keeps it. Refuses with `MalformedRecord` and `ForeignRecord`. */
export async function readAttested(wallet: Wallet, attested: unknown): Promise<WalletRecord> {
  const { record, batch, idTagSalt, clinicName, mailbox } = parse(attested);
  const own = identityCommitmentOf(await deriveRecordSecret(wallet.seed));
  if (record.identityCommitment !== own) throw new Refusal("ForeignRecord");
  return {
    record,
    commitment: commitRecord(record),
    batch: ownBatch(batch),
    idTagSalt,
    clinicName,
    mailbox,
  };
}

function parse(attested: unknown): ParsedAttestation {
  try {
    const parsed = parseAttested(attested);
    // A path that is too long or names a number outside the field is no path either.
    if (parsed.batch) rootOfPath(1n, parsed.batch, MAX_BATCH_LEVELS);
    return parsed;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("MalformedRecord", { problem: error.message });
  }
}

function ownBatch(batch: ParsedAttestation["batch"]) {
  const { index, siblings } = batch ?? { index: 0, siblings: [] };
  return { index, siblings: [...siblings] } as WalletRecord["batch"];
}

/** Whether two records are by one clinic. */
function isSameClinic(one: WalletRecord, other: WalletRecord): boolean {
  return BigInt(one.record.header.issuer) === BigInt(other.record.header.issuer);
}

/**
 * `not-anchored`: not yet, or replaced by a newer issue, or revoked; in each case the clinic has to
 * say.
 */
type RecordStatus = "anchored" | "not-anchored";

/**
 * What became of the wallet's records in the registry: a clinic may have replaced or revoked them
 * since.
 */
export function reviewRecords(options: {
  wallet: Wallet;
  registry: Pick<RecordsState, "leaves" | "root">;
}): { record: WalletRecord; status: RecordStatus }[] {
  const { registry } = options;
  return options.wallet.records.map((record) => {
    const isAnchored = lookForPath({ record, registry }) !== undefined;
    return { record, status: isAnchored ? "anchored" : "not-anchored" };
  });
}
