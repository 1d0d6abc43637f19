// FHIR R4 Observation: results under their codes, components under their own, and multiples of the report's
// reference limits (hl7.org/fhir/R4/observation.html).
import { z } from "zod";
import { isKnownLoinc } from "../../../circuits/statement/dictionary/dictionary.ts";
import { UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import { ResourceProblem } from "../problem.ts";
import {
  type CodeableConcept,
  codeableConcept,
  type Reference,
  reference,
  resource,
} from "../read/datatypes.ts";
import { distrust, maskingLabel } from "../read/distrust.ts";
import {
  type Codings,
  leaveOut,
  type MapContext,
  type Mapped,
  type Omission,
  type WrittenCode,
} from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { aboutOf } from "./focus.ts";
import { type Moment, momentFields, readMoment } from "./moment.ts";
import { OBSERVATION_DOMAINS, resultDrafts } from "./result.ts";
import { hasValue, measuredAs, type Valued, valueFields } from "./value.ts";

const schema = z.looseObject({
  ...valueFields,
  ...momentFields,
  status: z.enum([
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
  ]),
  code: codeableConcept.optional(),
  focus: z.array(reference).optional(),
  performer: z.array(reference).optional(),
  hasMember: z.array(reference).optional(),
  component: z
    .array(z.looseObject({ ...valueFields, code: codeableConcept.optional() }))
    .optional(),
});
type Observation = z.infer<typeof schema>;

type Part = {
  readonly input: Valued;
  readonly code: CodeableConcept | undefined;
  readonly field: string;
};

/** Maps an Observation and those it contains. Throws ResourceProblem naming the field that cannot be read. */
export function mapObservation(input: unknown, context: MapContext): Mapped {
  return joined([mapOne(schema.parse(input), context), mapContained(input, {}, context)]);
}

function mapOne(observation: Observation, context: MapContext): Mapped {
  const { status } = observation;
  if (status === "entered-in-error" || status === "cancelled") return leaveOut(`status ${status}`);
  const about = aboutOf(observation.focus ?? [], context);
  if (about === "another") return leaveOut("about someone other than the patient (focus)");
  const parts = partsOf(observation).map((part) => ({ ...part, codings: codesOf(part, context) }));
  const performers = observation.performer ?? [];
  const ownWords = performers.length > 0 && performers.every(context.saidByPatient);
  if (ownWords && !context.includePatientReported) {
    const clears = parts.some(({ codings }) => canBeAsked(codings)) ? OBSERVATION_DOMAINS : [];
    return leaveOut("reported by the patient", clears);
  }
  const moment = momentOf(observation, about === "doubt", context);
  return {
    drafts: parts.flatMap(({ input, codings }) =>
      resultDrafts(input, codings.known, moment, context),
    ),
    leftOut: [
      ...parts.flatMap(({ codings }) => codings.leftOut),
      ...missing(observation.hasMember ?? [], "hasMember", context),
    ],
  };
}

function codesOf({ input, code, field }: Part, context: MapContext): Codings {
  const measured = measuredAs(input);
  return readCodings({
    concepts: code,
    base: "observation",
    domains: OBSERVATION_DOMAINS,
    field,
    context,
    ...(measured && { measured }),
  });
}

/** The observation's own value and its components; a panel that only groups others has neither. */
function partsOf(o: Observation): Part[] {
  const components = (o.component ?? []).map((component, i) => ({
    input: component,
    code: component.code,
    field: `component[${i}].code`,
  }));
  const groupsOnly = components.length > 0 || (o.hasMember ?? []).length > 0;
  const own = { input: o, code: o.code, field: "code" };
  return hasValue(o) || !groupsOnly ? [own, ...components] : components;
}

function momentOf(o: Observation, isDoubtful: boolean, context: MapContext): Moment {
  const moment = readMoment(o, context);
  if (isDoubtful)
    return { ...moment, problem: "it may be about someone other than the patient (focus)" };
  const isDone = ["final", "amended", "corrected"].includes(o.status);
  return isDone ? moment : { ...moment, problem: `status ${o.status}` };
}

/**
 * Whether a criterion can ask for what was said: under a concept, or a LOINC code with a unit or answers. A code that
 * nobody can read may be anything.
 */
function canBeAsked({ known, leftOut }: Codings): boolean {
  return known.some(isAskable) || leftOut.some(({ clears }) => clears.length > 0);
}

function isAskable({ system, code }: WrittenCode): boolean {
  return system === "concept" || (system === "loinc" && isKnownLoinc(code));
}

/** Results that are referred to and were not given: what they say is not in the record. */
export function missing(
  references: readonly Reference[],
  field: string,
  { resolve }: MapContext,
): Omission[] {
  return references.flatMap((ref, i) =>
    ref.reference !== undefined && resolve(ref.reference) !== undefined
      ? []
      : [
          {
            field: `${field}[${i}]`,
            reason: "refers to a result that was not given",
            clears: OBSERVATION_DOMAINS,
          },
        ],
  );
}

/** What a container says for the results in it that do not say it themselves. */
export type Inherited = Partial<Pick<Observation, keyof typeof momentFields | "performer">>;

/**
 * The Observations contained in a resource, which exist nowhere else (hl7.org/fhir/R4/references.html#contained). Each
 * is about the patient, or nobody can tell.
 */
export function mapContained(input: unknown, inherited: Inherited, context: MapContext): Mapped {
  const { contained } = input as { readonly contained?: unknown };
  if (!Array.isArray(contained)) return joined([]);
  const inner = contained.flatMap((one: unknown, i) => {
    const parsed = resource.safeParse(one);
    if (!parsed.success || parsed.data.resourceType !== "Observation") return [];
    return [mapInner(parsed.data, `contained[${i}]`, inherited, context)];
  });
  return joined(inner);
}

function mapInner(
  input: z.infer<typeof resource>,
  field: string,
  inherited: Inherited,
  context: MapContext,
): Mapped {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const where = [field, ...(parsed.error.issues[0]?.path ?? [])].map(String).join(".");
    throw new ResourceProblem(where, `is not valid FHIR R4: ${parsed.error.issues[0]?.message}`);
  }
  const observation = { ...parsed.data, ...inheritedBy(parsed.data, inherited) };
  const mapped = mapOne(observation, context);
  const subject = reference.optional().safeParse(input.subject).data;
  const doubt =
    distrust(input) ??
    (subject === undefined || aboutOf([subject], context) === "patient"
      ? undefined
      : "it may be about someone other than the patient (subject)");
  if (doubt === undefined) return mapped;
  if (mapped.drafts.length === 0) return leaveOut(doubt, OBSERVATION_DOMAINS);
  const drafts = mapped.drafts.map((draft) => ({ ...draft, value: UNUSABLE, note: doubt }));
  // What was cut may have had more components.
  const isCut = maskingLabel(input.meta) !== undefined;
  const cut = isCut ? [{ field, reason: doubt, clears: OBSERVATION_DOMAINS }] : [];
  return { drafts, leftOut: [...mapped.leftOut, ...cut] };
}

function inheritedBy(own: Observation, { performer, ...when }: Inherited): Inherited {
  const isDated = own.effectiveDateTime ?? own.effectiveInstant ?? own.effectivePeriod;
  return {
    ...(isDated === undefined && own.issued === undefined ? when : {}),
    ...(own.performer === undefined && performer !== undefined ? { performer } : {}),
  };
}

/** Several mapped statements as one. */
export function joined(mapped: readonly Mapped[]): Mapped {
  return {
    drafts: mapped.flatMap(({ drafts }) => drafts),
    leftOut: mapped.flatMap(({ leftOut }) => leftOut),
  };
}
