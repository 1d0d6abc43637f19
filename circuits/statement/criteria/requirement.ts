// What a criterion demands once `not` is pushed to the leaves: a tree of provable leaves, threshold gates and
// attestations. Compiler, plain-English rendering and evaluator all read this one tree.

import type { Terminology } from "../dictionary/terminology.ts";
import type { Problem } from "./problem.ts";
import type { Leaf } from "./program.ts";

/** A statement that a person makes, since no record can. */
export type Attestation = {
  readonly id: string;
  readonly text: string;
  readonly by: "patient" | "site";
  readonly when: "consent" | "site";
  /** Where it stands in the criteria text. */
  readonly path: string;
  /** True when it must be attested that this is *not* so (an exclusion). */
  readonly negated: boolean;
};

export type Requirement =
  | { readonly is: "leaf"; readonly leaf: Leaf; readonly words: string; readonly path: string }
  | {
      readonly is: "gate";
      readonly threshold: number;
      readonly of: readonly Requirement[];
      /** All of it in few words, for parts that one sentence can say: "below 50 or above 100/min". */
      readonly words?: string;
    }
  | { readonly is: "attested"; readonly attestation: Attestation };

/** One criterion in words, before it is known whether it must be so or must not. */
export type SaidLeaf = {
  /** "type 1 diabetes", "on insulin". */
  readonly what: string;
  /** "within the last 5 years": said once for several that share it. */
  readonly when?: string;
  /** At any time: goes without saying in an exclusion. */
  readonly ever?: true;
  /** What becomes of whoever was not measured, for a newest result; undefined when other parts may decide. */
  readonly unmeasured?: "passes" | "fails";
  /** The opposite of `what`; "no ..." when not given. */
  readonly without?: string | undefined;
};
export type Said =
  | (SaidLeaf & { readonly is: "leaf"; readonly path: string })
  | {
      readonly is: "gate";
      readonly path: string;
      readonly threshold: number;
      readonly of: readonly Said[];
    }
  | { readonly is: "not"; readonly path: string; readonly of: Said }
  | { readonly is: "attested"; readonly path: string; readonly attestation: Attestation };

/** What a criterion demands of the record, and how people say it. */
export type Meant = { readonly requirement: Requirement; readonly said: Said };

/** Carries the terminology down the tree and collects what is wrong. */
export type Context = {
  readonly terminology: Terminology;
  /** Concepts introduced later do not make an older trial unsound. */
  readonly dictionaryVersion: number;
  readonly problems: Problem[];
  readonly warnings: Problem[];
};

/** A leaf with the words that say what it demands. */
export function leafOf(leaf: Leaf, words: string, path: string): Requirement {
  return { is: "leaf", leaf, words, path };
}

/** All of the parts; a single part stands for itself. */
export function allOf(parts: readonly Requirement[]): Requirement {
  return parts.length === 1 ? parts[0]! : { is: "gate", threshold: parts.length, of: parts };
}

/** At least one of the parts, with the words for all of them if there are any. */
export function anyOf(parts: readonly Requirement[], words?: string): Requirement {
  if (parts.length === 1) return parts[0]!;
  return { is: "gate", threshold: 1, of: parts, ...(words !== undefined && { words }) };
}

/** Every leaf of a requirement, left to right, with repetitions. */
export function leavesOf(requirement: Requirement): (Requirement & { is: "leaf" })[] {
  if (requirement.is === "leaf") return [requirement];
  return requirement.is === "gate" ? requirement.of.flatMap(leavesOf) : [];
}

/** Every attestation of a requirement, left to right. */
export function attestationsOf(requirement: Requirement): Attestation[] {
  if (requirement.is === "attested") return [requirement.attestation];
  return requirement.is === "gate" ? requirement.of.flatMap(attestationsOf) : [];
}

/**
 * What of a requirement a record can be asked for: every attestation counts as given. Undefined when nothing is
 * left. Sound because requirements are monotone: the record must meet what is left whatever is attested.
 */
export function provablePart(requirement: Requirement): Requirement | undefined {
  if (requirement.is === "attested") return undefined;
  if (requirement.is === "leaf" || requirement.words !== undefined) return requirement;
  const parts = requirement.of.map(provablePart).filter((part) => part !== undefined);
  const threshold = requirement.threshold - (requirement.of.length - parts.length);
  if (threshold <= 0) return undefined;
  return parts.length === 1 ? parts[0]! : { is: "gate", threshold, of: parts };
}
