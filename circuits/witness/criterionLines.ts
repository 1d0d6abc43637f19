// A criterion as a patient reads it: one sentence, or a list of sentences under "one of these" or "all of these", each
// with what the record shows. No list is ever put in brackets.
import type { CompiledCriterion } from "../statement/criteria/compile.ts";
import type { Leaf } from "../statement/criteria/program.ts";
import { leavesOf, type Requirement, type Said } from "../statement/criteria/requirement.ts";
import { partWords, saidParts, VOICE, type Voice, withinNot } from "../statement/criteria/said.ts";
import type { LeafVerdict } from "./evaluateLeaf.ts";

export type CriterionLine = {
  /** A sentence, or what leads a list: "One of these". */
  readonly words: string;
  /** Whether it is as it has to be, of a reason not to take part that it does not apply; undefined: only a person can say. */
  readonly holds: boolean | undefined;
  /** The record's own values, with unit and date; none of a list, whose lines have theirs. */
  readonly reasons: readonly string[];
  /** The lines of a list; empty of a sentence. */
  readonly of: readonly CriterionLine[];
};

type Judge = (leaf: Leaf) => LeafVerdict;
type Of = Pick<CompiledCriterion, "said" | "list" | "requirement">;

/** A criterion's lines, judged on a record. */
export function linesOf({ said, list, requirement }: Of, judge: Judge): CriterionLine {
  return lineOf(said, VOICE[list], { requirement, judge });
}

type On = { readonly requirement: Requirement; readonly judge: Judge };
/** Words that lead a list of their own: they are broken up into its lines. */
const HAS_LIST = /\b(?:any|all|none|at least \d+) of\b[^:]*:/i;

function lineOf(said: Said, voice: Voice, on: On): CriterionLine {
  const words = partWords(said, voice);
  const holds = holdsOf(said, voice.negated, on);
  if (!HAS_LIST.test(words)) {
    const leaves = saidParts(said).filter((part) => part.is === "leaf");
    return {
      words,
      holds,
      reasons: [...new Set(leaves.flatMap(({ path }) => reasonsAt(path, on)))],
      of: [],
    };
  }
  const { gate, isOpposite, inner } = listIn(said, voice);
  if (gate === undefined) return { words, holds, reasons: [], of: [] };
  const of = gate.of.map((part) => lineOf(part, inner, on));
  return { words: leadOf(gate, isOpposite), holds, reasons: [], of };
}

type Gate = Said & { is: "gate" };

/** The gate that a list shows, through any number of `not` and gates of one part. */
function listIn(
  said: Said,
  voice: Voice,
): { gate: Gate | undefined; isOpposite: boolean; inner: Voice } {
  if (said.is === "not") {
    const { isOpposite, ...rest } = listIn(said.of, withinNot(voice));
    return { ...rest, isOpposite: !isOpposite };
  }
  if (said.is !== "gate") return { gate: undefined, isOpposite: false, inner: voice };
  const [only, ...more] = said.of;
  if (only !== undefined && more.length === 0) return listIn(only, voice);
  return { gate: said, isOpposite: false, inner: voice };
}

function leadOf({ threshold, of }: Gate, isOpposite: boolean): string {
  if (threshold === 1) return isOpposite ? "None of these" : "One of these";
  if (threshold === of.length) return isOpposite ? "Not all of these" : "All of these";
  return isOpposite ? `Fewer than ${threshold} of these` : `At least ${threshold} of these`;
}

/** What is asked of a person counts as given beside what a record shows; alone it is not known. */
function holdsOf(said: Said, isNegated: boolean, on: On): boolean | undefined {
  if (said.is === "attested") return undefined;
  if (said.is === "not") return holdsOf(said.of, !isNegated, on);
  if (said.is === "leaf")
    return nodesAt(said.path, on.requirement).every((node) => isMet(node, on));
  const each = said.of.map((part) => holdsOf(part, isNegated, on));
  const needed = isNegated ? each.length - said.threshold + 1 : said.threshold;
  if (each.filter((one) => one === undefined).length >= needed) return undefined;
  return each.filter((one) => one !== false).length >= needed;
}

function isMet(node: Requirement, on: On): boolean {
  if (node.is === "attested") return true;
  if (node.is === "leaf") return on.judge(node.leaf).holds;
  return node.of.filter((part) => isMet(part, on)).length >= node.threshold;
}

/** What the record has to show for the part of the text at a path: the largest pieces that are about nothing else. */
function nodesAt(path: string, requirement: Requirement): Requirement[] {
  const leaves = leavesOf(requirement);
  const isWithin = (at: string) =>
    at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`);
  if (leaves.length > 0 && leaves.every((leaf) => isWithin(leaf.path))) return [requirement];
  return requirement.is === "gate" ? requirement.of.flatMap((part) => nodesAt(path, part)) : [];
}

/** What decides it: of what holds the values that show it, of what does not those that stand in the way. */
function reasonsAt(path: string, on: On): string[] {
  return nodesAt(path, on.requirement).flatMap((node) => {
    const verdicts = leavesOf(node).map(({ leaf }) => on.judge(leaf));
    const isShown = isMet(node, on);
    return verdicts.filter(({ holds }) => holds === isShown).map(({ reason }) => reason);
  });
}
