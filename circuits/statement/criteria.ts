// The criteria language: JSON that a study manager reads and writes (CRITERIA.md). This file is its grammar;
// criteriaParse.ts reads it with clear errors, compile.ts gives it its meaning.
import { z } from "zod";
import { CodeRef, common, Duration, LimitRange, ValueRange } from "./criteriaParts.ts";

/** Criteria of one list. */
export const MAX_NESTED = 200;

export const AgeForm = z
  .strictObject({
    ...common,
    age: z.strictObject({
      min: z.int().min(0).max(149).describe("Completed years, inclusive").optional(),
      max: z.int().min(0).max(149).describe("Completed years, inclusive").optional(),
    }),
  })
  .describe("Age in completed years on the day of the proof");

export const SexForm = z
  .strictObject({ ...common, sex: z.enum(["female", "male", "other"]) })
  .describe("Administrative sex as recorded by the clinic");

const windows = {
  within: Duration.describe("Known to have been true within this time").optional(),
  atLeastAgo: Duration.describe("Began (or happened) at least this long ago").optional(),
};
const latest = z
  .boolean()
  .describe("true (default): the newest result counts. false: any result counts")
  .optional();
const whenMissing = z
  .enum(["pass", "fail"])
  .describe("What becomes of a patient in whom it was not measured. Default: fail")
  .optional();
const lasting = {
  ...windows,
  status: z
    .enum(["ever", "current"])
    .describe("current: still true when the record was issued. Default: ever, or the window's")
    .optional(),
  startedWithin: Duration.describe("Began within this time").optional(),
  sameEpisode: z
    .boolean()
    .describe("true: what is current and what began then are one and the same episode")
    .optional(),
};

export const ConditionForm = z
  .strictObject({ ...common, condition: CodeRef, ...lasting })
  .describe("A diagnosis; `within` also counts one that began earlier and lasted into the window");
export const MedicationForm = z
  .strictObject({ ...common, medication: CodeRef, ...lasting })
  .describe("A drug taken; `within` also counts one that began earlier and lasted into the window");
export const AllergyForm = z
  .strictObject({ ...common, allergy: CodeRef, ...lasting })
  .describe("An allergy or intolerance");
export const ProcedureForm = z
  .strictObject({ ...common, procedure: CodeRef, ...windows })
  .describe("A procedure that was done");
export const ImmunizationForm = z
  .strictObject({ ...common, immunization: CodeRef, ...windows })
  .describe("A vaccination that was given");

export const EncounterForm = z
  .strictObject({
    ...common,
    encounter: CodeRef,
    reason: CodeRef.describe("A concept of conditions that the contact was for").optional(),
    ...windows,
  })
  .describe("A contact with a hospital or practice; `reason` is one condition that it was for");
export const FamilyHistoryForm = z
  .strictObject({ ...common, familyHistory: CodeRef })
  .describe("A condition that a parent, sibling or child has or had");

export const ObservationForm = z
  .strictObject({
    ...common,
    observation: CodeRef,
    ...windows,
    latest,
    value: ValueRange.optional(),
    timesUpperLimit: LimitRange.describe("Multiples of the report's upper limit").optional(),
    timesLowerLimit: LimitRange.describe("Multiples of the report's lower limit").optional(),
    answer: z.string().min(1).max(100).describe("A coded answer of the dictionary").optional(),
    whenMissing,
  })
  .describe("A laboratory result, vital sign, score or coded answer");

export const DerivedForm = z
  .strictObject({
    ...common,
    derived: z.string().min(1).max(100).describe("What is calculated: see CRITERIA.md"),
    ...windows,
    latest,
    value: ValueRange.optional(),
    whenMissing,
  })
  .describe("A value that the clinic calculates from results of one day, by a published formula");

export const AttestationForm = z
  .strictObject({
    ...common,
    attestation: z.strictObject({
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens"),
      text: z.string().min(1).max(2000).describe("What is attested, in words"),
      by: z.enum(["patient", "site"]),
      when: z.enum(["consent", "site"]),
    }),
  })
  .describe("What no record can answer: attested by a person");

const list = () => z.array(Criterion).min(1).max(MAX_NESTED);

export const AllForm: z.ZodType<AllForm> = z
  .strictObject({
    ...common,
    get all() {
      return list();
    },
  })
  .describe("All of these");
export const AnyForm: z.ZodType<AnyForm> = z
  .strictObject({
    ...common,
    get any() {
      return list();
    },
  })
  .describe("At least one of these");
