// Adds concepts to the dictionary's files and publishes versions of it. Node only: works on a
// checkout.
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Answer, Question } from "../../circuits/statement/answers.ts";
import {
  type Concept,
  conceptProblem,
  parseValueSet,
  toValueSet,
  type ValueSet,
} from "../../circuits/statement/concept.ts";
import type { Unit } from "../../circuits/statement/units.ts";

type Versioned = { version: number };
export type Published = Versioned & { concepts: number; hash: string };
/** The dictionary's files, parsed. */
export type DictionaryFiles = {
  concepts: { resourceType: "Bundle"; type: "collection"; entry: Entry[] };
  units: Unit[];
  answers: { answers: Answer[]; groups: Versioned[]; questions: Question[] };
  published: Published[];
};
type Entry = { fullUrl: string; resource: ValueSet };
/** A concept before it has a number and a version. */
export type NewConcept = Omit<Concept, "number" | "version">;

const FOLDER = fileURLToPath(new URL("../../circuits/dictionary", import.meta.url));

/** Reads the four files of a dictionary folder. */
export async function readDictionary(folder: string = FOLDER): Promise<DictionaryFiles> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));
  return {
    concepts: await read("concepts.json"),
    units: await read("units.json"),
    answers: await read("answers.json"),
    published: await read("published.json"),
  };
}

/**
 * Appends a concept, with the next number, to the version after the published one. It is used once
 * that version is
 * published ({@link publishDictionary}). Throws RangeError saying what is wrong with it; nothing is
 * written then.
 */
export async function addConcept(options: {
  concept: NewConcept;
  folder?: string;
}): Promise<Concept> {
  const folder = options.folder ?? FOLDER;
  const files = await readDictionary(folder);
  const existing = files.concepts.entry.map((entry) => parseValueSet(entry.resource));
  const concept: Concept = {
    ...options.concept,
    number: Math.max(0, ...existing.map(({ number }) => number)) + 1,
    version: (files.published.at(-1)?.version ?? 0) + 1,
  };
  const problem = conceptProblem(concept) ?? clash(concept, existing) ?? mixture(concept, files);
  if (problem) throw new RangeError(`concept ${concept.name}: ${problem}`);
  const resource = toValueSet(concept);
  files.concepts.entry.push({ fullUrl: resource.url, resource });
  await writeWhole(join(folder, "concepts.json"), formatJson(files.concepts));
  return concept;
}

/** Seals everything added since the last version under a new one. Throws when nothing was added. */
export async function publishDictionary(folder: string = FOLDER): Promise<Published> {
  const files = await readDictionary(folder);
  const version = (files.published.at(-1)?.version ?? 0) + 1;
  const rows = [files.concepts.entry.map(({ resource }) => resource), files.units].flat();
  const added = [...rows, ...Object.values(files.answers).flat()];
  if (!added.some((row) => Number(row.version) === version)) {
    throw new RangeError(`nothing was added since dictionary version ${version - 1}`);
  }
  const upTo = files.concepts.entry.filter(({ resource }) => Number(resource.version) <= version);
  const entry = { version, concepts: upTo.length, hash: hashDictionary(files, version) };
  files.published.push(entry);
  await writeWhole(join(folder, "published.json"), formatJson(files.published));
  return entry;
}

/**
 * SHA-256 (64 hex digits) over the canonical JSON (sorted keys, no spaces) of all concepts, units
 * and answers introduced up
 * to a version: a unit or an answer's number changes what a fact means just as a concept does.
 */
export function hashDictionary(files: DictionaryFiles, version: number): string {
  const upTo = <T extends { version: number | string }>(rows: readonly T[]) =>
    rows.filter((row) => Number(row.version) <= version);
  const content = {
    concepts: upTo(files.concepts.entry.map((entry) => entry.resource)),
    units: upTo(files.units),
    answers: upTo(files.answers.answers),
    groups: upTo(files.answers.groups),
    questions: upTo(files.answers.questions),
  };
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(",")}}`;
}

function clash(concept: Concept, existing: readonly Concept[]): string | undefined {
  const other = existing.find(({ name }) => name === concept.name);
  return (
    other &&
    `concept ${other.number} has this name; a new meaning needs a new name and is a new concept`
  );
}

/**
 * Values under one concept are compared with each other: they must share a unit or a set of
 * answers.
 */
function mixture(concept: Concept, files: DictionaryFiles): string | undefined {
  if (concept.domain !== "observation") return undefined;
  const kinds = concept.members.map(({ system, code }) => {
    if (system !== "loinc") return undefined;
    const unit = files.units.find((row) => row.loinc === code)?.unit;
    return unit ?? files.answers.questions.find((row) => row.loinc === code)?.answers.join(", ");
  });
  const unknown = kinds.indexOf(undefined);
  if (unknown >= 0) {
    return `${concept.members[unknown]!.code} has no unit or answers in the dictionary yet`;
  }
  const [first, other] = new Set(kinds);
  return other && `its codes have different units or answers: ${first} and ${other}`;
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
