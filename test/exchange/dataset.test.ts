import { describe, expect, test } from "vitest";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { FIXED_COLUMNS, type Row } from "../../client/exchange/dataset/cells.ts";
import { csvHead, csvRow, readCsv } from "../../client/exchange/dataset/csv.ts";
import { readDatasetJson } from "../../client/exchange/dataset/datasetJson.ts";
import { memoryFiles, textOutput, type Writing } from "../../client/exchange/dataset/files.ts";
import { hashManifest, readManifest } from "../../client/exchange/dataset/manifest.ts";
import type { OpenedPackage } from "../../client/exchange/dataset/opened.ts";
import { parquetRows, readParquet } from "../../client/exchange/dataset/parquet.ts";
import { subjectNames } from "../../client/exchange/dataset/subjects.ts";
import { columnsOf } from "../../client/exchange/dataset/tables.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import {
  allOf,
  hashOf,
  madePackage,
  observations,
  PSEUDONYMS,
  response,
  sample,
  textIn,
  writeChanged,
  written,
} from "./datasetSample.ts";

const made = await written();
const { held, manifest } = made;

describe("the folder", () => {
  test("has each table three times, a file a type of resources, a page and the manifest", () => {
    const tables = ["baseline", "diary", "pulse", "visit"];
    expect([...held.keys()].sort()).toEqual([
      ...tables.map((name) => `csv/${name}.csv`),
      ...tables.map((name) => `dataset-json/${name}.json`),
      ...["Observation", "Provenance", "QuestionnaireResponse"].map(
        (type) => `fhir/${type}.ndjson`,
      ),
      "manifest.json",
      ...tables.map((name) => `parquet/${name}.parquet`),
      "summary.html",
    ]);
  });

  test("says in the manifest what was left out and why, and hashes every file", () => {
    expect(manifest.leftOut).toEqual([
      { entry: hashOf(made.of.refused), code: "NotCovered", custodian: expect.any(String) },
    ]);
    expect(manifest.packages).toEqual(made.of.packages);
    const paths = manifest.files.map(({ path }) => path).sort();
    expect([...paths, "manifest.json"].sort()).toEqual([...held.keys()].sort());
    expect(manifest.files.find(({ path }) => path === "csv/pulse.csv")?.rows).toBe(3);
    const text = textIn(held, "manifest.json");
    expect(readManifest(text)).toEqual({ manifest });
    expect(hashManifest(manifest)).toBe(made.hash);
  });

  test("calls what nobody refused, and is not there, not opened", async () => {
    const { manifest } = await writeChanged(made.of, { opened: made.of.opened.slice(1) });
    expect(manifest.leftOut.map(({ code }) => code)).toEqual(["NotOpened", "NotOpened"]);
  });
});

