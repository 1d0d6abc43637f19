// FHIR R4 Observation: results under their LOINC codes, components under their own, and multiples of the report's
// reference limits (hl7.org/fhir/R4/observation.html).
import { z } from "zod";
import type { Domain } from "../../circuits/statement/code.ts";
import { UNUSABLE } from "../../circuits/statement/fact.ts";
import { unitOf } from "../../circuits/statement/units.ts";
import { codeableConcept, namesPatient, period, reference } from "./datatypes.ts";
import { type DatedDay, readDate } from "./dates.ts";
import {
  type Draft,
  leaveOut,
  type MapContext,
  type Mapped,
  type Omission,
  readCodings,
} from "./draft.ts";
import { hasValue, readMultiple, readValue, type Valued, valueFields } from "./value.ts";

export const OBSERVATION_DOMAINS: readonly Domain[] = [
  "observation",
  "observationUpper",
  "observationLower",
];

const schema = z.looseObject({
  ...valueFields,
  status: z.enum([
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
  ]),
  code: codeableConcept.optional(),
  focus: z.array(reference).optional(),
  performer: z.array(reference).optional(),
  effectiveDateTime: z.string().optional(),
  effectiveInstant: z.string().optional(),
  effectivePeriod: period.optional(),
  issued: z.string().optional(),
  hasMember: z.array(reference).optional(),
  component: z
    .array(z.looseObject({ ...valueFields, code: codeableConcept.optional() }))
    .optional(),
});
type Observation = z.infer<typeof schema>;

type Part = { readonly input: Valued; readonly code: Observation["code"]; readonly field: string };
/** When a result was true, and why it cannot be used if it cannot. */
type Moment = { readonly when: DatedDay; readonly problem?: string };

/** Maps an Observation. Throws ResourceProblem naming the field that cannot be read. */
export function mapObservation(input: unknown, context: MapContext): Mapped {
  const observation = schema.parse(input);
  const { status } = observation;
  if (status === "entered-in-error" || status === "cancelled") return leaveOut(`status ${status}`);
  if ((observation.focus ?? []).length > 0)
    return leaveOut("about another than the patient (focus)");
  const performers = observation.performer ?? [];
  const ownWords = performers.length > 0 && performers.every(namesPatient);
  if (ownWords && !context.includePatientReported) {
    return leaveOut("reported by the patient", OBSERVATION_DOMAINS);
  }
  const moment = readMoment(observation, context.issuedDay);
  const parts = partsOf(observation).map((part) => mapPart(part, moment));
  return {
    drafts: parts.flatMap((part) => part.drafts),
    leftOut: parts.flatMap((part) => part.leftOut),
  };
}

/** The observation's own value and its components; a panel that only groups others has neither. */
function partsOf(o: Observation): Part[] {
  const components = (o.component ?? []).map((component, i) => ({
    input: component,
    code: component.code,
    field: `component[${i}].code`,
  }));
  const groupsOnly = components.length > 0 || (o.hasMember ?? []).length > 0;
  const own = { input: o, code: o.code, field: "code" };
  return hasValue(o) || !groupsOnly ? [own, ...components] : components;
}

function readMoment(o: Observation, issuedDay: number): Moment {
  const problem = ["final", "amended", "corrected"].includes(o.status)
    ? {}
    : { problem: `status ${o.status}` };
  const fields = [
    ["effectiveDateTime", o.effectiveDateTime ?? o.effectiveInstant],
    ["effectivePeriod", o.effectivePeriod?.end ?? o.effectivePeriod?.start],
  ] as const;
  for (const [field, text] of fields) {
    if (text !== undefined) return { when: readDate(text, field, issuedDay), ...problem };
  }
  const when =
    o.issued === undefined ? { day: issuedDay } : readDate(o.issued, "issued", issuedDay);
  return { when, problem: "no date on which it was true" };
}

function mapPart(
  { input, code, field }: Part,
  { when, problem }: Moment,
): {
  drafts: Draft[];
  leftOut: Omission[];
} {
  const { known, leftOut } = readCodings(code, OBSERVATION_DOMAINS, field);
  const unusable = problem === undefined ? undefined : { value: UNUSABLE, note: problem };
  const drafts = known.flatMap((coding): Draft[] => {
    const base = { ...coding, ...when };
    const own = { ...base, domain: "observation" as const };
    const result = { ...own, ...(unusable ?? readValue(input, coding)) };
    // Only what has a unit has limits; where it has, a report without them still counts as newest.
    if (coding.system !== "loinc" || unitOf(coding.code) === undefined) return [result];
    const upper = unusable ?? readMultiple(input, coding.code, "high");
    const lower = unusable ?? readMultiple(input, coding.code, "low");
    return [
      result,
      { ...base, domain: "observationUpper", ...upper },
      { ...base, domain: "observationLower", ...lower },
    ];
  });
  return { drafts, leftOut };
}
