// The conjunction of all criteria as one program or, when it fits none, as up to four: parts of one circuit, as few
// as possible, in the order of the text where that costs no part. A record that passes all parts passes the whole.

import { DOMAINS } from "../encoding/code.ts";
import { buildGates, type Footprint, footprintsOf, type Gated } from "./compileGates.ts";
import type { Problem } from "./problem.ts";
import { type Leaf, SIZES, type Size } from "./program.ts";
import type { Requirement } from "./requirement.ts";

/** A screening carries one proof a part. */
const MAX_PARTS = 4;
/** Programs of several parts all have this size. */
const PART_SIZE = 32;
const PART = SIZES[PART_SIZE];
/** Steps of the search for fewer parts: a bound for absurd texts, reached by no protocol. */
const MAX_STEPS = 20_000;
const MAX_NAMED = 3;
const CODE_IN_DOMAIN = 64n;
const DEMOGRAPHIC = BigInt(DOMAINS.demographic);
const SAVE =
  "Join codes into dictionary concepts, or make what needs most leaves a site attestation.";

/** A criterion's provable part, or one conjunct of it when the whole fits no program. */
export type Provable = { readonly path: string; readonly requirement: Requirement };
/** What becomes one program; `gated.trees` are those of its pieces. */
export type Part = {
  readonly size: Size;
  readonly gated: Gated;
  readonly pieces: readonly Provable[];
};

/** Splits into the fewest parts. Deterministic. Notes what cannot be split: a criterion, or the whole. */
export function splitParts(provable: readonly Provable[], problems: Problem[]): readonly Part[] {
  const gated = buildGates(provable, problems);
  const size = smallestFor(gated);
  if (size !== undefined) return [{ size, gated, pieces: provable }];
  const unfit: Problem[] = [];
  const pieces = provable.flatMap((piece) => piecesOf(piece, piece.requirement, unfit));
  problems.push(...unfit);
  if (unfit.length > 0) return [];
  const bins = pack(pieces.map(({ requirement }) => requirement));
  if (bins === undefined) problems.push(tooManyParts(gated, provable));
  return (bins ?? []).map((items) => {
    const own = items.map((item) => pieces[item]!);
    return { size: PART_SIZE, gated: buildGates(own, []), pieces: own };
  });
}

function smallestFor({ leaves, gates }: Gated): Size | undefined {
  const sizes = Object.keys(SIZES).map(Number) as Size[];
  return sizes.find(
    (size) => leaves.length <= SIZES[size].leaves && gates.length <= SIZES[size].gates,
  );
}

/** The criterion whole when it fits a part, else its conjuncts: what it demands all of can be shown apart. */
function piecesOf(piece: Provable, requirement: Requirement, problems: Problem[]): Provable[] {
  const alone = { ...piece, requirement };
  const gated = buildGates([alone], []);
  if (smallestFor(gated) !== undefined) return [alone];
  if (requirement.is === "gate" && requirement.threshold === requirement.of.length) {
    return requirement.of.flatMap((one) => piecesOf(piece, one, problems));
  }
  const { leaves, gates } = gated;
  const needs = `needs ${leaves.length} leaves and ${gates.length} gates`;
  const message = `${needs} that one record must answer together; ${PART.circuit} has ${PART.leaves} and ${PART.gates}`;
  problems.push({ path: piece.path, message, hint: SAVE });
  return [];
}

