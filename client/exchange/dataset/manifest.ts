// The manifest of a dataset: which entries of which cut are in it, what was left out and why, and a hash of every file
// and row. It is JSON in its one canonical form (RFC 8785), so that its hash is that of the file.
import canonicalize from "canonicalize";
import { keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import type { Entry } from "../../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { CELL_TYPES, MARK_LENGTH } from "./cells.ts";
import { type Reading, textOf } from "./files.ts";

export const DATASET_FORMAT = "cohort-zero/dataset/1";
export const MANIFEST_FILE = "manifest.json";
export const SUMMARY_FILE = "summary.html";
/** An entry takes half a kilobyte, and a row 16 digits. */
const MAX_MANIFEST_BYTES = 2 ** 28;

const count = z.int().min(0);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,77})$/);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
/** Of what becomes a file's name. */
const COLLECTION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const collection = z.string().regex(COLLECTION);

/** A package holds at most 100,000 resources. */
const imprint = z
  .strictObject({
    count: count.max(100_000),
    hash: bytes32,
    marks: z.string().regex(/^[0-9a-f]*$/),
  })
  .refine((of) => of.marks.length === of.count * MARK_LENGTH, "marks and count differ");

const authority = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("participant"), version: count }),
  z.strictObject({ kind: z.literal("staff"), siteId: count, key: address }),
]);

const manifestEntry = z.strictObject({
  entry: bytes32,
  pseudonym: decimal,
  /** As the tables have it. */
  subject: z.string(),
  collection,
  permission: count,
  formVersion: count,
  sequence: count,
  day: count,
  source: count,
  replaces: bytes32,
  correction: count,
  ciphertextHash: bytes32,
  authority,
  /** Root of the anchored batch that holds the entry. */
  batch: bytes32.optional(),
  checks: z.array(z.string()),
  /** As the package says. */
  provenance: z.strictObject({
    agent: z.enum(["participant", "staff"]),
    software: z.string(),
    origin: z.string(),
    madeAt: count,
    sourceHash: z.string().optional(),
  }),
  /** Of device data: the stream, and its package's number in it. */
  stream: z.strictObject({ name: z.string(), sequence: count }).optional(),
  rows: imprint,
  resources: imprint,
});
export type ManifestEntry = z.output<typeof manifestEntry>;

const omission = z.strictObject({
  entry: bytes32,
  code: z.string(),
  custodian: z.string().optional(),
});

const manifest = z.strictObject({
  format: z.literal(DATASET_FORMAT),
  chainId: decimal,
  cutRegistry: address,
  trialId: bytes32,
  protocolNumber: z.string(),
  cut: z.strictObject({
    cutId: decimal,
    permission: count,
    participants: count,
    packagesRoot: bytes32,
    sealedAt: count,
    block: count,
  }),
  request: z.strictObject({
    requestId: decimal,
    purpose: bytes32,
    purposeText: z.string().optional(),
    staff: address,
    until: count,
    block: count,
  }),
  /** Hashes of the cut's entries in the order of its tree, those left out too. */
  packages: z.array(bytes32),
  entries: z.array(manifestEntry),
  leftOut: z.array(omission),
  /** Fields of resources that were not kept, as "Observation.note", with how often. */
  fieldsLeftOut: z.record(z.string(), count),
  tables: z.array(
    z.strictObject({
      collection,
      title: z.string(),
      rows: count,
      columns: z.array(
        z.strictObject({
          name: z.string(),
          type: z.enum(CELL_TYPES),
          label: z.string(),
          length: count.optional(),
        }),
      ),
    }),
  ),
  files: z.array(
    z.strictObject({
      path: z.string(),
      bytes: count,
      /** Hexadecimal without 0x. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Rows of a table, resources of a FHIR file. */
      rows: count.optional(),
    }),
  ),
  /** ISO 8601, by the clock of whoever made it. */
  createdAt: z.string(),
});
export type Manifest = z.output<typeof manifest>;

/** A manifest's text, which is the file. */
export function manifestText(of: Manifest): string {
  return canonicalize(of) ?? "";
}

/** keccak256 of {@link manifestText}: what can be anchored or published. */
export function hashManifest(of: Manifest): Bytes32 {
  return keccak256(toUtf8Bytes(manifestText(of)));
}

/** Reads a manifest; what is wrong with it otherwise, in words. */
export function readManifest(text: string): { manifest: Manifest } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: "it is no JSON" };
  }
  const read = manifest.safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0];
    return { problem: `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "unknown"}` };
  }
  // A name told twice would be read one way here and another way elsewhere.
  if (manifestText(read.data) !== text) return { problem: "it is not in its canonical form" };
  return { manifest: read.data };
}

/** Reads a folder's manifest; what is wrong with it otherwise, in words. */
export async function loadManifest(
  files: Reading,
): Promise<{ manifest: Manifest } | { problem: string }> {
  const isThere = (await files.list()).includes(MANIFEST_FILE);
  if (!isThere) return { problem: `there is no ${MANIFEST_FILE}` };
  const problem = (what: string) => ({ problem: `${MANIFEST_FILE} ${what}` });
  if ((await files.size(MANIFEST_FILE)) > MAX_MANIFEST_BYTES) {
    return problem(`is larger than ${MAX_MANIFEST_BYTES} bytes`);
  }
  let text = "";
  try {
    for await (const part of textOf(files, MANIFEST_FILE)) text += part;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return problem("is not UTF-8");
  }
  const read = readManifest(text);
  return "manifest" in read ? read : problem(`cannot be read: ${read.problem}`);
}

/** Whether a file that is there is the one that a manifest lists. */
export async function isListedFile(
  files: Reading,
  { path, bytes, sha256 }: Manifest["files"][number],
): Promise<boolean> {
  return (await files.size(path)) === bytes && (await files.sha256(path)) === sha256;
}

/** Whether a collection's id can be a file's name. */
export function isFileName(id: string): boolean {
  return COLLECTION.test(id);
}

/** The fields that a manifest repeats from the public entry. */
export function publicFields(entry: Entry) {
  const { collection, permission, formVersion, sequence, day, source } = entry;
  const { replaces, correction, ciphertextHash } = entry;
  const pseudonym = entry.pseudonym.toString();
  const what = { pseudonym, collection, permission, formVersion, sequence, day, source };
  return { ...what, replaces, correction, ciphertextHash };
}