describe("a table", () => {
  const table = manifest.tables.find(({ collection }) => collection === "visit")!;
  const columns = columnsOf(table.columns);
  const csv = textIn(held, "csv/visit.csv");

  test("has a column an item, after those that lead back to the entry", () => {
    expect(columns.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      ...FIXED_COLUMNS.map(({ name, type }) => `${name}: ${type}`),
      ...["weight: number", "weight (unit): code", "note: string", "born: date"],
      ...["smokes: boolean", "arm: code"],
    ]);
    expect(columns.find(({ name }) => name === "weight")?.label).toBe("Question weight?");
    const lines = csv.split("\r\n");
    expect(lines[1]).toContain(`${hashOf(made.of.opened[0]!)},1,P-`);
    expect(lines[1]).toContain(",2026-03-01,1,71.5,kg,");
  });

  test("holds nothing that a spreadsheet runs or ruins", () => {
    expect(csv).toContain(`,"'=HYPERLINK(""https://example.org"")",`);
    expect(csv).toContain(",-0.25,");
    expect(csv).toContain(",''quoted,");
    for (const pseudonym of PSEUDONYMS) expect(csv).not.toContain(pseudonym.toString());
  });

  test("reads the same from all three formats", async () => {
    const { files } = made;
    const head = {
      trialId: manifest.trialId,
      createdAt: manifest.createdAt,
      collection: "visit",
      title: "visit",
    };
    const rows = [
      await allOf((await readCsv(files, "csv/visit.csv", columns)).rows),
      await allOf((await readParquet(files, "parquet/visit.parquet", columns)).rows),
      await allOf(
        readDatasetJson(files, "dataset-json/visit.json", { ...head, columns, records: 3 }),
      ),
    ];
    expect(rows[0]).toHaveLength(3);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
    expect(rows[0]![1]!.slice(5)).toEqual([
      ...[64, "kg", 'says "well", and\nnothing else', "1961-05-04", false, "right"],
    ]);
  });

  test("is Dataset-JSON 1.1", () => {
    const json = JSON.parse(textIn(held, "dataset-json/visit.json"));
    expect(json).toMatchObject({
      datasetJSONCreationDateTime: "2026-03-20T10:00:00.000Z",
      datasetJSONVersion: "1.1.0",
      itemGroupOID: "IG.visit",
      records: 3,
      name: "visit",
      label: "visit",
    });
    expect(json.rows).toHaveLength(3);
    expect(json.columns[0]).toEqual({
      itemOID: "IT.visit.entry",
      name: "entry",
      label: expect.any(String),
      dataType: "string",
      length: 66,
      keySequence: 1,
    });
    const types = json.columns.map(({ dataType }: { dataType: string }) => dataType);
    const known = ["string", "integer", "double", "boolean", "date", "datetime"];
    expect(types.filter((type: string) => !known.includes(type))).toEqual([]);
  });

  test("says that a value is a range, and why a fact has no day", async () => {
    const birth = encodeCode("demographic", "loinc", "21112-8").toString();
    const value = { value: "19800101", valueTo: "19801231" };
    const content = { facts: [{ kind: "any", code: birth, day: "untold", ...value } as const] };
    const born = madePackage({ who: 3, source: "record", collection: "born", content });
    const { held } = await written(sample([born]));
    const [head, row] = textIn(held, "csv/born.csv").trim().split("\r\n");
    const cells = Object.fromEntries(head!.split(",").map((name, i) => [name, row!.split(",")[i]]));
    expect(cells).toMatchObject({ value: "19800101", "value-to": "19801231" });
    expect(cells["day 2"]).toBe("untold");
  });

  test("keeps values of several types under one name, as texts, and a name that is taken", async () => {
    const form = (who: number, answers: Parameters<typeof response>[0]) =>
      madePackage({ who, source: "participant", collection: "odd", content: response(answers) });
    const odd = sample([
      form(0, { dose: { valueInteger: 5 }, entry: { valueString: "x" } }),
      form(1, { dose: { valueString: "none" }, "dose (unit)": { valueString: "mg" } }),
      form(2, { dose: { valueQuantity: { value: 1.5, comparator: "<", unit: "mg" } } }),
    ]);
    const { held } = await written(odd);
    const lines = textIn(held, "csv/odd.csv").trim().split("\r\n");
    expect(lines[0]).toBe(
      "entry,row,subject,day,sequence,dose,entry 2,dose (unit),dose (comparator)",
    );
    expect(lines.slice(1).map((line) => line.split(",").slice(5).join())).toEqual([
      ...["5,x,,", "none,,mg,", "1.5,,mg,<"],
    ]);
  });

  test("of many rows is written while packages still come", async () => {
    const many = Array.from({ length: 400 }, (_, i) =>
      madePackage({
        who: i % 4,
        source: "device",
        collection: "pulse",
        content: observations([60, 61, 62]),
        more: { sequence: i + 2 },
      }),
    );
    const of = sample(many);
    let isReading = true;
    let early = 0;
    const files = memoryFiles();
    const watched: Writing = {
      ...files,
      create: (path) => {
        const output = files.create(path);
        const write = (bytes: Uint8Array) => {
          if (isReading) early++;
          output.write(bytes);
        };
        return { ...output, write };
      },
    };
    async function* packages(): AsyncGenerator<OpenedPackage> {
      yield* of.opened;
      isReading = false;
    }
    const steps: string[] = [];
    const onProgress = ({ step }: { step: string }) => steps.push(step);
    const { opening, packages: hashes } = of;
    const input = { opened: packages(), opening, packages: hashes, omissions: [], files: watched };
    const { manifest } = await writeDataset({ ...input, now: new Date(0), onProgress });
    expect(early).toBeGreaterThan(3);
    expect([...new Set(steps)]).toEqual(["reading", "tables", "files"]);
    expect(manifest.tables.find(({ collection }) => collection === "pulse")?.rows).toBe(1_203);
  });
});

describe("a large file", () => {
  const column = FIXED_COLUMNS.slice(0, 2);

  test("of CSV is read in pieces, wherever they end", async () => {
    const text = 'ä"\r\n,'.repeat(400_000);
    const files = memoryFiles();
    const output = textOutput(files.create("x.csv"));
    output.write(csvHead(column));
    const rows: Row[] = [
      [text, 1],
      [`=${text}`, 2],
    ];
    for (const row of rows) output.write(csvRow(column, row));
    output.close();
    expect(await files.size("x.csv")).toBeGreaterThan(2 ** 22);
    const read = await allOf((await readCsv(files, "x.csv", column)).rows);
    expect(JSON.stringify(read) === JSON.stringify(rows)).toBe(true);
  });

  test("of Parquet has its rows in groups", async () => {
    const files = memoryFiles();
    const writer = parquetRows(files.create("x.parquet"), column, {});
    const rows = Array.from({ length: 10_001 }, (_, i): Row => [i % 3 === 0 ? null : `e${i}`, i]);
    for (const row of rows) writer.write(row);
    writer.close();
    const read = await readParquet(files, "x.parquet", column);
    expect(read.names).toEqual(["entry", "row"]);
    expect(JSON.stringify(await allOf(read.rows)) === JSON.stringify(rows)).toBe(true);
  });
});

describe("subjects", () => {
  test("are told apart, stay texts, and grow longer where they would be one", () => {
    const names = subjectNames(PSEUDONYMS);
    expect(new Set(names.values()).size).toBe(4);
    for (const name of names.values()) expect(name).toMatch(/^P-[0-9A-Z]{12}$/);
    const alike = subjectNames([5n, 5n + 36n ** 12n]);
    expect([...alike.values()]).toEqual(["P-0000000000005", "P-1000000000005"]);
  });
});
