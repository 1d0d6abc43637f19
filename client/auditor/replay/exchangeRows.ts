// Public entries and receipts as a server, a custodian or a folder gives them: nothing is trusted,
// not even that they are any.
import { z } from "zod";
import type { Deposited } from "../../../circuits/statement/exchange/authority.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { SignedReceipt } from "../../exchange/custodian.ts";

/** A trial's entries in order of position, by the trial's id. */
export type PublicEntries = ReadonlyMap<Bytes32, readonly ToldEntry[]>;
/** With its place among the entries of all trials, and the last block that its server had read, where they are said. */
export type ToldEntry = Deposited & { readonly position?: number; readonly block?: number };

/** A custodian's receipts by its address in lower case, ascending by number. */
export type PublicReceipts = ReadonlyMap<string, readonly SignedReceipt[]>;

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase());
const signature = z.string().regex(/^0x([0-9a-fA-F]{2}){1,4096}$/);
const uint = z.union([z.string().regex(/^(0|[1-9][0-9]{0,77})$/), z.bigint()]).transform(BigInt);
const count = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const MAX_COLLECTION = 100;
const MAX_RECIPIENT = 256;

const entry = z.strictObject({
  trialId: bytes32,
  pseudonym: uint,
  collection: z.string().min(1).max(MAX_COLLECTION),
  permission: count,
  formVersion: count,
  sequence: count,
  ciphertextHash: bytes32,
  sizeStep: z.int().min(0).max(255),
  day: count,
  source: z.int().min(0).max(255),
  replaces: bytes32,
  correction: z.int().min(0).max(255),
});

const authority = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("participant"),
    version: count,
    groupRoot: uint,
    points: z.array(uint).length(8),
  }),
  z.strictObject({
    kind: z.literal("staff"),
    siteId: count,
    key: address,
    deadline: uint,
    signature,
  }),
]);

const row = z.looseObject({
  entry,
  authority,
  recipient: z.string().max(MAX_RECIPIENT).nullish(),
  batch: bytes32.nullish(),
  position: z.int().min(0).nullish(),
  block: z.int().min(0).nullish(),
});

const receipt = z.looseObject({
  number: uint,
  registry: address,
  requestId: uint,
  entry: bytes32,
  outcome: bytes32,
  blockNumber: uint,
});
const signed = z.looseObject({ receipt, signature });

/** An entry; undefined for what is none. */
function parseEntry(value: unknown): ToldEntry | undefined {
  const parsed = row.safeParse(value);
  if (!parsed.success) return undefined;
  const { recipient, batch, position, block } = parsed.data;
  return {
    ...{ entry: parsed.data.entry, authority: parsed.data.authority },
    ...(recipient == null ? {} : { recipient }),
    ...(batch == null ? {} : { batch }),
    ...(position == null ? {} : { position }),
    ...(block == null ? {} : { block }),
  };
}

/** A receipt; undefined for what is none. */
function parseReceipt(value: unknown): SignedReceipt | undefined {
  const parsed = signed.safeParse(value);
  if (!parsed.success) return undefined;
  const { number, registry, requestId, entry: of, outcome, blockNumber } = parsed.data.receipt;
  const fields = { number, registry, requestId, entry: of, outcome, blockNumber };
  return { receipt: fields, signature: parsed.data.signature };
}

/** Of files of a trial's entries, and of a custodian's receipts. */
export const ENTRIES_FORMAT = "cohort-zero/entries/1";
export const RECEIPTS_FORMAT = "cohort-zero/receipts/1";
const entriesFile = z.object({
  format: z.literal(ENTRIES_FORMAT),
  trialId: bytes32,
  entries: z.array(z.unknown()),
});
const receiptsFile = z.object({
  format: z.literal(RECEIPTS_FORMAT),
  custodian: address,
  receipts: z.array(z.unknown()),
});

/**
 * The text of a file of a trial's entries: the trial and its rows; undefined when it is another file.
 * Throws RangeError naming the first row that is no entry.
 */
export function parseEntriesFile(text: string): [Bytes32, ToldEntry[]] | undefined {
  const parsed = entriesFile.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { trialId, entries } = parsed.data;
  return [trialId, each(entries, parseEntry, "entry")];
}

/** The same for a custodian's receipts. */
export function parseReceiptsFile(text: string): [string, SignedReceipt[]] | undefined {
  const parsed = receiptsFile.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { custodian, receipts } = parsed.data;
  return [custodian, each(receipts, parseReceipt, "receipt")];
}

function each<T>(
  rows: readonly unknown[],
  read: (row: unknown) => T | undefined,
  what: string,
): T[] {
  return rows.map((one, i) => {
    const parsed = read(one);
    if (parsed === undefined) throw new RangeError(`row ${i} is no ${what}`);
    return parsed;
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
