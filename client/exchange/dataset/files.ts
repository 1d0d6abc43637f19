// The files of a dataset: on a disk (files.node.ts), or in memory as a page has them.
import { sha256 } from "ethers";
import { InputError } from "../../files/inputError.ts";

export type Output = {
  readonly write: (bytes: Uint8Array) => void;
  readonly close: () => void;
};

/** Files of a folder by their paths within it, parts joined by "/". */
export type Reading = {
  readonly list: () => Promise<string[]>;
  /** Bytes. Throws InputError when there is no such file. */
  readonly size: (path: string) => Promise<number>;
  /** The bytes from `start` up to, not including, `end`. */
  readonly slice: (path: string, start: number, end: number) => Promise<Uint8Array>;
  /** Hexadecimal without 0x. */
  readonly sha256: (path: string) => Promise<string>;
};
export type Writing = Reading & {
  readonly create: (path: string) => Output;
  readonly remove: (path: string) => Promise<void>;
};

const CHUNK_BYTES = 2 ** 20;
const BUFFERED_CHARS = 2 ** 16;
/** A line is a row or a resource. */
const MAX_LINE_CHARS = 2 ** 26;

/** Files in memory; `held` gives them to whoever saves or packs them. */
export function memoryFiles(held = new Map<string, Uint8Array>()): Writing {
  const find = (path: string) => {
    const bytes = held.get(path);
    if (bytes === undefined) throw new InputError(`there is no file ${path}`);
    return bytes;
  };
  return {
    list: async () => [...held.keys()].sort(),
    size: async (path) => find(path).length,
    slice: async (path, start, end) => find(path).slice(start, end),
    sha256: async (path) => sha256(find(path)).slice(2),
    remove: async (path) => void held.delete(path),
    create: (path) => {
      const parts: Uint8Array[] = [];
      return {
        write: (bytes) => void parts.push(bytes.slice()),
        close: () => void held.set(path, joined(parts)),
      };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export type TextOutput = {
  readonly write: (text: string) => void;
  readonly close: () => void;
};

/** Writes text (UTF-8), gathered into larger pieces. */
export function textOutput(output: Output): TextOutput {
  const encoder = new TextEncoder();
  let waiting: string[] = [];
  let chars = 0;
  const flush = () => {
    if (chars > 0) output.write(encoder.encode(waiting.join("")));
    waiting = [];
    chars = 0;
  };
  return {
    write: (text) => {
      waiting.push(text);
      chars += text.length;
      if (chars >= BUFFERED_CHARS) flush();
    },
    close: () => {
      flush();
      output.close();
    },
  };
}

/** The text of a file in pieces. Throws TypeError when it is not UTF-8. */
export async function* textOf(files: Reading, path: string): AsyncGenerator<string> {
  const size = await files.size(path);
  // A mark at the start would be part of what the file says.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const bytes = await files.slice(path, at, Math.min(size, at + CHUNK_BYTES));
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

/** The lines of a file, without their ends (\n). Throws InputError for a line of more than 64 Mi characters. */
export async function* linesOf(files: Reading, path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of textOf(files, path)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > MAX_LINE_CHARS) throw new InputError(`${path} has a line without end`);
  }
  if (rest !== "") yield rest;
}
