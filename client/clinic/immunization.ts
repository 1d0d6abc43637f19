// FHIR R4 Immunization: one fact on the day it was given (hl7.org/fhir/R4/immunization.html).
import { z } from "zod";
import { PRESENT, UNUSABLE } from "../../circuits/statement/fact.ts";
import { codeableConcept } from "./datatypes.ts";
import { readDate } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped, readCodings } from "./draft.ts";

const schema = z.looseObject({
  status: z.enum(["completed", "entered-in-error", "not-done"]),
  vaccineCode: codeableConcept.optional(),
  occurrenceDateTime: z.string().optional(),
  recorded: z.string().optional(),
  primarySource: z.boolean().optional(),
  reportOrigin: codeableConcept.optional(),
  isSubpotent: z.boolean().optional(),
});

/** Maps an Immunization. A subpotent dose blocks absence and satisfies nothing. */
export function mapImmunization(input: unknown, context: MapContext): Mapped {
  const immunization = schema.parse(input);
  if (immunization.status !== "completed") return leaveOut(`status ${immunization.status}`);
  const recalled = immunization.reportOrigin?.coding?.some((c) => c.code === "recall");
  if (immunization.primarySource === false && recalled && !context.includePatientReported) {
    return leaveOut("recalled by the patient", ["immunization"]);
  }
  const { known, leftOut } = readCodings(immunization.vaccineCode, ["immunization"], "vaccineCode");
  const day = occurrenceDay(immunization, context.issuedDay);
  const subpotent = immunization.isSubpotent === true;
  const drafts = known.map((coding) => ({
    ...coding,
    domain: "immunization" as const,
    day,
    value: subpotent ? UNUSABLE : PRESENT,
    ...(subpotent ? { note: "subpotent dose" } : {}),
  }));
  return { drafts, leftOut };
}

/** The day given; else the day recorded, by which it had been given; else the day of issue. */
function occurrenceDay(i: z.infer<typeof schema>, issuedDay: number): number {
  if (i.occurrenceDateTime !== undefined) {
    return readDate(i.occurrenceDateTime, "occurrenceDateTime", issuedDay).day;
  }
  return i.recorded === undefined ? issuedDay : readDate(i.recorded, "recorded", issuedDay).day;
}
