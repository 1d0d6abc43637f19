// What lies inside a package: the data with the entry that they were made for, proofs, and where they came from. JSON
// in its one canonical form (RFC 8785), so that the same data are the same bytes for whoever writes them.
import canonicalize from "canonicalize";
import type { Observation } from "fhir/r4";
import { z } from "zod";
import { Refusal } from "../refusal.ts";
import { type Entry, SOURCES } from "./entry.ts";
import type { QuestionnaireResponse } from "./questionnaire.ts";

export const PAYLOAD_FORMAT = "cohort-zero/package/1";
/** 16 MiB, as {@link LAST_SIZE_STEP} allows, less the length before it. */
const MAX_BYTES = 2 ** 24 - 4;
/** A disclosure has at most so many parts of so many facts. */
export const MAX_DISCLOSURE_PARTS = 4;
export const MAX_PART_FACTS = 32;
const MAX_RESOURCES = 100_000;

const uint32 = z.int().min(0).max(4_294_967_295);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
/** A canonical decimal below 10^78. */
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,77})$/);

const packageEntry = z.strictObject({
  trialId: bytes32,
  pseudonym: decimal,
  collection: z.string().min(1).max(100),
  permission: uint32,
  formVersion: uint32,
  sequence: uint32.min(1),
  /** Since 1900-01-01. */
  day: uint32,
  /** By the numbers of SOURCES. */
  source: uint32,
  replaces: bytes32,
  correction: uint32,
});
/** The entry as far as it is known before there is a ciphertext. Large integers are decimal text. */
export type PackageEntry = z.output<typeof packageEntry>;

const shownPresent = z.strictObject({
  /** `latest`: the record has nothing newer of this code. */
  kind: z.enum(["any", "latest"]),
  /** As in encoding/code.ts. */
  code: decimal,
  /**
   * Since 1900-01-01; "ongoing": on the day of the proof, or still so (for the circuit these are one); "untold": which
   * day it was is not shown.
   */
  day: z.union([uint32, z.enum(["ongoing", "untold"])]),
  /** As in encoding/fact.ts. */
  value: decimal,
  /** The value lies between `value` and this; absent: it is `value`. Of a birth date only the year is shown so. */
  valueTo: decimal.optional(),
});
const shownAbsent = z.strictObject({
  kind: z.literal("none"),
  /** Nothing in this range of codes, both ends included ... */
  codeLo: decimal,
  codeHi: decimal,
  /** ... in so many days before the proof; null: ever. */
  withinDays: uint32.nullable(),
});
const shownFact = z.union([shownPresent, shownAbsent]);
/** A fact of an attested record that is shown, or an absence. */
export type ShownFact = z.output<typeof shownFact>;

const semaphore = z.strictObject({
  merkleTreeDepth: z.int().min(1).max(32),
  merkleTreeRoot: decimal,
  nullifier: decimal,
  message: decimal,
  scope: decimal,
  points: z.array(decimal).length(8),
});

const disclosure = z.strictObject({
  /** Whose Semaphore group of one the membership proof is in. */
  participantCommitment: decimal,
  membership: semaphore,
  /** Each proves the next `facts` of the content's facts, all from one record. */
  parts: z
    .array(
      z.strictObject({
        facts: z.int().min(1).max(MAX_PART_FACTS),
        /** Groth16, read by `parseProof`. */
        proof: z.unknown(),
        /** In the circuit's order. */
        signals: z.array(decimal).length(7),
      }),
    )
    .min(1)
    .max(MAX_DISCLOSURE_PARTS),
});
/** Proofs of a record's facts. Whoever reads them verifies them. */
export type Disclosure = z.output<typeof disclosure>;

