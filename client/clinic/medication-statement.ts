// FHIR R4 MedicationStatement: a drug taken, as start and last-known-true facts
// (hl7.org/fhir/R4/medicationstatement.html).
import { z } from "zod";
import { ONGOING } from "../../circuits/statement/day.ts";
import { namesPatient, period, reference } from "./datatypes.ts";
import { readDate } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped } from "./draft.ts";
import { intervalDomains, intervalDrafts } from "./interval.ts";
import { medicationFields, readMedication } from "./medication.ts";

const schema = z.looseObject({
  ...medicationFields,
  status: z.enum([
    "active",
    "completed",
    "entered-in-error",
    "intended",
    "stopped",
    "on-hold",
    "unknown",
    "not-taken",
  ]),
  effectiveDateTime: z.string().optional(),
  effectivePeriod: period.optional(),
  dateAsserted: z.string().optional(),
  informationSource: reference.optional(),
});
type MedicationStatement = z.infer<typeof schema>;

/** Maps a MedicationStatement. Throws ResourceProblem naming the field that cannot be read. */
export function mapMedicationStatement(input: unknown, context: MapContext): Mapped {
  const statement = schema.parse(input);
  const { status } = statement;
  if (["entered-in-error", "intended", "not-taken"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  if (namesPatient(statement.informationSource) && !context.includePatientReported) {
    return leaveOut("reported by the patient", intervalDomains("medication"));
  }
  const { known, leftOut } = readMedication(statement, context);
  const certain = status !== "unknown";
  const drafts = intervalDrafts("medication", known, {
    startDay: startDay(statement, context.issuedDay),
    lastDay: lastDay(statement, context.issuedDay),
    certain,
    ...(certain ? {} : { note: "status unknown" }),
  });
  return { drafts, leftOut };
}

/** When it began; else the day it was asserted, by which it had begun; else the day of issue. */
function startDay(s: MedicationStatement, issuedDay: number): number {
  const start = s.effectivePeriod?.start ?? s.effectiveDateTime;
  if (start !== undefined) return readDate(start, "effective", issuedDay).day;
  const known = s.effectivePeriod?.end ?? s.dateAsserted;
  return known === undefined ? issuedDay : readDate(known, "dateAsserted", issuedDay).day;
}

/** ONGOING while active; the end of a past period; else it had ended by the day it was asserted, or issued. */
function lastDay(s: MedicationStatement, issuedDay: number): number | undefined {
  if (s.status === "active") return ONGOING;
  if (s.status === "on-hold" || s.status === "unknown") return undefined;
  const end = s.effectivePeriod?.end;
  if (end !== undefined) return readDate(end, "effectivePeriod.end", issuedDay).day;
  if (s.dateAsserted === undefined) return issuedDay;
  return readDate(s.dateAsserted, "dateAsserted", issuedDay).day;
}
