// A trial's text that its sponsor opens to the auditor: every term is computed from it anew and
// compared with what the board approved on the chain; only then is it rendered.
import { collectionWords } from "../../../circuits/statement/exchange/collectionWords.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import {
  trialIdOf,
  type VersionTerms,
  ZERO_BYTES32,
} from "../../../circuits/statement/trial/trial.ts";
import type { TrialVersion } from "../../api/trial.ts";
import { InputError } from "../../files/inputError.ts";
import {
  canonicalJson,
  compileTrialDocument,
  isDocumentProblem,
  readTrialDocument,
  type TrialDocument,
  termsOf,
} from "../../trial/document.ts";
import { openDocument } from "../../trial/seal.ts";
import { differing } from "../finding/difference.ts";
import type { Finding } from "../finding/finding.ts";
import type { Trial, Version, World } from "../replay/state.ts";
import { missingWords } from "./compareOpinions.ts";
import { textsOf } from "./compareTrial.ts";
import type { Told } from "./serverState.ts";

/** A text and the version whose every term follows from it. */
export type OpenedCriteria = {
  readonly protocolNumber: string;
  readonly version: number;
  readonly title: string;
  /** The criteria in English, with what the record must show, from the compiled program's own leaves. */
  readonly english: string;
  /**
   * What is collected once somebody takes part: a collection's title, and what the board was told of it. None where
   * the document's hash, which alone binds it, was not compared.
   */
  readonly collections: readonly { readonly title: string; readonly words: readonly string[] }[];
  readonly coverage: {
    readonly criteria: number;
    readonly proven: number;
    readonly attested: number;
  };
  /** False when the sealed file itself was not given: its hash is then not compared. */
  readonly documentChecked: boolean;
};

/** What a file said: the version it matches, or why it matches none. */
export type CriteriaCheck = { readonly opened: OpenedCriteria } | { readonly finding: Finding };

const SEALED = "-----BEGIN AGE ENCRYPTED FILE-----";

/**
 * Reads the text of a trial file, opening a sealed one. `name` is for messages. Throws InputError
 * or the Refusal of a wrong passphrase.
 */
export async function checkCriteriaText(
  world: World,
  { name, published, key }: { name: string; published: string; key?: string | undefined },
): Promise<CriteriaCheck> {
  const isSealed = published.startsWith(SEALED);
  const text = isSealed ? await openDocument(published, key) : published;
  let document: TrialDocument;
  try {
    document = readTrialDocument(text);
  } catch (error) {
    if (isDocumentProblem(error)) {
      const advice = "give the document that the sponsor published, sealed or opened";
      throw new InputError(`${name}: ${error.message}; ${advice}`);
    }
    throw error;
  }
  return checkCriteria(world, { document, published, isSealed });
}

/** Compares a document with every version of its trial. */
function checkCriteria(
  world: World,
  of: { document: TrialDocument; published: string; isSealed: boolean },
): CriteriaCheck {
  const { protocolNumber, title } = of.document.trial;
  const trial = world.trials.get(trialIdOf(protocolNumber));
  if (trial === undefined) return { finding: wrong(protocolNumber, "there is no such trial") };
  const problems: string[] = [];
  for (const version of [...trial.versions.values()].reverse()) {
    const differing = differences(version, of);
    if (differing.length > 0) {
      problems.push(`version ${version.number}: ${differing.join(", ")}`);
      continue;
    }
    const { reviewed: english, coverage } = compileTrialDocument(of.document);
    const { criteria, proven, attested } = coverage;
    const counts = { criteria, proven, attested };
    const documentChecked = of.isSealed === version.terms.isSealed;
    const opened = { protocolNumber, version: version.number, title, english, coverage: counts };
    // Nothing but the document's hash binds them.
    const bound = documentChecked ? (of.document.trial.collections ?? []) : [];
    const collections = bound.map((one) => ({
      title: one.title,
      words: [...collectionWords(one), `Permission: ${one.permission}`],
    }));
    return { opened: { ...opened, collections, documentChecked } };
  }
  const reason = `the text differs from every version on the chain (${problems.join("; ")})`;
  return { finding: wrong(protocolNumber, reason) };
}

