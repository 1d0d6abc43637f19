// Makes a dataset from opened packages: FHIR R4 NDJSON (a file a type), each collection's table as CSV, Dataset-JSON and
// Parquet, a page of figures, and the manifest. Packages go by one at a time; of each only its line of the manifest stays.

import { entryTree } from "../../../circuits/statement/exchange/entryTree.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { InputError } from "../../files/inputError.ts";
import type { TableFigures } from "./figures.ts";
import { textOutput } from "./files.ts";
import { type DatasetInput, type Gathered, gather } from "./gather.ts";
import {
  DATASET_FORMAT,
  hashManifest,
  MANIFEST_FILE,
  type Manifest,
  type ManifestEntry,
  manifestText,
  readManifest,
  SUMMARY_FILE,
} from "./manifest.ts";
import type { Omission } from "./opened.ts";
import { fhirFile } from "./resources.ts";
import { subjectNames } from "./subjects.ts";
import { renderSummary } from "./summary.ts";
import { TABLE_FILES, writeTable } from "./tables.ts";
import { type Words, wordsOf } from "./words.ts";

/** Why a package of the cut is left out that nobody refused. */
const NOT_OPENED = "NotOpened";
/** Why one is that was opened: no rows can be made of what is in it. */
const NOT_LAID_OUT = "NotLaidOut";

export type WrittenDataset = {
  readonly manifest: Manifest;
  /** The manifest's, as it can be anchored. */
  readonly hash: Bytes32;
  /** By table, as the page of figures draws them. */
  readonly figures: readonly TableFigures[];
};

/**
 * Writes a dataset. Throws InputError for packages that are not the cut's or come twice; what was written until then is
 * of no use. A package of which no rows can be made is left out by name.
 */
export async function writeDataset(input: DatasetInput): Promise<WrittenDataset> {
  const { opening, packages, files, calendar } = input;
  if (entryTree(packages).root !== opening.cut.packagesRoot) {
    throw new InputError("the packages' entries do not add up to the cut's root");
  }
  const words = wordsOf(calendar?.collections ?? []);
  const read = await gather(input);
  const gathered: Gathered = { ...read, tables: read.tables.map(words.label) };
  nameSubjects(gathered.entries);
  const figures = await writeTables(input, gathered, words);
  const leftOut = leftOutOf(input, gathered);
  const summary = textOutput(files.create(SUMMARY_FILE));
  summary.write(renderSummary({ opening, entries: gathered.entries, leftOut, figures, calendar }));
  summary.close();
  const manifest: Manifest = {
    format: DATASET_FORMAT,
    ...opening,
    packages: [...packages],
    entries: gathered.entries,
    leftOut,
    fieldsLeftOut: Object.fromEntries(gathered.fieldsLeftOut),
    tables: gathered.tables.map(({ collection, rows, columns }) => ({
      collection,
      title: words.titleOf(collection),
      rows,
      columns: [...columns],
    })),
    files: await listFiles(input, gathered),
    createdAt: input.now.toISOString(),
  };
  const text = manifestText(manifest);
  const again = readManifest(text);
  if ("problem" in again) throw new InputError(`the manifest would be none: ${again.problem}`);
  const output = textOutput(files.create(MANIFEST_FILE));
  output.write(text);
  output.close();
  return { manifest, hash: hashManifest(manifest), figures };
}

function nameSubjects(entries: readonly ManifestEntry[]): void {
  const names = subjectNames(entries.map(({ pseudonym }) => BigInt(pseudonym)));
  for (const entry of entries) entry.subject = names.get(BigInt(entry.pseudonym))!;
}

async function writeTables(
  { files, opening, now, onProgress }: DatasetInput,
  { tables, entries }: Gathered,
  words: Words,
): Promise<TableFigures[]> {
  const of = tables.reduce((sum, { rows }) => sum + rows, 0);
  const { trialId, cut } = opening;
  const about = { trialId, createdAt: now.toISOString(), cutId: cut.cutId };
  const figures: TableFigures[] = [];
  let done = 0;
  const onRow = () => {
    done++;
    if (done % 1_000 === 0 || done === of) onProgress?.({ step: "tables", done, of });
  };
  for (const table of tables) {
    const title = words.titleOf(table.collection);
    figures.push(await writeTable({ files, table, entries, about: { ...about, title }, onRow }));
  }
  return figures;
}

/** Every package of the cut is in the dataset, or here. */
function leftOutOf({ packages, omissions }: DatasetInput, { entries, odd }: Gathered) {
  const isIn = new Set(entries.map(({ entry }) => entry));
  const told = Map.groupBy(omissions, ({ entry }) => entry);
  return packages
    .filter((entry) => !isIn.has(entry))
    .flatMap((entry): Omission[] => {
      if (odd.has(entry)) return [{ entry, code: NOT_LAID_OUT }];
      return told.get(entry) ?? [{ entry, code: NOT_OPENED }];
    });
}

async function listFiles({ files, onProgress }: DatasetInput, gathered: Gathered) {
  const rows = new Map<string, number>();
  for (const [type, count] of gathered.resources) rows.set(fhirFile(type), count);
  for (const table of gathered.tables) {
    for (const path of Object.values(TABLE_FILES)) rows.set(path(table.collection), table.rows);
  }
  const paths = await files.list();
  const listed: Manifest["files"] = [];
  for (const path of paths) {
    const count = rows.get(path);
    const file = { path, bytes: await files.size(path), sha256: await files.sha256(path) };
    listed.push(count === undefined ? file : { ...file, rows: count });
    onProgress?.({ step: "files", done: listed.length, of: paths.length });
  }
  return listed;
}
