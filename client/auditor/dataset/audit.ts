// Goes back from a published dataset: from the rows of every table to public entries, from these to the cut, and from the
// cut to the consents. It believes the chain, the trial's public entries and nothing in the folder.

import type { Deposited } from "../../../circuits/statement/exchange/authority.ts";
import { hashEntry, KEY_COLLECTION } from "../../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Reading } from "../../exchange/dataset/files.ts";
import {
  hashManifest,
  isListedFile,
  loadManifest,
  MANIFEST_FILE,
  type Manifest,
  SUMMARY_FILE,
} from "../../exchange/dataset/manifest.ts";
import { fhirFile } from "../../exchange/dataset/resources.ts";
import { TABLE_FILES } from "../../exchange/dataset/tables.ts";
import { compareCut } from "./cut.ts";
import { compareEntries } from "./entries.ts";
import type { DatasetEvidence } from "./evidence.ts";
import { compareFiles, typeOfEntry } from "./files.ts";
import { type DatasetFinding, type DatasetReport, gatherFindings } from "./finding.ts";
import { comparePackages } from "./packages.ts";

export type DatasetAudit = {
  readonly findings: readonly DatasetFinding[];
  /** Undefined when the manifest cannot be read. */
  readonly manifestHash: Bytes32 | undefined;
  /** The block in which the manifest's hash was anchored for its request; undefined where it was not. */
  readonly manifestBlock: number | undefined;
  readonly checked: {
    readonly entries: number;
    readonly files: number;
    /** Rows of all formats and FHIR resources. */
    readonly items: number;
    /** Packages opened again. */
    readonly packages: number;
  };
  /** What this audit cannot say, in words. */
  readonly limits: readonly string[];
};

