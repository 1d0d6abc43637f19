// Issuing: a patient's resources become a record (sorted facts under a header) and a report of what it holds.

import { DICTIONARY_VERSION } from "../../../circuits/statement/dictionary/dictionary.ts";
import type { Domain } from "../../../circuits/statement/encoding/code.ts";
import { packFact } from "../../../circuits/statement/encoding/fact.ts";
import type { Header } from "../../../circuits/statement/encoding/header.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import {
  checkRecord,
  drawBlinding,
  MAX_FACTS,
  type Record,
} from "../../../circuits/witness/record.ts";
import { type IdTag, idTagOf } from "../../desk/idTag.ts";
import type { Sex } from "../../desk/person.ts";
import type { Classifier } from "../codes/classify.ts";
import { type LocatedDraft, type MappedSource, mapSource } from "../facts/map.ts";
import { refuse } from "../problem.ts";
import type { LeftOut, Span } from "../read/draft.ts";
import { nameOf, type Source } from "../read/source.ts";
import { deriveResults } from "./derived.ts";
import { resolveFacts, type SourcedFact } from "./resolve.ts";
import { trimFacts } from "./trim.ts";

export type IssueOptions = {
  readonly source: Source;
  /** The clinic's accredited address. */
  readonly issuer: string;
  readonly issuedDay: number;
  /** First day from which the clinic knows the patient; by default the day of the oldest result. */
  readonly coverageFromDay?: number;
  readonly identityCommitment: bigint;
  /** 0 for the person's first identity at this clinic, else the day it was re-bound. */
  readonly identitySince: number;
  /** 248 random bits; drawn when not given, as they should be outside tests. */
  readonly blinding?: bigint;
  /** Domains in which the clinic declares to hold all it knows of the patient. Cleared where something is left out. */
  readonly completeFor?: readonly Domain[];
  /** The identity document checked at the clinic, for the person check at a site. */
  readonly idTag?: { readonly salt: Bytes32; readonly document: string };
  readonly includePatientReported?: boolean;
  /** Which concepts a code belongs to, by the clinic's own table too; by default what the dictionary says. */
  readonly codes?: Classifier;
};

export type Issued = {
  readonly record: Record;
  readonly facts: readonly SourcedFact[];
  readonly leftOut: readonly LeftOut[];
  readonly completeFor: readonly Domain[];
  readonly person: {
    readonly birth: Span;
    readonly sex: Sex;
    readonly deceased: boolean;
    /** When the patient died, if the chart says it. */
    readonly death?: Span;
  };
  readonly counts: Counts;
};

type Counts = {
  readonly resources: number;
  readonly facts: number;
  readonly codes: number;
  readonly rollUps: number;
  /** Facts by domain. */
  readonly byDomain: Readonly<Partial<globalThis.Record<Domain, number>>>;
  /** Resources of types that give no facts. */
  readonly unread: Readonly<globalThis.Record<string, number>>;
};

/**
 * Builds a record. Throws ClinicError listing every problem with its path, among them more codes than fit.
 * The result holds the blinding: hand it to the patient and keep no copy.
 */
export function buildRecord(options: IssueOptions): Issued {
  const { source, issuedDay } = options;
  const mapped = mapSource(source, options);
  const patientPath = source.patient.path;
  const drafts = [...mapped.drafts, ...deriveResults(mapped.drafts, mapped.person)];
  const resolved = resolveFacts(drafts);
  const tags = options.idTag ? [tagFact(idTagOf(options.idTag), issuedDay, patientPath)] : [];
  const trimmed = trimFacts(resolved, MAX_FACTS - tags.length, source.name);
  const facts = [...trimmed.facts, ...tags].sort((a, b) => (a.packed < b.packed ? -1 : 1));
  const leftOut = [...mapped.leftOut, ...trimmed.leftOut];
  const cleared = new Set(leftOut.flatMap(({ clears }) => clears));
  const completeFor = (options.completeFor ?? []).filter((domain) => !cleared.has(domain));
  const record: Record = {
    facts: facts.map(({ packed }) => packed),
    header: headerOf(options, completeFor, mapped),
    blinding: options.blinding ?? drawBlinding(),
    identityCommitment: options.identityCommitment,
  };
  checkRecord(record);
  const { drafts: _, ...person } = mapped.person;
  return {
    record,
    facts,
    leftOut,
    completeFor,
    person,
    counts: countFacts(facts, source, mapped.unread),
  };
}

function headerOf(
  options: IssueOptions,
  completeFor: readonly Domain[],
  { drafts, person, codedIn }: MappedSource,
): Header {
  const { issuer, issuedDay, identitySince } = options;
  const knownSince = options.coverageFromDay ?? oldestResult(drafts, issuedDay);
  if (knownSince > issuedDay) {
    refuse(nameOf(options.source.patient.resource), "coverage begins after the day of issue");
  }
  return {
    issuer,
    issuedDay,
    // Known since birth: there is no time before in which anything could have been missed.
    coverageFromDay: knownSince <= person.birth.from ? 0 : knownSince,
    dictionaryVersion: DICTIONARY_VERSION,
    completeFor,
    codedIn,
    identitySince,
  };
}

/**
 * The day of the oldest result: since then at least the clinic sees the patient. Onsets do not count, a clinic also
 * writes down a disease that began decades before.
 */
function oldestResult(drafts: readonly LocatedDraft[], issuedDay: number): number {
  return drafts
    .filter(({ domain }) => domain === "observation")
    .reduce((oldest, { day }) => Math.min(oldest, day), issuedDay);
}

function tagFact({ code, value }: IdTag, day: number, path: string): SourcedFact {
  const label = "Identity document (salted hash)";
  const packed = packFact({ code, day, value });
  const coding = { domain: "demographic", system: "idTag", code: "" } as const;
  return { ...coding, day, value, label, path, packed, encoded: code };
}

function countFacts(
  facts: readonly SourcedFact[],
  source: Source,
  unread: Counts["unread"],
): Counts {
  const byDomain: Partial<globalThis.Record<Domain, number>> = {};
  for (const { domain } of facts) byDomain[domain] = (byDomain[domain] ?? 0) + 1;
  return {
    resources: source.resources.length + 1,
    facts: facts.length,
    codes: new Set(facts.map(({ encoded }) => encoded)).size,
    rollUps: facts.filter(({ system }) => system === "concept").length,
    byDomain,
    unread,
  };
}
