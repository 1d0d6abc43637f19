// From a code reference in the criteria text to a range of codes, and what may be asked of that range.
import { type CodeRange, type Domain, encodeCode, SYSTEMS, type System } from "./code.ts";
import { codeSpan, hasSubcodes, homeOf, prefixesOf } from "./codeSpan.ts";
import type { BaseDomain } from "./concept.ts";
import { CODE_KEYS, type CodeKey, type CodeRef } from "./criteriaParts.ts";
import type { Context } from "./requirement.ts";
import type { NamedConcept } from "./terminology.ts";

export type CodedForm =
  | "condition"
  | "medication"
  | "allergy"
  | "observation"
  | "procedure"
  | "immunization"
  | "encounter"
  | "familyHistory";

/** Code systems in which clinics record each kind of fact. */
export const SYSTEMS_OF: Record<CodedForm, readonly Exclude<CodeKey, "concept">[]> = {
  condition: ["snomed", "icd10cm", "icd10", "icd10gm"],
  medication: ["rxnorm", "atc", "snomed"],
  allergy: ["snomed", "rxnorm", "atc", "icd10cm", "icd10", "icd10gm"],
  observation: ["loinc"],
  procedure: ["snomed", "loinc"],
  immunization: ["cvx", "atc", "snomed"],
  encounter: ["actCode", "snomed"],
  familyHistory: ["snomed", "icd10cm", "icd10", "icd10gm"],
};

/** A resolved code reference. */
export type Target = {
  readonly form: CodedForm;
  readonly name: string;
  /** In one domain; the encoded range differs between domains only by its first four bits. */
  readonly range: (domain: Domain) => CodeRange;
  readonly exact: boolean;
  /** The concept that it is; undefined for a raw code. */
  readonly concept: NamedConcept | undefined;
  /** Where a raw code stands, and the concepts that it shares codes with. */
  readonly raw: { readonly system: System; readonly overlaps: readonly string[] } | undefined;
  /** LOINC code that units and answers are looked up by. */
  readonly loinc: string | undefined;
};

const DOMAIN: Record<CodedForm, Domain> = {
  condition: "conditionLast",
  medication: "medicationLast",
  allergy: "allergyLast",
  observation: "observation",
  procedure: "procedure",
  immunization: "immunization",
  encounter: "encounter",
  familyHistory: "familyHistory",
};

/** The kind of concept that a form asks for: a relative's diseases are conditions. */
export function baseOf(form: CodedForm): BaseDomain {
  return form === "familyHistory" ? "condition" : form;
}

/** Resolves a code reference at `at`. Returns undefined after noting the problem. */
export function resolveTarget(
  form: CodedForm,
  ref: CodeRef,
  at: string,
  context: Context,
): Target | undefined {
  const keys = CODE_KEYS.filter((key) => ref[key] !== undefined);
  if (keys.length !== 1) {
    const message = keys.length ? `names ${keys.join(" and ")}` : "names no concept or code";
    const hint = `Give exactly one of concept, ${SYSTEMS_OF[form].join(", ")}; for several use "any".`;
    context.problems.push({ path: at, message, hint });
    return undefined;
  }
  const key = keys[0]!;
  if (key === "concept") return resolveConcept(form, ref.concept!, ref.minus, at, context);
  if (ref.minus !== undefined) {
    const message = "only a concept can be taken from a concept";
    const hint = 'Write { "concept": ..., "minus": ... } with two concepts.';
    context.problems.push({ path: `${at}.minus`, message, hint });
    return undefined;
  }
  return resolveCode(form, { system: key, code: ref[key]! }, at, context);
}

