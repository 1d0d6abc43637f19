// Small FHIR inputs for the tests of the clinic, and questions about the record they give.

import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import type { Domain, System } from "../../circuits/statement/encoding/code.ts";
import { DOMAINS, encodeCode, SYSTEMS } from "../../circuits/statement/encoding/code.ts";
import { formatDay, ONGOING, parseDay, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import {
  EARLIEST,
  EXACT,
  LATEST,
  MAX_VALUE,
  UNUSABLE,
} from "../../circuits/statement/encoding/fact.ts";
import { openLeaf } from "../../circuits/witness/opening.ts";
import type { Classifier } from "../../client/clinic/codes/classify.ts";
import { ClinicError, type Problem } from "../../client/clinic/problem.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { buildRecord, type Issued, type IssueOptions } from "../../client/clinic/record/issue.ts";

export const ISSUED = parseDay("2024-06-15");
export const ALL = Object.keys(DOMAINS) as Domain[];
export const ISSUER = `0x${"c1".repeat(20)}`;

export const PATIENT = {
  resourceType: "Patient",
  id: "p1",
  gender: "female",
  birthDate: "1960-02-29",
};

type Json = Record<string, unknown>;

/** A resource about p1; a `code` given as "snomed 44054006" is written as a coding. */
export function about(resourceType: string, fields: Json): Json {
  const owner = ["Immunization", "AllergyIntolerance"].includes(resourceType)
    ? "patient"
    : "subject";
  return { resourceType, [owner]: { reference: "Patient/p1" }, ...fields };
}

/** A codeable concept of "system code" texts. */
export function coded(...texts: string[]): Json {
  const coding = texts.map((text) => {
    const [system, code] = text.split(" ") as [System, string];
    return { system: SYSTEMS[system].uri, code };
  });
  return { coding };
}

/** The status concept of a condition or an allergy; codings without a system count as of the right one. */
export function status(code: string): Json {
  return { coding: [{ code }] };
}

/** A classifier that knows every code, and none to be a member of a concept. */
export const NEUTRAL: Classifier = {
  classify: () => ({ known: true, members: [], possible: [] }),
  classifyForeign: () => undefined,
};

/** Values that the compiler asks for: of a far edge only, of a near edge only, of none. */
export const WITHIN = { lo: EARLIEST, hi: EXACT };
export const AGO = { lo: EXACT, hi: LATEST };
export const EVER = { lo: EARLIEST, hi: LATEST };

/** An active condition since 2020 under one code. */
export function condition(code: string, fields: Json = {}): Json {
  return about("Condition", {
    clinicalStatus: status("active"),
    code: coded(code),
    onsetDateTime: "2020-01-01",
    ...fields,
  });
}

/** A weight under its LOINC code, or a result under another. */
export function weight(kilograms: number, day: string, loinc = "29463-7"): Json {
  return about("Observation", {
    status: "final",
    code: coded(`loinc ${loinc}`),
    effectiveDateTime: day,
    valueQuantity: { value: kilograms, unit: "kg" },
  });
}

export function bundle(...resources: Json[]): Json {
  const all = [PATIENT, ...resources];
  return {
    resourceType: "Bundle",
    type: "collection",
    entry: all.map((resource) => ({ resource })),
  };
}

/** Issues a record over resources of p1, declaring completeness everywhere. */
export function issue(resources: Json[], options: Partial<IssueOptions> = {}): Issued {
  return buildRecord({
    source: readBundle(bundle(...resources), "test.json"),
    issuer: ISSUER,
    issuedDay: ISSUED,
    identityCommitment: 7n,
    identitySince: 0,
    blinding: 1n << 200n,
    completeFor: ALL,
    ...options,
  });
}

/** The facts of one raw code as "day value" texts, newest first; values as stored, "?" for a tombstone. */
export function factsOf(issued: Issued, domain: Domain, code: string): string[] {
  const [system, text] = code.split(" ") as [System, string];
  const encoded = encodeCode(domain, system, text);
  return issued.facts
    .filter((fact) => fact.encoded === encoded)
    .map(({ day, value }) => `${formatDay(day)} ${value === UNUSABLE ? "?" : value}`);
}

/** Whether a record can prove a leaf over one code on a day. */
export function proves(
  issued: Issued,
  kind: Leaf["kind"],
  [domain, code]: [Domain, string],
  { far = ONGOING, near = 0, asOf = ISSUED as number, lo = 0n, hi = MAX_VALUE } = {},
): boolean {
  const [system, text] = code.split(" ") as [System, string];
  const exact = encodeCode(domain, system, text);
  const leaf: Leaf = {
    kind,
    codeLo: exact,
    codeHi: exact,
    valueLo: lo,
    valueHi: hi,
    relative: false,
    near,
    far,
  };
  return openLeaf(issued.record.facts, leaf, { day: asOf, ymd: ymdOfDay(asOf) }) !== undefined;
}

/** The problems that an act is refused for; fails when it is not refused. */
export function problemsOf(act: () => unknown): readonly Problem[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ClinicError) return error.problems;
    throw error;
  }
  throw new Error("was not refused");
}
