// FHIR R4 Immunization: the day it was given (hl7.org/fhir/R4/immunization.html).
import { z } from "zod";
import { codeableConcept } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Span } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { readDate } from "./dates.ts";
import { eventDrafts } from "./interval.ts";
import { readNothing } from "./nothingKnown.ts";

const schema = z.looseObject({
  status: z.enum(["completed", "entered-in-error", "not-done"]),
  vaccineCode: codeableConcept.optional(),
  occurrenceDateTime: z.string().optional(),
  recorded: z.string().optional(),
  reportOrigin: codeableConcept.optional(),
  isSubpotent: z.boolean().optional(),
});
const DOMAINS = ["immunization"] as const;

/** Maps an Immunization. A subpotent dose blocks absence and satisfies nothing. */
export function mapImmunization(input: unknown, context: MapContext): Mapped {
  const immunization = schema.parse(input);
  const { status, vaccineCode, reportOrigin } = immunization;
  if (status !== "completed") return leaveOut(`status ${status}`);
  const nothing = readNothing(vaccineCode, DOMAINS);
  if (nothing !== undefined) return nothing;
  const isRecalled = reportOrigin?.coding?.some((c) => c.code === "recall");
  if (isRecalled && !context.includePatientReported) {
    return leaveOut("recalled by the patient", DOMAINS);
  }
  const { known, leftOut } = readCodings({
    concepts: vaccineCode,
    base: "immunization",
    domains: DOMAINS,
    field: "vaccineCode",
    context,
  });
  const doubt = immunization.isSubpotent === true ? "subpotent dose" : undefined;
  const when = occurrenceOf(immunization, context);
  return { drafts: eventDrafts("immunization", known, when, doubt), leftOut };
}

/** The day given; else any day from birth to that on which it was recorded, or on which the record is issued. */
function occurrenceOf(i: z.infer<typeof schema>, context: MapContext): Span {
  if (i.occurrenceDateTime !== undefined) {
    return readDate(i.occurrenceDateTime, "occurrenceDateTime", context);
  }
  const recorded = i.recorded === undefined ? undefined : readDate(i.recorded, "recorded", context);
  return { from: context.birth.from, to: recorded?.to ?? context.issuedDay };
}
