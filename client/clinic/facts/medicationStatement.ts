// FHIR R4 MedicationStatement: a drug taken, as start and last-known-true facts
// (hl7.org/fhir/R4/medicationstatement.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { period, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Span } from "../read/draft.ts";
import { readDate, readEnd } from "./dates.ts";
import { boundedBy, type Interval, intervalDrafts, STILL } from "./interval.ts";
import { medicationFields, readMedication, readNoMedication } from "./medication.ts";

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
  if (status === "entered-in-error" || status === "not-taken") return leaveOut(`status ${status}`);
  const nothing = readNoMedication(statement, context);
  if (nothing !== undefined) return nothing;
  if (context.saidByPatient(statement.informationSource) && !context.includePatientReported) {
    return leaveOut("reported by the patient", lastingDomains("medication"));
  }
  if (status === "intended") return leaveOut(`status ${status}`);
  const { known, leftOut } = readMedication(statement, context);
  return { drafts: intervalDrafts("medication", known, courseOf(statement, context)), leftOut };
}

/**
 * A period says when it began; a single date that it was taken then, having begun on that day or before. What is over
 * ended with its period, else by the day on which that was asserted, or on which the record is issued.
 */
function courseOf(s: MedicationStatement, context: MapContext): Interval {
  const { issuedDay, birth } = context;
  const taken =
    s.effectiveDateTime === undefined
      ? undefined
      : readDate(s.effectiveDateTime, "effectiveDateTime", context);
  const asserted =
    s.dateAsserted === undefined ? undefined : readDate(s.dateAsserted, "dateAsserted", context);
  const endText = s.effectivePeriod?.end;
  const end = endText === undefined ? undefined : readEnd(endText, "effectivePeriod.end", context);
  const startText = s.effectivePeriod?.start;
  // Active and over at once: either is wrong, so the end says nothing about the beginning.
  const past = s.status === "active" ? undefined : end;
  const known = (taken ?? past ?? asserted)?.to ?? issuedDay;
  const start: Span =
    startText === undefined
      ? { from: birth.from, to: known }
      : readDate(startText, "effectivePeriod.start", context);
  const heldOn = Math.max(start.from, taken?.from ?? 0);
  if (s.status === "unknown") return { start, last: STILL, doubt: "status unknown" };
  const ended = end === undefined ? undefined : boundedBy(start, end);
  if (s.status === "on-hold" || (ended !== undefined && s.status === "active")) {
    const since = ended?.last.from ?? heldOn;
    return { start: ended?.start ?? start, last: { from: since, to: ONGOING } };
  }
  if (s.status === "active") return { start, last: STILL };
  if (ended !== undefined && !end?.mayLast) return ended;
  // Asserted before it was taken: then it was not yet over.
  const isAsserted = endText === undefined && asserted !== undefined && asserted.to >= heldOn;
  return boundedBy(start, { from: heldOn, to: isAsserted ? asserted.to : issuedDay });
}
