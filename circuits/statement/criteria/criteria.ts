// The criteria language: JSON that a study manager reads and writes (CRITERIA.md). This file is its grammar;
// criteriaParse.ts reads it with clear errors, compile.ts gives it its meaning.
import { z } from "zod";
import {
  CODED_KINDS,
  type CodedKind,
  KINDS,
  type ReasonedKind,
  type TimingOf,
} from "../encoding/domains.ts";
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

const measured = {
  ...windows,
  latest,
  value: ValueRange.optional(),
  timesUpperLimit: LimitRange.describe("Multiples of the report's upper limit").optional(),
  timesLowerLimit: LimitRange.describe("Multiples of the report's lower limit").optional(),
  answer: z.string().min(1).max(100).describe("A coded answer of the dictionary").optional(),
  whenMissing,
};
/** What can be said of when it was, by the kind's timing. */
const TIMES = { lasts: lasting, happens: windows, measured, undated: {} } as const;

/** The form of a kind of the table: a code, and what its timing allows. */
function codedForm(kind: CodedKind) {
  const { form, timing, reason } = KINDS[kind];
  const what = `A concept of ${reason}s that the contact was for`;
  const why = reason === undefined ? {} : { reason: CodeRef.describe(what).optional() };
  const shape = { ...common, [kind]: CodeRef, ...why, ...TIMES[timing] };
  return z.strictObject(shape).describe(form) as unknown as z.ZodType<CodedForm>;
}

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

const AllForm: z.ZodType<AllForm> = z
  .strictObject({
    ...common,
    get all() {
      return list();
    },
  })
  .describe("All of these");
const AnyForm: z.ZodType<AnyForm> = z
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
const NotForm: z.ZodType<NotForm> = z
  .strictObject({
    ...common,
    get not() {
      return Criterion;
    },
  })
  .describe("This must not be so, and the record must show it");

type Common = { id?: string | undefined; label?: string | undefined };
type AllForm = Common & { all: Criterion[] };
type AnyForm = Common & { any: Criterion[] };
export type AtLeastForm = Common & { atLeast: { n: number; of: Criterion[] } };
type NotForm = Common & { not: Criterion };
export type AgeForm = z.infer<typeof AgeForm>;
export type SexForm = z.infer<typeof SexForm>;
type Shape<T extends keyof typeof TIMES> = T extends "undated"
  ? unknown
  : z.infer<z.ZodObject<(typeof TIMES)[T]>>;
/** The form of one kind, or of any. */
export type CodedForm<K extends CodedKind = CodedKind> = K extends CodedKind
  ? Common & { [P in K]: CodeRef } & Shape<TimingOf<K>> &
      (K extends ReasonedKind ? { reason?: CodeRef | undefined } : unknown)
  : never;
export type DerivedForm = z.infer<typeof DerivedForm>;
export type AttestationForm = z.infer<typeof AttestationForm>;

export type LeafForm = AgeForm | SexForm | CodedForm | DerivedForm;
export type Criterion = AllForm | AnyForm | AtLeastForm | NotForm | LeafForm | AttestationForm;

const { observation, ...others } = Object.fromEntries(
  CODED_KINDS.map((kind) => [kind, codedForm(kind)]),
) as Record<CodedKind, z.ZodType<CodedForm>>;

/** The kind that a coded form asks for. */
export function kindIn<K extends CodedKind>(form: CodedForm<K>): K {
  return CODED_KINDS.find((kind) => kind in form) as K;
}

/** The code that it asks for. */
export function referenceIn<K extends CodedKind>(form: CodedForm<K>, kind: K): CodeRef {
  return (form as Readonly<Partial<Record<CodedKind, CodeRef>>>)[kind]!;
}

/** Every form by the key that names it. */
export const FORMS = {
  all: AllForm,
  any: AnyForm,
  atLeast: AtLeastForm,
  not: NotForm,
  age: AgeForm,
  sex: SexForm,
  ...others,
  observation,
  derived: DerivedForm,
  attestation: AttestationForm,
} as const;
export type FormName = keyof typeof FORMS;

export const Criterion: z.ZodType<Criterion> = z
  .lazy(() => z.union(Object.values(FORMS) as unknown as [z.ZodType<Criterion>]))
  .meta({ id: "Criterion" });

/** Stricter demands on the record than the criteria themselves imply; weaker ones are refused. */
export const PolicyOverrides = z
  .strictObject({
    maxRecordAge: Duration.describe("Oldest record accepted").optional(),
    minCoverage: Duration.describe("Shortest time the record must cover").optional(),
    minDictionaryVersion: z.int().min(1).max(65_535).optional(),
    completeFor: z
      .array(z.enum(CODED_KINDS))
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
