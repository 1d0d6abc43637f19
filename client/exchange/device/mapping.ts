// What a table's columns mean: written by whoever reads the table, checked before a row is read.
import { z } from "zod";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { patternReader } from "./timePattern.ts";
import { zoneOf } from "./zone.ts";

const column = z.string().min(1).max(200);
const loinc = z.string().regex(/^[1-9]\d{0,6}-\d$/, "must be a LOINC code");
const unit = z.string().max(60);

const time = z.strictObject({
  /** One column, or several that are joined by a space: a date and a time of day. */
  columns: z.array(column).min(1).max(3),
  /** ISO 8601, seconds or milliseconds since 1970, or a pattern as {@link patternReader} has it. */
  format: z
    .string()
    .refine((text) => isNamed(text) || patternReader(text) !== undefined, "is no format of a time"),
});

const reading = z.strictObject({
  value: column,
  unit: z.union([z.strictObject({ text: unit }), z.strictObject({ column })]),
  /** One code for the column, or what the texts of another column mean: rows of other texts are left out. */
  code: z.union([
    loinc,
    z.strictObject({ column, codes: z.record(z.string().min(1).max(200), loinc) }),
  ]),
});

const mapping = z.strictObject({
  delimiter: z.enum([",", ";", "\t", "|"]).default(","),
  encoding: z.enum(["utf-8", "utf-16le", "windows-1252"]).default("utf-8"),
  decimal: z.enum([".", ","]).default("."),
  /** IANA name, or an offset such as "+01:00": for times that name none, and those in UTC. */
  zone: z
    .string()
    .refine((name) => zoneOf(name) !== undefined, "is no time zone")
    .exactOptional(),
  start: time,
  /** For readings that last, such as steps of an hour. */
  end: time.exactOptional(),
  readings: z.array(reading).min(1).max(50),
  /** Maker and model, said of all rows. */
  device: z.string().min(1).max(120).exactOptional(),
});
export type TableMapping = z.output<typeof mapping>;
export type TimeColumns = z.output<typeof time>;
export type ReadingColumns = z.output<typeof reading>;

/** Formats of a time that have a name instead of a pattern. */
export function isNamed(format: string): format is "iso" | "unix" | "unix-ms" {
  return format === "iso" || format === "unix" || format === "unix-ms";
}

/** Checks a mapping. Refuses with `MalformedMapping`: the field, and what is wrong with it. */
export function parseMapping(given: unknown): TableMapping {
  const checked = mapping.safeParse(given);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new Refusal("MalformedMapping", {
    field: issue?.path.map(String).join(".") || "whole",
    reason: issue?.message ?? "it is no mapping",
  });
}

/** Every column that a mapping names. */
export function columnsOf({ start, end, readings }: TableMapping): string[] {
  const named = readings.flatMap(({ value, unit: by, code }) => [
    value,
    ...("column" in by ? [by.column] : []),
    ...(typeof code === "string" ? [] : [code.column]),
  ]);
  return [...new Set([...start.columns, ...(end?.columns ?? []), ...named])];
}
