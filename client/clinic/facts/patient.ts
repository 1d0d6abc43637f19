// FHIR R4 Patient: birth date and sex, the only demographic facts (hl7.org/fhir/R4/patient.html).
import { z } from "zod";
import { ymdOfDay } from "../../../circuits/statement/encoding/day.ts";
import { UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import { SEX_VALUES, type Sex } from "../../desk/person.ts";
import { ResourceProblem } from "../problem.ts";
import { maskingLabel } from "../read/distrust.ts";
import type { Draft, Span } from "../read/draft.ts";
import { readDate, readEnd } from "./dates.ts";

const BIRTH_DATE_LOINC = "21112-8";
/**
 * A birth date given in part: its month, or its year. Not a LOINC code (its check digit is another), but the neighbour
 * of the one above, so that one leaf over both asks for an age.
 */
const BIRTH_DATE_PART = "21112-9";
export const SEX_LOINC = "46098-0";

const schema = z.looseObject({
  resourceType: z.literal("Patient"),
  birthDate: z.string().optional(),
  gender: z.enum(["male", "female", "other", "unknown"]).optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: z.string().optional(),
  modifierExtension: z.array(z.unknown()).optional(),
  implicitRules: z.string().optional(),
  meta: z.unknown().optional(),
});
type Patient = z.infer<typeof schema>;

export type Person = {
  readonly birth: Span;
  readonly sex: Sex;
  readonly deceased: boolean;
  /** When the patient died, if the chart says it. */
  readonly death?: Span;
  readonly drafts: readonly Draft[];
};

/**
 * Reads birth date and sex. The facts are dated on the day of birth, so that no window applies to them.
 * Throws ResourceProblem when the birth date is missing, malformed or after the day of issue.
 */
export function mapPatient(input: unknown, issuedDay: number): Person {
  const patient = schema.parse(input);
  if (patient.birthDate === undefined) {
    throw new ResourceProblem("birthDate", "is missing; every record needs one, add it and retry");
  }
  const anyDay = { issuedDay, birth: { from: 0, to: issuedDay } };
  const { from, to } = readDate(patient.birthDate, "birthDate", anyDay);
  const birth = { from, to };
  const sex = patient.gender ?? "unknown";
  const base = { domain: "demographic", system: "loinc" } as const;
  const drafts: Draft[] = [
    { ...base, ...birthFact(birth) },
    { ...base, code: SEX_LOINC, day: to, value: SEX_VALUES[sex], label: "Sex" },
  ];
  const death = deathOf(patient, { issuedDay, birth });
  const note = distrustOf(patient);
  if (note === undefined) return { birth, sex, ...death, drafts };
  // Then the birth date bounds nothing else, and the sex chooses no limits.
  const unusable = drafts.map((draft) => ({ ...draft, value: UNUSABLE, note }));
  return { birth: anyDay.birth, sex: "unknown", ...death, drafts: unusable };
}

/** Days by which a partial date is dated back: years differ in days, and nobody must thereby be younger. */
const PART_SLACK_DAYS = 2;

/**
 * A full birth date is a value on its own day. Of one in part the value is the latest day that it may mean, which shows
 * that somebody is old enough, and the day lies before the earliest, which shows that somebody is young enough.
 */
function birthFact({ from, to }: Span): Pick<Draft, "code" | "day" | "value" | "label" | "note"> {
  const value = BigInt(ymdOfDay(to));
  if (from === to) return { code: BIRTH_DATE_LOINC, day: to, value, label: "Birth date" };
  const day = from - PART_SLACK_DAYS;
  const common = { code: BIRTH_DATE_PART, label: "Birth date, in part" };
  const note = "given in part: the latest day it may mean, dated before the earliest";
  if (day >= 0) return { ...common, day, value, note };
  return { ...common, day: to, value: UNUSABLE, note: "given in part, and too early to date" };
}

/**
 * Why birth date and sex cannot be relied on: an element that we do not know may turn the meaning of all others round,
 * and what was masked may have been changed. A birth date that is left of a Patient of which something was cut is one.
 */
function distrustOf({ modifierExtension, implicitRules, meta }: Patient): string | undefined {
  if ((modifierExtension ?? []).length > 0 || implicitRules !== undefined) {
    return "the Patient has a modifierExtension or implicitRules that are not known";
  }
  const label = maskingLabel(meta);
  return label === undefined || label === "SUBSETTED"
    ? undefined
    : `the Patient is labelled ${label}: birth date and sex may have been changed`;
}

function deathOf(
  { deceasedBoolean, deceasedDateTime }: Patient,
  life: { issuedDay: number; birth: Span },
): Pick<Person, "deceased" | "death"> {
  if (deceasedDateTime === undefined) return { deceased: deceasedBoolean === true };
  const death = readEnd(deceasedDateTime, "deceasedDateTime", life);
  return death === undefined
    ? { deceased: true }
    : { deceased: true, death: { from: death.from, to: death.to } };
}