function resolveConcept(
  form: CodedForm,
  name: string,
  minus: string | undefined,
  at: string,
  context: Context,
): Target | undefined {
  const concept = findConcept(form, name, `${at}.concept`, context);
  if (minus === undefined || concept === undefined) return concept && conceptTarget(form, concept);
  const less = findConcept(form, minus, `${at}.minus`, context);
  if (less === undefined) return undefined;
  const { terminology, problems } = context;
  const difference = terminology.conceptDifference(name, minus);
  if (difference !== undefined) return conceptTarget(form, difference);
  const known = terminology.differences().map((one) => `"${one.of}" minus "${one.minus}"`);
  const message = `the dictionary has no concept of "${name}" without "${minus}"`;
  const there = known.length ? ` It has: ${known.join(", ")}.` : "";
  const why = "Records name the concepts of each code, so a difference must be a concept too.";
  problems.push({ path: `${at}.minus`, message, hint: `${why}${there}` });
  return undefined;
}

function findConcept(
  form: CodedForm,
  name: string,
  path: string,
  { terminology, problems }: Context,
): NamedConcept | undefined {
  const concept = terminology.conceptByName(name);
  if (!concept) {
    const near = terminology.suggestConcepts(name);
    const hint = near.length
      ? `Did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`
      : "See circuits/dictionary for the concepts, or `cohort dictionary add` to propose one.";
    problems.push({ path, message: `the dictionary has no concept "${name}"`, hint });
    return undefined;
  }
  if (concept.domain === baseOf(form)) return concept;
  const message = `concept "${name}" is about ${withArticle(concept.domain)}, not ${withArticle(baseOf(form))}`;
  problems.push({ path, message, hint: `Write it under "${concept.domain}".` });
  return undefined;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

/** A concept as what is looked for. */
export function conceptTarget(form: CodedForm, concept: NamedConcept): Target {
  const range = (domain: Domain) => {
    const code = encodeCode(domain, "concept", String(concept.number));
    return { lo: code, hi: code };
  };
  const member = concept.members.find(({ system }) => system === "loinc");
  const loinc = concept.measuredAs ?? member?.code;
  const name = concept.title;
  return { form, name, range, exact: true, concept, raw: undefined, loinc };
}

function resolveCode(
  form: CodedForm,
  { system, code }: { system: Exclude<CodeKey, "concept">; code: string },
  at: string,
  context: Context,
): Target | undefined {
  const { terminology, dictionaryVersion, problems } = context;
  const path = `${at}.${system}`;
  if (!SYSTEMS_OF[form].includes(system)) {
    const message = `${withArticle(form)} is not recorded in ${SYSTEMS[system].name}`;
    problems.push({ path, message, hint: `Use ${SYSTEMS_OF[form].join(", ")} or a concept.` });
    return undefined;
  }
  if (system === "loinc" && form === "observation" && !terminology.isKnownLoinc(code)) {
    const message = `the dictionary has no unit or answers for LOINC ${code}, so no record holds it`;
    problems.push({ path, message, hint: "Use a LOINC code or concept of the dictionary." });
    return undefined;
  }
  try {
    const range = codeSpan(system, code);
    const { lo, hi } = range(DOMAIN[form]);
    if (lo > hi) throw new RangeError(`span ${code} runs backwards`);
    const overlaps = prefixesOf(system, code)
      .flatMap((prefix) => terminology.conceptsOverlapping(baseOf(form), system, prefix))
      .filter(({ version }) => version <= dictionaryVersion)
      .map(({ name }) => name);
    const raw = { system, overlaps: [...new Set(overlaps)] };
    const name = describeReference(terminology.describeCode, { lo, hi }, system, code);
    const loinc = system === "loinc" ? code : undefined;
    return { form, name, range, exact: lo === hi, concept: undefined, raw, loinc };
  } catch (error) {
    const hint = `Check the code against ${SYSTEMS[system].name}.`;
    problems.push({ path, message: (error as Error).message, hint });
    return undefined;
  }
}

/** A code by its display, a prefix or span by the code itself. */
function describeReference(
  describeCode: (code: bigint) => string,
  { lo, hi }: CodeRange,
  system: System,
  code: string,
): string {
  if (!hasSubcodes(system, code)) return describeCode(lo);
  const name = `${SYSTEMS[homeOf(system, code)].name} ${code.toUpperCase()}`;
  return code.includes("-") && lo !== hi ? name : `${name} and its subcodes`;
}
