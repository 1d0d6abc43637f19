// A prepared deposit as a file or a row of a browser's store, until it has arrived: public words and ciphertext.
import { z } from "zod";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { bytes32, bytesCodec, decimalCodec as decimal } from "../files/codecs.ts";
import type { Prepared } from "./deposit.ts";
import { sha256 } from "./digest.ts";

const FORMAT = "cohort-zero/prepared-deposit/1";
const uint32 = z.int().min(0).max(4_294_967_295);

const prepared = z.strictObject({
  format: z.literal(FORMAT),
  entry: z.strictObject({
    trialId: bytes32,
    pseudonym: decimal,
    collection: z.string().min(1).max(100),
    permission: uint32,
    formVersion: uint32,
    sequence: uint32.min(1),
    ciphertextHash: bytes32,
    sizeStep: uint32,
    day: uint32,
    source: uint32,
    replaces: bytes32,
    correction: uint32,
  }),
  authority: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("participant"),
      version: uint32,
      groupRoot: decimal,
      points: z.array(decimal).length(8),
    }),
    z.strictObject({
      kind: z.literal("staff"),
      siteId: uint32,
      key: z.string().regex(/^0x[0-9a-f]{40}$/),
      deadline: decimal,
      signature: z.string().regex(/^0x[0-9a-f]{130}$/),
    }),
  ]),
  bytes: bytesCodec.optional(),
  recipient: z.string().max(100).optional(),
});

/** What is kept before anything is sent. */
export function writePrepared(of: Prepared): string {
  const { entry, authority, bytes, recipient } = of;
  const written = z.encode(prepared, {
    format: FORMAT,
    entry,
    authority:
      authority.kind === "staff" ? authority : { ...authority, points: [...authority.points] },
    ...(bytes !== undefined && { bytes }),
    ...(recipient !== undefined && { recipient }),
  });
  return JSON.stringify(written);
}

/** What was kept. Refuses with `MalformedInput`, also when the package is not the entry's. */
export async function readPrepared(text: string): Promise<Prepared & { readonly hash: string }> {
  const parsed = prepared.safeParse(jsonOf(text));
  if (!parsed.success) throw new Refusal("MalformedInput", { what: "prepared deposit" });
  const { entry, authority, bytes, recipient } = parsed.data;
  if (bytes !== undefined && (await sha256(bytes)) !== entry.ciphertextHash) {
    throw new Refusal("MalformedInput", { what: "prepared deposit" });
  }
  return { entry, authority, bytes, recipient, hash: hashEntry(entry) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
