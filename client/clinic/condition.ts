// FHIR R4 Condition: a start fact and a last-known-true fact (hl7.org/fhir/R4/condition.html).
import { z } from "zod";
import { ONGOING } from "../../circuits/statement/day.ts";
import {
  codeableConcept,
  namesPatient,
  period,
  quantity,
  reference,
  statusCode,
} from "./datatypes.ts";
import { latestDayOfAge, readDate } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped, readCodings } from "./draft.ts";
import { intervalDomains, intervalDrafts } from "./interval.ts";
import { ResourceProblem } from "./problem.ts";

const schema = z.looseObject({
  clinicalStatus: codeableConcept.optional(),
  verificationStatus: codeableConcept.optional(),
  code: codeableConcept.optional(),
  onsetDateTime: z.string().optional(),
  onsetAge: quantity.optional(),
  onsetPeriod: period.optional(),
  abatementDateTime: z.string().optional(),
  abatementAge: quantity.optional(),
  abatementPeriod: period.optional(),
  recordedDate: z.string().optional(),
  asserter: reference.optional(),
});
type Condition = z.infer<typeof schema>;

const ACTIVE = ["active", "recurrence", "relapse"];
const OVER = ["inactive", "remission", "resolved"];
const UNCERTAIN = ["unconfirmed", "provisional", "differential"];
/** SNOMED CT findings that state an absence: nothing to hold against anybody. */
const NOTHING_KNOWN = ["160245001", "373572006"];

/** Maps a Condition. Throws ResourceProblem naming the field that cannot be read. */
export function mapCondition(input: unknown, context: MapContext): Mapped {
  const condition = schema.parse(input);
  const domains = intervalDomains("condition");
  const verification = statusCode(condition.verificationStatus) ?? "confirmed";
  if (verification === "entered-in-error" || verification === "refuted") {
    return leaveOut(`verificationStatus ${verification}`);
  }
  const certain = !UNCERTAIN.includes(verification);
  if (certain && verification !== "confirmed") {
    throw new ResourceProblem("verificationStatus", "is not a code of FHIR R4");
  }
  if (namesPatient(condition.asserter) && !context.includePatientReported) {
    return leaveOut("asserted by the patient", domains);
  }
  if (condition.code?.coding?.some((c) => NOTHING_KNOWN.includes(c.code ?? ""))) {
    return leaveOut("states that nothing is known");
  }
  const { known, leftOut } = readCodings(condition.code, domains);
  const drafts = intervalDrafts("condition", known, {
    startDay: startDay(condition, context),
    lastDay: lastDay(condition, context),
    certain,
    ...(certain ? {} : { note: `${verification}: blocks absence, satisfies nothing` }),
  });
  return { drafts, leftOut };
}

/** Onset; else the day it was recorded, by which it had begun; else the day of issue. */
function startDay(c: Condition, { issuedDay, birthDay }: MapContext): number {
  if (c.onsetDateTime !== undefined)
    return readDate(c.onsetDateTime, "onsetDateTime", issuedDay).day;
  if (c.onsetAge !== undefined) return dayOfAge(c.onsetAge, "onsetAge", birthDay, issuedDay);
  const onset = c.onsetPeriod?.end ?? c.onsetPeriod?.start;
  if (onset !== undefined) return readDate(onset, "onsetPeriod", issuedDay).day;
  if (c.recordedDate !== undefined) return readDate(c.recordedDate, "recordedDate", issuedDay).day;
  return Math.min(issuedDay, abatementDay(c, { issuedDay, birthDay }) ?? issuedDay);
}

/** ONGOING while active; else the abatement, or the day of issue when it ended on no stated day. */
function lastDay(c: Condition, context: MapContext): number | undefined {
  const status = statusCode(c.clinicalStatus);
  const abated = abatementDay(c, context);
  if (status !== undefined && ACTIVE.includes(status)) return ONGOING;
  if (status !== undefined && OVER.includes(status)) return abated ?? context.issuedDay;
  if (status !== undefined) throw new ResourceProblem("clinicalStatus", "is not a code of FHIR R4");
  return abated;
}

/** The day of abatement; the day of issue when it is stated only as a text or a range. */
function abatementDay(
  c: Condition,
  { issuedDay, birthDay }: Pick<MapContext, "issuedDay" | "birthDay">,
): number | undefined {
  if (c.abatementDateTime !== undefined) {
    return readDate(c.abatementDateTime, "abatementDateTime", issuedDay).day;
  }
  if (c.abatementAge !== undefined) {
    return dayOfAge(c.abatementAge, "abatementAge", birthDay, issuedDay);
  }
  if (c.abatementPeriod?.end !== undefined) {
    return readDate(c.abatementPeriod.end, "abatementPeriod.end", issuedDay).day;
  }
  const stated = c.abatementPeriod ?? c.abatementString ?? c.abatementRange;
  return stated === undefined ? undefined : issuedDay;
}

function dayOfAge(
  age: z.infer<typeof quantity>,
  field: string,
  birthDay: number,
  issuedDay: number,
): number {
  const years = age.code ?? age.unit ?? "a";
  if (age.value === undefined || !/^(a|y|yr|yrs|years?)$/.test(years)) return issuedDay;
  if (age.value < 0) throw new ResourceProblem(field, "is negative");
  return latestDayOfAge(birthDay, age.value, issuedDay);
}
