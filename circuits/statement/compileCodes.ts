// From a code reference in the criteria text to a range of codes, and what may be asked of that range.
import {
  type CodeRange,
  codeRange,
  type Domain,
  encodeCode,
  SYSTEMS,
  type System,
} from "./code.ts";
import { CODE_KEYS, type CodeRef } from "./criteria.ts";
import { ONGOING } from "./day.ts";
import type { Kind } from "./program.ts";
import type { Context } from "./requirement.ts";
import type { NamedConcept } from "./terminology.ts";

export type CodedForm =
  | "condition"
  | "medication"
  | "allergy"
  | "observation"
  | "procedure"
  | "immunization";

/** Code systems in which clinics record each kind of fact. */
export const SYSTEMS_OF: Record<CodedForm, readonly System[]> = {
  condition: ["snomed", "icd10cm"],
  medication: ["rxnorm", "atc", "snomed"],
  allergy: ["snomed", "rxnorm", "atc", "icd10cm"],
  observation: ["loinc"],
  procedure: ["snomed", "loinc"],
  immunization: ["cvx", "atc", "snomed"],
};

/** A resolved code reference. */
export type Target = {
  readonly form: CodedForm;
  readonly name: string;
  /** In one domain; the encoded range differs between domains only by its first four bits. */
  readonly range: (domain: Domain) => CodeRange;
  readonly exact: boolean;
  /** A concept that contains this raw code, if one does. */
  readonly containedIn: string | undefined;
  /** LOINC code that units and answers are looked up by. */
  readonly loinc: string | undefined;
};

const BASE: Record<CodedForm, Domain> = {
  condition: "conditionLast",
  medication: "medicationLast",
  allergy: "allergyLast",
  observation: "observation",
  procedure: "procedure",
  immunization: "immunization",
};

/** Resolves a code reference. Returns undefined after noting the problem. */
export function resolveTarget(
  form: CodedForm,
  ref: CodeRef,
  path: string,
  context: Context,
): Target | undefined {
  const at = `${path}.${form}`;
  const keys = CODE_KEYS.filter((key) => ref[key] !== undefined);
  if (keys.length !== 1) {
    const message = keys.length ? `names ${keys.join(" and ")}` : "names no concept or code";
    const hint = `Give exactly one of concept, ${SYSTEMS_OF[form].join(", ")}; for several use "any".`;
    context.problems.push({ path: at, message, hint });
    return undefined;
  }
  const key = keys[0]!;
  if (key === "concept") return resolveConcept(form, ref.concept!, at, context);
  return resolveCode(form, { system: key, code: ref[key]! }, at, context);
}

function resolveConcept(
  form: CodedForm,
  name: string,
  at: string,
  { terminology, problems }: Context,
): Target | undefined {
  const concept = terminology.conceptByName(name);
  const path = `${at}.concept`;
  if (!concept) {
    const near = terminology.suggestConcepts(name);
    const hint = near.length
      ? `Did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`
      : "See circuits/dictionary for the concepts, or `cohort dictionary add` to propose one.";
    problems.push({ path, message: `the dictionary has no concept "${name}"`, hint });
    return undefined;
  }
  if (concept.domain !== form) {
    const message = `concept "${name}" is about a ${concept.domain}, not a ${form}`;
    problems.push({ path, message, hint: `Write it under "${concept.domain}".` });
    return undefined;
  }
  return conceptTarget(form, concept);
}

function conceptTarget(form: CodedForm, concept: NamedConcept): Target {
  const exactly = (domain: Domain) => {
    const code = encodeCode(domain, "concept", String(concept.number));
    return { lo: code, hi: code };
  };
  const loinc = form === "observation" ? concept.members[0]?.code : undefined;
  const name = concept.title;
  return { form, name, range: exactly, exact: true, containedIn: undefined, loinc };
}

function resolveCode(
  form: CodedForm,
  { system, code }: { system: Exclude<System, "idTag" | "concept">; code: string },
  at: string,
  { terminology, dictionaryVersion, problems }: Context,
): Target | undefined {
  const path = `${at}.${system}`;
  if (!SYSTEMS_OF[form].includes(system)) {
    const message = `a ${form} is not recorded in ${SYSTEMS[system].name}`;
    problems.push({ path, message, hint: `Use ${SYSTEMS_OF[form].join(", ")} or a concept.` });
    return undefined;
  }
  if (system === "loinc" && form === "observation" && !terminology.isKnownLoinc(code)) {
    const message = `the dictionary has no unit or answers for LOINC ${code}, so no record holds it`;
    problems.push({ path, message, hint: "Use a LOINC code or concept of the dictionary." });
    return undefined;
  }
  try {
    const range = spanOf(system, code);
    const { lo, hi } = range(BASE[form]);
    if (lo > hi) throw new RangeError(`span ${code} runs backwards`);
    const contained = terminology
      .conceptsContaining(BASE[form], system, code)
      .find(({ version }) => version <= dictionaryVersion)?.name;
    const words = describeRange(terminology.describeCode, { lo, hi }, system, code);
    const loinc = system === "loinc" ? code : undefined;
    return { form, name: words, range, exact: lo === hi, containedIn: contained, loinc };
  } catch (error) {
    const hint = `Check the code against ${SYSTEMS[system].name}.`;
    problems.push({ path, message: (error as Error).message, hint });
    return undefined;
  }
}

/** A code, a prefix, or in ICD-10-CM and ATC a span of prefixes such as C00-C97. */
function spanOf(system: System, code: string): (domain: Domain) => CodeRange {
  const ends = system === "icd10cm" || system === "atc" ? code.split("-") : [code];
  if (ends.length > 2) throw new RangeError(`not a span of codes: ${code}`);
  return (domain) => ({
    lo: codeRange(domain, system, ends[0]!).lo,
    hi: codeRange(domain, system, ends.at(-1)!).hi,
  });
}

/** A code by its display, a prefix or span by the code itself. */
function describeRange(
  describeCode: (code: bigint) => string,
  { lo, hi }: CodeRange,
  system: System,
  code: string,
): string {
  if (lo === hi) return describeCode(lo);
  return `${SYSTEMS[system].name} ${code}${code.includes("-") ? "" : " and its subcodes"}`;
}

/**
 * Notes a problem when this kind of leaf over this target would be unsound (CRITERIA.md), saying what would serve.
 * `far` is the far edge of the window in days, ONGOING for none.
 */
export function checkSound(
  kind: Kind,
  target: Target,
  far: number,
  path: string,
  { problems, warnings }: Context,
): void {
  const what = kind === "latest" ? "the newest result" : "absence within a window";
  const windowed = kind === "latest" || (kind === "none" && far !== ONGOING);
  if (windowed && !target.exact) {
    const message = `${what} cannot be proven over a range of codes (${target.name})`;
    const hint = 'Use a dictionary concept for the set, or leave the window out ("ever").';
    problems.push({ path, message, hint });
  } else if (windowed && target.containedIn !== undefined) {
    const message = `${what} of one code says nothing when the clinic may use another of its set`;
    const hint = `Use the concept "${target.containedIn}", which contains ${target.name}.`;
    problems.push({ path, message, hint });
  } else if (kind === "none" && target.exact && target.containedIn !== undefined) {
    const message = `absence of ${target.name} alone, though a clinic may use another code of its set`;
    warnings.push({ path, message, hint: `Consider the concept "${target.containedIn}".` });
  }
}
