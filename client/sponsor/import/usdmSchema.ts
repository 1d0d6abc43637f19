// What is read of CDISC USDM JSON: classes and attributes of the model (github.com/cdisc-org/DDF-RA), versions 3 and 4.
import { z } from "zod";

export const code = z.looseObject({
  code: z.string().nullish().transform(orNothing),
  decode: z.string().nullish().transform(orNothing),
});
/** Version 3: a code. Version 4: an alias code, which holds one. */
const unit = z.looseObject({
  decode: z.string().nullish(),
  standardCode: z.looseObject({ decode: z.string().nullish() }).nullish(),
});
const number = z.union([z.number(), z.string()]);
const quantity = z.looseObject({ value: number.nullish(), unit: unit.nullish() });
const criterion = z.looseObject({
  id: z.string().optional(),
  category: code.optional(),
  text: z.string().optional(),
  description: z.string().nullish(),
  /** Version 4: the text stands in an item of its own. */
  criterionItemId: z.string().optional(),
});
const criteria = z.array(criterion).nullish();
const cohort = z.looseObject({
  name: z.string().nullish(),
  label: z.string().nullish(),
  criterionIds: z.array(z.string()).nullish(),
  criteria,
});
const population = z.looseObject({
  plannedAge: z
    .looseObject({
      minValue: z.union([number, quantity]).nullish(),
      maxValue: z.union([number, quantity]).nullish(),
      unit: unit.nullish(),
      isApproximate: z.boolean().nullish(),
    })
    .nullish(),
  plannedSex: z.array(code).nullish(),
  criterionIds: z.array(z.string()).nullish(),
  criteria,
  cohorts: z.array(cohort).nullish(),
});
const design = z.looseObject({
  eligibilityCriteria: z.array(criterion).optional(),
  population: population.nullish(),
});
const title = z.looseObject({ text: z.string().optional(), type: code.nullish() });
/** `text` in version 4, `studyIdentifier` in version 3. */
const identifier = z.looseObject({
  text: z.string().optional(),
  studyIdentifier: z.string().optional(),
});
const version = z.looseObject({
  titles: z.array(title).optional(),
  studyIdentifiers: z.array(identifier).optional(),
  eligibilityCriterionItems: z
    .array(z.looseObject({ id: z.string(), text: z.string().optional() }))
    .optional(),
  studyDesigns: z.array(design).min(1),
});

export const studySchema = z.looseObject({
  usdmVersion: z.string().optional(),
  study: z.looseObject({ name: z.string().nullish(), versions: z.array(version).min(1) }),
});

export type Criterion = z.infer<typeof criterion>;
export type Design = z.infer<typeof design>;
export type Population = z.infer<typeof population>;

function orNothing(text: string | null | undefined): string | undefined {
  return text ?? undefined;
}
