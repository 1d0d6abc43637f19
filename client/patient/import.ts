// Taking a clinic's attested record into the wallet, after checking all that a patient can check.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { rootOfPath } from "../../circuits/statement/tree.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { RecordsState } from "../api/registry.ts";
import { type ParsedAttestation, parseAttested } from "../clinic/attest.ts";
import { deriveRecordIdentity } from "./derive.ts";
import { findPath } from "./path.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

export type Import = {
  readonly wallet: Wallet;
  readonly record: WalletRecord;
  readonly clinicName: string;
  /** True when an older record of the same clinic made room. */
  readonly replaced: boolean;
};

/**
 * Imports an attested record (parsed JSON). Refuses with `MalformedRecord` (order, ranges, header),
 * `ForeignRecord` (bound to another identity) and, given the public registry, `RecordNotAnchored`.
 */
export async function importRecord(options: {
  wallet: Wallet;
  attested: unknown;
  registry?: Pick<RecordsState, "leaves" | "root">;
}): Promise<Import> {
  const { wallet, registry } = options;
  const { record, batch, idTagSalt, clinicName } = parse(options.attested);
  const identity = await deriveRecordIdentity(wallet.seed);
  if (record.identityCommitment !== identity.commitment) throw new Refusal("ForeignRecord");
  const commitment = commitRecord(record);
  const own = batch && ownBatch(batch);
  const entry: WalletRecord = { record, commitment, batch: own, idTagSalt, clinicName };
  if (registry !== undefined) findPath({ record: entry, registry });
  const others = wallet.records.filter((known) => !sameClinic(known, entry));
  const replaced = others.length < wallet.records.length;
  return {
    wallet: { ...wallet, records: [...others, entry] },
    record: entry,
    clinicName,
    replaced,
  };
}

function parse(attested: unknown): ParsedAttestation {
  try {
    const parsed = parseAttested(attested);
    // A path that is too long or names a number outside the field is no path either.
    if (parsed.batch) rootOfPath(1n, parsed.batch);
    return parsed;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("MalformedRecord", { problem: error.message });
  }
}

function ownBatch({ index, siblings }: NonNullable<ParsedAttestation["batch"]>) {
  return { index, siblings: [...siblings] } as NonNullable<WalletRecord["batch"]>;
}

function sameClinic(a: WalletRecord, b: WalletRecord): boolean {
  return BigInt(a.record.header.issuer) === BigInt(b.record.header.issuer);
}

/**
 * `not-anchored`: not yet, or replaced by a newer issue, or revoked; in each case the clinic has to
 * say.
 */
export type RecordStatus = "anchored" | "not-anchored";

/**
 * What became of the wallet's records in the registry: a clinic may have replaced or revoked them
 * since.
 */
export function reviewRecords(options: {
  wallet: Wallet;
  registry: Pick<RecordsState, "leaves" | "root">;
}): { record: WalletRecord; status: RecordStatus }[] {
  return options.wallet.records.map((record) => {
    try {
      findPath({ record, registry: options.registry });
      return { record, status: "anchored" };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "RecordNotAnchored") throw error;
      return { record, status: "not-anchored" };
    }
  });
}