export const AtLeastForm: z.ZodType<AtLeastForm> = z
  .strictObject({
    ...common,
    get atLeast() {
      return z.strictObject({ n: z.int().min(1).max(64), of: list() });
    },
  })
  .describe("At least n of these");
export const NotForm: z.ZodType<NotForm> = z
  .strictObject({
    ...common,
    get not() {
      return Criterion;
    },
  })
  .describe("This must not be so, and the record must show it");

type Common = { id?: string | undefined; label?: string | undefined };
export type AllForm = Common & { all: Criterion[] };
export type AnyForm = Common & { any: Criterion[] };
export type AtLeastForm = Common & { atLeast: { n: number; of: Criterion[] } };
export type NotForm = Common & { not: Criterion };
export type AgeForm = z.infer<typeof AgeForm>;
export type SexForm = z.infer<typeof SexForm>;
export type ConditionForm = z.infer<typeof ConditionForm>;
export type MedicationForm = z.infer<typeof MedicationForm>;
export type AllergyForm = z.infer<typeof AllergyForm>;
export type ProcedureForm = z.infer<typeof ProcedureForm>;
export type ImmunizationForm = z.infer<typeof ImmunizationForm>;
export type EncounterForm = z.infer<typeof EncounterForm>;
export type FamilyHistoryForm = z.infer<typeof FamilyHistoryForm>;
export type DerivedForm = z.infer<typeof DerivedForm>;
export type ObservationForm = z.infer<typeof ObservationForm>;
export type AttestationForm = z.infer<typeof AttestationForm>;

export type LeafForm =
  | AgeForm
  | SexForm
  | ConditionForm
  | MedicationForm
  | AllergyForm
  | ProcedureForm
  | ImmunizationForm
  | EncounterForm
  | FamilyHistoryForm
  | ObservationForm
  | DerivedForm;
export type Criterion = AllForm | AnyForm | AtLeastForm | NotForm | LeafForm | AttestationForm;

/** Every form by the key that names it. */
export const FORMS = {
  all: AllForm,
  any: AnyForm,
  atLeast: AtLeastForm,
  not: NotForm,
  age: AgeForm,
  sex: SexForm,
  condition: ConditionForm,
  medication: MedicationForm,
  allergy: AllergyForm,
  procedure: ProcedureForm,
  immunization: ImmunizationForm,
  encounter: EncounterForm,
  familyHistory: FamilyHistoryForm,
  observation: ObservationForm,
  derived: DerivedForm,
  attestation: AttestationForm,
} as const;
export type FormName = keyof typeof FORMS;

export const Criterion: z.ZodType<Criterion> = z
  .lazy(() => z.union(Object.values(FORMS) as unknown as [z.ZodType<Criterion>]))
  .meta({ id: "Criterion" });

const COMPLETE_FOR = [
  ...(["condition", "medication", "allergy", "observation", "procedure", "immunization"] as const),
  ...(["encounter", "familyHistory"] as const),
] as const;

/** Stricter demands on the record than the criteria themselves imply; weaker ones are refused. */
export const PolicyOverrides = z
  .strictObject({
    maxRecordAge: Duration.describe("Oldest record accepted").optional(),
    minCoverage: Duration.describe("Shortest time the record must cover").optional(),
    minDictionaryVersion: z.int().min(1).max(65_535).optional(),
    completeFor: z
      .array(z.enum(COMPLETE_FOR))
      .describe("What the record must be complete for")
      .optional(),
  })
  .describe("Demands on the record beyond those that follow from the criteria");
export type PolicyOverrides = z.infer<typeof PolicyOverrides>;

/** A trial's criteria: every inclusion must hold, no exclusion may. */
export const Criteria = z
  .strictObject({
    inclusion: z.array(Criterion).max(MAX_NESTED),
    exclusion: z.array(Criterion).max(MAX_NESTED),
    policy: PolicyOverrides.optional(),
  })
  .describe("Eligibility criteria of a Cohort Zero trial");
export type Criteria = z.infer<typeof Criteria>;

/** The published JSON Schema (2020-12) of {@link Criteria}; criteria.schema.json is its output. */
export function criteriaSchema(): unknown {
  const schema = z.toJSONSchema(Criteria, { target: "draft-2020-12", reused: "inline" });
  return { $id: "urn:cohort-zero:criteria:1", title: "Cohort Zero criteria", ...schema };
}
