// FHIR R4 MedicationAdministration: a drug given (hl7.org/fhir/R4/medicationadministration.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { period, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped } from "../read/draft.ts";
import { readDate, readEnd } from "./dates.ts";
import { boundedBy, type Interval, intervalDrafts, STILL } from "./interval.ts";
import { medicationFields, readMedication, readNoMedication } from "./medication.ts";

const schema = z.looseObject({
  ...medicationFields,
  status: z.enum([
    "in-progress",
    "not-done",
    "on-hold",
    "completed",
    "entered-in-error",
    "stopped",
    "unknown",
  ]),
  effectiveDateTime: z.string().optional(),
  effectivePeriod: period.optional(),
  performer: z.array(z.looseObject({ actor: reference.optional() })).optional(),
});
type Administration = z.infer<typeof schema>;

/** Maps a MedicationAdministration: taken from its first to its last day, and still while in progress. */
export function mapMedicationAdministration(input: unknown, context: MapContext): Mapped {
  const administration = schema.parse(input);
  const { status, performer = [] } = administration;
  if (status === "not-done" || status === "entered-in-error") return leaveOut(`status ${status}`);
  const nothing = readNoMedication(administration, context);
  if (nothing !== undefined) return nothing;
  const isOwnWord =
    performer.length > 0 && performer.every(({ actor }) => context.saidByPatient(actor));
  if (isOwnWord && !context.includePatientReported) {
    return leaveOut("reported by the patient", lastingDomains("medication"));
  }
  const { known, leftOut } = readMedication(administration, context);
  const course = courseOf(administration, context);
  return { drafts: intervalDrafts("medication", known, course), leftOut };
}

function courseOf(a: Administration, context: MapContext): Interval {
  const { issuedDay, birth } = context;
  const isSure = a.status === "completed" || a.status === "in-progress";
  const doubt = isSure ? undefined : `status ${a.status}`;
  const mayGoOn = a.status === "in-progress" || a.status === "on-hold" || a.status === "unknown";
  if (a.effectiveDateTime !== undefined) {
    const day = readDate(a.effectiveDateTime, "effectiveDateTime", context);
    return { start: day, last: mayGoOn ? STILL : day, doubt };
  }
  const { start: startText, end: endText } = a.effectivePeriod ?? {};
  const end = endText === undefined ? undefined : readEnd(endText, "effectivePeriod.end", context);
  const start =
    startText === undefined
      ? { from: birth.from, to: end?.to ?? issuedDay }
      : readDate(startText, "effectivePeriod.start", context);
  if (end === undefined || end.mayLast) {
    return { start, last: mayGoOn ? STILL : { from: start.from, to: issuedDay }, doubt };
  }
  const ended = boundedBy(start, end);
  return mayGoOn
    ? { start: ended.start, last: { from: ended.last.from, to: ONGOING }, doubt }
    : { ...ended, doubt };
}
