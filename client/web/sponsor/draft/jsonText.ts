// Where things stand in a JSON text: JSON.parse gives the value, but neither the line of a syntax error in every
// browser nor the line of a path, which the messages of the schema and the compiler name.

export type SyntaxProblem = { readonly message: string; readonly line: number };

type JsonText =
  | { readonly value: unknown; readonly lineOf: (path: string) => number; readonly problem?: never }
  | { readonly problem: SyntaxProblem };

const MAX_DEPTH = 200;

class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads a JSON text and remembers the line of each path in it ("criteria.inclusion[0].age"). */
export function readJsonText(text: string): JsonText {
  const offsets = new Map<string, number>();
  try {
    const end = scanValue(text, skipSpace(text, 0), "", 0, offsets);
    const rest = skipSpace(text, end);
    if (rest < text.length) throw new Unreadable("something follows the end of the value", rest);
    return {
      value: JSON.parse(text) as unknown,
      lineOf: (path) => lineOfPath(text, offsets, path),
    };
  } catch (error) {
    const at = error instanceof Unreadable ? error.at : text.length;
    const message = error instanceof Unreadable ? error.message : "this is not JSON";
    return { problem: { message, line: lineAt(text, at) } };
  }
}

/** The line of a path, or of the nearest thing around it that is there. */
function lineOfPath(text: string, offsets: ReadonlyMap<string, number>, path: string): number {
  for (let near = path; near !== ""; near = near.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, "")) {
    const offset = offsets.get(near);
    if (offset !== undefined) return lineAt(text, offset);
  }
  return 1;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/[ \t\r\n]/.test(text.charAt(at))) at++;
  return at;
}

type Offsets = Map<string, number>;

function scanValue(
  text: string,
  at: number,
  path: string,
  depth: number,
  offsets: Offsets,
): number {
  if (depth > MAX_DEPTH) throw new Unreadable("nested too deeply", at);
  if (!offsets.has(path)) offsets.set(path, at);
  const first = text.charAt(at);
  if (first === "{") return scanObject(text, at, path, depth, offsets);
  if (first === "[") return scanList(text, at, path, depth, offsets);
  if (first === '"') return scanString(text, at);
  const plain = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
  plain.lastIndex = at;
  const match = plain.exec(text);
  if (match === null) {
    throw new Unreadable(at >= text.length ? "the text ends too early" : "a value is missing", at);
  }
  return at + match[0].length;
}

function scanObject(
  text: string,
  from: number,
  path: string,
  depth: number,
  offsets: Offsets,
): number {
  let at = skipSpace(text, from + 1);
  if (text.charAt(at) === "}") return at + 1;
  for (;;) {
    if (text.charAt(at) !== '"') throw new Unreadable('a name in "quotes" is missing', at);
    const end = scanString(text, at);
    const name = JSON.parse(text.slice(at, end)) as string;
    const inner = path === "" ? name : `${path}.${name}`;
    offsets.set(inner, at);
    at = skipSpace(text, end);
    if (text.charAt(at) !== ":") throw new Unreadable(`a colon is missing after "${name}"`, at);
    at = skipSpace(text, scanValue(text, skipSpace(text, at + 1), inner, depth + 1, offsets));
    const next = text.charAt(at);
    if (next === "}") return at + 1;
    if (next !== ",") throw new Unreadable("a comma or } is missing", at);
    at = skipSpace(text, at + 1);
  }
}

function scanList(
  text: string,
  from: number,
  path: string,
  depth: number,
  offsets: Offsets,
): number {
  let at = skipSpace(text, from + 1);
  if (text.charAt(at) === "]") return at + 1;
  for (let i = 0; ; i++) {
    at = skipSpace(text, scanValue(text, at, `${path}[${i}]`, depth + 1, offsets));
    const next = text.charAt(at);
    if (next === "]") return at + 1;
    if (next !== ",") throw new Unreadable("a comma or ] is missing", at);
    at = skipSpace(text, at + 1);
  }
}

function scanString(text: string, at: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these
  const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  string.lastIndex = at;
  const match = string.exec(text);
  if (match === null) throw new Unreadable("a text does not end, or has a forbidden character", at);
  return at + match[0].length;
}
