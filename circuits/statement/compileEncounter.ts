// Contacts with a hospital or practice, and what relatives have or had.
import { type Domain, encodeCode } from "./code.ts";
import { resolveTarget, type Target } from "./compileCodes.ts";
import { checkOrder, compileHappening, type Place } from "./compilePresence.ts";
import type { EncounterForm, FamilyHistoryForm } from "./criteria.ts";
import { inSentence } from "./english.ts";
import type { Context, Meant } from "./requirement.ts";

/** Compiles a contact within its window, or one for a reason: then the record must name both of one contact. */
export function compileEncounter(
  form: EncounterForm,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path, negated } = place;
  const before = context.problems.length;
  const kind = resolveTarget("encounter", form.encounter, `${path}.encounter`, context);
  const reason = form.reason && resolveTarget("condition", form.reason, `${path}.reason`, context);
  checkOrder(form.within, form.atLeastAgo, path, context);
  if (form.reason !== undefined && negated) {
    const message = "absence of a contact for one reason cannot be proven: many name no reason";
    const hint = 'Exclude it without "reason", or make it a site attestation.';
    context.problems.push({ path: `${path}.reason`, message, hint });
  }
  if (!kind || context.problems.length > before) return undefined;
  const target = reason === undefined ? kind : pairOf(kind, reason, path, context);
  return target && compileHappening(target, "encounter", form, place, context);
}

/** Records write a kind of contact and its reason as the numbers of two concepts. */
function pairOf(
  kind: Target,
  reason: Target,
  path: string,
  { problems }: Context,
): Target | undefined {
  for (const [key, target] of Object.entries({ encounter: kind, reason })) {
    if (target.concept !== undefined) continue;
    const message = "a contact and its reason are found together by concepts only";
    problems.push({ path: `${path}.${key}`, message, hint: "Use a dictionary concept here." });
    return undefined;
  }
  const pair = `${kind.concept!.number}:${reason.concept!.number}`;
  const range = (domain: Domain) => {
    const code = encodeCode(domain, "pair", pair);
    return { lo: code, hi: code };
  };
  return { ...kind, name: `${kind.name} for ${inSentence(reason.name)}`, range };
}

/** Compiles what a parent, sibling or child has or had, at any time; its negation is that none of them did. */
export function compileFamilyHistory(
  { familyHistory }: FamilyHistoryForm,
  place: Place,
  context: Context,
): Meant | undefined {
  const at = `${place.path}.familyHistory`;
  const target = resolveTarget("familyHistory", familyHistory, at, context);
  return target && compileHappening(target, "familyHistory", {}, place, context);
}
