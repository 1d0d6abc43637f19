// FHIR R4 AllergyIntolerance: start facts and last-known-true facts in domains of their own, so that an allergy to
// insulin never reads as taking it (hl7.org/fhir/R4/allergyintolerance.html).
import { z } from "zod";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { codeableConcept, reference } from "../read/datatypes.ts";
import { type Codings, leaveOut, type MapContext, type Mapped } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { doubtOf } from "./condition.ts";
import { readDate } from "./dates.ts";
import { intervalDrafts } from "./interval.ts";
import { readNothing } from "./nothingKnown.ts";
import { onsetFields, readCourse } from "./onset.ts";
import { ALLERGY_CLINICAL, ALLERGY_VERIFICATION, nothingCode, readStatus } from "./status.ts";

const schema = z.looseObject({
  ...onsetFields,
  clinicalStatus: codeableConcept.optional(),
  verificationStatus: codeableConcept.optional(),
  code: codeableConcept.optional(),
  lastOccurrence: z.string().optional(),
  asserter: reference.optional(),
  recorder: reference.optional(),
  reaction: z.array(z.looseObject({ substance: codeableConcept.optional() })).optional(),
});
type Allergy = z.infer<typeof schema>;

/**
 * Maps an AllergyIntolerance. FHIR has no abatement of an allergy: one that is over ended between the last day on which
 * it surely was so and the day of issue. Throws ResourceProblem naming the field that cannot be read.
 */
export function mapAllergy(input: unknown, context: MapContext): Mapped {
  const allergy = schema.parse(input);
  const { verificationStatus, lastOccurrence } = allergy;
  const domains = lastingDomains("allergy");
  const verification = readStatus(verificationStatus, ALLERGY_VERIFICATION, "verificationStatus");
  if (verification === "nothing") {
    return leaveOut(`verificationStatus ${nothingCode(verificationStatus)}`);
  }
  const nothing = readNothing(allergy.code, domains);
  if (nothing !== undefined) return nothing;
  const said = allergy.asserter ?? allergy.recorder;
  if (context.saidByPatient(said) && !context.includePatientReported) {
    return leaveOut("asserted by the patient", domains);
  }
  const status = readStatus(allergy.clinicalStatus, ALLERGY_CLINICAL, "clinicalStatus");
  const { known, leftOut } = readSubstances(allergy, context);
  const reacted =
    lastOccurrence === undefined ? undefined : readDate(lastOccurrence, "lastOccurrence", context);
  const drafts = intervalDrafts("allergy", known, {
    ...readCourse(allergy, status, context, reacted),
    doubt: doubtOf(verification),
  });
  return { drafts, leftOut };
}

/** The codes of what the patient reacts to: the allergy's own, and the substances of reactions, which may say more. */
function readSubstances(
  { code, reaction }: Allergy,
  context: MapContext,
): Pick<Codings, "known" | "leftOut"> {
  const substances = (reaction ?? []).flatMap(({ substance }, i) =>
    substance === undefined ? [] : [{ concepts: substance, field: `reaction[${i}].substance` }],
  );
  const given =
    code === undefined && substances.length > 0 ? [] : [{ concepts: code, field: "code" }];
  const read = [...given, ...substances].map(({ concepts, field }) =>
    readCodings({ concepts, base: "allergy", domains: lastingDomains("allergy"), field, context }),
  );
  return {
    known: read.flatMap(({ known }) => known),
    leftOut: read.flatMap(({ leftOut }) => leftOut),
  };
}
