// What was found for a part of a structured protocol, and how parts are joined.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import { type ImportedLine, lineOf, type Reading } from "./imported.ts";

/** `whole`: the criterion says all that the source says. Otherwise a person attests the source beside it. */
export type Found = Reading & { readonly whole: boolean };

export const missed = (note: string): Found => ({ whole: false, notes: [note] });

/** Alternatives one of which a record cannot answer become words as a whole; of a conjunction the rest is proven. */
export function joined(parts: readonly Found[], form: "all" | "any"): Found {
  const notes = [...new Set(parts.flatMap((part) => part.notes ?? []))];
  const read = parts.map(({ criterion }) => criterion).filter((part) => part !== undefined);
  if (read.length === 0 || (form === "any" && read.length < parts.length)) {
    return { whole: false, notes };
  }
  const several = form === "all" ? { all: read } : { any: read };
  const criterion: Criterion = read.length === 1 ? read[0]! : several;
  const whole = parts.every((part) => part.whole) && read.length === parts.length;
  return { criterion, whole, notes };
}

/** The line of an inclusion, attested beside where the criterion says only a part. */
export function inclusionOf(source: string, found: Found, number: number): ImportedLine {
  const rest = found.whole ? {} : { rest: source };
  return lineOf({ list: "inclusion", source, number, read: found, ...rest });
}
