// FHIR as it comes in files: one JSON text (a Bundle or a resource), or NDJSON, one to a line.
import { unreadable } from "./report.ts";

/** A value, or why there is none, and where it stands: "file", or "line 3". */
export type FhirValue = { readonly where: string } & (
  | { readonly value: unknown }
  | { readonly reason: string }
);

/** Characters of one JSON text: a Bundle is held whole. Larger exports come as NDJSON. */
const MAX_TEXT = 128 * 1024 * 1024;
const KIND = "FHIR";

/**
 * Reads pieces in order. When the first line is a whole JSON text, every line is one; else all of it is. A line that
 * is none is told of and passed over. Refuses with `UnreadableHealthData` when the one text is none, or too long.
 */
export async function* valuesOf(pieces: AsyncIterable<string>): AsyncGenerator<FhirValue> {
  let rest = "";
  let line = 0;
  let isLines: boolean | undefined;
  for await (const piece of pieces) {
    rest += piece;
    // What has no end of a line tells nothing new: a Bundle without any is not looked through again with each piece.
    const hasEnd = piece.includes("\n");
    if (isLines === undefined && hasEnd) isLines = startsWithLine(rest);
    if (isLines === true && hasEnd) {
      const lines = rest.split("\n");
      rest = lines.pop()!;
      for (const text of lines) yield* valueIn(text, `line ${++line}`);
    }
    if (rest.length > MAX_TEXT) throw unreadable({ kind: KIND, reason: "a text exceeds 128 MiB" });
  }
  if (isLines === true) {
    yield* valueIn(rest, `line ${++line}`);
    return;
  }
  if (rest.trim() === "") throw unreadable({ kind: KIND, reason: "it is empty" });
  const [whole] = valueIn(rest, "file");
  if (whole === undefined || "reason" in whole) {
    throw unreadable({ kind: KIND, reason: "it is neither JSON nor NDJSON" });
  }
  yield whole;
}

/** Whether the first line that is not empty is JSON by itself; undefined while it has not ended. */
function startsWithLine(text: string): boolean | undefined {
  const start = text.search(/\S/);
  const end = start < 0 ? -1 : text.indexOf("\n", start);
  if (end < 0) return undefined;
  const [first] = valueIn(text.slice(start, end), "");
  return first !== undefined && "value" in first;
}

function* valueIn(text: string, where: string): Generator<FhirValue> {
  if (text.trim() === "") return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    yield { where, reason: "the line is no JSON" };
    return;
  }
  yield { where, value };
}
