// What happened on a day or at no known time: procedures, vaccinations, contacts, what relatives have or had.
import { type Domain, encodeCode } from "../encoding/code.ts";
import { type CodedKind, domainsOfKind, KINDS, type LastingKind } from "../encoding/domains.ts";
import { resolveTarget, type Target } from "./compileCodes.ts";
import { checkOrder, compileHappening, type Place, type Windows } from "./compilePresence.ts";
import { type CodedForm, referenceIn } from "./criteria.ts";
import type { CodeRef } from "./criteriaParts.ts";
import { inSentence } from "./english.ts";
import type { Context, Meant } from "./requirement.ts";

type EventKind = Exclude<CodedKind, LastingKind>;
type Event = { reason?: CodeRef | undefined } & Windows;

/** Compiles an event within its window, or one for a reason: then the record must name both of one contact. */
export function compileEvent(
  kind: EventKind,
  form: CodedForm<EventKind>,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path, negated } = place;
  const { reason: given, ...times } = form as Event;
  const before = context.problems.length;
  const event = resolveTarget(kind, referenceIn(form, kind), `${path}.${kind}`, context);
  const reasons = KINDS[kind].reason;
  const reason = given && reasons && resolveTarget(reasons, given, `${path}.reason`, context);
  checkOrder(times.within, times.atLeastAgo, path, context);
  if (given !== undefined && negated) {
    const message = "absence of a contact for one reason cannot be proven: many name no reason";
    const hint = 'Exclude it without "reason", or make it a site attestation.';
    context.problems.push({ path: `${path}.reason`, message, hint });
  }
  if (!event || context.problems.length > before) return undefined;
  const target = reason ? pairOf(event, reason, path, context) : event;
  return target && compileHappening(target, domainsOfKind(kind)[0]!, times, place, context);
}

/** Records write a kind of contact and its reason as the numbers of two concepts. */
function pairOf(
  kind: Target,
  reason: Target,
  path: string,
  { problems }: Context,
): Target | undefined {
  for (const [key, target] of Object.entries({ [kind.form]: kind, reason })) {
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
