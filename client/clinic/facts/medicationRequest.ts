// FHIR R4 MedicationRequest: a drug ordered, as start and last-known-true facts
// (hl7.org/fhir/R4/medicationrequest.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { period, quantity, range, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Span } from "../read/draft.ts";
import { hullOf, isAhead, readDate, readEnd } from "./dates.ts";
import { boundedBy, type Interval, intervalDrafts, mayLastSince, STILL } from "./interval.ts";
import { medicationFields, readMedication, readNoMedication } from "./medication.ts";
import { daysOf } from "./supply.ts";

const repeat = z.looseObject({
  boundsPeriod: period.optional(),
  boundsDuration: quantity.optional(),
  boundsRange: range.optional(),
});
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
  requester: reference.optional(),
  authoredOn: z.string().optional(),
  dispenseRequest: z
    .looseObject({
      validityPeriod: period.optional(),
      expectedSupplyDuration: quantity.optional(),
    })
    .optional(),
  dosageInstruction: z
    .array(z.looseObject({ timing: z.looseObject({ repeat: repeat.optional() }).optional() }))
    .optional(),
});
type MedicationRequest = z.infer<typeof schema>;

/** Maps a MedicationRequest. Throws ResourceProblem naming the field that cannot be read. */
export function mapMedicationRequest(input: unknown, context: MapContext): Mapped {
  const request = schema.parse(input);
  const { status, intent } = request;
  if (status === "entered-in-error") return leaveOut(`status ${status}`);
  if (request.doNotPerform === true) return leaveOut("an order not to give the drug");
  const nothing = readNoMedication(request, context);
  if (nothing !== undefined) return nothing;
  if (isOwnWord(request, context) && !context.includePatientReported) {
    return leaveOut("reported by the patient", lastingDomains("medication"));
  }
  if (status === "cancelled" || status === "draft") return leaveOut(`status ${status}`);
  if (["proposal", "plan", "option"].includes(intent)) return leaveOut(`intent ${intent}`);
  const { known, leftOut } = readMedication(request, context);
  return { drafts: intervalDrafts("medication", known, courseOf(request, context)), leftOut };
}

function isOwnWord(r: MedicationRequest, { saidByPatient }: MapContext): boolean {
  return (
    r.reportedBoolean === true || saidByPatient(r.reportedReference) || saidByPatient(r.requester)
  );
}

function courseOf(r: MedicationRequest, context: MapContext): Interval {
  const start = startOf(r, context);
  const begins = boundsOf(r).some(
    ({ boundsPeriod: bounds }) =>
      bounds?.start !== undefined && isAhead(bounds.start, `${BOUNDS}.start`, context),
  );
  const doubt = begins ? "begins after the day of issue" : undefined;
  if (r.status === "unknown") return { start, last: STILL, doubt: "status unknown" };
  const end = endOf(r, start, context);
  const isOver = r.status !== "active" && r.status !== "on-hold";
  if (isOver) {
    return { ...boundedBy(start, end ?? { from: start.from, to: context.issuedDay }), doubt };
  }
  if (end === undefined) {
    return { start, last: r.status === "active" ? STILL : mayLastSince(start.from), doubt };
  }
  // Still to be given, and its end has passed or may have: one of the two is out of date.
  const bounded = boundedBy(start, end);
  return { start: bounded.start, last: { from: bounded.last.from, to: ONGOING }, doubt };
}

/** The day it was ordered; where the dosage begins on another, any day from the one to the other. */
function startOf(r: MedicationRequest, context: MapContext): Span {
  const { issuedDay, birth } = context;
  if (r.authoredOn === undefined) return { from: birth.from, to: issuedDay };
  const authored = readDate(r.authoredOn, "authoredOn", context);
  const begins = boundsOf(r).flatMap(({ boundsPeriod: bounds }) => {
    const start = bounds?.start;
    if (start === undefined || isAhead(start, `${BOUNDS}.start`, context)) return [];
    return [readDate(start, `${BOUNDS}.start`, context)];
  });
  return hullOf([authored, ...begins]);
}

const BOUNDS = "dosageInstruction.timing.repeat.boundsPeriod";

function boundsOf(r: MedicationRequest): z.infer<typeof repeat>[] {
  return (r.dosageInstruction ?? []).map(({ timing }) => timing?.repeat ?? {});
}

/**
 * The days among which the drug ended, as far as the order says: that of the last dosage to end, when each has an end,
 * else the end of dispensing with one more supply. Undefined when it gives no end, or one that lies ahead.
 */
function endOf(r: MedicationRequest, start: Span, context: MapContext): Span | undefined {
  const ends = boundsOf(r).map((bounds) => endOfDosage(bounds, start, context));
  if (ends.length > 0 && ends.every((end) => end !== undefined)) {
    const last = {
      from: Math.max(...ends.map(({ from }) => from)),
      to: Math.min(context.issuedDay, Math.max(...ends.map(({ to }) => to))),
    };
    if (last.from > context.issuedDay) return undefined;
    // A stopped order may have been stopped before.
    return r.status === "stopped" ? { from: Math.min(start.from, last.from), to: last.to } : last;
  }
  const until = r.dispenseRequest?.validityPeriod?.end;
  if (until === undefined) return undefined;
  const validUntil = readEnd(until, "dispenseRequest.validityPeriod.end", context);
  const supply = daysOf(r.dispenseRequest?.expectedSupplyDuration);
  if (validUntil === undefined || validUntil.mayLast) return undefined;
  if (supply === undefined) {
    // Nobody can say how long the last supply lasted, but no more was to be had.
    return r.status === "active" ? { from: start.from, to: context.issuedDay } : undefined;
  }
  const to = validUntil.to + supply;
  return to > context.issuedDay ? undefined : { from: Math.min(start.from, to), to };
}

/** `to` is ONGOING when it lies ahead; undefined when the dosage has no end that can be read. */
function endOfDosage(
  { boundsPeriod, boundsDuration, boundsRange }: z.infer<typeof repeat>,
  start: Span,
  context: MapContext,
): Span | undefined {
  if (boundsPeriod?.end !== undefined) {
    const end = readEnd(boundsPeriod.end, `${BOUNDS}.end`, context);
    return end ?? STILL;
  }
  const days = daysOf(boundsDuration ?? boundsRange?.high);
  // A course of so many days may have been begun later than it was ordered.
  if (days === undefined) return undefined;
  const to = start.to + days;
  return to >= context.issuedDay ? STILL : { from: start.from, to: context.issuedDay };
}
