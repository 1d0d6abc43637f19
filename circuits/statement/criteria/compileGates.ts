// From requirement trees to the fewest leaves and threshold gates: equal leaves and gates are shared, nested
// conjunctions and disjunctions flattened.
import type { Problem } from "./problem.ts";
import { type Gate, type Leaf, packCodes, packParameters } from "./program.ts";
import type { Requirement } from "./requirement.ts";

/** A tree over shared leaves: what a requirement becomes, still nested, for verdicts per criterion. */
export type Tree =
  | { readonly leaf: number }
  | { readonly threshold: number; readonly of: readonly Tree[] };

type Node = { key: string; leaf?: number; threshold?: number; of?: readonly Node[] };

export type Gated = {
  readonly leaves: readonly Leaf[];
  readonly gates: readonly Gate[];
  /** For each provable requirement given, in order. */
  readonly trees: readonly Tree[];
};

/** What a requirement asks of a program, besides the gate that joins all: leaves by number, gates by key. */
export type Footprint = {
  readonly leaves: ReadonlySet<number>;
  readonly gates: ReadonlySet<string>;
};

/** Footprints over one numbering: what two requirements share counts once in the union of theirs. */
export function footprintsOf(requirements: readonly Requirement[]): Footprint[] {
  const numberOf = numbering([]);
  return requirements.map((requirement) => {
    const leaves = new Set<number>();
    const gates = new Set<string>();
    const visit = (node: Node, isRoot: boolean) => {
      if (node.leaf !== undefined) leaves.add(node.leaf);
      // The joining gate takes a conjunction's inputs as its own.
      else if (!isRoot || node.threshold !== node.of!.length) gates.add(node.key);
      for (const child of node.of ?? []) visit(child, false);
    };
    visit(
      toNode(requirement, numberOf, () => {}),
      true,
    );
    return { leaves, gates };
  });
}

/** Numbers leaves in the order of their coming and collects them; equal ones have one number. */
function numbering(leaves: Leaf[]): (leaf: Leaf) => number {
  const numbers = new Map<string, number>();
  return (leaf) => {
    const words = `${packCodes(leaf)} ${packParameters(leaf)}`;
    const known = numbers.get(words);
    if (known !== undefined) return known;
    numbers.set(words, leaves.length);
    return leaves.push(leaf) - 1;
  };
}

/** Builds leaves and gates for the conjunction of the requirements. Notes duplicates under at-least-k. */
export function buildGates(
  requirements: readonly { path: string; requirement: Requirement }[],
  problems: Problem[],
): Gated {
  const leaves: Leaf[] = [];
  const numberOf = numbering(leaves);
  const nodes = requirements.map(({ path, requirement }) =>
    toNode(requirement, numberOf, (message) => problems.push({ path, message, hint: DUPLICATE })),
  );
  const root = normalise(nodes.length, nodes);
  return { leaves, gates: emitGates(root), trees: nodes.map(toTree) };
}

const DUPLICATE = "Remove one of the two, since it would count twice.";

function toNode(
  requirement: Requirement,
  numberOf: (leaf: Leaf) => number,
  refuse: (message: string) => void,
): Node {
  if (requirement.is === "attested") throw new Error("attestations are not compiled");
  if (requirement.is === "leaf") {
    const leaf = numberOf(requirement.leaf);
    return { key: `${leaf}`, leaf };
  }
  const { threshold, of } = requirement;
  const children = of.map((part) => toNode(part, numberOf, refuse));
  const distinct = new Set(children.map((child) => child.key));
  if (threshold > 1 && threshold < of.length && distinct.size < of.length) {
    refuse(`at least ${threshold} of ${of.length} names the same criterion twice`);
  }
  return normalise(threshold, children);
}

/** One writing for one meaning: flat, without repetitions, ordered, no gate of one input. */
function normalise(threshold: number, children: readonly Node[]): Node {
  if (children.length === 1) return children[0]!;
  const isAll = threshold === children.length;
  const isAny = threshold === 1;
  const flat = children.flatMap((child) => {
    const size = child.of?.length ?? 0;
    const same = (isAll && child.threshold === size) || (isAny && child.threshold === 1);
    return child.of && same ? child.of : [child];
  });
  const unique = isAll || isAny ? [...new Map(flat.map((n) => [n.key, n])).values()] : flat;
  if (unique.length === 1) return unique[0]!;
  const of = [...unique].sort((a, b) => (a.key < b.key ? -1 : 1));
  const count = isAll ? of.length : threshold;
  return { key: `${count}(${of.map((n) => n.key).join(",")})`, threshold: count, of };
}

function toTree(node: Node): Tree {
  if (node.leaf !== undefined) return { leaf: node.leaf };
  return { threshold: node.threshold!, of: node.of!.map(toTree) };
}

/** Gates in an order in which each reads only earlier ones; the root is the last. */
function emitGates(root: Node): Gate[] {
  const gates: Gate[] = [];
  const numbers = new Map<string, number>();
  const emit = (node: Node): number => {
    const known = numbers.get(node.key);
    if (known !== undefined) return known;
    const inputs = node.leaf === undefined ? node.of! : [node];
    const leaves = inputs.flatMap((n) => (n.leaf === undefined ? [] : [n.leaf]));
    const earlier = inputs.filter((n) => n.leaf === undefined).map(emit);
    const gate = {
      threshold: node.threshold ?? 1,
      leaves: leaves.sort((a, b) => a - b),
      gates: earlier.sort((a, b) => a - b),
    };
    const number = gates.push(gate) - 1;
    if (node.leaf === undefined) numbers.set(node.key, number);
    return number;
  };
  emit(root);
  return gates;
}
