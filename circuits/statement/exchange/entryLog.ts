// A trial's public entries as they travel: a row is the JSON text of a Deposited, big integers as decimal text, its
// fields in this order; a part is one line, the JSON array of its rows. Nothing here needs a server.
import { z } from "zod";
import type { Authority, Deposited } from "./authority.ts";
import type { Entry } from "./entry.ts";

const uint32 = z.int().min(0).max(4_294_967_295);
const uint8 = z.int().min(0).max(255);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const decimal = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/)
  .transform(BigInt);

const entry = z.strictObject({
  trialId: bytes32,
  pseudonym: decimal,
  collection: z.string().min(1).max(100),
  permission: uint32,
  formVersion: uint32,
  sequence: uint32.min(1),
  ciphertextHash: bytes32,
  sizeStep: uint8,
  day: uint32,
  source: uint8,
  replaces: bytes32,
  correction: uint8,
});

const authority = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("participant"),
    version: uint32,
    groupRoot: decimal,
    points: z.array(decimal).length(8),
  }),
  z.strictObject({
    kind: z.literal("staff"),
    siteId: uint32,
    key: address,
    deadline: decimal,
    signature: z.string().regex(/^0x[0-9a-f]{130}$/),
  }),
]);

const row = z.strictObject({
  entry,
  authority,
  recipient: z.string().max(100).optional(),
  /** The newest block that its server had read when it was accepted: staff are judged as of then. */
  block: z.int().min(0),
});

/** A row of the log. Which batch it is in, the log of batches says: a row never changes. */
export type EntryRow = Omit<Deposited, "batch"> & { readonly block: number };

/** A row of the log of batches: the next `count` entries, by position. */
export type BatchRow = { readonly root: string; readonly first: number; readonly count: number };

/** A row's text: one for one row. */
export function writeEntryRow({ entry, authority, recipient, block }: EntryRow): string {
  const shown = {
    entry: inOrder(entry),
    authority: authorityInOrder(authority),
    ...(recipient !== undefined && { recipient }),
    block,
  };
  return JSON.stringify(shown, (_, value) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

function inOrder(of: Entry): Entry {
  const { trialId, pseudonym, collection, permission, formVersion, sequence } = of;
  const { ciphertextHash, sizeStep, day, source, replaces, correction } = of;
  return {
    ...{ trialId, pseudonym, collection, permission, formVersion, sequence },
    ...{ ciphertextHash, sizeStep, day, source, replaces, correction },
  };
}

function authorityInOrder(of: Authority): Authority {
  if (of.kind === "participant") {
    const { kind, version, groupRoot, points } = of;
    return { kind, version, groupRoot, points };
  }
  const { kind, siteId, key, deadline, signature } = of;
  return { kind, siteId, key, deadline, signature };
}

/** Reads a row's text. Throws an Error that says what is wrong; also for the same row written otherwise. */
export function readEntryRow(text: string): EntryRow {
  const { recipient, ...rest } = row.parse(JSON.parse(text));
  const read = { ...rest, ...(recipient !== undefined && { recipient }) };
  if (writeEntryRow(read) !== text) throw new Error("an entry is not written as this row is");
  return read;
}

/** A part's line, of rows that are JSON texts. */
export function writeLine(rows: readonly string[]): string {
  return `[${rows.join(",")}]\n`;
}

/** The rows of a part's line of entries. Throws like {@link readEntryRow}. */
export function readEntryLine(line: string): EntryRow[] {
  const parsed: unknown[] = z.array(z.unknown()).parse(JSON.parse(line));
  const texts = parsed.map((one) => JSON.stringify(one));
  if (writeLine(texts) !== line) throw new Error("a part is not written as these rows are");
  return texts.map(readEntryRow);
}

const batch = z.strictObject({
  root: bytes32,
  first: z.int().min(0),
  count: z.int().min(1).max(1_024),
});

/** A batch's text. */
export function writeBatchRow({ root, first, count }: BatchRow): string {
  return JSON.stringify({ root, first, count });
}

/** The rows of a part's line of batches. Throws an Error for any other text. */
export function readBatchLine(line: string): BatchRow[] {
  const rows = z.array(batch).parse(JSON.parse(line));
  if (writeLine(rows.map(writeBatchRow)) !== line) {
    throw new Error("a part is not written as these rows are");
  }
  return rows;
}
