// Whom or what a result is about, where it is not said to be the patient as a whole
// (hl7.org/fhir/R4/observation-definitions.html#Observation.focus).
import { z } from "zod";
import type { Reference } from "../read/datatypes.ts";
import type { MapContext } from "../read/draft.ts";

const typed = z.looseObject({ resourceType: z.string() });

/** Things of the patient's own: what is observed of a disease or an operation is observed of the patient. */
const OF_THE_PATIENT = ["Condition", "Procedure"];
const ANOTHER = [
  "Patient",
  "RelatedPerson",
  "Group",
  "Device",
  "Specimen",
  "Location",
  "Organization",
  "Practitioner",
  "PractitionerRole",
  "Substance",
  "Medication",
];

type About = "patient" | "another" | "doubt";

/** Only the patient and their own conditions and procedures were given, so that what resolves is theirs. */
export function aboutOf(focus: readonly Reference[], context: MapContext): About {
  const abouts = new Set(focus.map((ref) => aboutOfOne(ref, context)));
  if (abouts.size === 0) return "patient";
  return abouts.size === 1 ? [...abouts][0]! : "doubt";
}

function aboutOfOne(ref: Reference, { resolve }: MapContext): About {
  const text = ref.reference ?? "";
  const parsed = typed.safeParse(text === "" ? undefined : resolve(text));
  const type = parsed.success ? parsed.data.resourceType : typeInWords(ref);
  // A contained Patient is somebody who is not a patient here.
  if (type === "Patient") return parsed.success && !text.startsWith("#") ? "patient" : "another";
  if (parsed.success && OF_THE_PATIENT.includes(type)) return "patient";
  return ANOTHER.includes(type) ? "another" : "doubt";
}

function typeInWords({ reference, type }: Reference): string {
  const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[^/]+)?$/.exec(
    reference ?? "",
  );
  return named?.[1] ?? type ?? "";
}
