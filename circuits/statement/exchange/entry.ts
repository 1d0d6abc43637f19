// The public entry of a deposit: whose, of which collection, which ciphertext; its hash, and what is signed or proven
// to make one. An entry tells nothing of the content but its size step and day.
import { hexlify, keccak256, toUtf8Bytes } from "ethers";
import type { Field } from "../encoding/field.ts";
import { hashEncoded } from "../encoding/keccak.ts";
import { type StructOf, typedFields } from "../trial/struct.ts";
import { type Bytes32, digestEncoded, type TrialId } from "../trial/trial.ts";

/** Where data come from, in the entry's numbers. */
export const SOURCES = { record: 1, site: 2, participant: 3, device: 4, key: 5 } as const;
export type Source = keyof typeof SOURCES;

/** Why an entry replaces another; 0: it replaces none. */
export const CORRECTIONS = {
  none: 0,
  enteredWrongly: 1,
  sourceCorrected: 2,
  participantAsked: 3,
  incomplete: 4,
} as const;
export type Correction = keyof typeof CORRECTIONS;

/** A package's length is 4 KiB * 2^step, up to 16 MiB: a larger one is refused before anything is read. */
export const FIRST_STEP_BYTES = 4_096;
export const LAST_SIZE_STEP = 12;

/** The collection under which a wallet publishes its own age recipient; nothing is encrypted in it. */
export const KEY_COLLECTION = "participant-key";

const ENTRY = {
  trialId: "bytes32",
  pseudonym: "uint256",
  /** Id of a collection in the trial's document. */
  collection: "string",
  /** The one bit of PERMISSIONS that the collection needs. */
  permission: "uint32",
  /** Of the consent form under which it was given. */
  formVersion: "uint32",
  /** 1, 2, 3 ... of a pseudonym's entries in a collection. */
  sequence: "uint32",
  /** SHA-256 of the package; of the recipient's text in a key entry. */
  ciphertextHash: "bytes32",
  /** The package is 4 KiB * 2^step long. */
  sizeStep: "uint8",
  /** Of the data (a visit, a stream's day), since 1900-01-01. */
  day: "uint32",
  source: "uint8",
  /** Hash of the entry that this one corrects; zero: none. */
  replaces: "bytes32",
  correction: "uint8",
} as const;
export type Entry = StructOf<typeof ENTRY>;

const LABEL = "cohort-zero/entry/1";

/**
 * What an entry is called everywhere, in batches, cuts, receipts and corrections: keccak256(abi.encode(label, entry)).
 * Written out by hand, since everybody hashes all entries of a trial: ethers takes half a millisecond for each. Throws a
 * RangeError for a value that its type does not hold.
 */
export function hashEntry(entry: Entry): Bytes32 {
  const label = stringWords(LABEL);
  const fields = Object.entries(ENTRY) as [keyof Entry, string][];
  const heads = fields.map(([name, type]) =>
    type === "string" ? wordOf(BigInt(32 * fields.length), 256) : valueWord(entry[name], type),
  );
  const tuple = heads.join("") + stringWords(entry.collection);
  const offsets = [64n, 64n + BigInt(label.length / 2)].map((offset) => wordOf(offset, 256));
  return keccak256(`0x${offsets.join("")}${label}${tuple}`);
}

function valueWord(value: string | number | bigint, type: string): string {
  if (type.startsWith("uint")) return wordOf(BigInt(value), Number(type.slice(4)));
  if (!/^0x[0-9a-fA-F]{64}$/.test(String(value))) throw new RangeError(`no ${type}`);
  return String(value).slice(2).toLowerCase();
}

function wordOf(value: bigint, bits: number): string {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`no uint${bits}`);
  return value.toString(16).padStart(64, "0");
}

/** Length and bytes (UTF-8), filled up to whole words. */
function stringWords(text: string): string {
  const bytes = hexlify(toUtf8Bytes(text)).slice(2);
  const filled = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, "0");
  return wordOf(BigInt(bytes.length / 2), 256) + filled;
}

/**
 * The message of the Semaphore proof with which a participant deposits. Its scope is the trial's, so that its
 * nullifier is the pseudonym.
 */
export function depositMessage(entry: Entry): Field {
  return hashEncoded(["string", "bytes32"], ["cohort-zero/deposit/1", hashEntry(entry)]);
}

const DEPOSIT = { entry: "bytes32", siteId: "uint32", deadline: "uint256" } as const;
/** What staff of a site sign (EIP-712) to deposit for one of its participants. */
export const DEPOSIT_TYPES = { Deposit: typedFields(DEPOSIT) };
export type Deposit = StructOf<typeof DEPOSIT>;

/** The exchange at which entries are deposited. */
export type At = { readonly chainId: bigint | number; readonly depositLog: string };

/** EIP-712 domain of what staff sign about deposits. */
export function depositDomain({ chainId, depositLog }: At) {
  return { name: "DepositLog", version: "1", chainId, verifyingContract: depositLog };
}

/**
 * The deposit that a package is for. Every share in it is sealed under this, so that none opens in another's package.
 */
export function contextOf(at: At, entry: Omit<Entry, "ciphertextHash" | "sizeStep">): Bytes32 {
  const { trialId, pseudonym, collection, permission, formVersion, sequence } = entry;
  return digestEncoded(
    ["string", "uint256", "address", "bytes32", "uint256", "string", "uint32", "uint32", "uint32"],
    [
      "cohort-zero/context/1",
      at.chainId,
      at.depositLog,
      trialId,
      pseudonym,
      collection,
      permission,
      formVersion,
      sequence,
    ],
  );
}

/** Position of a participant's own key entry among its entries: the newest one counts. */
export function isKeyEntry({ collection }: Pick<Entry, "collection">): boolean {
  return collection === KEY_COLLECTION;
}

export type { TrialId };
