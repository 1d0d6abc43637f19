// What lasts (diagnoses, drugs, allergies): read from its start and from the last day it is known to be true.
import type { Domain } from "../encoding/code.ts";
import { ONGOING } from "../encoding/day.ts";
import { type LastingKind, lastingDomains } from "../encoding/domains.ts";
import { parseDuration } from "../encoding/duration.ts";
import { resolveTarget, type Target } from "./compileCodes.ts";
import {
  checkOrder,
  codedLeaf,
  edgesOf,
  nearEdgeProblem,
  type Place,
  presenceLeaf,
  stillOnLeaf,
} from "./compilePresence.ts";
import { checkSound } from "./compileSound.ts";
import { type CodedForm, referenceIn } from "./criteria.ts";
import { episodeOf, inSentence, perhapsOther, phrases, subjectOf, timeWords } from "./english.ts";
import type { Leaf } from "./program.ts";
import {
  allOf,
  anyOf,
  type Context,
  leafOf,
  type Meant,
  type Requirement,
  type SaidLeaf,
} from "./requirement.ts";

type Lasting = Pick<
  CodedForm<LastingKind>,
  "within" | "atLeastAgo" | "startedWithin" | "status" | "sameEpisode"
>;

/**
 * Compiles what lasts: a diagnosis, a drug. Its parts (current, within, began ...) must all hold; its negation is that
 * one of them provably does not. Returns undefined after noting the problem.
 */
export function compileLasting(
  name: LastingKind,
  form: CodedForm<LastingKind>,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path, negated } = place;
  const before = context.problems.length;
  const target = resolveTarget(name, referenceIn(form, name), `${path}.${name}`, context);
  if (form.status !== undefined && form.within !== undefined) {
    const message = `status "${form.status}" and "within" are two ways to say when`;
    context.problems.push({ path: `${path}.status`, message, hint: "Keep one of the two." });
  }
  checkOrder(form.startedWithin, form.atLeastAgo, path, context);
  checkEpisode(form, place, context);
  if (!target || context.problems.length > before) return undefined;
  const parts = negated
    ? absentParts(target, name, form, path, context)
    : presentParts(target, name, form, path, context);
  if (context.problems.length > before) return undefined;
  const said = { is: "leaf", path, ...saidOf(target, form) } as const;
  return { requirement: negated ? anyOf(parts) : allOf(parts), said };
}

/** One episode can be asked for where a fact holds both its start and that it goes on. */
function checkEpisode(form: Lasting, { path, negated }: Place, { problems }: Context): void {
  if (form.sameEpisode !== true) return;
  const refuse = (message: string, hint: string) =>
    problems.push({ path: `${path}.sameEpisode`, message, hint });
  if (negated) {
    const message = "absence of an episode that is current and began then cannot be proven";
    refuse(
      message,
      'Exclude what is current ("status": "current"), or make it a site attestation.',
    );
  } else if (form.within !== undefined) {
    const message =
      'records do not say of one episode when it was "within" a time and when it began';
    refuse(message, 'Use "status": "current" instead of "within", or leave "sameEpisode" out.');
  } else if (form.status !== "current") {
    const message = "one episode can be followed only to the present";
    refuse(message, 'Add "status": "current", or leave "sameEpisode" out.');
  } else if (form.startedWithin === undefined && form.atLeastAgo === undefined) {
    refuse("says nothing without a start", 'Add "atLeastAgo" or "startedWithin", or leave it out.');
  }
}

/** How people say it: when it was so, when it began, and whether that is the same time of it. */
function saidOf(target: Target, lasting: Lasting): SaidLeaf {
  const { status, within, atLeastAgo: ago, startedWithin: started, sameEpisode } = lasting;
  const what = subjectOf(target);
  const without = target.form === "medication" ? `not ${what}` : undefined;
  const one = episodeOf(target);
  const began = timeWords({ within: started, ago });
  const held = status === "current" ? "at present" : timeWords({ within });
  if (began === "" && held === "") {
    const isDrug = target.form === "medication";
    return isDrug
      ? { what: inSentence(target.name), when: "taken at any time" }
      : { what, ever: true };
  }
  if (began === "") return { what, when: held, without };
  if (held === "") {
    const name = target.form === "medication" ? `${one} of ${inSentence(target.name)}` : what;
    return { what: name, when: `that began ${began}` };
  }
  const when =
    sameEpisode === true
      ? `${held}, in ${one} that began ${began}`
      : `${held}, and ${one} that began ${began}, perhaps ${ago === undefined ? "another" : "an earlier"} one`;
  return { what, when, without };
}

function presentParts(
  target: Target,
  name: LastingKind,
  { status, within, atLeastAgo: ago, startedWithin: started, sameEpisode }: Lasting,
  path: string,
  context: Context,
): Requirement[] {
  checkSound("any", target, `${path}.${name}`, context);
  const [start, last] = lastingDomains(name);
  const times = { within: started, ago };
  const began = { target, domain: start, ...edgesOf(times) };
  if (sameEpisode === true) {
    return [leafOf(stillOnLeaf(began), phrases.sameEpisode(target, times), path)];
  }
  const parts: Requirement[] = [];
  const add = (leaf: Leaf, words: string) => parts.push(leafOf(leaf, words, path));
  if (status === "current") {
    add(presenceLeaf({ target, domain: last, far: 0 }), phrases.current(target));
  }
  if (within !== undefined) {
    const { far } = edgesOf({ within });
    add(presenceLeaf({ target, domain: last, far }), phrases.lastedWithin(target, within));
  }
  if (started !== undefined || ago !== undefined) {
    const other = parts.length > 0 ? `, ${perhapsOther(target, { ago })}` : "";
    add(presenceLeaf(began), `${phrases.started(target, times)}${other}`);
  }
  if (parts.length === 0) add(presenceLeaf({ target, domain: last }), phrases.ever(target));
  return parts;
}

function absentParts(
  target: Target,
  name: LastingKind,
  { status, within, atLeastAgo: ago, startedWithin: started }: Lasting,
  path: string,
  context: Context,
): Requirement[] {
  const [start, last] = lastingDomains(name);
  checkSound("none", target, `${path}.${name}`, context);
  const parts: Requirement[] = [];
  const add = (domain: Domain, far: number, words: string) =>
    parts.push(leafOf(codedLeaf({ kind: "none", target, domain, far }), words, path));
  if (status === "current") add(last, 0, phrases.noneCurrent(target));
  if (within !== undefined) {
    add(last, parseDuration(within).longest, phrases.noneWithin(target, within));
  }
  if (ago !== undefined) context.problems.push(nearEdgeProblem(path));
  if (started !== undefined && ago === undefined) {
    add(start, parseDuration(started).longest, phrases.noneStarted(target, started));
  }
  if (parts.length === 0) add(last, ONGOING, phrases.noneEver(target));
  return parts;
}
