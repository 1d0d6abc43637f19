// Lines of a packed file, with the digest that its last line must name.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { Problem } from "./problem.ts";

/** Longer than any bucket of 16 MiB in Base64: no line may take all memory. */
const MAX_LINE_BYTES = 64 * 2 ** 20;
const NEWLINE = 0x0a;

/**
 * Every line but the last, parsed. Throws Problem when the file is cut, was altered, goes on after
 * its end, or is none of this kind; only who has read to the end knows that all of it is whole.
 */
export async function* readLines(file: string): AsyncGenerator<unknown> {
  const digest = createHash("sha256");
  let named: string | undefined;
  for await (const bytes of splitLines(file)) {
    if (named !== undefined) throw new Problem(2, `${file} goes on after its end: it was altered`);
    const line = parse(bytes, file);
    named = digestIn(line);
    if (named !== undefined) continue;
    digest.update(bytes).update("\n");
    yield line;
  }
  if (named === undefined) throw cutOff(file);
  if (named !== digest.digest("hex")) {
    throw new Problem(2, `${file} was altered: its content is not what its digest says`);
  }
}

const cutOff = (file: string) =>
  new Problem(2, `${file} is cut off before its end: take it from a backup again`);

function digestIn(line: unknown): string | undefined {
  const digest = (line as { sha256?: unknown } | null)?.sha256;
  return typeof digest === "string" ? digest : undefined;
}

function parse(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new Problem(2, `${file} is damaged, or not an export of a server's own tables`);
  }
}

async function* splitLines(file: string): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of unpack(file)) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      size = 0;
      from = at + 1;
    }
    rest.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > MAX_LINE_BYTES) throw new Problem(2, `${file} has a line that is too long`);
  }
  if (size > 0) throw cutOff(file);
}

async function* unpack(file: string): AsyncGenerator<Buffer> {
  const packed = createReadStream(file);
  const unpacked = createGunzip();
  packed.on("error", (problem) => unpacked.destroy(problem));
  try {
    yield* packed.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (problem) {
    const { code } = problem as { code?: string };
    if (code === "Z_BUF_ERROR") throw cutOff(file);
    if (code?.startsWith("Z_")) {
      throw new Problem(2, `${file} is damaged, or not an export of a server's own tables`);
    }
    throw code === "ENOENT" ? new Problem(2, `${file}: no such file`) : problem;
  } finally {
    packed.destroy();
  }
}
