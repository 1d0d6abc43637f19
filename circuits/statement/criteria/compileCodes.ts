// From a code reference in the criteria text to a range of codes, and what may be asked of that range.

import type { NamedConcept } from "../dictionary/terminology.ts";
import { type CodeRange, type Domain, encodeCode, SYSTEMS, type System } from "../encoding/code.ts";
import { codeSpan, hasSubcodes, homeOf, prefixesOf } from "../encoding/codeSpan.ts";
import { baseOf, type CodedKind, domainsOfKind, KINDS } from "../encoding/domains.ts";
import { CODE_KEYS, type CodeKey, type CodeRef } from "./criteriaParts.ts";
import type { Context } from "./requirement.ts";

/** A resolved code reference. */
export type Target = {
  readonly form: CodedKind;
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

/** Resolves a code reference at `at`. Returns undefined after noting the problem. */
export function resolveTarget(
  form: CodedKind,
  ref: CodeRef,
  at: string,
  context: Context,
): Target | undefined {
  const keys = CODE_KEYS.filter((key) => ref[key] !== undefined);
  if (keys.length !== 1) {
    const message = keys.length ? `names ${keys.join(" and ")}` : "names no concept or code";
    const hint = `Give exactly one of concept, ${KINDS[form].systems.join(", ")}; for several use "any".`;
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
  form: CodedKind,
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
  form: CodedKind,
  name: string,
  path: string,
  { terminology, problems }: Context,
): NamedConcept | undefined {
  const concept = terminology.conceptByName(name);
  if (!concept) {
    const near = terminology.suggestConcepts(name);
    const hint = near.length
      ? `Did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`
      : "See circuits/dictionary for the concepts, or `cohort governance concept add` to add one.";
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
export function conceptTarget(form: CodedKind, concept: NamedConcept): Target {
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
  form: CodedKind,
  { system, code }: { system: Exclude<CodeKey, "concept">; code: string },
  at: string,
  context: Context,
): Target | undefined {
  const { terminology, dictionaryVersion, problems } = context;
  const path = `${at}.${system}`;
  if (!(KINDS[form].systems as readonly string[]).includes(system)) {
    const message = `${withArticle(form)} is not recorded in ${SYSTEMS[system].name}`;
    problems.push({ path, message, hint: `Use ${KINDS[form].systems.join(", ")} or a concept.` });
    return undefined;
  }
  if (system === "loinc" && form === "observation" && !terminology.isKnownLoinc(code)) {
    const message = `the dictionary has no unit or answers for LOINC ${code}, so no record holds it`;
    problems.push({ path, message, hint: "Use a LOINC code or concept of the dictionary." });
    return undefined;
  }
  try {
    const range = codeSpan(system, code);
    const { lo, hi } = range(domainsOfKind(form)[0]!);
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
