// What lasts (diagnoses, drugs, allergies): read from its start and from the last day it is known to be true.
import type { Domain } from "./code.ts";
import { checkSound, resolveTarget, type Target } from "./compileCodes.ts";
import {
  checkOrder,
  nearEdgeProblem,
  type Place,
  type Presence,
  presenceLeaf,
} from "./compilePresence.ts";
import type { AllergyForm, CodeRef, ConditionForm, MedicationForm } from "./criteria.ts";
import { ONGOING } from "./day.ts";
import { parseDuration } from "./duration.ts";
import { phrases } from "./english.ts";
import { allOf, anyOf, type Context, leafOf, type Requirement } from "./requirement.ts";

type LastingForm = ConditionForm | MedicationForm | AllergyForm;
type Lasting = Pick<ConditionForm, "within" | "atLeastAgo" | "startedWithin" | "status">;
type LastingName = "condition" | "medication" | "allergy";

function subjectOf(form: LastingForm): [LastingName, CodeRef] {
  if ("condition" in form) return ["condition", form.condition];
  return "medication" in form ? ["medication", form.medication] : ["allergy", form.allergy];
}

/**
 * Compiles a diagnosis, drug or allergy. Its parts (current, within, began ...) must all hold; its negation is that
 * one of them provably does not. Returns undefined after noting the problem.
 */
export function compileLasting(
  form: LastingForm,
  place: Place,
  context: Context,
): Requirement | undefined {
  const { path, negated } = place;
  const [name, ref] = subjectOf(form);
  const before = context.problems.length;
  const target = resolveTarget(name, ref, path, context);
  if (form.status !== undefined && form.within !== undefined) {
    const message = `status "${form.status}" and "within" are two ways to say when`;
    context.problems.push({ path: `${path}.status`, message, hint: "Keep one of the two." });
  }
  checkOrder(form.startedWithin, form.atLeastAgo, path, context);
  if (!target || context.problems.length > before) return undefined;
  const parts = negated
    ? absentParts(target, name, form, path, context)
    : presentParts(target, name, form, path);
  if (context.problems.length > before) return undefined;
  return negated ? anyOf(parts) : allOf(parts);
}

function presentParts(
  target: Target,
  name: LastingName,
  { status, within, atLeastAgo: ago, startedWithin: started }: Lasting,
  path: string,
): Requirement[] {
  const [start, last] = [`${name}Start`, `${name}Last`] as [Domain, Domain];
  const parts: Requirement[] = [];
  const add = (part: Omit<Presence, "kind" | "target">, words: string) =>
    parts.push(leafOf(presenceLeaf({ kind: "any", target, ...part }), words, path));
  if (status === "current") add({ domain: last, far: 0 }, phrases.current(target));
  if (within !== undefined) {
    const far = parseDuration(within).shortest;
    add({ domain: last, far }, phrases.lastedWithin(target, within));
  }
  if (started !== undefined || ago !== undefined) {
    const far = started === undefined ? ONGOING : parseDuration(started).shortest;
    const near = ago === undefined ? 0 : parseDuration(ago).longest;
    const words = { ...(started && { within: started }), ...(ago && { ago }) };
    add({ domain: start, near, far }, phrases.started(target, words));
  }
  if (parts.length === 0) add({ domain: last }, phrases.ever(target));
  return parts;
}

function absentParts(
  target: Target,
  name: LastingName,
  { status, within, atLeastAgo: ago, startedWithin: started }: Lasting,
  path: string,
  context: Context,
): Requirement[] {
  const [start, last] = [`${name}Start`, `${name}Last`] as [Domain, Domain];
  const parts: Requirement[] = [];
  const add = (domain: Domain, far: number, words: string, at: string) => {
    checkSound("none", target, far, at, context);
    parts.push(leafOf(presenceLeaf({ kind: "none", target, domain, far }), words, path));
  };
  if (status === "current") add(last, 0, phrases.noneCurrent(target), `${path}.status`);
  if (within !== undefined) {
    const far = parseDuration(within).longest;
    add(last, far, phrases.noneWithin(target, within), `${path}.within`);
  }
  if (ago !== undefined) context.problems.push(nearEdgeProblem(path));
  if (started !== undefined && ago === undefined) {
    const far = parseDuration(started).longest;
    add(start, far, phrases.noneStarted(target, started), `${path}.startedWithin`);
  }
  if (parts.length === 0) add(last, ONGOING, phrases.noneEver(target), `${path}.${name}`);
  return parts;
}
