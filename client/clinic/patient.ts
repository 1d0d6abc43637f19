// FHIR R4 Patient: birth date and sex, the only demographic facts (hl7.org/fhir/R4/patient.html).
import { z } from "zod";
import { ymdOfDay } from "../../circuits/statement/day.ts";
import { SEX_VALUES, type Sex } from "../person.ts";
import { readDate } from "./dates.ts";
import type { Draft } from "./draft.ts";
import { ResourceProblem } from "./problem.ts";

export const BIRTH_DATE_LOINC = "21112-8";
export const SEX_LOINC = "46098-0";

const schema = z.looseObject({
  resourceType: z.literal("Patient"),
  birthDate: z.string().optional(),
  gender: z.enum(["male", "female", "other", "unknown"]).optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: z.string().optional(),
});

export type Person = {
  readonly birthDay: number;
  readonly sex: Sex;
  readonly deceased: boolean;
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
  const birthDay = readDate(patient.birthDate, "birthDate", issuedDay).day;
  const sex = patient.gender ?? "unknown";
  const base = { domain: "demographic", system: "loinc", day: birthDay } as const;
  const partial = patient.birthDate.length < 10;
  return {
    birthDay,
    sex,
    deceased: patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined,
    drafts: [
      {
        ...base,
        code: BIRTH_DATE_LOINC,
        value: BigInt(ymdOfDay(birthDay)),
        label: "Birth date",
        ...(partial ? { note: "given in part: the latest day it may mean" } : {}),
      },
      { ...base, code: SEX_LOINC, value: SEX_VALUES[sex], label: "Sex" },
    ],
  };
}
