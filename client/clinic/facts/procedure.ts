// FHIR R4 Procedure: when it was done, or its last day (hl7.org/fhir/R4/procedure.html).
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { codeableConcept, period, quantity, range, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Span } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { readDate, readEnd, spanOfAge } from "./dates.ts";
import { boundedBy, eventDrafts, STILL } from "./interval.ts";
import { readNothing } from "./nothingKnown.ts";
import { spanOfAges } from "./onset.ts";

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
  performedRange: range.optional(),
  asserter: reference.optional(),
  recorder: reference.optional(),
  performer: z.array(z.looseObject({ actor: reference.optional() })).optional(),
});
type Procedure = z.infer<typeof schema>;
const DOMAINS = ["procedure"] as const;

/**
 * Maps a Procedure. Completed: present on its last day; in progress: present and ongoing; stopped, on hold or
 * unknown: it may have been done or not, so it blocks absence and satisfies nothing.
 */
export function mapProcedure(input: unknown, context: MapContext): Mapped {
  const procedure = schema.parse(input);
  const { status, code } = procedure;
  if (status === "not-done" || status === "entered-in-error") return leaveOut(`status ${status}`);
  const nothing = readNothing(code, DOMAINS);
  if (nothing !== undefined) return nothing;
  if (isOwnWord(procedure, context) && !context.includePatientReported) {
    return leaveOut("asserted by the patient", DOMAINS);
  }
  if (status === "preparation") return leaveOut(`status ${status}`);
  const { known, leftOut } = readCodings({
    concepts: code,
    base: "procedure",
    domains: DOMAINS,
    field: "code",
    context,
  });
  const isDone = status === "completed" || status === "in-progress";
  const when = lastDayOf(procedure, context);
  const drafts = eventDrafts("procedure", known, when, isDone ? undefined : `status ${status}`);
  return { drafts, leftOut };
}

function isOwnWord(p: Procedure, { saidByPatient }: MapContext): boolean {
  const performers = p.performer ?? [];
  const byThemselves =
    performers.length > 0 && performers.every(({ actor }) => saidByPatient(actor));
  return saidByPatient(p.asserter ?? p.recorder) || byThemselves;
}

/** The days among which is the last on which it was done. */
function lastDayOf(p: Procedure, context: MapContext): Span {
  const isOn = p.status === "in-progress";
  if (p.performedPeriod?.start !== undefined || p.performedPeriod?.end !== undefined) {
    return lastDayOfPeriod(p.performedPeriod, isOn, context);
  }
  if (isOn) return STILL;
  if (p.performedDateTime !== undefined) {
    return readDate(p.performedDateTime, "performedDateTime", context);
  }
  const aged =
    (p.performedAge && spanOfAge(p.performedAge, "performedAge", context)) ??
    (p.performedRange && spanOfAges(p.performedRange, "performedRange", context));
  return aged ?? { from: context.birth.from, to: context.issuedDay };
}

function lastDayOfPeriod(
  { start: startText, end: endText }: z.infer<typeof period>,
  isOn: boolean,
  context: MapContext,
): Span {
  const { birth, issuedDay } = context;
  const end = endText === undefined ? undefined : readEnd(endText, "performedPeriod.end", context);
  const start =
    startText === undefined
      ? { from: birth.from, to: end?.to ?? issuedDay }
      : readDate(startText, "performedPeriod.start", context);
  if (end === undefined || end.mayLast) return isOn ? STILL : { from: start.from, to: issuedDay };
  const { last } = boundedBy(start, end);
  // In progress and ended at once: one of the two is out of date.
  return isOn ? { from: last.from, to: ONGOING } : last;
}
