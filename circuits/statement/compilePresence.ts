// Leaves about something coded being on record or not, shared by all coded forms.
import type { Domain } from "./code.ts";
import { checkSound, type Target } from "./compileCodes.ts";
import type { ProcedureForm } from "./criteria.ts";
import type { Problem } from "./criteriaParse.ts";
import { ONGOING } from "./day.ts";
import { parseDuration } from "./duration.ts";
import { phrases } from "./english.ts";
import { MAX_VALUE } from "./fact.ts";
import type { Kind, Leaf } from "./program.ts";
import { type Context, leafOf, type Requirement } from "./requirement.ts";

/** Where a criterion stands and whether it is negated. */
export type Place = { readonly path: string; readonly negated: boolean };

export type Presence = { kind: Kind; target: Target; domain: Domain; near?: number; far?: number };

/** A leaf that any usable value satisfies. */
export function presenceLeaf({ kind, target, domain, near = 0, far = ONGOING }: Presence): Leaf {
  const { lo, hi } = target.range(domain);
  return {
    kind,
    codeLo: lo,
    codeHi: hi,
    valueLo: 0n,
    valueHi: MAX_VALUE,
    relative: false,
    near,
    far,
  };
}

/** A near edge cannot be part of an absence: a newer fact would hide an older one. */
export function nearEdgeProblem(path: string): Problem {
  const message = 'absence of what began "at least ... ago" cannot be proven';
  const hint =
    'Exclude it altogether or with "within" or "startedWithin", or make it a site attestation.';
  return { path: `${path}.atLeastAgo`, message, hint };
}

/** Refuses "at least 2 years ago and within 1 year". */
export function checkOrder(
  within: string | undefined,
  ago: string | undefined,
  path: string,
  { problems }: Context,
): void {
  if (within === undefined || ago === undefined) return;
  if (parseDuration(ago).longest <= parseDuration(within).shortest) return;
  const message = `the window is inverted: at least ${ago} ago and within ${within}`;
  problems.push({ path: `${path}.atLeastAgo`, message, hint: "Make the window longer." });
}

/** Something that happens on a day: shown within its window, or shown absent from it. */
export function compileHappening(
  target: Target,
  domain: Domain,
  { within, atLeastAgo: ago }: Pick<ProcedureForm, "within" | "atLeastAgo">,
  { path, negated }: Place,
  context: Context,
): Requirement | undefined {
  if (negated && ago !== undefined) {
    context.problems.push(nearEdgeProblem(path));
    return undefined;
  }
  const window = within === undefined ? undefined : parseDuration(within);
  if (negated) {
    const far = window?.longest ?? ONGOING;
    checkSound("none", target, far, within === undefined ? path : `${path}.within`, context);
    const words =
      within === undefined ? phrases.noneEver(target) : phrases.noneWithin(target, within);
    return leafOf(presenceLeaf({ kind: "none", target, domain, far }), words, path);
  }
  const near = ago === undefined ? 0 : parseDuration(ago).longest;
  const far = window?.shortest ?? ONGOING;
  const timed = { ...(within && { within }), ...(ago && { ago }) };
  const words = within || ago ? phrases.happened(target, timed) : phrases.ever(target);
  return leafOf(presenceLeaf({ kind: "any", target, domain, near, far }), words, path);
}
