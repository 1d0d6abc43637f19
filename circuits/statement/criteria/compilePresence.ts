// Leaves about something coded being on record or not, shared by all coded forms.
import type { Domain } from "../encoding/code.ts";
import { ONGOING } from "../encoding/day.ts";
import { parseDuration } from "../encoding/duration.ts";
import { EARLIEST, EXACT, LATEST, MAX_VALUE, STILL_ON } from "../encoding/fact.ts";
import type { Target } from "./compileCodes.ts";
import { checkSound } from "./compileSound.ts";
import type { CodedForm } from "./criteria.ts";
import { phrases, subjectOf, type Times, timeWords } from "./english.ts";
import type { Problem } from "./problem.ts";
import type { Kind, Leaf } from "./program.ts";
import { type Context, leafOf, type Meant, type Requirement } from "./requirement.ts";

/** Where a criterion stands, whether it is negated, and whether nobody takes part unless it is met there. */
export type Place = {
  readonly path: string;
  readonly negated: boolean;
  readonly decides: boolean;
};

/** Days before the proof: no earlier than `far`, no later than `near`. */
type Edges = { readonly near: number; readonly far: number };

type Presence = { kind: Kind; target: Target; domain: Domain; near?: number; far?: number };

/** A leaf that any usable value satisfies, or for `none` any fact contradicts. */
export function codedLeaf({ kind, target, domain, near = 0, far = ONGOING }: Presence): Leaf {
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

/**
 * What the day of a fact without a measured value must mean (fact.ts): a far edge needs a day that it was not before, a
 * near edge one that it was not after.
 */
function dayValues({ near, far }: Edges): { valueLo: bigint; valueHi: bigint } {
  const valueLo = near > 0 ? EXACT : EARLIEST;
  const valueHi = far < ONGOING ? EXACT : LATEST;
  return { valueLo, valueHi };
}

/** A leaf that a fact without a measured value satisfies when its day surely lies within the edges. */
export function presenceLeaf(presence: Omit<Presence, "kind">): Leaf {
  const leaf = codedLeaf({ kind: "any", ...presence });
  return { ...leaf, ...dayValues(leaf) };
}

/** The same of the start of an episode that still went on when the record was issued. */
export function stillOnLeaf(presence: Omit<Presence, "kind">): Leaf {
  const leaf = presenceLeaf(presence);
  return { ...leaf, valueLo: leaf.valueLo + STILL_ON, valueHi: leaf.valueHi + STILL_ON };
}

/** The edges of a window in which something must have been so. */
export function edgesOf({ within, ago }: Times): Edges {
  return {
    near: ago === undefined ? 0 : parseDuration(ago).longest,
    far: within === undefined ? ONGOING : parseDuration(within).shortest,
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

/** When something must have happened. */
export type Windows = Pick<CodedForm<"procedure">, "within" | "atLeastAgo">;

/** Something that happens on a day: shown within its window, or shown absent from it. */
export function compileHappening(
  target: Target,
  domain: Domain,
  { within, atLeastAgo: ago }: Windows,
  { path, negated }: Pick<Place, "path" | "negated">,
  context: Context,
): Meant | undefined {
  const when = timeWords({ within, ago });
  const time = when === "" ? ({ ever: true } as const) : { when };
  const said = { is: "leaf", path, what: subjectOf(target), ...time } as const;
  const at = target.form === "observation" ? path : `${path}.${target.form}`;
  const meant = (requirement: Requirement): Meant => ({ requirement, said });
  if (negated) {
    if (ago !== undefined) {
      context.problems.push(nearEdgeProblem(path));
      return undefined;
    }
    checkSound("none", target, at, context);
    const far = within === undefined ? ONGOING : parseDuration(within).longest;
    const words =
      within === undefined ? phrases.noneEver(target) : phrases.noneWithin(target, within);
    return meant(leafOf(codedLeaf({ kind: "none", target, domain, far }), words, path));
  }
  checkSound("any", target, at, context);
  const presence = { target, domain, ...edgesOf({ within, ago }) };
  // A result has a value of its own; one with an uncertain day is unusable.
  const leaf =
    domain === "observation" ? codedLeaf({ kind: "any", ...presence }) : presenceLeaf(presence);
  const words = when === "" ? phrases.ever(target) : phrases.happened(target, { within, ago });
  return meant(leafOf(leaf, words, path));
}
