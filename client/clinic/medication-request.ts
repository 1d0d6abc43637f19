// FHIR R4 MedicationRequest: a drug ordered, as start and last-known-true facts
// (hl7.org/fhir/R4/medicationrequest.html).
import { z } from "zod";
import { ONGOING } from "../../circuits/statement/day.ts";
import { namesPatient, period, quantity, reference } from "./datatypes.ts";
import { readDate, readEnd } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped } from "./draft.ts";
import { intervalDomains, intervalDrafts } from "./interval.ts";
import { medicationFields, readMedication } from "./medication.ts";

const schema = z.looseObject({
  ...medicationFields,
  status: z.enum([
    "active",
    "on-hold",
    "cancelled",
    "completed",
    "entered-in-error",
    "stopped",
    "draft",
    "unknown",
  ]),
  intent: z.string(),
  doNotPerform: z.boolean().optional(),
  reportedBoolean: z.boolean().optional(),
  reportedReference: reference.optional(),
  authoredOn: z.string().optional(),
  dispenseRequest: z
    .looseObject({
      validityPeriod: period.optional(),
      expectedSupplyDuration: quantity.optional(),
    })
    .optional(),
  dosageInstruction: z
    .array(
      z.looseObject({
        timing: z
          .looseObject({ repeat: z.looseObject({ boundsPeriod: period.optional() }).optional() })
          .optional(),
      }),
    )
    .optional(),
});
type MedicationRequest = z.infer<typeof schema>;

/** Maps a MedicationRequest. Throws ResourceProblem naming the field that cannot be read. */
export function mapMedicationRequest(input: unknown, context: MapContext): Mapped {
  const request = schema.parse(input);
  const { status, intent } = request;
  if (["cancelled", "draft", "entered-in-error"].includes(status)) {
    return leaveOut(`status ${status}`);
  }
  if (["proposal", "plan", "option"].includes(intent)) return leaveOut(`intent ${intent}`);
  if (request.doNotPerform === true) return leaveOut("an order not to give the drug");
  const reported = request.reportedBoolean === true || namesPatient(request.reportedReference);
  if (reported && !context.includePatientReported) {
    return leaveOut("reported by the patient", intervalDomains("medication"));
  }
  const { known, leftOut } = readMedication(request, context);
  const certain = status !== "unknown";
  const drafts = intervalDrafts("medication", known, {
    startDay: startDay(request, context.issuedDay),
    lastDay: lastDay(request, context.issuedDay),
    certain,
    ...(certain ? {} : { note: "status unknown" }),
  });
  return { drafts, leftOut };
}

function startDay(r: MedicationRequest, issuedDay: number): number {
  if (r.authoredOn !== undefined) return readDate(r.authoredOn, "authoredOn", issuedDay).day;
  const start = r.dispenseRequest?.validityPeriod?.start;
  if (start === undefined) return issuedDay;
  return readEnd(start, "dispenseRequest.validityPeriod.start", issuedDay);
}

/**
 * ONGOING while active; unknown while on hold. When stopped or completed: the end of dosage or of dispensing, with the
 * supply of the last dispense; the day of issue when no end is given.
 */
function lastDay(r: MedicationRequest, issuedDay: number): number | undefined {
  if (r.status === "active") return ONGOING;
  if (r.status === "on-hold" || r.status === "unknown") return undefined;
  const field = "dosageInstruction.timing.repeat.boundsPeriod.end";
  const ends = (r.dosageInstruction ?? [])
    .map((dosage) => dosage.timing?.repeat?.boundsPeriod?.end)
    .filter((end) => end !== undefined)
    .map((end) => readEnd(end, field, issuedDay));
  const validUntil = r.dispenseRequest?.validityPeriod?.end;
  if (validUntil !== undefined) {
    const end = readEnd(validUntil, "dispenseRequest.validityPeriod.end", issuedDay);
    ends.push(Math.min(issuedDay, end + supplyDays(r)));
  }
  return ends.length > 0 ? Math.max(...ends) : issuedDay;
}

const DAYS_PER_UNIT = new Map([
  ["d", 1],
  ["wk", 7],
  ["mo", 31],
  ["a", 366],
]);

/** Days that one dispense lasts, rounded up; months count 31 days. */
function supplyDays(r: MedicationRequest): number {
  const supply = r.dispenseRequest?.expectedSupplyDuration;
  const days = DAYS_PER_UNIT.get(supply?.code ?? supply?.unit ?? "") ?? 0;
  return Math.max(0, Math.ceil((supply?.value ?? 0) * days));
}