/** Names of the terms that do not follow from the document. */
function differences(
  { terms }: Version,
  of: { document: TrialDocument; published: string; isSealed: boolean },
): string[] {
  const siteSigners = Object.fromEntries(terms.sites.map((s) => [s.siteId, s.signer]));
  const { isSealed } = terms;
  let due: VersionTerms;
  try {
    due = termsOf({ document: of.document, published: of.published, isSealed, siteSigners });
  } catch (error) {
    if (isDocumentProblem(error)) return ["sites or criteria"];
    throw error;
  }
  const names = Object.keys(due) as (keyof VersionTerms)[];
  return names.filter((name) => {
    if (name === "circuit") return false;
    // A sealed version's hash is of the ciphertext: the opened text alone cannot show it.
    if (name === "documentHash" && isSealed && !of.isSealed) return false;
    return write(due[name]) !== write(terms[name]);
  });
}

/** One text for one value; hashes are big numbers, which JSON has not. */
function write(value: unknown): string {
  if (Array.isArray(value)) return value.map(write).join(" ");
  return typeof value === "bigint" ? value.toString() : canonicalJson(value).toLowerCase();
}

function wrong(protocolNumber: string, reason: string): Finding {
  return { rule: "trial/criteria", reason: `${protocolNumber}: ${reason}` };
}

/**
 * Names every text that a server withholds; checks and renders the text that it shows for each
 * trial's version in force, a sealed one when the key opens it. What is sealed, the chain says.
 */
export async function checkToldCriteria(
  { trials }: Told,
  world: World,
  key?: string,
): Promise<CriteriaCheck[]> {
  const checks: CriteriaCheck[] = [];
  for (const { summary, state, opinions } of trials) {
    const trial = world.trials.get(summary.trialId);
    if (trial === undefined) continue;
    checks.push(...missingWords(trial, opinions).map((finding) => ({ finding })));
    for (const told of state.versions) {
      const version = trial.versions.get(told.version);
      if (version === undefined) continue;
      checks.push(...withheldTexts(trial, version, told).map((finding) => ({ finding })));
      if (told.version !== trial.current) continue;
      const check = await checkShown(world, { trial, version, told, key });
      if (check !== undefined) checks.push(check);
    }
  }
  return checks;
}

/** Not a part of `compareServer`: a sponsor may have published a version without its texts. */
function withheldTexts({ protocolNumber }: Trial, { terms }: Version, told: TrialVersion) {
  const due = textsOf(terms).filter(({ hash }) => hash !== ZERO_BYTES32);
  const missing = due.filter(({ name }) => told.documents[name] === null);
  return missing.map(({ name, hash }) => {
    const what = `text (${name}) of version ${told.version} of trial ${protocolNumber}`;
    return differing(what, "nothing", `one with the hash ${hash}`);
  });
}

type Shown = { trial: Trial; version: Version; told: TrialVersion; key: string | undefined };

async function checkShown(
  world: World,
  { trial, version, told, key }: Shown,
): Promise<CriteriaCheck | undefined> {
  const published = told.documents.document?.content;
  if (published === undefined) return undefined;
  const { isSealed } = version.terms;
  const text = isSealed ? await tryOpen(published, key) : published;
  if (text === undefined) return undefined;
  try {
    return checkCriteria(world, { document: readTrialDocument(text), published, isSealed });
  } catch (error) {
    if (!isDocumentProblem(error)) throw error;
    return { finding: wrong(trial.protocolNumber, `the text shown: ${error.message}`) };
  }
}

/** A sealed text; undefined when the key is not its own: other trials have other keys. */
async function tryOpen(published: string, key: string | undefined): Promise<string | undefined> {
  if (key === undefined) return undefined;
  return openDocument(published, key).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
}