const provenance = z.strictObject({
  agent: z.enum(["participant", "staff"]),
  /** Program and version. */
  software: z.string().min(1).max(100),
  /** Where the data came from, in words: "form at the desk", "Apple Health export". */
  origin: z.string().min(1).max(200),
  /** Unix seconds by the clock of the device: a diary, not evidence. */
  madeAt: z.int().min(0),
  /** SHA-256 of the file that was read, hexadecimal without 0x; absent when there was none. */
  sourceHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type PackageProvenance = z.output<typeof provenance>;

const recordContent = z.strictObject({
  facts: z
    .array(shownFact)
    .min(1)
    .max(MAX_DISCLOSURE_PARTS * MAX_PART_FACTS),
});
const responseContent = z.strictObject({
  resource: z.custom<QuestionnaireResponse>((value) => isResource(value, "QuestionnaireResponse")),
});
const deviceContent = z.strictObject({
  resources: z
    .array(z.custom<Observation>((value) => isResource(value, "Observation")))
    .min(1)
    .max(MAX_RESOURCES),
  /** Name of the stream that the wallet reads; with its own count of packages, from 1. */
  stream: z.string().min(1).max(100),
  streamSequence: uint32.min(1),
});
export type RecordContent = z.output<typeof recordContent>;
export type ResponseContent = z.output<typeof responseContent>;
export type DeviceContent = z.output<typeof deviceContent>;
/** By source: told apart by their names ("facts" in content). */
export type Content = RecordContent | ResponseContent | DeviceContent;

const payload = z
  .strictObject({
    format: z.literal(PAYLOAD_FORMAT),
    entry: packageEntry,
    content: z.union([recordContent, responseContent, deviceContent]),
    /** Of record collections, and of no others. */
    proofs: disclosure.optional(),
    provenance,
  })
  .refine(({ entry, content }) => fitsSource(content, entry.source), "content of another source")
  .refine(({ entry, proofs }) => (proofs !== undefined) === (entry.source === SOURCES.record));
/** A package's content, decrypted. */
export type Payload = z.output<typeof payload>;

function isResource(value: unknown, type: string): boolean {
  return (Object(value) as { resourceType?: unknown }).resourceType === type;
}

function fitsSource(content: Content, source: number): boolean {
  if ("facts" in content) return source === SOURCES.record;
  if ("resources" in content) return source === SOURCES.device;
  return source === SOURCES.site || source === SOURCES.participant;
}

/** The part of an entry that a package repeats. */
export function packageEntryOf(entry: Omit<Entry, "ciphertextHash" | "sizeStep">): PackageEntry {
  const { trialId, pseudonym, collection, permission, formVersion, sequence } = entry;
  const { day, source, replaces, correction } = entry;
  const identity = { trialId, pseudonym: pseudonym.toString(), collection, permission };
  return { ...identity, formVersion, sequence, day, source, replaces, correction };
}

/** The bytes of a payload. Throws RangeError when it is too large; refuses with `MalformedPackage`. */
export function writePayload(of: Payload): Uint8Array {
  const checked = payload.safeParse(of);
  if (!checked.success) throw malformed(checked.error);
  const bytes = new TextEncoder().encode(canonical(checked.data));
  if (bytes.length > MAX_BYTES) throw new RangeError("a package holds 16 MiB at most");
  return bytes;
}

/**
 * Reads a package's content, which anybody may have written, and checks that it was made for this entry. Refuses with
 * `MalformedPackage` (naming the part, never its value), also when it is not in canonical form, and `NotThisEntry`.
 */
export function readPayload(
  bytes: Uint8Array,
  entry: Omit<Entry, "ciphertextHash" | "sizeStep">,
): Payload {
  const text = textOf(bytes);
  const checked = payload.safeParse(jsonOf(text));
  if (!checked.success) throw malformed(checked.error);
  if (canonical(checked.data) !== text) {
    throw new Refusal("MalformedPackage", { part: "canonical form" });
  }
  const [inside, outside] = [checked.data.entry, packageEntryOf(entry)];
  const isSame = (Object.keys(outside) as (keyof PackageEntry)[]).every(
    (name) => inside[name] === outside[name],
  );
  if (!isSame) throw new Refusal("NotThisEntry");
  return checked.data;
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) throw new Refusal("MalformedPackage", { part: "length" });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("MalformedPackage", { part: "encoding" });
  }
}

function canonical(value: unknown): string {
  try {
    return canonicalize(value) ?? "";
  } catch {
    // Numbers beyond doubles, and nesting that no stack holds.
    throw new Refusal("MalformedPackage", { part: "canonical form" });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("MalformedPackage", { part: "JSON" });
  }
}

/** Of a union's problems only the place is told. */
function malformed({ issues }: z.ZodError): Refusal {
  return new Refusal("MalformedPackage", { part: issues[0]?.path.join(".") || "whole" });
}
