// Codes that state an absence: "no known allergies" is nobody's allergy. And those that say that nobody asked, which
// is the opposite of knowing of none (hl7.org/fhir/uv/ips/CodeSystem-absent-unknown-uv-ips.html).
import type { Domain } from "../../../circuits/statement/encoding/code.ts";
import type { CodeableConcept } from "../read/datatypes.ts";
import { leaveOut, type Mapped } from "../read/draft.ts";

/** SNOMED CT situations with "no known", as IPS lists them, and older ones that systems still send. */
const NONE_KNOWN: ReadonlySet<string> = new Set([
  "716186003", // No known allergy
  "160244002", // No known allergies (retired)
  "409137002", // No known drug allergy
  "429625007", // No known food allergy
  "428607008", // No known environmental allergy
  "716184000", // No known latex allergy
  "1003774007", // No known Hevea brasiliensis latex allergy
  "160245001", // No current problems or disability
  "373572006", // Clinical finding absent
  "787481004", // No known medications
  "787480003", // No known procedures
  "787482006", // No known immunizations
  "787483001", // No known device use
]);
/** SNOMED CT "No information available". */
const NO_INFORMATION = "1287211007";
const IPS = /^https?:\/\/hl7\.org\/fhir\/uv\/ips\/CodeSystem\/absent-unknown/;

/** The whole text of a concept without codings, in the words that systems use. */
const NONE_IN_WORDS =
  /^(nkda|nka|(there are )?no (known|current)( (drug|food|environmental|medication|medicinal|latex))?( (allerg(y|ies)|medications?|problems?|conditions?|procedures?|immuni[sz]ations?))+)\.?$/i;

/**
 * What to leave out of a statement that nothing is known (clears nothing), or that there is no information (clears the
 * domains). Undefined when the concept is about something.
 */
export function readNothing(
  concept: CodeableConcept | undefined,
  domains: readonly Domain[],
): Mapped | undefined {
  const codings = concept?.coding ?? [];
  for (const { system = "", code = "" } of codings) {
    if (code === NO_INFORMATION || (IPS.test(system) && /^no-.*-info$/.test(code))) {
      return leaveOut("states that there is no information", domains);
    }
    if (NONE_KNOWN.has(code) || (IPS.test(system) && code.startsWith("no-known-"))) {
      return leaveOut("states that nothing is known");
    }
  }
  const isInWords = codings.length === 0 && NONE_IN_WORDS.test(concept?.text?.trim() ?? "");
  return isInWords ? leaveOut("states that nothing is known") : undefined;
}
