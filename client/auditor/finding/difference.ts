// Naming what differs between what was told and what is due: field by field, and in both
// directions where there are many of a kind.
import type { Finding } from "./finding.ts";

const MAX_WRITTEN = 300;

/** Names a difference between what was told and what is on the chain. */
export type Compare = (what: string, told: unknown, due: unknown) => void;

/** Collects differences as findings. */
export function collectDifferences(): { readonly compare: Compare; readonly found: Finding[] } {
  const found: Finding[] = [];
  const compare: Compare = (what, told, due) => {
    const [a, b] = [write(told), write(due)];
    if (a !== b) found.push(differing(what, a, b));
  };
  return { compare, found };
}

/** The finding of one difference. */
export function differing(what: string, told: string, due: string): Finding {
  const reason = `${what}: told ${shorten(told)}, on the chain ${shorten(due)}`;
  return { rule: "server/differs", reason };
}

/** An entry that should not be there may be a whole document. */
function shorten(text: string): string {
  return text.length > MAX_WRITTEN ? `${text.slice(0, MAX_WRITTEN)}...` : text;
}

/** Fields by name, with what each must be. */
type Fields = Readonly<Record<string, unknown>>;

/** Compares every field that is due. */
export function compareFields(compare: Compare, where: string, told: object, due: Fields): void {
  for (const [name, value] of Object.entries(due)) {
    compare(`${name} of ${where}`, (told as Fields)[name], value);
  }
}

/**
 * Compares entries by their keys: what is told but not due, or told twice; what is due but not
 * told; and the fields of the others.
 */
export function compareEntries<Key>(
  compare: Compare,
  nameOf: (key: Key) => string,
  told: Iterable<readonly [Key, object]>,
  due: ReadonlyMap<Key, Fields>,
): void {
  const left = new Map(due);
  for (const [key, entry] of told) {
    const fields = left.get(key);
    left.delete(key);
    if (fields !== undefined) compareFields(compare, nameOf(key), entry, fields);
    else compare(nameOf(key), entry, due.has(key) ? "only once" : "nothing");
  }
  for (const [key, fields] of left) compare(nameOf(key), "nothing", fields);
}

/** Compares lists whose order counts; names the first place that differs. */
export function compareLists(
  compare: Compare,
  what: string,
  told: readonly unknown[],
  due: readonly unknown[],
): void {
  compare(`number of ${what}`, told.length, due.length);
  const longer = told.length > due.length ? told : due;
  const place = longer.findIndex((_, i) => write(told[i]) !== write(due[i]));
  if (place < 0) return;
  compare(`${what}, at ${place}`, told[place] ?? "nothing", due[place] ?? "nothing");
}

/** One text for one value; an object's fields by name. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, part]) => `${name} ${write(part)}`).join(", ")}}`;
}
