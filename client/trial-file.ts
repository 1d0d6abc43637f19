// The published trial document: what a sponsor publishes, a board reviews and a wallet recompiles.
// `documentHash` in the terms is the hash of exactly its bytes (sealed: of the ciphertext's); all
// other terms follow from it.
import { z } from "zod";
import { type Compiled, compile } from "../circuits/statement/compile.ts";
import { CriteriaError } from "../circuits/statement/criteriaParse.ts";
import { formatDay, parseDay } from "../circuits/statement/day.ts";
import { DICTIONARY_VERSION } from "../circuits/statement/dictionary.ts";
import { parseField } from "../circuits/statement/field.ts";
import { hashProgram, successorProgram } from "../circuits/statement/program.ts";
import { Refusal } from "../circuits/statement/refusal.ts";
import type { Attestation } from "../circuits/statement/requirement.ts";
import {
  type Bytes32,
  hashDocument,
  PERMISSIONS,
  type VersionTerms,
  ZERO_BYTES32,
} from "../circuits/statement/trial.ts";
import { parseTrialFile, type TrialFile } from "../circuits/statement/trialFile.ts";

export const TRIAL_FORMAT = "cohort-zero/trial/2";
const FIRST_FORMAT = "cohort-zero/trial/1";
const MAX_CHARACTERS = 200_000;

/** The author's trial file, whole, with what makes its program unique. */
export type TrialDocument = {
  readonly format: typeof TRIAL_FORMAT;
  readonly trial: TrialFile;
  /** Decimal, at least 128 random bits. */
  readonly salt: string;
  /** YYYY-MM-DD: identities re-bound at a clinic later than this are refused. */
  readonly latestIdentitySince: string;
  /** Dictionary the text was written for: a later one must not change what it compiles to. */
  readonly dictionaryVersion: number;
};

const outer = z.strictObject({
  format: z.literal(TRIAL_FORMAT),
  trial: z.unknown(),
  salt: z.string().regex(/^[1-9][0-9]{38,76}$/, "not a decimal number of at least 128 bits"),
  latestIdentitySince: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "not YYYY-MM-DD"),
  dictionaryVersion: z.int().min(1),
});

/**
 * Reads a document. Throws CriteriaError (the trial in it) or RangeError, naming the place; refuses with `FirstProtocol`.
 */
export function readTrialDocument(text: string): TrialDocument {
  if (text.length > MAX_CHARACTERS) throw new RangeError("trial document: over 200,000 characters");
  const json = parseJson(text);
  if (Object(json).format === FIRST_FORMAT) {
    throw new Refusal("FirstProtocol", { what: "trial document" });
  }
  const parsed = outer.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(`trial document: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { dictionaryVersion } = parsed.data;
  if (dictionaryVersion > DICTIONARY_VERSION) {
    throw new RangeError(
      `trial document: dictionaryVersion: is ${dictionaryVersion}, this program knows ${DICTIONARY_VERSION}; update it`,
    );
  }
  return { ...parsed.data, trial: parseTrialFile(parsed.data.trial) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError("trial document: not JSON");
  }
}

/** The document's text. Its bytes are what is hashed: publish exactly these. */
export function writeTrialDocument(document: TrialDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A document around the author's file, with a fresh salt of 248 bits. */
export function draftTrialDocument(of: {
  trial: TrialFile;
  /** Days since 1900-01-01. */
  today: number;
}): TrialDocument {
  const random = crypto.getRandomValues(new Uint8Array(31));
  const salt = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) | (1n << 247n);
  return {
    format: TRIAL_FORMAT,
    trial: of.trial,
    salt: salt.toString(),
    latestIdentitySince: formatDay(of.today),
    dictionaryVersion: DICTIONARY_VERSION,
  };
}

/** Compiles the document's criteria. Throws CriteriaError with every problem. */
export function compileTrialDocument(document: TrialDocument): Compiled {
  return compile(document.trial.criteria, {
    salt: parseField(document.salt),
    latestIdentitySince: parseDay(document.latestIdentitySince),
    dictionaryVersion: document.dictionaryVersion,
  });
}

/** The consent form's text whose hash a consent names: canonical JSON. */
export function consentFormText(document: TrialDocument): string {
  return canonicalJson(document.trial.consentForm);
}

/**
 * What the site attests at an arrival: all that no record proves and the patient did not state at
 * consent.
 */
export function siteAttestations(compiled: Compiled): Attestation[] {
  return compiled.attestations.filter(({ by, when }) => by === "site" || when === "site");
}

/** Text of the list that a site attests; undefined when there is nothing to attest. */
export function attestationsText(compiled: Compiled): string | undefined {
  const list = siteAttestations(compiled).map(({ id, text, negated }) => ({ id, text, negated }));
  return list.length === 0 ? undefined : canonicalJson(list);
}

/**
 * The terms of a version, all from its document and the keys of its sites. Sponsor, board and
 * wallet compute them alike. Throws CriteriaError, or RangeError for a site without a signer.
 */
export function termsOf(of: {
  document: TrialDocument;
  /** What is published: the document's text, or its ciphertext when sealed. */
  published: string;
  isSealed: boolean;
  /** Address of each site's signing key, by site number. */
  siteSigners: Readonly<Record<number, string>>;
}): VersionTerms {
  const { trial } = of.document;
  const compiled = compileTrialDocument(of.document);
  const attestations = attestationsText(compiled);
  const { permissions } = trial.consentForm;
  return {
    criteriaHashes: compiled.programs.map(hashProgram),
    successorHashes: compiled.programs.map((program) => hashProgram(successorProgram(program))),
    circuit: compiled.circuit,
    consentFormHash: hashDocument(consentFormText(of.document)),
    consentFormVersion: trial.consentForm.version,
    requiredPermissions: bits(permissions.filter(({ required }) => required)),
    offeredPermissions: bits(permissions),
    capacity: trial.capacity,
    arrivalDays: trial.arrivalDeadlineDays,
    requiresReconsent: trial.requires.reconsent,
    requiresRescreening: trial.requires.rescreening,
    isSealed: of.isSealed,
    attestationsHash: attestations === undefined ? ZERO_BYTES32 : hashDocument(attestations),
    documentHash: hashDocument(of.published) as Bytes32,
    sites: trial.sites.map(({ id: siteId, capacity }) => {
      const signer = of.siteSigners[siteId];
      if (signer === undefined) throw new RangeError(`site ${siteId} has no signing key`);
      return { siteId, signer, capacity };
    }),
  };
}

function bits(permissions: TrialFile["consentForm"]["permissions"]): number {
  return permissions.reduce((mask, { id }) => mask | PERMISSIONS[id], 0);
}

/**
 * JSON with sorted keys and no spaces: one text for one value (RFC 8785, for values without
 * fractions).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const written = sorted.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`);
  return `{${written.join(",")}}`;
}

/** True for errors that say what is wrong with a document's content. */
export function isDocumentProblem(error: unknown): error is CriteriaError | RangeError {
  return error instanceof CriteriaError || error instanceof RangeError;
}
