// How public state travels: as the rows of a log by position, 64 to a part and 64 parts to a segment.
// A part is one line of JSON, its rows turned into columns since those pack better; a segment is its
// parts' lines one after another. So whoever holds the parts holds the segment's bytes, too.
import { z } from "zod";

/** Rows of a part. */
export const PART_ROWS = 64;
/** Parts of a segment. */
export const SEGMENT_PARTS = 64;
/** Most bytes of a part's line: rows are of bounded size but for the address of a batch. */
export const MAX_PART_BYTES = 2 ** 20;

const count = z.number().int().min(0);
const decimal = z.string().max(78);
const COLUMNS = {
  /** Since the row before. */
  seconds: count,
  /** Which participant, by the order of first consents. */
  who: count,
  version: count,
  site: count,
  permissions: count,
  /** Unix seconds. */
  until: count,
  /** A participant's state, by number. */
  state: count,
  sequence: decimal,
  group: decimal,
  nullifier: decimal,
  commitment: decimal,
  pseudonym: decimal,
  tags: z.array(decimal).max(8),
  /** The hash of the EIP-712 type of a site's act. */
  act: z.string().max(66),
  flag: z.boolean(),
  index: count,
  batchRoot: decimal,
  leaf: decimal,
  root: decimal,
  clinic: z.string().max(42),
  size: count,
  /** Empty for a record alone. */
  leavesHash: z.string().max(66),
  uri: z.string(),
  /** Of slots or of revocations a day. */
  limit: count,
} as const;
type Columns = { [C in keyof typeof COLUMNS]: z.output<(typeof COLUMNS)[C]> };

const SCREENED = ["group", "nullifier", "commitment", "tags"] as const;
const GRANTED = ["version", "site", "permissions", "sequence", "until"] as const;
const ANCHORED = [
  "index",
  "batchRoot",
  "leaf",
  "root",
  "clinic",
  "size",
  "leavesHash",
  "uri",
] as const;

/** Rows of a trial's log: a letter each, and what stands in them besides `seconds`. */
export const TRIAL_LOG = {
  /** The group of a version is open. */
  G: ["version", "group"],
  /** Somebody was screened. */
  S: ["version", ...SCREENED],
  /** A lost wallet's participant was succeeded by one who was screened. */
  U: ["who", ...SCREENED],
  /** Somebody consented for the first time: the next participant. */
  C: ["pseudonym", ...GRANTED],
  /** A participant consented again. */
  R: ["who", ...GRANTED],
  /** Withdrawn by proof, then by code. */
  W: ["who", "sequence"],
  K: ["who"],
  /** Enrolled, to arrive by. */
  E: ["who", "until"],
  /** Did not show up. */
  N: ["who"],
  /** The site signed. */
  D: ["who", "act"],
  /** Changed state. */
  T: ["who", "state"],
  /** Of the trial: a version approved, held by governance, another status. */
  V: ["version"],
  H: ["flag"],
  P: [],
} as const;

/** Rows of the log of the record registry. */
export const RECORDS_LOG = {
  /** A leaf anchored, then replaced (`flag`: older roots were voided), then revoked. */
  A: ANCHORED,
  R: [...ANCHORED, "flag"],
  X: ["index", "leaf", "root"],
  /** A clinic revoked before it anchored; was voided; was given slots, or revocations a day. */
  E: ["clinic"],
  V: ["clinic"],
  Q: ["clinic", "limit"],
  L: ["clinic", "limit"],
} as const;

type Shape = Readonly<Record<string, readonly (keyof Columns)[]>>;
/** A row of a log, told apart by its letter. */
export type RowOf<L extends Shape> = {
  [K in keyof L & string]: { readonly kind: K; readonly seconds: number } & {
    readonly [C in L[K][number]]: Columns[C];
  };
}[keyof L & string];
export type TrialRow = RowOf<typeof TRIAL_LOG>;
export type RecordsRow = RowOf<typeof RECORDS_LOG>;

type AnyRow = { readonly kind: string; readonly seconds: number };

/** A part's line. Columns stand in a fixed order, so that the same rows are the same bytes everywhere. */
export function writePart(log: Shape, rows: readonly AnyRow[]): string {
  const columns: Record<string, unknown[]> = {};
  for (const name of Object.keys(COLUMNS)) {
    const values = rows.flatMap((row) =>
      name === "seconds" || (log[row.kind] as readonly string[]).includes(name)
        ? [(row as unknown as Record<string, unknown>)[name]]
        : [],
    );
    if (values.length > 0) columns[name] = values;
  }
  return `${JSON.stringify({ kinds: rows.map(({ kind }) => kind).join(""), ...columns })}\n`;
}

const most = <T extends z.ZodType>(column: T) => z.array(column).max(PART_ROWS).default([]);
const part = z.strictObject({
  kinds: z.string().max(PART_ROWS),
  ...(Object.fromEntries(
    Object.entries(COLUMNS).map(([name, column]) => [name, most(column as z.ZodType)]),
  ) as { [C in keyof Columns]: z.ZodDefault<z.ZodArray<(typeof COLUMNS)[C]>> }),
});

/**
 * The rows of a part's line. Throws an Error that says what is wrong with it; also when the same rows
 * could be written as other bytes, which would let a server give each reader bytes of their own.
 */
export function readPart<L extends Shape>(log: L, line: string): RowOf<L>[] {
  const { kinds, ...columns } = part.parse(JSON.parse(line));
  const at: Record<string, number> = {};
  const take = (name: keyof Columns) => {
    const index = at[name] ?? 0;
    const value = columns[name][index];
    if (value === undefined) throw new Error(`a part's column ${name} is too short`);
    at[name] = index + 1;
    return value;
  };
  const rows = [...kinds].map((kind) => {
    const names = log[kind];
    if (names === undefined) throw new Error("a part has a row of an unknown kind");
    const row: Record<string, unknown> = { kind, seconds: take("seconds") };
    for (const name of names) row[name] = take(name);
    return row as RowOf<L>;
  });
  const long = Object.entries(columns).find(([name, values]) => values.length !== (at[name] ?? 0));
  if (long !== undefined) throw new Error(`a part's column ${long[0]} is too long`);
  if (writePart(log, rows) !== line) throw new Error("a part is not written as these rows are");
  return rows;
}
