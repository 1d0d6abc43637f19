// A file's bytes or text, piece by piece: nothing here holds more than one piece.
import { type FileKind, type OnProgress, unreadable } from "./report.ts";

/** A page's `file.stream()`, a file stream of Node, or any pieces of text or UTF-8. */
export type DeviceInput =
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

export type Watching = {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
};

type Of = Watching & {
  readonly kind: FileKind;
  readonly encoding?: "utf-8" | "utf-16le" | "windows-1252" | undefined;
  readonly counts: () => { readonly seen: number; readonly taken: number };
};

const PROGRESS_BYTES = 1024 * 1024;
/** After so much, whatever else waits in the page has its turn. */
const REST_BYTES = 8 * PROGRESS_BYTES;

/** The input's text, without a byte order mark. Refuses with `UnreadableHealthData`; throws the signal's reason. */
export async function* textOf(input: DeviceInput, of: Of): AsyncGenerator<string> {
  const decode = decoderFor(of);
  let bytes = 0;
  let told = 0;
  let rested = 0;
  const tell = () => of.onProgress?.({ bytes, ...of.counts() });
  let isFirst = true;
  for await (const piece of piecesOf(input)) {
    of.signal?.throwIfAborted();
    const text = typeof piece === "string" ? piece : decode(piece);
    bytes += piece.length;
    if (text !== "") {
      yield isFirst ? text.replace(/^\uFEFF/, "") : text;
      isFirst = false;
    }
    if (bytes - told >= PROGRESS_BYTES) {
      told = bytes;
      tell();
    }
    if (bytes - rested >= REST_BYTES) {
      rested = bytes;
      await new Promise((resume) => setTimeout(resume));
    }
  }
  const last = decode();
  if (last !== "") yield last;
  tell();
}

function decoderFor({ kind, encoding = "utf-8" }: Of): (piece?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (piece) => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw unreadable({ kind, reason: `it is not text in ${encoding}` });
    }
  };
}

async function* piecesOf(input: DeviceInput): AsyncGenerator<Uint8Array | string> {
  if (typeof input === "string") {
    yield input;
    return;
  }
  if (!isStream(input)) {
    yield* input;
    return;
  }
  // Not every browser can iterate over a stream.
  const reader = input.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function isStream(input: DeviceInput): input is ReadableStream<Uint8Array> {
  return typeof (input as { getReader?: unknown }).getReader === "function";
}
