import canonicalize from "canonicalize";
import { describe, expect, test } from "vitest";
import type { DatasetAudit } from "../../client/auditor/dataset/audit.ts";
import {
  type Column,
  hashRow,
  hashText,
  imprinted,
  NO_IMPRINT,
  type Row,
  type Value,
} from "../../client/exchange/dataset/cells.ts";
import { csvHead, csvRow, readCsv } from "../../client/exchange/dataset/csv.ts";
import { memoryFiles } from "../../client/exchange/dataset/files.ts";
import type { Manifest } from "../../client/exchange/dataset/manifest.ts";
import { parquetRows } from "../../client/exchange/dataset/parquet.ts";
import { columnsOf } from "../../client/exchange/dataset/tables.ts";
import { type Dataset, hashOf, textIn, word } from "../exchange/datasetSample.ts";

import { audit, copy, entry, first, honest, other, put, relist, rulesOf } from "./datasetCopy.ts";

const COLUMNS = columnsOf(
  honest.manifest.tables.find(({ collection }) => collection === "visit")!.columns,
);
const ROWS: Row[] = [];
for await (const row of (await readCsv(honest.files, "csv/visit.csv", COLUMNS)).rows)
  ROWS.push(row);

/** A table's rows as a file of a format. */
const FORMATS: Readonly<Record<string, (of: Dataset, rows: readonly Row[]) => void>> = {
  "csv/visit.csv": (of, rows) => {
    const lines = rows.map((row) => csvRow(COLUMNS, row));
    put(of, "csv/visit.csv", csvHead(COLUMNS) + lines.join(""));
  },
  "dataset-json/visit.json": (of, rows) => {
    const [head] = textIn(of.held, "dataset-json/visit.json").split("\n");
    const lines = rows.map((row) => JSON.stringify(row)).join(",\n");
    put(of, "dataset-json/visit.json", `${head}\n${lines}\n]}\n`);
  },
  "parquet/visit.parquet": (of, rows) => {
    const files = memoryFiles(of.held);
    const writer = parquetRows(files.create("parquet/visit.parquet"), COLUMNS, {});
    for (const row of rows) writer.write(row);
    writer.close();
  },
};

/** A row with another value in a column. */
function changed(row: Row, name: string, value: Value | null): Row {
  return row.map((old, i) => (COLUMNS[i]!.name === name ? value : old));
}

const ATTACKS: Readonly<Record<string, { rows: Row[]; rule: string; reason: string }>> = {
  "added under an entry": {
    rows: [...ROWS, changed(ROWS[0]!, "row", 2)],
    rule: "dataset/row-added",
    reason: `row 2 of entry ${entry} is there`,
  },
  "told twice": {
    rows: [...ROWS, ROWS[0]!],
    rule: "dataset/row-added",
    reason: `row 1 of entry ${entry} is there`,
  },
  "added under no entry": {
    rows: [...ROWS, changed(ROWS[0]!, "entry", word("dd"))],
    rule: "dataset/row-unknown",
    reason: "row 4: it names no entry",
  },
  "added under another table's entry": {
    rows: [...ROWS, changed(ROWS[0]!, "entry", hashOf(honest.of.opened[3]!))],
    rule: "dataset/row-unknown",
    reason: "row 4: it names no entry of this table",
  },
  removed: {
    rows: ROWS.slice(1),
    rule: "dataset/row-removed",
    reason: `row 1 of entry ${entry} is missing`,
  },
  "changed in a value": {
    rows: [changed(ROWS[0]!, "weight", 71.6), ...ROWS.slice(1)],
    rule: "dataset/row-changed",
    reason: `row 1 of entry ${entry} is not what was written`,
  },
  "given to another participant": {
    rows: [changed(ROWS[0]!, "subject", ROWS[1]![2]!), ...ROWS.slice(1)],
    rule: "dataset/row-changed",
    reason: `row 1 of entry ${entry}`,
  },
  "moved to another entry": {
    rows: [changed(ROWS[0]!, "entry", other), ...ROWS.slice(1)],
    rule: "dataset/row-changed",
    reason: `row 1 of entry ${other} is not what was written`,
  },
  "emptied of a value": {
    rows: [changed(ROWS[0]!, "note", null), ...ROWS.slice(1)],
    rule: "dataset/row-changed",
    reason: `row 1 of entry ${entry}`,
  },
};

