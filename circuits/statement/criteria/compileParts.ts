// What each part of a trial has of its own: its policy, and its share of each criterion.
import type { Tree } from "./compileGates.ts";
import type { Part, Provable } from "./compileSplit.ts";
import type { PolicyOverrides } from "./criteria.ts";
import { derivePolicy, tightenPolicy } from "./policy.ts";
import type { Policy } from "./program.ts";
import type { Context } from "./requirement.ts";

/** Each part's policy, derived from its own leaves; a trial's stricter demands are made of every record. */
export function policiesOf(
  parts: readonly Part[],
  of: {
    readonly provable: readonly Provable[];
    readonly overrides: PolicyOverrides | undefined;
    readonly latestIdentitySince: number;
  },
  context: Context,
): Policy[] {
  const derive = (pieces: readonly Provable[], on: Context) => {
    const requirements = pieces.map(({ requirement }) => requirement);
    const derived = derivePolicy(requirements, of.latestIdentitySince, on);
    return tightenPolicy(derived, of.overrides, on.problems);
  };
  // What is wrong, the whole says once: no part's policy is stricter.
  derive(of.provable, context);
  return parts.map(({ pieces }) => derive(pieces, { ...context, problems: [] }));
}

export type Shown = { readonly part: number; readonly tree: Tree };

/** What a criterion demands of each part that holds something of it. */
export function shownBy(parts: readonly Part[], path: string): Shown[] {
  return parts.flatMap(({ pieces, gated }, part) => {
    const of = gated.trees.filter((_, i) => pieces[i]!.path === path);
    if (of.length === 0) return [];
    return [{ part, tree: of.length === 1 ? of[0]! : { threshold: of.length, of } }];
  });
}
