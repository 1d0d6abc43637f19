// JSON text to values, with the place of an error and without its content (which is health data).
import { refuse } from "../problem.ts";

/**
 * Parses one JSON text. A decimal under the key "value" that a binary fraction cannot hold stays text.
 * Throws ClinicError with line and column, never quoting the text.
 */
export function parseJson(text: string, path: string): unknown {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (clean.trim() === "") refuse(path, "the file is empty");
  try {
    return JSON.parse(keepDigits(clean));
  } catch {
    const at = errorPosition(clean);
    const before = clean.slice(0, at).split("\n");
    const where = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    const cut = at >= clean.trimEnd().length ? ": it ends too early" : "";
    return refuse(path, `not valid JSON at ${where}${cut}; export the file again`);
  }
}

/**
 * A number of 16 digits or more under the key "value". In valid JSON an unescaped `"value"` with a colon after it is
 * that key and nothing else: inside a string both quotes would have a backslash before them.
 */
const LONG_VALUE =
  /"value"(?<!\\"value")\s*:\s*(-?(?=[\d.]{17})(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/**
 * Puts quotes around decimals that would lose digits as binary fractions: 6.999949999999999999999 would be read as
 * 6.99995, and then rounded a second time, to 7. Up to 15 digits come back from a binary fraction as they were.
 */
function keepDigits(text: string): string {
  let kept = "";
  let done = 0;
  for (const match of text.matchAll(LONG_VALUE)) {
    const decimal = match[1]!;
    if (String(Number(decimal)) === decimal) continue;
    const end = match.index + match[0].length;
    kept += `${text.slice(done, end - decimal.length)}"${decimal}"`;
    done = end;
  }
  return done === 0 ? text : kept + text.slice(done);
}

/** Parses newline-delimited JSON (FHIR Bulk Data): one value a line, blank lines ignored. */
export function parseNdjson(text: string, path: string): { value: unknown; path: string }[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line, i) => ({ line, path: `${path}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, path: at }) => ({ value: parseJson(line, at), path: at }));
}

/**
 * V8 gives a position only in some messages. A prefix that merely ends too early could still be continued;
 * the shortest prefix that could not ends at the error.
 */
function errorPosition(text: string): number {
  let low = 0;
  let high = text.length + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (canContinue(text.slice(0, middle))) low = middle;
    else high = middle;
  }
  return Math.min(low, text.length);
}

function canContinue(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (/Unexpected end|Unterminated string/.test(message)) return true;
    return Number(/at position (\d+)/.exec(message)?.[1] ?? -1) >= prefix.length;
  }
}
