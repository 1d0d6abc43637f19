// FHIR R4 Condition: start facts and last-known-true facts (hl7.org/fhir/R4/condition.html).
import { z } from "zod";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { type CodeableConcept, codeableConcept, reference } from "../read/datatypes.ts";
import { leaveOut, type MapContext, type Mapped, type Omission } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { intervalDrafts } from "./interval.ts";
import { readNothing } from "./nothingKnown.ts";
import { abatementFields, onsetFields, readCourse } from "./onset.ts";
import { CONDITION_CLINICAL, CONDITION_VERIFICATION, nothingCode, readStatus } from "./status.ts";

const schema = z.looseObject({
  ...onsetFields,
  ...abatementFields,
  clinicalStatus: codeableConcept.optional(),
  verificationStatus: codeableConcept.optional(),
  code: codeableConcept.optional(),
  asserter: reference.optional(),
  recorder: reference.optional(),
});

/** Maps a Condition. Throws ResourceProblem naming the field that cannot be read. */
export function mapCondition(input: unknown, context: MapContext): Mapped {
  const condition = schema.parse(input);
  const { verificationStatus, code } = condition;
  const domains = lastingDomains("condition");
  const verification = readStatus(verificationStatus, CONDITION_VERIFICATION, "verificationStatus");
  if (verification === "nothing") {
    return leaveOut(`verificationStatus ${nothingCode(verificationStatus)}`);
  }
  const nothing = readNothing(code, domains);
  if (nothing !== undefined) return nothing;
  const said = condition.asserter ?? condition.recorder;
  if (context.saidByPatient(said) && !context.includePatientReported) {
    const { drafts, leftOut } = leaveOut("asserted by the patient", domains);
    return { drafts, leftOut: [...leftOut, ...relativesIn(code)] };
  }
  const status = readStatus(condition.clinicalStatus, CONDITION_CLINICAL, "clinicalStatus");
  const { known, leftOut, codedIn } = readCodings({
    concepts: code,
    base: "condition",
    domains,
    field: "code",
    context,
  });
  context.noteCoded("condition", codedIn);
  const drafts = intervalDrafts("condition", known, {
    ...readCourse(condition, status, context),
    doubt: doubtOf(verification),
  });
  return { drafts, leftOut: [...leftOut, ...relativesIn(code)] };
}

/** Why a statement is only suspected; undefined when it is confirmed, as it is where nothing else is said. */
export function doubtOf(verification: string | undefined): string | undefined {
  if (verification === undefined || verification === "confirmed") return undefined;
  return verification === "open" ? "verification not known" : "not confirmed";
}

const ICD10 = /icd-10|2\.16\.840\.1\.113883\.6\.(3|90)$/i;
const OF_RELATIVES = /^Z8[0-4]/i;

/** A condition that tells of relatives ("Family history of ..."): no domain of its own can then be complete. */
function relativesIn(code: CodeableConcept | undefined): Omission[] {
  const codings = code?.coding ?? [];
  const isCoded = codings.some(
    (c) => ICD10.test(c.system ?? "") && OF_RELATIVES.test(c.code ?? ""),
  );
  const words = [code?.text, ...codings.map((c) => c.display)];
  if (!isCoded && !words.some((text) => /\bfamily history\b/i.test(text ?? ""))) return [];
  const reason = "tells of relatives, whose diseases are read from FamilyMemberHistory only";
  return [{ field: "code", reason, clears: ["familyHistory"] }];
}
