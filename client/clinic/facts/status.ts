// Statuses that FHIR R4 gives as a CodeableConcept: read by the code system that FHIR binds, wherever it stands among
// the codings (hl7.org/fhir/R4/valueset-condition-clinical.html and its kin).

import { ResourceProblem } from "../problem.ts";
import type { CodeableConcept } from "../read/datatypes.ts";

/** What a status says; `open` when nobody can tell: only foreign codings, words, or two that contradict each other. */
export type StatusReading<T extends string> = T | "open" | undefined;

type Binding<T extends string> = {
  /** Last parts of the system's URI: of R4, and of the releases before. */
  readonly systems: readonly string[];
  /** What each code means for us. */
  readonly meanings: Readonly<Record<string, T | "open">>;
};

export type Clinical = "active" | "over";
const CLINICAL: Binding<Clinical>["meanings"] = {
  active: "active",
  recurrence: "active",
  relapse: "active",
  inactive: "over",
  remission: "over",
  resolved: "over",
  // Of R5; it says as much as no status.
  unknown: "open",
};

/** Condition.clinicalStatus. */
export const CONDITION_CLINICAL: Binding<Clinical> = {
  systems: ["condition-clinical"],
  meanings: CLINICAL,
};

/** AllergyIntolerance.clinicalStatus. */
export const ALLERGY_CLINICAL: Binding<Clinical> = {
  systems: ["allergyintolerance-clinical", "allergy-clinical-status", "allergy-intolerance-status"],
  meanings: { active: "active", inactive: "over", resolved: "over", unknown: "open" },
};

/** Whether a statement stands: `nothing` when it says that nothing is so. */
type Verification = "confirmed" | "suspected" | "nothing";

/** Condition.verificationStatus. */
export const CONDITION_VERIFICATION: Binding<Verification> = {
  systems: ["condition-ver-status"],
  meanings: {
    confirmed: "confirmed",
    unconfirmed: "suspected",
    provisional: "suspected",
    differential: "suspected",
    refuted: "nothing",
    "entered-in-error": "nothing",
    unknown: "open",
  },
};

/** AllergyIntolerance.verificationStatus; "presumed" is of R5. */
export const ALLERGY_VERIFICATION: Binding<Verification> = {
  systems: ["allergyintolerance-verification", "allergy-verification-status"],
  meanings: {
    confirmed: "confirmed",
    unconfirmed: "suspected",
    presumed: "suspected",
    refuted: "nothing",
    "entered-in-error": "nothing",
  },
};

const HL7 =
  /^https?:\/\/(?:www\.)?(?:terminology\.hl7\.org|hl7\.org\/fhir)\/(?:.*\/)?([^/|]+?)\/?(?:\|.*)?$/;

/** "condition-clinical" of any of HL7's URIs for it; undefined for a foreign system. */
function systemName(uri: string): string | undefined {
  return HL7.exec(uri)?.[1];
}

/**
 * Reads a status. Undefined when there is none. Throws ResourceProblem for a code of the right system that FHIR lacks.
 */
export function readStatus<T extends string>(
  concept: CodeableConcept | undefined,
  { systems, meanings }: Binding<T>,
  field: string,
): StatusReading<T> {
  const found = new Set<T | "open">();
  for (const { system, code } of concept?.coding ?? []) {
    const name = system === undefined ? undefined : systemName(system);
    if (code === undefined || (system !== undefined && !systems.includes(name ?? ""))) continue;
    const plain = code.trim().toLowerCase();
    if (Object.hasOwn(meanings, plain)) found.add(meanings[plain]!);
    else if (system !== undefined) throw new ResourceProblem(field, "is not a code of FHIR R4");
  }
  if (found.size === 1) return [...found][0];
  const isSilent = (concept?.coding ?? []).length === 0 && concept?.text === undefined;
  return isSilent ? undefined : "open";
}

/** The code by which a resource says that nothing is so, for the report. */
export function nothingCode(concept: CodeableConcept | undefined): string {
  const codes = (concept?.coding ?? []).map(({ code }) => code?.trim().toLowerCase());
  return codes.includes("refuted") ? "refuted" : "entered-in-error";
}
