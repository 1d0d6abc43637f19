// Taking a deposit: the entry is checked as a whole, cheap checks first, and stored together with the claim to its
// package. It is answered only once it is stored.
import { createHash } from "node:crypto";
import { dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import type { Authority } from "../../../circuits/statement/exchange/authority.ts";
import {
  CORRECTIONS,
  type Entry,
  hashEntry,
  isKeyEntry,
  SOURCES,
} from "../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { answering, type RefusalShape } from "../../chain/refusals.ts";
import { eventually } from "../../indexer/eventually.ts";
import type { Services } from "../../schema/context.ts";
import { requireTrial } from "../../trials/requireTrial.ts";
import { findPackage, requirePackage } from "../packages/rows.ts";
import { requireAuthority } from "./authority.ts";
import { type Exchanged, readExchanged, requireCollection } from "./collections.ts";
import { requireConsent } from "./consented.ts";
import { type DepositShape, findDeposit, requireOrder, storeEntry } from "./entries.ts";

export type EntryInput = Omit<Entry, "pseudonym"> & { readonly pseudonym: string };

export type DepositInput = {
  readonly entry: EntryInput;
  readonly participant?:
    | { readonly version: number; readonly groupRoot: string; readonly points: readonly string[] }
    | null
    | undefined;
  readonly staff?:
    | {
        readonly siteId: number;
        readonly key: string;
        readonly deadline: string;
        readonly signature: string;
      }
    | null
    | undefined;
  readonly recipient?: string | null | undefined;
};

/** Stores the entry, or says why not; the same entry again is answered as the first time. */
export function deposit(
  services: Services,
  input: DepositInput,
): Promise<DepositShape | RefusalShape> {
  return answering(async () => {
    const entry: Entry = { ...input.entry, pseudonym: BigInt(input.entry.pseudonym) };
    const recipient = input.recipient ?? undefined;
    const authority = authorityOf(input);
    requireForm(entry, recipient);
    const hash = hashEntry(entry);
    const known = await findDeposit(services.db, hash);
    if (known) return known;
    await requireTrial(services, entry.trialId);
    const { collectionChecked } = await requireExchanged(services, entry, hash);
    await requireOrder(services.db, entry);
    await requireConsent(services, entry);
    await requireDay(services, entry);
    await requireAuthority(services, entry, authority);
    const checked = { entry, hash, authority, recipient, collectionChecked };
    return await storeEntry(services.db, checked);
  });
}

function authorityOf({ participant, staff }: DepositInput): Authority {
  if (participant && !staff) {
    const { version, groupRoot, points } = participant;
    return {
      kind: "participant",
      version,
      groupRoot: BigInt(groupRoot),
      points: points.map(BigInt),
    };
  }
  if (staff && !participant) {
    const { siteId, key, deadline, signature } = staff;
    return { kind: "staff", siteId, key, deadline: BigInt(deadline), signature };
  }
  throw new Refusal("MalformedInput", { field: "participant or staff" });
}

/** Of X25519 alone: a wallet's own. */
const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const COLLECTION_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const LAST_UINT8 = 255;

/** What can be told without looking anything up. Refuses with `MalformedInput`. */
function requireForm(entry: Entry, recipient: string | undefined): void {
  const isKey = isKeyEntry(entry);
  const isOneBit = (entry.permission & (entry.permission - 1)) === 0 && entry.permission !== 0;
  const corrections: readonly number[] = Object.values(CORRECTIONS);
  const sound: Readonly<Record<string, boolean>> = {
    collection: COLLECTION_ID.test(entry.collection),
    sequence: entry.sequence >= 1,
    permission: isKey || isOneBit,
    source: isKey === (entry.source === SOURCES.key) && isSource(entry.source),
    sizeStep: entry.sizeStep <= LAST_UINT8 && (!isKey || entry.sizeStep === 0),
    // A key is replaced by the next one.
    correction: corrections.includes(entry.correction) && !(isKey && entry.correction !== 0),
    replaces: (entry.replaces === ZERO_BYTES32) === (entry.correction === CORRECTIONS.none),
    recipient: isKey ? isRecipient(entry, recipient) : recipient === undefined,
  };
  const wrong = Object.keys(sound).find((field) => !sound[field]);
  if (wrong !== undefined) throw new Refusal("MalformedInput", { field: wrong });
}

function isSource(source: number): boolean {
  return (Object.values(SOURCES) as readonly number[]).includes(source);
}

function isRecipient({ ciphertextHash }: Entry, recipient: string | undefined): boolean {
  if (recipient === undefined || !AGE_RECIPIENT.test(recipient)) return false;
  return `0x${createHash("sha256").update(recipient).digest("hex")}` === ciphertextHash;
}

/**
 * Whether the collection could be looked up. Refuses with UnknownCollection, with PackageMissing and its like, and with
 * WrongCustodians where the shares are not for those of the version in force.
 */
async function requireExchanged(
  services: Services,
  entry: Entry,
  hash: string,
): Promise<{ collectionChecked: boolean }> {
  const { db } = services;
  const look = () => readExchanged(db, entry.trialId);
  const isKnown = (found: Exchanged | undefined) => {
    if (found === undefined) return false;
    const { collections } = found;
    return isKeyEntry(entry) || (collections?.some(({ id }) => id === entry.collection) ?? true);
  };
  const exchanged = await eventually(services, look, isKnown);
  if (exchanged === undefined) throw new Refusal("TrialNotApproved");
  const collectionChecked = requireCollection(exchanged, entry);
  if (!isKeyEntry(entry)) {
    const row = await findPackage(db, entry.ciphertextHash);
    const custodians = requirePackage(row, { sizeStep: entry.sizeStep, entry: hash });
    if (custodians.join() !== exchanged.custodians.join()) throw new Refusal("WrongCustodians");
  }
  return { collectionChecked };
}

/** Data are of a day that has begun somewhere. */
async function requireDay({ chain }: Services, { day }: Entry): Promise<void> {
  if (day > dayOfTimestamp(await chain.time()) + 1) {
    throw new Refusal("MalformedInput", { field: "day" });
  }
}
