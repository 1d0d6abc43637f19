// FHIR R4 Procedure: one fact on its last day (hl7.org/fhir/R4/procedure.html).
import { z } from "zod";
import { ONGOING } from "../../circuits/statement/day.ts";
import { PRESENT, UNUSABLE } from "../../circuits/statement/fact.ts";
import { codeableConcept, namesPatient, period, quantity, reference } from "./datatypes.ts";
import { latestDayOfAge, readDate } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped, readCodings } from "./draft.ts";

const schema = z.looseObject({
  status: z.enum([
    "preparation",
    "in-progress",
    "not-done",
    "on-hold",
    "stopped",
    "completed",
    "entered-in-error",
    "unknown",
  ]),
  code: codeableConcept.optional(),
  performedDateTime: z.string().optional(),
  performedPeriod: period.optional(),
  performedAge: quantity.optional(),
  asserter: reference.optional(),
});
type Procedure = z.infer<typeof schema>;

/**
 * Maps a Procedure. Completed: present on its last day; in progress: present and ongoing; stopped, on hold or
 * unknown: it may have been done or not, so it blocks absence and satisfies nothing.
 */
export function mapProcedure(input: unknown, context: MapContext): Mapped {
  const procedure = schema.parse(input);
  const { status } = procedure;
  if (["preparation", "not-done", "entered-in-error"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  if (namesPatient(procedure.asserter) && !context.includePatientReported) {
    return leaveOut("asserted by the patient", ["procedure"]);
  }
  const { known, leftOut } = readCodings(procedure.code, ["procedure"]);
  const done = status === "completed" || status === "in-progress";
  const performed = lastDay(procedure, context);
  const drafts = known.map((coding) => ({
    ...coding,
    domain: "procedure" as const,
    day: status === "in-progress" ? ONGOING : performed,
    value: done ? PRESENT : UNUSABLE,
    ...(done ? {} : { note: `status ${status}` }),
  }));
  return { drafts, leftOut };
}

function lastDay(p: Procedure, { issuedDay, birthDay }: MapContext): number {
  if (p.performedDateTime !== undefined) {
    return readDate(p.performedDateTime, "performedDateTime", issuedDay).day;
  }
  if (p.performedPeriod !== undefined) {
    const { start, end } = p.performedPeriod;
    if (end !== undefined) return readDate(end, "performedPeriod.end", issuedDay).day;
    if (start !== undefined) return readDate(start, "performedPeriod.start", issuedDay).day;
  }
  const age = p.performedAge?.value;
  return age === undefined ? issuedDay : latestDayOfAge(birthDay, age, issuedDay);
}
