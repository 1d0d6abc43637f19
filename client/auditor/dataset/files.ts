// The files of a dataset against its manifest: each table in each format, the resources, where they come from.
import canonicalize from "canonicalize";
import { SOURCES } from "../../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { type Column, hashRow, hashText, type Row } from "../../exchange/dataset/cells.ts";
import { readCsv } from "../../exchange/dataset/csv.ts";
import { readDatasetJson } from "../../exchange/dataset/datasetJson.ts";
import { linesOf, type Reading } from "../../exchange/dataset/files.ts";
import type { Manifest, ManifestEntry } from "../../exchange/dataset/manifest.ts";
import { readParquet } from "../../exchange/dataset/parquet.ts";
import { provenanceOf } from "../../exchange/dataset/provenance.ts";
import {
  fhirFile,
  type Json,
  RESOURCE_TYPES,
  type ResourceType,
  resourceId,
} from "../../exchange/dataset/resources.ts";
import { columnsOf, TABLE_FILES } from "../../exchange/dataset/tables.ts";
import { ENTRY_SYSTEM } from "../../exchange/entryFhir.ts";
import { InputError } from "../../files/inputError.ts";
import { expectedRow } from "./expectedRow.ts";
import type { DatasetReport } from "./finding.ts";
import { EQUAL_RULES, ROW_RULES, tally } from "./tally.ts";

/** What is compared, and where findings go. `onItem` is told each row and resource. */
export type Compared = {
  readonly files: Reading;
  readonly manifest: Manifest;
  readonly report: DatasetReport;
  readonly onItem: () => void;
};

/** Compares all that can be read with what the manifest keeps of it. */
export async function compareFiles(of: Compared): Promise<void> {
  const { manifest, report } = of;
  const there = new Set(await of.files.list());
  const read = async (path: string, compare: () => Promise<void>) => {
    // A file that is missing is named where hashes are compared.
    if (!there.has(path)) return;
    try {
      await compare();
    } catch (error) {
      // TypeError: not UTF-8.
      if (!(error instanceof InputError || error instanceof TypeError)) throw error;
      report("dataset/file", `${path} cannot be read: ${error.message}`);
    }
  };
  for (const table of manifest.tables) {
    for (const format of Object.keys(TABLE_FILES) as (keyof typeof TABLE_FILES)[]) {
      const path = TABLE_FILES[format](table.collection);
      await read(path, () => compareTable(of, { table, format, path }));
    }
  }
  for (const type of RESOURCE_TYPES) {
    await read(fhirFile(type), () => compareResources(of, type));
  }
  await read(fhirFile("Provenance"), () => compareProvenance(of));
}

type Table = {
  readonly table: Manifest["tables"][number];
  readonly format: keyof typeof TABLE_FILES;
  readonly path: string;
};

async function compareTable(of: Compared, named: Table): Promise<void> {
  const { manifest, report, onItem } = of;
  const { table, path } = named;
  const columns = columnsOf(table.columns);
  const entries = manifest.entries.filter(({ collection }) => collection === table.collection);
  const expected = new Map(entries.map(({ entry, rows }) => [entry, rows]));
  const counted = tally({ expected, where: path, what: "row", rules: ROW_RULES, report });
  let line = 0;
  for await (const row of await rowsOf(of, named, columns)) {
    line++;
    onItem();
    const [entry, number] = row;
    if (typeof entry !== "string" || !expected.has(entry)) {
      report("dataset/row-unknown", `${path}, row ${line}: it names no entry of this table`);
      continue;
    }
    // A row of other cells is hashed as another: it is told as changed.
    const isWhole = row.length === columns.length;
    counted.add(entry, number, isWhole ? hashRow(columns, row) : hashText(JSON.stringify(row)));
  }
  counted.end();
}

async function rowsOf(of: Compared, named: Table, columns: Column[]): Promise<AsyncIterable<Row>> {
  const { files, manifest } = of;
  const { table, format, path } = named;
  if (format === "datasetJson") {
    const { trialId, createdAt } = manifest;
    const { collection, title, rows: records } = table;
    return readDatasetJson(files, path, {
      trialId,
      createdAt,
      collection,
      title,
      columns,
      records,
    });
  }
  const read = await (format === "csv" ? readCsv : readParquet)(files, path, columns);
  const isSame = JSON.stringify(read.names) === JSON.stringify(columns.map(({ name }) => name));
  if (!isSame) throw new InputError("its columns are not those of the manifest");
  return read.rows;
}

const FORMS: readonly number[] = [SOURCES.site, SOURCES.participant];

/** The type of an entry's resources, which follows from its source. */
export function typeOfEntry({ source }: Pick<ManifestEntry, "source">): ResourceType {
  return FORMS.includes(source) ? "QuestionnaireResponse" : "Observation";
}

async function compareResources(of: Compared, type: ResourceType): Promise<void> {
  const { files, manifest, report, onItem } = of;
  const path = fhirFile(type);
  const entries = new Map(
    manifest.entries.filter((one) => typeOfEntry(one) === type).map((one) => [one.entry, one]),
  );
  const expect = (what: "resources" | "rows") =>
    new Map([...entries].map(([entry, one]) => [entry, one[what]]));
  const columns = columnsByTable(manifest);
  const to = { where: path, report };
  const expected = expect("resources");
  const resources = tally({ ...to, expected, what: "resource", rules: ROW_RULES });
  const rows = tally({ ...to, expected: expect("rows"), what: "row", rules: EQUAL_RULES });
  let line = 0;
  for await (const text of linesOf(files, path)) {
    line++;
    onItem();
    const resource = resourceOf(text, type);
    const entry = resource && entries.get(entryOf(resource));
    if (resource === undefined || entry === undefined) {
      report("dataset/row-unknown", `${path}, line ${line}: it names no entry`);
      continue;
    }
    const number = numberOf(resource, entry.entry);
    resources.add(entry.entry, number, hashText(text));
    const row = expectedRow(entry, { number, resource, columns: columns.get(entry.collection) });
    rows.add(entry.entry, number, row);
  }
  resources.end();
  rows.end();
}

function columnsByTable({ tables }: Manifest): ReadonlyMap<string, readonly Column[]> {
  return new Map(tables.map(({ collection, columns }) => [collection, columns]));
}

/** A line as a resource; undefined when it is none of the type, or not in its canonical form. */
function resourceOf(text: string, type: ResourceType): Json | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const isType = (Object(json) as Json).resourceType === type;
    return isType && canonicalize(json) === text ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}

function entryOf({ identifier }: Json): Bytes32 {
  const own = [identifier].flat() as (Json | undefined)[];
  const value = own.find((one) => one?.system === ENTRY_SYSTEM)?.value;
  return typeof value === "string" ? value : "";
}

/** Undefined when the id is not one of the entry's. */
function numberOf({ id }: Json, entry: Bytes32): number | undefined {
  const number = Number(String(id).split("-").at(-1));
  return id === resourceId(entry, number) ? number : undefined;
}

async function compareProvenance({ files, manifest, report, onItem }: Compared): Promise<void> {
  const path = fhirFile("Provenance");
  const due = new Map(
    manifest.entries.map((one) => [
      canonicalize(provenanceOf(one, typeOfEntry(one))) ?? "",
      one.entry,
    ]),
  );
  let line = 0;
  for await (const text of linesOf(files, path)) {
    line++;
    onItem();
    if (due.delete(text)) continue;
    report("dataset/row-changed", `${path}, line ${line}: it is no entry's, or comes twice`);
  }
  for (const entry of due.values()) {
    report("dataset/row-removed", `${path}: that of entry ${entry} is missing`);
  }
}
