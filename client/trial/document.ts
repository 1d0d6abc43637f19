// The published trial document: what a sponsor publishes, a board reviews and a wallet recompiles.
// `documentHash` in the terms is the hash of exactly its bytes (sealed: of the ciphertext's); all
// other terms follow from it.
import { isAddress } from "ethers";
import { z } from "zod";
import { type Compiled, compile } from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { hashProgram, successorProgram } from "../../circuits/statement/criteria/program.ts";
import type { Attestation } from "../../circuits/statement/criteria/requirement.ts";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { formatDay, parseDay } from "../../circuits/statement/encoding/day.ts";
import { parseField } from "../../circuits/statement/encoding/field.ts";
import { factProblems } from "../../circuits/statement/exchange/collection.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { formIn, languageMarks } from "../../circuits/statement/trial/formLanguages.ts";
import { AUTHORITY, representationMarks } from "../../circuits/statement/trial/representation.ts";
import {
  type Bytes32,
  hashDocument,
  inOrder,
  MAX_CUSTODIANS,
  MIN_CUSTODIAN_THRESHOLD,
  PERMISSIONS,
  type VersionTerms,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import {
  type ConsentForm,
  parseTrialFile,
  type TrialFile,
} from "../../circuits/statement/trial/trialFile.ts";

const TRIAL_FORMAT = "cohort-zero/trial/2";
const FIRST_FORMAT = "cohort-zero/trial/1";
const MAX_CHARACTERS = 200_000;

/** Who holds shares of the keys to what a trial collects. */
export type Custodians = {
  /** How many of them open a package, at least 2. */
  readonly threshold: number;
  /** Their accounts, 2 to 7, each once. */
  readonly members: readonly string[];
};

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
  /** Named when the version is published, as the keys of its sites are; none: it collects nothing. */
  readonly custodians?: Custodians;
};

const ACCOUNT = /^0x(?!0{40}$)[0-9a-fA-F]{40}$/;

const custodianList = z
  .strictObject({
    threshold: z.int().min(MIN_CUSTODIAN_THRESHOLD),
    members: z
      .array(z.string().refine((text) => ACCOUNT.test(text) && isAddress(text), "not an account"))
      .min(MIN_CUSTODIAN_THRESHOLD)
      .max(MAX_CUSTODIANS),
  })
  .refine(({ threshold, members }) => threshold <= members.length, {
    path: ["threshold"],
    message: "more than there are custodians",
  })
  .refine(({ members }) => isEachOnce(members), {
    path: ["members"],
    message: "one is named twice",
  });

function isEachOnce(accounts: readonly string[]): boolean {
  return new Set(accounts.map((account) => account.toLowerCase())).size === accounts.length;
}

const outer = z.strictObject({
  format: z.literal(TRIAL_FORMAT),
  trial: z.unknown(),
  salt: z.string().regex(/^[1-9][0-9]{38,76}$/, "not a decimal number of at least 128 bits"),
  latestIdentitySince: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "not YYYY-MM-DD"),
  dictionaryVersion: z.int().min(1),
  custodians: custodianList.optional(),
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
  const { custodians, ...rest } = parsed.data;
  const { dictionaryVersion } = rest;
  if (dictionaryVersion > DICTIONARY_VERSION) {
    throw new RangeError(
      `trial document: dictionaryVersion: is ${dictionaryVersion}, this program knows ${DICTIONARY_VERSION}; update it`,
    );
  }
  const trial = parseTrialFile(rest.trial);
  return { ...rest, trial, ...(custodians !== undefined && { custodians }) };
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

/**
 * Custodians as a document names them. Throws RangeError, naming what is wrong: fewer than 2 or more than 7, one twice, a
 * threshold below 2 or above their number, or what is no account.
 */
export function readCustodians(of: Custodians): Custodians {
  const parsed = custodianList.safeParse(of);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RangeError(`custodians: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** A document around the author's file, with a fresh salt of 248 bits. Throws RangeError for custodians that are none. */
export function draftTrialDocument(of: {
  trial: TrialFile;
  /** Days since 1900-01-01. */
  today: number;
  custodians?: Custodians | undefined;
}): TrialDocument {
  const random = crypto.getRandomValues(new Uint8Array(31));
  const salt = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) | (1n << 247n);
  return {
    format: TRIAL_FORMAT,
    trial: of.trial,
    salt: salt.toString(),
    latestIdentitySince: formatDay(of.today),
    dictionaryVersion: DICTIONARY_VERSION,
    ...(of.custodians !== undefined && { custodians: readCustodians(of.custodians) }),
  };
}

/**
 * Compiles the document's criteria, and the facts that it collects. Where somebody else may consent, the site attests
 * their authority as well. Throws CriteriaError with every problem of the
 * criteria by its path in them, or every problem of the collections by its path in the trial file.
 */
export function compileTrialDocument(document: TrialDocument): Compiled {
  const { dictionaryVersion, trial } = document;
  // Questionnaires and schedules were checked when the file was read: facts need to know their dictionary.
  const problems = factProblems(trial.collections, { dictionaryVersion });
  if (problems.length > 0) throw new CriteriaError(problems);
  const compiled = compile(trial.criteria, {
    salt: parseField(document.salt),
    latestIdentitySince: parseDay(document.latestIdentitySince),
    dictionaryVersion,
  });
  if (trial.consentForm.representation === undefined) return compiled;
  return { ...compiled, attestations: [...compiled.attestations, AUTHORITY] };
}

/** The consent form's text whose hash a consent names: canonical JSON, with the texts of all its languages. */
export function consentFormText(document: TrialDocument): string {
  return canonicalJson(document.trial.consentForm);
}

/** Hash of the form as it is read in one language: of the canonical JSON of title, text, labels and version. */
export function hashFormIn(form: ConsentForm, language: string): Bytes32 {
  return hashDocument(canonicalJson(formIn(form, language)));
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
 * The terms of a version, all from its document, the custodians in it, and the keys of its sites. Sponsor, board and
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
    offeredPermissions:
      bits(permissions) | languageMarks(trial.consentForm) | representationMarks(trial.consentForm),
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
    custodians: inOrder(of.document.custodians?.members ?? []),
    custodianThreshold: of.document.custodians?.threshold ?? 0,
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
