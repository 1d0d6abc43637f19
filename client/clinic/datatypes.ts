// The FHIR R4 datatypes we read (hl7.org/fhir/R4/datatypes.html): strict on what we use, open elsewhere.
import { z } from "zod";

export const coding = z.looseObject({
  system: z.string().optional(),
  code: z.string().optional(),
  display: z.string().optional(),
});

export const codeableConcept = z.looseObject({
  coding: z.array(coding).optional(),
  text: z.string().optional(),
});
export type CodeableConcept = z.infer<typeof codeableConcept>;

export const reference = z.looseObject({
  reference: z.string().optional(),
  type: z.string().optional(),
  display: z.string().optional(),
});
export type Reference = z.infer<typeof reference>;

export const period = z.looseObject({ start: z.string().optional(), end: z.string().optional() });
export type Period = z.infer<typeof period>;

export const quantity = z.looseObject({
  value: z.number().optional(),
  comparator: z.string().optional(),
  unit: z.string().optional(),
  system: z.string().optional(),
  code: z.string().optional(),
});
export type Quantity = z.infer<typeof quantity>;

export const range = z.looseObject({ low: quantity.optional(), high: quantity.optional() });

/** What every resource has. */
export const resource = z.looseObject({
  resourceType: z.string().regex(/^[A-Z][A-Za-z]{1,63}$/),
  id: z.string().optional(),
  meta: z
    .looseObject({ lastUpdated: z.string().optional(), versionId: z.string().optional() })
    .optional(),
});
export type Resource = z.infer<typeof resource>;

/** The first code of a status-like concept ("active"), whatever its system's version. */
export function statusCode(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.find((c) => c.code !== undefined)?.code ?? concept?.text?.toLowerCase();
}

/** True when a reference names a patient or a relative: the statement is the patient's own. */
export function namesPatient(ref: Reference | undefined): boolean {
  if (ref === undefined) return false;
  return /(^|\/)(Patient|RelatedPerson)\//.test(ref.reference ?? "") || ref.type === "Patient";
}