function tooManyParts({ leaves, gates }: Gated, provable: readonly Provable[]): Problem {
  const needs = `needs ${leaves.length} leaves and ${gates.length} gates`;
  const has = `${MAX_PARTS} parts of ${PART.circuit} have room for ${MAX_PARTS * PART.leaves} and ${MAX_PARTS * PART.gates}`;
  const largest = footprintsOf(provable.map(({ requirement }) => requirement))
    .map((print, i) => ({ path: provable[i]!.path, count: print.leaves.size }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_NAMED)
    .map(({ path, count }) => `${path} (${count === 1 ? "1 leaf" : `${count} leaves`})`);
  const message = `${needs}, more than ${MAX_PARTS} parts hold: ${has}`;
  return { path: "", message, hint: `${SAVE} The largest: ${largest.join(", ")}.` };
}

type Bin = Footprint & { readonly items: readonly number[] };

/** Items of each part, in order. Undefined when they do not go into {@link MAX_PARTS}. */
function pack(requirements: readonly Requirement[]): (readonly number[])[] | undefined {
  const prints = footprintsOf(requirements);
  const greedy = [greedily(prints, (bins) => bins.slice(-1)), greedily(prints, (bins) => bins)];
  const lowest = Math.ceil(new Set(prints.flatMap(({ leaves }) => [...leaves])).size / PART.leaves);
  for (let count = lowest; count <= MAX_PARTS; count++) {
    const bins = greedy.find(({ length }) => length <= count) ?? search(prints, count);
    if (bins !== undefined) return inOrder(anchor(bins, prints, requirements.map(isMetByNothing)));
  }
  return undefined;
}

/** Whether a leaf holds of a record that tells nothing but age and sex. */
export function isOpen({ kind, codeLo }: Leaf): boolean {
  return kind === "none" || (kind === "any" && codeLo >> CODE_IN_DOMAIN === DEMOGRAPHIC);
}

function isMetByNothing(requirement: Requirement): boolean {
  if (requirement.is === "leaf") return isOpen(requirement.leaf);
  if (requirement.is === "attested") return true;
  return requirement.of.filter(isMetByNothing).length >= requirement.threshold;
}

/**
 * A part that only asks for absences could be answered by any clinic that hardly knows the patient. Such a part gets
 * the nearest criterion that must be met of another part that has two, where there is one and it fits.
 */
function anchor(
  bins: readonly Bin[],
  prints: readonly Footprint[],
  isFree: readonly boolean[],
): readonly Bin[] {
  const anchors = (bin: Bin) => bin.items.filter((item) => !isFree[item]);
  return bins.reduce<readonly Bin[]>((all, { items: own }, at) => {
    const open = all[at]!;
    if (anchors(open).length > 0) return all;
    const distance = (item: number) => Math.min(...own.map((other) => Math.abs(other - item)));
    const spare = all.flatMap((bin) => (anchors(bin).length > 1 ? anchors(bin) : []));
    const item = spare
      .sort((a, b) => distance(a) - distance(b) || a - b)
      .find((one) => grown(open, one, prints[one]!) !== undefined);
    if (item === undefined) return all;
    const from = all.findIndex(({ items }) => items.includes(item));
    const left = all[from]!.items.filter((one) => one !== item);
    return all.with(at, grown(open, item, prints[item]!)!).with(from, binOf(left, prints));
  }, bins);
}

function inOrder(bins: readonly Bin[]): (readonly number[])[] {
  const lists = bins.map(({ items }) => [...items].sort((a, b) => a - b));
  return lists.sort((a, b) => a[0]! - b[0]!);
}

const EMPTY: Bin = { items: [], leaves: new Set(), gates: new Set() };

/** The bin with one more item; undefined when it does not fit. What fits alone fits an empty one. */
function grown(bin: Bin, item: number, print: Footprint): Bin | undefined {
  const leaves = new Set([...bin.leaves, ...print.leaves]);
  const gates = new Set([...bin.gates, ...print.gates]);
  const fits = leaves.size <= PART.leaves && gates.size + 1 <= PART.gates;
  return fits || bin.items.length === 0
    ? { items: [...bin.items, item], leaves, gates }
    : undefined;
}

function binOf(items: readonly number[], prints: readonly Footprint[]): Bin {
  return items.reduce((bin, item) => grown(bin, item, prints[item]!)!, EMPTY);
}

/** Each item, in the order of the text, into the first of the open bins that takes it. */
function greedily(prints: readonly Footprint[], open: (bins: Bin[]) => readonly Bin[]): Bin[] {
  const bins: Bin[] = [];
  prints.forEach((print, item) => {
    const taker = open(bins).find((bin) => grown(bin, item, print) !== undefined);
    const at = taker === undefined ? bins.length : bins.indexOf(taker);
    bins[at] = grown(taker ?? EMPTY, item, print)!;
  });
  return bins;
}

/** Every way to fill a number of bins, largest items first, until one holds all or the steps are used up. */
function search(prints: readonly Footprint[], count: number): readonly Bin[] | undefined {
  const order = prints.map((_, item) => item);
  order.sort((a, b) => prints[b]!.leaves.size - prints[a]!.leaves.size || a - b);
  let steps = 0;
  const place = (bins: readonly Bin[], next: number): readonly Bin[] | undefined => {
    const item = order[next];
    if (item === undefined) return bins;
    const room = bins.length < count ? [...bins, EMPTY] : bins;
    for (const [at, bin] of room.entries()) {
      if (++steps > MAX_STEPS) return undefined;
      const more = grown(bin, item, prints[item]!);
      const found = more && place(room.with(at, more), next + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return place([], 0);
}
