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

/** A decimal; as text where the reader of JSON kept digits that a binary fraction would lose. */
const decimal = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)]);

export const quantity = z.looseObject({
  value: decimal.transform(Number).optional(),
  comparator: z.string().optional(),
  unit: z.string().optional(),
  system: z.string().optional(),
  code: z.string().optional(),
});
export type Quantity = z.infer<typeof quantity>;

/** A measured quantity, its value as decimal text with every digit. */
export const measuredQuantity = quantity.extend({ value: decimal.transform(String).optional() });
export type MeasuredQuantity = z.infer<typeof measuredQuantity>;

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