describe("an honest dataset", () => {
  test("has no findings, and the audit says what it cannot say", async () => {
    const told = await audit(honest);
    expect(told.findings).toEqual([]);
    expect(told.manifestHash).toBe(honest.hash);
    expect(told.checked).toMatchObject({ entries: 6, files: honest.manifest.files.length });
    expect(told.limits.join()).toMatch(
      /not anchored, and no published hash.*6 packages were not opened again/,
    );
  });

  test("agrees with its published hash and its packages", async () => {
    const payloads = new Map(honest.of.opened.map((one) => [hashOf(one), one.payload]));
    const openAgain = async (hash: string) => payloads.get(hash);
    const told = await audit(honest, { manifestHash: honest.hash, openAgain });
    expect(told.findings).toEqual([]);
    expect(told.checked.packages).toBe(6);
    expect(told.limits.join()).not.toMatch(/published hash|opened again/);
  });

  test("agrees with one of the hashes that were anchored for its request", async () => {
    const anchored = new Map([
      [word("aa"), 48],
      [honest.hash, 50],
    ]);
    const manifestsOf = (requestId: string) =>
      requestId === honest.manifest.request.requestId ? anchored : new Map<string, number>();
    const told = await audit(honest, { manifestsOf });
    expect([told.findings, told.manifestBlock]).toEqual([[], 50]);
    expect(told.limits.join()).not.toMatch(/published hash/);
    anchored.delete(honest.hash);
    const other = await audit(honest, { manifestsOf });
    expect(other.manifestBlock).toBeUndefined();
    expect(rulesOf(other)).toEqual(["dataset/published"]);
    expect(other.findings[0]!.reason).toContain(`${word("aa")} in block 48`);
  });
});

describe.each(Object.keys(FORMATS))("a row of %s", (path) => {
  test("written again is the same", async () => {
    const of = copy();
    FORMATS[path]!(of, ROWS);
    relist(of);
    expect((await audit(of)).findings).toEqual([]);
  });

  test.each(Object.keys(ATTACKS))("%s is named, though its hash is listed anew", async (name) => {
    const { rows, rule, reason } = ATTACKS[name]!;
    const of = copy();
    FORMATS[path]!(of, rows);
    relist(of);
    const { findings } = await audit(of);
    const hits = findings.filter((one) => one.rule === rule && one.reason.includes(reason));
    expect(hits.length, JSON.stringify(findings)).toBe(1);
    expect(hits[0]!.reason).toContain(path);
  });

  test("changed, with the manifest left alone, differs from its hash", async () => {
    const of = copy();
    FORMATS[path]!(of, ROWS.slice(1));
    expect(rulesOf(await audit(of)).sort()).toEqual(["dataset/file", "dataset/row-removed"]);
  });
});

