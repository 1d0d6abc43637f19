// What is read of a CIRCE cohort definition (circe-be, CohortExpression).
import { z } from "zod";

export type Json = { readonly [key: string]: unknown };
const json = z.looseObject({});

const concept = z.looseObject({
  CONCEPT_CODE: z.string().optional(),
  CONCEPT_NAME: z.string().optional(),
  VOCABULARY_ID: z.string().optional(),
});
const item = z.looseObject({
  concept,
  isExcluded: z.boolean().optional(),
  includeDescendants: z.boolean().optional(),
});
const conceptSet = z.looseObject({
  id: z.number(),
  name: z.string(),
  expression: z.looseObject({ items: z.array(item) }),
});

export const definitionSchema = z.looseObject({
  Title: z.string().nullish(),
  ConceptSets: z.array(conceptSet),
  PrimaryCriteria: z.looseObject({
    CriteriaList: z.array(json),
    ObservationWindow: z
      .looseObject({ PriorDays: z.number().optional(), PostDays: z.number().optional() })
      .nullish(),
  }),
  InclusionRules: z
    .array(z.looseObject({ name: z.string().optional(), expression: json }))
    .nullish(),
  AdditionalCriteria: json.nullish(),
  EndStrategy: json.nullish(),
  CensoringCriteria: z.array(json).nullish(),
});
export type Definition = z.infer<typeof definitionSchema>;
export type ConceptSet = z.infer<typeof conceptSet>;
