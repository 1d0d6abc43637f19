// Whatever people type, all formats hold it: read again by readers of others, row by row, and by the auditor.
import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { auditDataset } from "../../client/auditor/dataset/audit.ts";
import { between, pick, type Random, seeded } from "../circuits/random.ts";
import {
  type Dataset,
  evidenceOf,
  madePackage,
  observations,
  response,
  sample,
  textIn,
  written,
} from "./datasetSample.ts";

const ODD = [
  ...[
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'",
    "''=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
  ],
  ...['"', '""', ",", "a,b", "a\r\nb", "\u0000", "\u0007", "\u2028", "\ufeff", "\ufeff=1", " =1"],
  ...["名前", "naïve", "ß", "مرحبا", "👩‍⚕️", "e\u0301", "\u202e"],
  ...["null", "true", "1", "01", "1e5", "NaN", "Infinity", "-0", "1961-05-04", "</script>", "\\"],
  ...["a".repeat(40_000), "🦷".repeat(9_000)],
];
const NUMBERS = [
  ...[
    0,
    1,
    -1,
    0.1,
    -0.25,
    1e-7,
    5e-324,
    1e21,
    -1e21,
    1.7976931348623157e308,
    2 ** 53,
    2 ** 53 - 1,
  ],
  ...[-(2 ** 53 - 1), 123_456_789.123_456_79, 1 / 3],
];

/** A text of a few odd pieces. */
function oddText(random: Random): string {
  const pieces = between(random, 1, 3);
  return Array.from({ length: pieces }, () => pick(random, ODD)).join("");
}

function oddAnswer(random: Random): Record<string, unknown> {
  const integer = () => Math.trunc(pick(random, NUMBERS));
  const day = () =>
    `${between(random, 1900, 2099)}-0${between(random, 1, 9)}-1${between(random, 0, 9)}`;
  return pick(random, [
    () => ({ valueString: oddText(random) }),
    () => ({ valueString: oddText(random) }),
    () => ({ valueDecimal: pick(random, NUMBERS) }),
    () => ({ valueInteger: integer() }),
    () => ({ valueBoolean: random() < 0.5 }),
    () => ({ valueDate: day() }),
    () => ({ valueDateTime: `${day()}T08:00:00+01:00` }),
    () => ({ valueCoding: { code: oddText(random), display: oddText(random) } }),
    () => ({ valueQuantity: { value: pick(random, NUMBERS), unit: "kg", code: "kg" } }),
  ])();
}

/** Twelve forms of odd questions, a device's readings beside them. */
async function oddDataset(seed: number): Promise<Dataset> {
  const random = seeded(seed);
  const names = Array.from(
    { length: 8 },
    (_, i) => `${i} ${oddText(random).slice(0, 40).toWellFormed()}`,
  );
  const forms = Array.from({ length: 12 }, (_, i) =>
    madePackage({
      who: i % 4,
      source: "participant",
      collection: "odd",
      content: response(
        Object.fromEntries(
          names.flatMap((name) => (random() < 0.8 ? [[name, oddAnswer(random)] as const] : [])),
        ),
      ),
      more: { sequence: i + 1 },
    }),
  );
  const readings = madePackage({
    who: 1,
    source: "device",
    collection: "readings",
    content: observations(NUMBERS.slice(0, 9)),
  });
  return await written(sample([...forms, readings]));
}

type Table = { readonly columns: readonly { name: string; type: string }[]; rows: unknown[][] };

/** A table as the Dataset-JSON file has it: the form that others are compared with. */
function tableIn({ held, manifest }: Dataset, collection: string): Table {
  const { rows } = JSON.parse(textIn(held, `dataset-json/${collection}.json`));
  const columns = manifest.tables.find((one) => one.collection === collection)!.columns;
  const fixed = ["entry: string", "row: integer", "subject: string", "day: date"];
  const named = [...fixed, "sequence: integer"].map((text) => text.split(": ") as [string, string]);
  return { columns: [...named.map(([name, type]) => ({ name, type })), ...columns], rows };
}

/** RFC 4180, by a reader that knows nothing of ours: quoted fields, doubled quotes, CR LF. */
function recordsIn(text: string): string[][] {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/y;
  const records: string[][] = [[]];
  while (field.lastIndex < text.length) {
    const [, raw = "", end] = field.exec(text)!;
    records.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === "\r\n") records.push([]);
  }
  return records.filter((record) => record.length > 0);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?$/;
const positive = z.int().min(1);

