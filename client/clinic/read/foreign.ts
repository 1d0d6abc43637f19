// Input that is not FHIR R4 in JSON and UTF-8, recognised by what it is, so that the message can say what to do.
import { refuse } from "../problem.ts";

/** Bytes to text. Throws ClinicError for other encodings than UTF-8, and for FHIR in XML. */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  const [a, b] = bytes;
  const isUtf16 =
    (a === 0xff && b === 0xfe) ||
    (a === 0xfe && b === 0xff) ||
    (a === 0 && b === 0x7b) ||
    (a === 0x7b && b === 0);
  if (isUtf16)
    refuse(name, "is UTF-16; save it as UTF-8, in which FHIR is exchanged, and try again");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(
      name,
      "is not UTF-8: probably Latin-1 (ISO 8859-1, Windows-1252); save it as UTF-8 and try again",
    );
  }
  if (/^\s*</.test(text)) {
    const what = text.includes("http://hl7.org/fhir") ? "is FHIR in XML" : "is XML or HTML";
    refuse(name, `${what}; only JSON is read. Ask for application/fhir+json, or convert it`);
  }
  return text;
}

type Signs = Readonly<Record<string, readonly string[]>>;

/** Elements by which a release of FHIR other than R4 gives itself away, by resource type. */
const STU3: Signs = {
  Condition: ["assertedDate"],
  MedicationStatement: ["taken", "reasonNotTaken"],
  MedicationAdministration: ["notGiven", "prescription"],
  MedicationDispense: ["notDone"],
  AllergyIntolerance: ["assertedDate"],
  Immunization: ["notGiven", "date", "explanation", "vaccinationProtocol"],
  Procedure: ["notDone", "notDoneReason", "definition"],
  Observation: ["comment", "related"],
  Encounter: ["reason", "classHistoryPeriod"],
  MedicationRequest: ["definition", "context"],
  FamilyMemberHistory: ["notDone", "definition"],
  Patient: ["animal"],
};
const DSTU2: Signs = {
  Condition: ["dateRecorded", "patient"],
  MedicationStatement: ["wasNotTaken", "patient"],
  AllergyIntolerance: ["substance"],
  Immunization: ["wasNotGiven", "reported"],
  Procedure: ["notPerformed", "reasonNotPerformed"],
};
const R5: Signs = {
  Condition: ["participant"],
  MedicationRequest: ["medication", "reported", "effectiveDosePeriod"],
  MedicationStatement: ["medication", "adherence"],
  MedicationDispense: ["medication", "recorded"],
  MedicationAdministration: ["medication", "occurenceDateTime", "occurencePeriod"],
  Procedure: ["occurrenceDateTime", "occurrencePeriod", "occurrenceString", "recorded"],
  Observation: ["triggeredBy", "instantiatesReference", "bodyStructure"],
  Immunization: ["administeredProduct", "informationSource", "basedOn"],
  AllergyIntolerance: ["participant"],
  Encounter: ["actualPeriod", "admission"],
  DiagnosticReport: ["supportingInfo", "composition"],
};
/** Types that R4 does not have. */
const FOREIGN_TYPES: Readonly<Record<string, string>> = {
  MedicationOrder: "DSTU2",
  DiagnosticOrder: "DSTU2",
  ProcedureRequest: "STU3",
  ReferralRequest: "STU3",
  DeviceUseRequest: "DSTU2",
  MedicationUsage: "R5 ballot",
  DeviceUsage: "R5",
  InventoryItem: "R5",
};
/** Statuses that became coded concepts in R4, or stopped being plain objects in R5. */
const STATUS_TEXTS = ["Condition", "AllergyIntolerance"];

/**
 * The release of FHIR that a resource is written in, when it cannot be R4: "DSTU2", "STU3" or "R5", with the element
 * that tells; undefined when nothing does.
 */
export function foreignRelease(
  resource: { readonly resourceType: string } & Readonly<Record<string, unknown>>,
): { readonly release: string; readonly element: string } | undefined {
  const { resourceType: type } = resource;
  if (Object.hasOwn(FOREIGN_TYPES, type)) {
    return { release: FOREIGN_TYPES[type]!, element: "resourceType" };
  }
  const found = (signs: Signs) =>
    Object.hasOwn(signs, type)
      ? signs[type]!.find((key) => Object.hasOwn(resource, key))
      : undefined;
  const dstu2 = found(DSTU2);
  if (dstu2 !== undefined) return { release: "DSTU2", element: dstu2 };
  const r5 = found(R5) ?? r5Shape(type, resource);
  if (r5 !== undefined) return { release: "R5", element: r5 };
  const stu3 = found(STU3) ?? stu3Shape(type, resource);
  return stu3 === undefined ? undefined : { release: "STU3", element: stu3 };
}

function stu3Shape(type: string, resource: Readonly<Record<string, unknown>>): string | undefined {
  const isText = STATUS_TEXTS.includes(type);
  return isText
    ? ["clinicalStatus", "verificationStatus"].find((key) => typeof resource[key] === "string")
    : undefined;
}

function r5Shape(type: string, resource: Readonly<Record<string, unknown>>): string | undefined {
  if (type === "Encounter" && Array.isArray(resource.class)) return "class";
  if (type === "AllergyIntolerance" && typeof resource.type === "object") return "type";
  const statuses: Readonly<Record<string, readonly string[]>> = {
    MedicationStatement: ["recorded", "draft"],
    Encounter: ["discharged", "completed", "discontinued"],
    MedicationRequest: ["ended"],
  };
  const isR5 = Object.hasOwn(statuses, type) && statuses[type]!.includes(String(resource.status));
  return isR5 ? "status" : undefined;
}
