// A thousand opened visits, and a hundred days of a device's readings, as a dataset: all of it into a folder, and each
// format alone.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashEntry, type Source } from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import type { Content } from "../../circuits/statement/exchange/payload.ts";
import type { Row } from "../../client/exchange/dataset/cells.ts";
import { csvHead, csvRow } from "../../client/exchange/dataset/csv.ts";
import {
  DATASET_JSON_END,
  datasetJsonHead,
  datasetJsonRow,
} from "../../client/exchange/dataset/datasetJson.ts";
import { draftedRows } from "../../client/exchange/dataset/draft.ts";
import { fillFolder } from "../../client/exchange/dataset/files.node.ts";
import { memoryFiles, textOutput, type Writing } from "../../client/exchange/dataset/files.ts";
import { type DatasetInput, gather } from "../../client/exchange/dataset/gather.ts";
import type { Manifest } from "../../client/exchange/dataset/manifest.ts";
import type { OpenedPackage } from "../../client/exchange/dataset/opened.ts";
import { parquetRows } from "../../client/exchange/dataset/parquet.ts";
import { columnsOf, fixedCells } from "../../client/exchange/dataset/tables.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import { madePackage, sample } from "../exchange/datasetSample.ts";
import { bytes32, number } from "../support/world.ts";
import { filledForm, readings } from "./exchangeVisits.ts";
import { cost, ms, type Result } from "./measure.ts";

const VISITS = 1_000;
const DEVICE_DAYS = 100;
const DEVICE_BYTES = 50_000;

export async function measureDataset(say: (progress: string) => void): Promise<Result[]> {
  const made = [
    { what: `${VISITS} visits`, opened: packages(VISITS, "site", filledForm) },
    {
      what: `${DEVICE_DAYS} days of a device, 50 kB each`,
      opened: packages(DEVICE_DAYS, "device", () => readings(DEVICE_BYTES)),
    },
  ];
  const results: Result[] = [];
  for (const { what, opened } of made) {
    say(what);
    results.push(await whole(what, opened), ...(await formats(what, opened)));
  }
  return results;
}

function packages(count: number, source: Source, contentOf: (i: number) => Content) {
  const collection = source === "site" ? "visit" : "pulse";
  return Array.from({ length: count }, (_, i) =>
    madePackage({
      ...{ who: 0, source, collection, content: contentOf(i) },
      more: { pseudonym: number(`participant ${i}`), ciphertextHash: bytes32(`package ${i}`) },
    }),
  );
}

function inputOf(opened: readonly OpenedPackage[], files: Writing): DatasetInput {
  const hashes = opened.map(({ deposited }) => hashEntry(deposited.entry));
  const { opening } = sample();
  const cut = { ...opening.cut, participants: opened.length, packagesRoot: entryTree(hashes).root };
  return {
    ...{ opened, packages: hashes, omissions: [], files, now: new Date("2026-11-30T12:00:00Z") },
    opening: { ...opening, cut },
  };
}

const seconds = (wallMs: number) =>
  wallMs < 1_000 ? ms(wallMs) : `${(wallMs / 1000).toFixed(1)} s`;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

async function whole(what: string, opened: readonly OpenedPackage[]): Promise<Result> {
  const parent = mkdtempSync(join(tmpdir(), "dataset-bench-"));
  try {
    let plain = 0;
    const stringified = await cost(() => {
      for (const { payload } of opened) plain += JSON.stringify(payload).length;
    });
    let manifest: Manifest | undefined;
    const written = await cost(async () => {
      const fill = async (files: Writing) => await writeDataset(inputOf(opened, files));
      ({ manifest } = await fillFolder(join(parent, "dataset"), fill));
    });
    const bytes = manifest!.files.reduce((sum, file) => sum + file.bytes, 0);
    const rows = manifest!.tables.reduce((sum, table) => sum + table.rows, 0);
    if (manifest!.entries.length !== opened.length) throw new Error("packages were left out");
    return {
      what: `dataset of ${what}: ${rows} rows, all formats, figures and manifest, in a folder`,
      baseline: `their JSON alone, ${megabytes(plain)}, ${seconds(stringified.wallMs)}`,
      measured: `${seconds(written.wallMs)}, ${megabytes(bytes)}`,
      target: "",
      reached: undefined,
    };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

async function formats(what: string, opened: readonly OpenedPackage[]): Promise<Result[]> {
  const held = new Map<string, Uint8Array>();
  const files = memoryFiles(held);
  const input = inputOf(opened, files);
  let gathered: Awaited<ReturnType<typeof gather>> | undefined;
  const read = await cost(async () => {
    gathered = await gather(input);
  });
  const [table] = gathered!.tables;
  const columns = columnsOf(table!.columns);
  const rows: Row[] = [];
  for await (const { entry, number: nth, values } of draftedRows(files, table!)) {
    rows.push([...fixedCells(gathered!.entries[entry]!, nth), ...values]);
  }
  const fhir = [...held].filter(([path]) => path.startsWith("fhir/"));
  const fhirBytes = fhir.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  const head = {
    ...{ trialId: input.opening.trialId, collection: table!.collection, title: "Visits", columns },
    ...{ records: rows.length, createdAt: input.now.toISOString() },
  };
  const writing: Readonly<Record<string, (path: string) => void>> = {
    csv: (path) => {
      const text = textOutput(files.create(path));
      text.write(csvHead(columns));
      for (const row of rows) text.write(csvRow(columns, row));
      text.close();
    },
    "Dataset-JSON": (path) => {
      const text = textOutput(files.create(path));
      text.write(datasetJsonHead(head));
      for (const [i, row] of rows.entries()) text.write(datasetJsonRow(row, i === 0));
      text.write(DATASET_JSON_END);
      text.close();
    },
    parquet: (path) => {
      const writer = parquetRows(files.create(path), columns, {});
      for (const row of rows) writer.write(row);
      writer.close();
    },
  };
  const measured = [`FHIR and rows read ${seconds(read.wallMs)}, ${megabytes(fhirBytes)}`];
  for (const [name, write] of Object.entries(writing)) {
    const { wallMs } = await cost(() => write(name));
    measured.push(`${name} ${seconds(wallMs)}, ${megabytes(held.get(name)!.length)}`);
  }
  return [
    {
      ...{ what: `${what}, format by format, in memory`, baseline: "", target: "" },
      ...{ measured: measured.join("; "), reached: undefined },
    },
  ];
}