/** Dataset-JSON 1.1's attributes (CDISC, dataset.schema.json), whose schema allows no others. */
const DatasetJson = z.strictObject({
  datasetJSONCreationDateTime: z.string().regex(DATE_TIME),
  datasetJSONVersion: z.string().regex(/^1\.1(\.(0|[1-9]\d*))?$/),
  fileOID: z.string().optional(),
  dbLastModifiedDateTime: z.string().regex(DATE_TIME).optional(),
  originator: z.string().optional(),
  sourceSystem: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  studyOID: z.string().optional(),
  metaDataVersionOID: z.string().optional(),
  metaDataRef: z.string().optional(),
  itemGroupOID: z.string(),
  isReferenceData: z.boolean().optional(),
  records: z.int().min(0),
  name: z.string(),
  label: z.string(),
  columns: z.array(
    z.strictObject({
      itemOID: z.string(),
      name: z.string(),
      label: z.string(),
      dataType: z.enum([
        ...(["string", "integer", "decimal", "float", "double", "boolean"] as const),
        ...(["datetime", "date", "time", "URI"] as const),
      ]),
      targetDataType: z.enum(["integer", "decimal"]).optional(),
      length: positive.optional(),
      displayFormat: z.string().optional(),
      keySequence: positive.optional(),
    }),
  ),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))).optional(),
});

/** What a column's type says of its values (the specification's table of data types). */
const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isSafeInteger(value),
  double: (value) => typeof value === "number" && Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  date: (value) => /^\d{4}-\d\d-\d\d$/.test(String(value)),
  datetime: (value) => DATE_TIME.test(String(value)),
};

describe.each(Array.from({ length: 12 }, (_, i) => 1_000 + i))("odd answers, seed %i", (seed) => {
  test("are the same in each format, for readers of others and for the auditor", async () => {
    const made = await oddDataset(seed);
    for (const collection of ["odd", "readings"]) {
      const { columns, rows } = tableIn(made, collection);
      const parquet = made.held.get(`parquet/${collection}.parquet`)!;
      const file = new Uint8Array(parquet).buffer;
      const read = await parquetReadObjects({ file });
      const ofParquet = read.map((row) => columns.map(({ name }) => plainValue(row[name])));
      // This reader drops a byte order mark at the start of a text.
      expect(ofParquet).toEqual(rows.map((row) => row.map(unmarked)));

      const [head, ...lines] = recordsIn(textIn(made.held, `csv/${collection}.csv`));
      expect(head?.map(unquoted)).toEqual(columns.map(({ name }) => name));
      expect(lines).toHaveLength(rows.length);
      lines.forEach((line, i) => {
        line.forEach((cell, j) => {
          const value = rows[i]![j];
          expect(unquoted(cell)).toBe(value === null ? "" : String(value));
        });
      });
    }
    const evidence = evidenceOf(made.of, made.hash);
    const { findings } = await auditDataset({ files: made.files, evidence });
    expect(findings).toEqual([]);
  });

  test("start no formula in a spreadsheet", async () => {
    const made = await oddDataset(seed);
    const { columns } = tableIn(made, "odd");
    const [head, ...lines] = recordsIn(textIn(made.held, "csv/odd.csv"));
    const isText = columns.map(({ type }) => type === "string" || type === "code");
    const texts = lines.flatMap((line) => line.filter((_, i) => isText[i]));
    const formulas = [...head!, ...texts].filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell));
    expect(formulas).toEqual([]);
  });

  test("are Dataset-JSON 1.1, each value of its column's type", async () => {
    const { held } = await oddDataset(seed);
    for (const path of [...held.keys()].filter((one) => one.startsWith("dataset-json/"))) {
      const json = DatasetJson.parse(JSON.parse(textIn(held, path)));
      const { columns, rows = [] } = json;
      expect(rows).toHaveLength(json.records);
      expect(new Set(columns.map(({ itemOID }) => itemOID)).size).toBe(columns.length);
      for (const row of rows) {
        expect(row).toHaveLength(columns.length);
        row.forEach((value, i) => {
          const { dataType, length = Number.POSITIVE_INFINITY } = columns[i]!;
          if (value === null) return;
          expect(FITS[dataType]?.(value), `${dataType}: ${String(value).slice(0, 40)}`).toBe(true);
          if (typeof value === "string") expect(value.length).toBeLessThanOrEqual(length);
        });
      }
    }
  });
});

const unmarked = (value: unknown) =>
  typeof value === "string" ? value.replace(/^\ufeff/, "") : value;

/** As JSON has it. */
function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === "bigint" ? Number(value) : (value ?? null);
}

/** Without the apostrophe that keeps a text from being a formula. */
function unquoted(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
