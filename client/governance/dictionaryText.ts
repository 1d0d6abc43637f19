// What a dictionary's files hold, how they are laid out, and what their hash covers.
import { createHash } from "node:crypto";
import type { ValueSet } from "../../circuits/statement/dictionary/valueSet.ts";
import type { Answer, Question } from "../../circuits/statement/encoding/answers.ts";
import type { Unit } from "../../circuits/statement/encoding/units.ts";

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
/** The ValueSets of a bundle up to a version. */
export function setsUpTo(bundle: ValueSetBundle, version: number): ValueSet[] {
  return bundle.entry
    .map(({ resource }) => resource)
    .filter((resource) => Number(resource.version) <= version);
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