export type DatasetAuditInput = {
  readonly files: Reading;
  readonly evidence: DatasetEvidence;
  /** Files hashed, then rows and resources compared, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
};

const NOTHING = { entries: 0, files: 0, items: 0, packages: 0 };

/** Audits a dataset's folder. Faults of the disk are thrown; everything else is a finding. */
export async function auditDataset(input: DatasetAuditInput): Promise<DatasetAudit> {
  const { files, evidence } = input;
  const { report, findings } = gatherFindings();
  const manifest = await manifestIn(files, report);
  if (manifest === undefined) {
    const [manifestHash, manifestBlock] = [undefined, undefined];
    return { findings: findings(), manifestHash, manifestBlock, checked: NOTHING, limits: [] };
  }
  const manifestHash = hashManifest(manifest);
  const manifestBlock = comparePublished({ manifest, manifestHash, evidence, report });
  compareItself(manifest, report);
  const entries = new Map<Bytes32, Deposited>();
  for (const one of evidence.deposited) entries.set(hashEntry(one.entry), one);
  compareCut({ manifest, evidence, report });
  compareEntries({ manifest, evidence, entries, report });
  await compareHashes({ files, manifest, report });
  const of = itemsOf(manifest);
  let items = 0;
  const onItem = () => {
    items++;
    if (items % 1_000 === 0) input.onProgress?.(items, of);
  };
  await compareFiles({ files, manifest, report, onItem });
  const packages = await comparePackages({ manifest, evidence, report });
  return {
    findings: findings(),
    ...{ manifestHash, manifestBlock },
    checked: { entries: manifest.entries.length, files: manifest.files.length, items, packages },
    limits: limitsOf({ manifest, manifestBlock, evidence, packages }),
  };
}

/** The manifest's hash against the one published and those anchored; the block of its own anchor. */
function comparePublished(of: {
  readonly manifest: Manifest;
  readonly manifestHash: Bytes32;
  readonly evidence: DatasetEvidence;
  readonly report: DatasetReport;
}): number | undefined {
  const { manifest, manifestHash, evidence, report } = of;
  const tell = (reason: string) => report("dataset/published", reason);
  if (evidence.manifestHash !== undefined && evidence.manifestHash !== manifestHash) {
    tell(`the manifest's hash is ${manifestHash}, not the one published`);
  }
  const { requestId } = manifest.request;
  const anchored = evidence.manifestsOf(requestId);
  const block = anchored.get(manifestHash);
  if (block === undefined && anchored.size > 0) {
    const others = [...anchored].map(([hash, at]) => `${hash} in block ${at}`).join(", ");
    tell(
      `another manifest was anchored for request ${requestId}: ${others}; this one is ${manifestHash}`,
    );
  }
  return block;
}

/** The trial that a dataset names; undefined when its manifest cannot be read. */
export async function trialOfDataset(files: Reading): Promise<Bytes32 | undefined> {
  const manifest = await manifestIn(files, () => {});
  return manifest?.trialId;
}

async function manifestIn(files: Reading, report: DatasetReport): Promise<Manifest | undefined> {
  const read = await loadManifest(files);
  if ("manifest" in read) return read.manifest;
  report("dataset/manifest", read.problem);
  return undefined;
}

/** The files that follow from a manifest's entries and tables. */
function dueFiles({ entries, tables }: Manifest): string[] {
  const types = new Set(entries.filter((one) => one.resources.count > 0).map(typeOfEntry));
  return [
    ...tables.flatMap(({ collection }) =>
      Object.values(TABLE_FILES).map((path) => path(collection)),
    ),
    ...[...types].map(fhirFile),
    ...(entries.length > 0 ? [fhirFile("Provenance")] : []),
    SUMMARY_FILE,
  ].sort();
}

/** Its parts have to agree: whoever changes one of them has to change them all. */
function compareItself(manifest: Manifest, report: DatasetReport): void {
  const tell = (reason: string) => report("dataset/manifest", reason);
  const { entries, tables, files } = manifest;
  const collections = tables.map(({ collection }) => collection);
  if (new Set(collections).size < collections.length) tell("a table is listed twice");
  for (const { collection, rows } of tables) {
    const own = entries.filter((one) => one.collection === collection);
    const sum = own.reduce((total, one) => total + one.rows.count, 0);
    if (sum !== rows) tell(`table ${collection} has ${rows} rows, and its entries ${sum}`);
  }
  for (const one of entries) {
    if (!collections.includes(one.collection)) tell(`entry ${one.entry} is in no table`);
    if (one.rows.count !== one.resources.count) {
      tell(`entry ${one.entry} has ${one.resources.count} resources and ${one.rows.count} rows`);
    }
    if (one.collection === KEY_COLLECTION) tell(`entry ${one.entry} holds a key, and no data`);
  }
  const listed = files.map(({ path }) => path).sort();
  if (JSON.stringify(listed) !== JSON.stringify(dueFiles(manifest))) {
    tell(`it lists ${listed.join(", ")}, and its entries make ${dueFiles(manifest).join(", ")}`);
  }
}

/** Files against the hashes that the manifest lists. */
async function compareHashes(of: {
  files: Reading;
  manifest: Manifest;
  report: DatasetReport;
}): Promise<void> {
  const { files, manifest, report } = of;
  const there = new Set(await files.list());
  there.delete(MANIFEST_FILE);
  for (const listed of manifest.files) {
    const { path } = listed;
    if (!there.delete(path)) {
      report("dataset/file", `${path} is missing`);
      continue;
    }
    if (await isListedFile(files, listed)) continue;
    report("dataset/file", `${path} is not the file whose hash is listed`);
  }
  for (const path of there) report("dataset/file", `${path} is not in the manifest`);
}

function itemsOf({ tables, entries }: Manifest): number {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const resources = entries.reduce((sum, one) => sum + one.resources.count, 0);
  return rows * Object.keys(TABLE_FILES).length + resources + entries.length;
}

function limitsOf(of: {
  manifest: Manifest;
  manifestBlock: number | undefined;
  evidence: DatasetEvidence;
  packages: number;
}): string[] {
  const { manifest, manifestBlock, evidence, packages } = of;
  const unopened = manifest.entries.length - packages;
  return [
    ...(evidence.manifestHash === undefined && manifestBlock === undefined
      ? [
          "The manifest's hash is not anchored, and no published hash was given: one who writes every file and the manifest anew goes unnoticed, but for what the chain and the packages say.",
        ]
      : []),
    ...(unopened > 0
      ? [
          `${unopened} packages were not opened again: that the values are what was deposited rests on whoever made the dataset.`,
        ]
      : []),
    `The figures in ${SUMMARY_FILE} were not counted again, and titles and labels are the words of whoever made the dataset.`,
    "Whether the data are true cannot be seen from entries and consents.",
  ];
}
