// The small parts of the criteria language: decimals, durations, codes and ranges.
import { z } from "zod";
import { isDuration } from "../encoding/duration.ts";

/** Decimal text ("7.0") or a JSON number. Text keeps the digits as the protocol prints them. */
const Decimal = z
  .union([
    z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a decimal number such as "7.5"'),
    z.number(),
  ])
  .meta({ id: "Decimal", description: 'As text ("7.0") or as a JSON number' });

export const Duration = z
  .string()
  .regex(/^[1-9]\d{0,4} (day|week|month|year)s?$/, {
    message: 'must be a duration such as "90 days", "4 weeks", "6 months" or "5 years"',
    abort: true,
  })
  .refine(isDuration, "must be at most 300 years")
  .meta({ id: "Duration", description: '"90 days", "4 weeks", "6 months", "5 years"' });

/** What any criterion may carry. */
export const common = {
  id: z
    .string()
    .min(1)
    .max(40)
    .describe('The protocol\'s own number of the criterion, such as "I3"')
    .optional(),
  label: z.string().min(1).max(1000).describe("The protocol's own words").optional(),
};

const code = z.string().min(1).max(40);
/** What is looked for: exactly one of a dictionary concept or a code. ICD-10 and ATC codes are prefixes. */
export const CodeRef = z
  .strictObject({
    concept: z.string().min(1).max(100).describe("Name of a dictionary concept").optional(),
    minus: z
      .string()
      .min(1)
      .max(100)
      .describe(
        "With `concept`: the part of it that does not count; a difference of the dictionary",
      )
      .optional(),
    snomed: code.describe("SNOMED CT code").optional(),
    icd10cm: code.describe('ICD-10-CM code, prefix "E11.2" or span "C00-C97"').optional(),
    icd10: code.describe("ICD-10 (WHO) code, prefix or span").optional(),
    icd10gm: code.describe("ICD-10-GM code, prefix or span").optional(),
    loinc: code.describe("LOINC code").optional(),
    rxnorm: code.describe("RxNorm code").optional(),
    atc: code.describe('ATC code, prefix "A10" or span "A10A-A10B"').optional(),
    cvx: code.describe("CVX code").optional(),
    actCode: code.describe('HL7 ActCode of an encounter\'s class, such as "IMP"').optional(),
    display: z.string().min(1).max(200).describe("For the human reader; not compiled").optional(),
  })
  .meta({
    id: "CodeRef",
    description: "Exactly one concept or code, optionally with a display text",
  });
export type CodeRef = z.infer<typeof CodeRef>;
export const CODE_KEYS = [
  ...["concept", "snomed", "icd10cm", "icd10", "icd10gm"],
  ...["loinc", "rxnorm", "atc", "cvx", "actCode"],
] as readonly CodeKey[];
export type CodeKey = Exclude<keyof CodeRef, "minus" | "display">;

const bounds = {
  min: Decimal.describe("At least this (inclusive)").optional(),
  max: Decimal.describe("At most this (inclusive)").optional(),
  above: Decimal.describe("More than this").optional(),
  below: Decimal.describe("Less than this").optional(),
};
/** A range in a unit. */
export const ValueRange = z.strictObject({
  ...bounds,
  unit: z.string().min(1).max(40).describe('UCUM unit, such as "%" or "mmol/L"'),
});
export type ValueRange = z.infer<typeof ValueRange>;
/** A range in multiples of the report's own reference limit. */
export const LimitRange = z.strictObject(bounds);
export type LimitRange = z.infer<typeof LimitRange>;
