// Newer issues of the wallet's records, out of its clinics' mailboxes. What is asked for is a whole
// bucket of 64 people's files, the same for all of them: nobody learns whose record was looked for.
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Api } from "../api/api.ts";
import type { RecordsState } from "../api/registry.ts";
import { openMailbox } from "../handover/mailbox.ts";
import { deriveMailboxIdentity } from "./derive.ts";
import { importRecord, locate, readAttested } from "./import.ts";
import { lookForPath } from "./path.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

type Registry = Pick<RecordsState, "leaves" | "root">;

/** A bucket as downloaded; `bytes` is undefined when its clinic has published none yet. */
type Bucket = {
  readonly clinic: string;
  readonly bucket: number;
  readonly bytes: Uint8Array | undefined;
};

export type Renewal = {
  readonly wallet: Wallet;
  /** Records that were taken over. */
  readonly renewed: readonly WalletRecord[];
  /** Records whose batch was built anew around them: found in it, on this device. */
  readonly moved: readonly WalletRecord[];
  /** Records that are no longer in the registry, and for which nothing newer came. */
  readonly lost: readonly WalletRecord[];
  /** Clinics whose bucket could not be read. */
  readonly unreadable: readonly string[];
};

/**
 * Looks for what is newer at the clinics of the wallet's records, and downloads all that it takes.
 * Whoever opens the wallet does this first, whatever for: that it was done tells nothing.
 */
export async function renewWallet(options: {
  wallet: Wallet;
  registry: Registry;
  /** The exchange's server or a mirror. */
  mailboxes: Pick<Api, "recordBucket">;
  leaves: Pick<Api, "batchLeaves">;
}): Promise<Renewal> {
  const { registry, leaves } = options;
  const buckets = await downloadBuckets(options.mailboxes, options.wallet);
  const renewal = await renewRecords({ wallet: options.wallet, buckets, registry });
  const moved: WalletRecord[] = [];
  const lost: WalletRecord[] = [];
  let { wallet } = renewal;
  for (const record of renewal.lost) {
    const found = await locate(record, { registry, leaves }).catch(gone);
    if (found === undefined) {
      lost.push(record);
      continue;
    }
    const records = wallet.records.map((one) => (one === record ? found : one));
    wallet = { ...wallet, records };
    moved.push(found);
  }
  return { ...renewal, wallet, moved, lost };
}

function gone(error: unknown): undefined {
  if (error instanceof Refusal && error.code === "RecordNotAnchored") return undefined;
  throw error;
}

/** Downloads the bucket of each of the wallet's records, whole. */
async function downloadBuckets(
  api: Pick<Api, "recordBucket">,
  wallet: Pick<Wallet, "records">,
): Promise<Bucket[]> {
  return await Promise.all(
    wallet.records.flatMap(({ record, mailbox }) => {
      if (mailbox === null) return [];
      const of = { clinic: record.header.issuer.toLowerCase(), bucket: mailbox.bucket };
      return [api.recordBucket(of).then((bytes) => ({ ...of, bytes }))];
    }),
  );
}

/**
 * Takes over what is newer than the wallet's own: the same clinic's, for this identity, in the
 * registry, and issued later (or on the same day, when the own one is no longer there).
 */
async function renewRecords(options: {
  wallet: Wallet;
  buckets: readonly Bucket[];
  registry: Registry;
}): Promise<Renewal> {
  const { buckets, registry } = options;
  const identity = await deriveMailboxIdentity(options.wallet.seed);
  const renewed: WalletRecord[] = [];
  const unreadable: string[] = [];
  let { wallet } = options;
  for (const { clinic, bytes } of buckets) {
    if (bytes === undefined) continue;
    const found = await openMailbox({ bytes, identity }).catch(() => "unreadable" as const);
    if (found === "unreadable") unreadable.push(clinic);
    else if (found !== undefined) {
      const taken = await takeNewer({ wallet, attested: found, registry, clinic });
      if (taken === undefined) continue;
      wallet = taken.wallet;
      renewed.push(taken.record);
    }
  }
  const lost = wallet.records.filter((record) => lookForPath({ record, registry }) === undefined);
  return { wallet, renewed, moved: [], lost, unreadable };
}

/** A file that is not this wallet's, not this clinic's or not in the registry is passed over. */
async function takeNewer(of: {
  wallet: Wallet;
  attested: unknown;
  registry: Pick<RecordsState, "leaves" | "root">;
  clinic: string;
}) {
  const { wallet, attested, registry } = of;
  try {
    const issued = await readAttested(wallet, attested);
    const known = wallet.records.find(
      ({ record }) => BigInt(record.header.issuer) === BigInt(of.clinic),
    );
    const isTheirs = BigInt(issued.record.header.issuer) === BigInt(of.clinic);
    if (known === undefined || !isTheirs || !isNewer({ issued, known, registry })) return undefined;
    return await importRecord({ wallet, attested, registry });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function isNewer(of: { issued: WalletRecord; known: WalletRecord; registry: Registry }): boolean {
  const { issued, known, registry } = of;
  const [day, before] = [issued.record.header.issuedDay, known.record.header.issuedDay];
  if (day !== before) return day > before;
  // The same issue again brings its new path: a batch was replaced around it.
  return lookForPath({ record: known, registry }) === undefined;
}

/** What became of the records, a sentence each, for whoever opened the wallet. */
export function renewalWords({ renewed, lost, unreadable }: Renewal): string[] {
  return [
    ...renewed.map(
      ({ clinicName }) => `${clinicName} has issued your record again: the wallet has it.`,
    ),
    ...lost.map(
      ({ clinicName }) =>
        `${clinicName} has replaced or revoked your record, and no newer one has arrived: ask it for its newest file.`,
    ),
    ...unreadable.map(
      (clinic) => `The mailbox of clinic ${clinic} cannot be read: ask it for your newest file.`,
    ),
  ];
}
