// FHIR R4 AllergyIntolerance: a start and a last fact in domains of their own, so that an allergy to insulin never
// reads as taking it (hl7.org/fhir/R4/allergyintolerance.html).
import { z } from "zod";
import { ONGOING } from "../../circuits/statement/day.ts";
import { codeableConcept, namesPatient, period, reference, statusCode } from "./datatypes.ts";
import { readDate } from "./dates.ts";
import { leaveOut, type MapContext, type Mapped, readCodings } from "./draft.ts";
import { intervalDomains, intervalDrafts } from "./interval.ts";
import { ResourceProblem } from "./problem.ts";

const schema = z.looseObject({
  clinicalStatus: codeableConcept.optional(),
  verificationStatus: codeableConcept.optional(),
  code: codeableConcept.optional(),
  onsetDateTime: z.string().optional(),
  onsetPeriod: period.optional(),
  recordedDate: z.string().optional(),
  asserter: reference.optional(),
  reaction: z.array(z.looseObject({ substance: codeableConcept.optional() })).optional(),
});
type Allergy = z.infer<typeof schema>;

/** SNOMED CT "no known (drug, food, environmental, latex) allergy": an absence, not an allergy. */
const NO_KNOWN_ALLERGY = [
  "716186003",
  "409137002",
  "429625007",
  "428607008",
  "716184000",
  "160244002",
  "1003774007",
];

/** Maps an AllergyIntolerance. Throws ResourceProblem naming the field that cannot be read. */
export function mapAllergy(input: unknown, context: MapContext): Mapped {
  const allergy = schema.parse(input);
  const domains = intervalDomains("allergy");
  const verification = statusCode(allergy.verificationStatus) ?? "confirmed";
  if (verification === "entered-in-error" || verification === "refuted") {
    return leaveOut(`verificationStatus ${verification}`);
  }
  if (!["confirmed", "unconfirmed", "presumed"].includes(verification)) {
    throw new ResourceProblem("verificationStatus", "is not a code of FHIR R4");
  }
  if (namesPatient(allergy.asserter) && !context.includePatientReported) {
    return leaveOut("asserted by the patient", domains);
  }
  if (allergy.code?.coding?.some((c) => NO_KNOWN_ALLERGY.includes(c.code ?? ""))) {
    return leaveOut("states that no allergy is known");
  }
  const substance = allergy.code ?? allergy.reaction?.find((r) => r.substance)?.substance;
  const { known, leftOut } = readCodings(substance, domains);
  const certain = verification === "confirmed";
  const drafts = intervalDrafts("allergy", known, {
    startDay: startDay(allergy, context.issuedDay),
    lastDay: lastDay(allergy, context.issuedDay),
    certain,
    ...(certain ? {} : { note: `${verification}: blocks absence, satisfies nothing` }),
  });
  return { drafts, leftOut };
}

function startDay(a: Allergy, issuedDay: number): number {
  if (a.onsetDateTime !== undefined)
    return readDate(a.onsetDateTime, "onsetDateTime", issuedDay).day;
  const onset = a.onsetPeriod?.end ?? a.onsetPeriod?.start;
  if (onset !== undefined) return readDate(onset, "onsetPeriod", issuedDay).day;
  if (a.recordedDate !== undefined) return readDate(a.recordedDate, "recordedDate", issuedDay).day;
  return issuedDay;
}

/** FHIR has no abatement of an allergy: one that is over ended on the day of issue at the latest. */
function lastDay(a: Allergy, issuedDay: number): number | undefined {
  const status = statusCode(a.clinicalStatus);
  if (status === undefined) return undefined;
  if (status === "active") return ONGOING;
  if (status === "inactive" || status === "resolved") return issuedDay;
  throw new ResourceProblem("clinicalStatus", "is not a code of FHIR R4");
}