describe("a resource", () => {
  const path = "fhir/QuestionnaireResponse.ndjson";
  const lines = textIn(honest.held, path).trim().split("\n");
  const heavier = canonicalize(
    JSON.parse(lines[0]!.replace('"value":71.5', '"value":99')),
  ) as string;
  const renumbered = lines[0]!.replace(/("id":"[0-9a-f]{40})-1"/, '$1-2"');

  test.each([
    ["changed", [heavier, ...lines.slice(1)], "dataset/row-changed"],
    ["removed", lines.slice(1), "dataset/row-removed"],
    ["added", [...lines, renumbered], "dataset/row-added"],
    ["of no entry", [...lines, lines[0]!.replaceAll(entry, word("dd"))], "dataset/row-unknown"],
    [
      "with a name told twice",
      [`{"status":"stopped",${lines[0]!.slice(1)}`],
      "dataset/row-unknown",
    ],
  ] as const)("%s is named, and the tables no longer say the same", async (_, changed, rule) => {
    const of = copy();
    put(of, path, `${changed.join("\n")}\n`);
    relist(of);
    const { findings } = await audit(of);
    const about = findings.filter((one) => one.rule === rule);
    expect(about.length, JSON.stringify(findings)).toBeGreaterThan(0);
    expect(about[0]!.reason).toContain(path);
  });

  test("is another than the tables when these and the manifest were changed alike", async () => {
    const of = copy();
    forgeTables(of);
    const { findings } = await audit(of);
    expect(rulesOf({ findings } as DatasetAudit)).toEqual(["dataset/unequal"]);
    expect(findings[0]!.reason).toContain(`row 1 of entry ${entry}`);
  });

  test("changed with all tables and the manifest is caught by the package and the hash", async () => {
    const of = copy();
    forgeTables(of, (manifest) => {
      const told = manifest.entries.find((one) => one.entry === entry)!;
      told.resources = imprinted(NO_IMPRINT, hashText(heavier));
    });
    put(of, path, `${[heavier, ...lines.slice(1)].join("\n")}\n`);
    relist(of);
    expect((await audit(of)).findings).toEqual([]);
    const openAgain = async (hash: string) => (hash === entry ? first!.payload : undefined);
    const told = await audit(of, { openAgain, manifestHash: honest.hash });
    expect(rulesOf(told).sort()).toEqual(["dataset/package", "dataset/published"]);
  });

  test("is traced by a Provenance that is as its entry says", async () => {
    const provenance = "fhir/Provenance.ndjson";
    const of = copy();
    put(of, provenance, textIn(of.held, provenance).replace('"enterer"', '"author"'));
    relist(of);
    expect(rulesOf(await audit(of))).toEqual(["dataset/row-changed", "dataset/row-removed"]);
  });
});

/** Another weight in every table, and in the manifest's imprint of the rows. */
function forgeTables(of: Dataset, more: (manifest: Manifest) => void = () => {}): void {
  const forged = changed(ROWS[0]!, "weight", 99);
  for (const write of Object.values(FORMATS)) write(of, [forged, ...ROWS.slice(1)]);
  relist(of, (manifest) => {
    const told = manifest.entries.find((one) => one.entry === entry)!;
    told.rows = imprinted(NO_IMPRINT, hashRow(COLUMNS as Column[], forged));
    more(manifest);
  });
}

describe("a file", () => {
  test("that is missing, or not listed, is named", async () => {
    const of = copy();
    of.held.delete("summary.html");
    put(of, "csv/more.csv", "a\r\n");
    const { findings } = await audit(of);
    expect(findings.map(({ reason }) => reason)).toEqual([
      "summary.html is missing",
      "csv/more.csv is not in the manifest",
    ]);
  });

  test.each([
    ["csv/visit.csv", 'entry\r\n"'],
    ["csv/visit.csv", "entry,row\r\n"],
    ["dataset-json/visit.json", "{}"],
    ["dataset-json/visit.json", textIn(honest.held, "dataset-json/visit.json").slice(0, -4)],
    ["parquet/visit.parquet", "PAR1"],
    ["fhir/Observation.ndjson", "\ufeff{}\n"],
  ])("%s that cannot be read is a finding, not a fault", async (path, text) => {
    const of = copy();
    put(of, path, text);
    relist(of);
    const { findings } = await audit(of);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]!.reason).toContain(path);
  });
});

describe("many findings", () => {
  test("of one rule are told by their number", async () => {
    const of = copy();
    const rows = Array.from({ length: 1_500 }, () => changed(ROWS[0]!, "entry", word("dd")));
    FORMATS["csv/visit.csv"]!(of, [...ROWS, ...rows]);
    relist(of);
    const { findings } = await audit(of);
    expect(findings).toHaveLength(1_001);
    expect(findings.at(-1)!.reason).toBe("and 500 more");
  });
});
