// The files of a dictionary's folder: reading, hashing, laying out, writing. Node only: works on a checkout.
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "../../circuits/statement/answers.ts";
import type { Unit } from "../../circuits/statement/units.ts";
import type { ValueSet } from "../../circuits/statement/valueSet.ts";

type Versioned = { version: number };
export type Published = Versioned & { concepts: number; hash: string };
type Entry = { fullUrl: string; resource: ValueSet };
type ValueSetBundle = { resourceType: "Bundle"; id: string; type: "collection"; entry: Entry[] };
/** The dictionary's files, parsed. */
export type DictionaryFiles = {
  concepts: ValueSetBundle;
  possible: ValueSetBundle;
  neutral: ValueSetBundle;
  units: Unit[];
  answers: { answers: Answer[]; groups: Versioned[]; questions: Question[] };
  published: Published[];
};
const NAMES = ["concepts", "possible", "neutral", "units", "answers", "published"] as const;

export const FOLDER = fileURLToPath(new URL("../../circuits/dictionary", import.meta.url));

/** Reads the files of a dictionary folder. */
export async function readDictionary(folder: string = FOLDER): Promise<DictionaryFiles> {
  const read = async (name: string) => [
    name,
    JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")),
  ];
  return Object.fromEntries(await Promise.all(NAMES.map(read))) as DictionaryFiles;
}

/** Writes the files named, each whole. */
export async function writeDictionary(
  files: DictionaryFiles,
  names: readonly (keyof DictionaryFiles)[],
  folder: string = FOLDER,
): Promise<void> {
  for (const name of names) await writeWhole(join(folder, `${name}.json`), formatJson(files[name]));
}

/** The version after the published one, to which everything new belongs. */
export function nextVersion({ published }: DictionaryFiles): number {
  return (published.at(-1)?.version ?? 0) + 1;
}

/** The ValueSets of a bundle up to a version. */
function setsUpTo(bundle: ValueSetBundle, version: number): ValueSet[] {
  return bundle.entry
    .map(({ resource }) => resource)
    .filter((resource) => Number(resource.version) <= version);
}

/** Seals everything added since the last version under a new one. Throws when nothing was added. */
export async function publishDictionary(folder: string = FOLDER): Promise<Published> {
  const files = await readDictionary(folder);
  const version = nextVersion(files);
  const bundles = [files.concepts, files.possible, files.neutral];
  const sets = bundles.flatMap(({ entry }) => entry.map(({ resource }) => resource));
  const added = [...sets, ...files.units, ...Object.values(files.answers).flat()];
  if (!added.some((row) => Number(row.version) === version)) {
    throw new RangeError(`nothing was added since dictionary version ${version - 1}`);
  }
  const concepts = new Set(setsUpTo(files.concepts, version).map(({ url }) => url)).size;
  const entry = { version, concepts, hash: hashDictionary(files, version) };
  files.published.push(entry);
  await writeDictionary(files, ["published"], folder);
  return entry;
}

/**
 * SHA-256 (64 hex digits) over the canonical JSON (sorted keys, no spaces) of all concepts, units and answers
 * introduced up to a version, and of what may belong to concepts or to none, where there was any: a unit or an
 * answer's number changes what a fact means just as a concept does.
 */
export function hashDictionary(files: DictionaryFiles, version: number): string {
  const upTo = <T extends Versioned>(rows: readonly T[]) =>
    rows.filter((row) => row.version <= version);
  const possible = setsUpTo(files.possible, version);
  const neutral = setsUpTo(files.neutral, version);
  const content = {
    concepts: setsUpTo(files.concepts, version),
    units: upTo(files.units),
    answers: upTo(files.answers.answers),
    groups: upTo(files.answers.groups),
    questions: upTo(files.answers.questions),
    ...(possible.length > 0 && { possible }),
    ...(neutral.length > 0 && { neutral }),
  };
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
}

/** JSON with one short object or array a line, so that a changed code is a changed line. */
export function formatJson(value: unknown, indent = ""): string {
  const inline = JSON.stringify(value);
  const short = inline.length + indent.length <= 160 && !inline.includes('"include"');
  if (typeof value !== "object" || value === null || (short && indent !== "")) {
    return inline + (indent === "" ? "\n" : "");
  }
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const lines = Array.isArray(value)
    ? value.map((item) => inner + formatJson(item, inner))
    : Object.entries(value).map(
        ([key, item]) => `${inner}${JSON.stringify(key)}: ${formatJson(item, inner)}`,
      );
  return `${open}\n${lines.join(",\n")}\n${indent}${close}${indent === "" ? "\n" : ""}`;
}

/** Writes beside and renames, so that a crash leaves the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
