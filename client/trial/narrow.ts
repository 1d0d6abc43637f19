// What a yes would give away: ranges so narrow that "it lies in there" is as good as the value
// itself.

import type { Leaf, Program } from "../../circuits/statement/criteria/program.ts";
import { decodeCode, encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import { decodeQuantity, VALUE_OFFSET } from "../../circuits/statement/encoding/fact.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { requiredLeaves } from "./requiredLeaves.ts";

const BIRTH_DATE = encodeCode("demographic", "loinc", "21112-8");
const SHORTEST_BIRTH_RANGE_DAYS = 365;
const SHORTEST_WINDOW_DAYS = 14;
/** A two-sided range narrower than this share of its middle, in percent, is called narrow. */
const NARROW_PERCENT = 10n;
/** Quantities lie around VALUE_OFFSET; coded answers and presence are small integers. */
const SMALLEST_QUANTITY = 1n << 32n;

/** A leaf of one of the trial's programs, both by index. */
type Place = { readonly part: number; readonly leaf: number };

/** `refuse`: the wallet will not prove this. `warn`: it asks first. */
export type Flag = {
  readonly severity: "warn" | "refuse";
  readonly leaves: readonly Place[];
  readonly text: string;
};

type Placed = { readonly place: Place; readonly leaf: Leaf; readonly isRequired: boolean };

/**
 * Flags of a trial's programs on a day of proof. A yes is a yes to all of them, so what they ask of
 * one code is looked at together.
 */
export function flagNarrow(programs: readonly Program[], asOfDay: number): Flag[] {
  const all = programs.flatMap(placed);
  const alone = all.flatMap(({ leaf, place }) => flagLeaf(leaf, [place], asOfDay));
  const flagged = new Set(alone.flatMap((flag) => flag.leaves));
  const together = sameCode(all.filter(({ isRequired }) => isRequired))
    .filter((group) => group.every(({ place }) => !flagged.has(place)))
    .flatMap((group) => {
      const leaf = intersect(group.map((one) => one.leaf));
      const places = group.map(({ place }) => place);
      return leaf === undefined ? [] : flagLeaf(leaf, places, asOfDay);
    });
  return [...alone, ...together];
}

function placed(program: Program, part: number): Placed[] {
  const required = new Set(requiredLeaves(program));
  return program.leaves.map((leaf, i) => ({
    place: { part, leaf: i },
    leaf,
    isRequired: required.has(i),
  }));
}

function flagLeaf(leaf: Leaf, leaves: Place[], asOfDay: number): Flag[] {
  if (leaf.kind === "none") return [];
  const { system } = decodeCode(leaf.codeLo);
  if (system === "idTag") {
    return [
      { severity: "refuse", leaves, text: "asks for an identity document: it names a person" },
    ];
  }
  if (leaf.codeLo <= BIRTH_DATE && BIRTH_DATE <= leaf.codeHi)
    return flagBirth(leaf, leaves, asOfDay);
  return [...flagWindow(leaf, leaves), ...flagValue(leaf, leaves)];
}

function flagBirth(leaf: Leaf, leaves: Place[], asOfDay: number): Flag[] {
  const today = BigInt(ymdOfDay(asOfDay));
  const first = leaf.relative ? today - leaf.valueHi : leaf.valueLo;
  const last = leaf.relative ? today - leaf.valueLo : leaf.valueHi;
  const days = daysUpTo(last) - daysUpTo(first - 1n);
  if (days >= SHORTEST_BIRTH_RANGE_DAYS) return [];
  return [
    { severity: "refuse", leaves, text: `narrows the birth date to ${counted(days, "day")}` },
  ];
}

function flagWindow(leaf: Leaf, leaves: Place[]): Flag[] {
  if (leaf.far === ONGOING || leaf.far === 0) return [];
  // What lasts may go on since long before: only a window with two edges pins its day down.
  const { domain } = decodeCode(leaf.codeLo);
  if (leaf.near === 0 && domain.endsWith("Last")) return [];
  const days = leaf.far - leaf.near + 1;
  if (days >= SHORTEST_WINDOW_DAYS) return [];
  return [{ severity: "warn", leaves, text: `narrows a date to ${counted(days, "day")}` }];
}

function flagValue(leaf: Leaf, leaves: Place[]): Flag[] {
  if (leaf.relative || leaf.valueLo < SMALLEST_QUANTITY) return [];
  const width = leaf.valueHi - leaf.valueLo;
  const middle = (leaf.valueHi + leaf.valueLo) / 2n - VALUE_OFFSET;
  const size = middle < 0n ? -middle : middle;
  if (width * 100n >= size * NARROW_PERCENT) return [];
  const range = `${decodeQuantity(leaf.valueLo)} to ${decodeQuantity(leaf.valueHi)}`;
  return [{ severity: "warn", leaves, text: `narrows a measured value to ${range}` }];
}

/** Groups of two or more required leaves about one exact code, or about the birth date, whole or in part. */
function sameCode(required: readonly Placed[]): Placed[][] {
  const groups = new Map<string, Placed[]>();
  for (const one of required) {
    const { leaf } = one;
    const isBirth = leaf.codeLo === BIRTH_DATE;
    if (leaf.kind === "none" || (leaf.codeLo !== leaf.codeHi && !isBirth)) continue;
    const key = `${leaf.codeLo}/${leaf.relative}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function intersect(leaves: readonly Leaf[]): Leaf | undefined {
  let { valueLo, valueHi } = leaves[0]!;
  for (const leaf of leaves) {
    if (leaf.valueLo > valueLo) valueLo = leaf.valueLo;
    if (leaf.valueHi < valueHi) valueHi = leaf.valueHi;
  }
  return valueLo > valueHi ? undefined : { ...leaves[0]!, valueLo, valueHi };
}

/** Days since 1970 of the last calendar day whose yyyymmdd is at most this number. */
function daysUpTo(ymd: bigint): number {
  const number = Number(ymd < 0n ? 0n : ymd);
  const year = Math.floor(number / 10_000);
  const month = Math.floor(number / 100) % 100;
  if (month < 1) return dayOf(year - 1, 12, 31);
  if (month > 12) return dayOf(year, 12, 31);
  const monthEnd = dayOf(year, month + 1, 0);
  return Math.min(dayOf(year, month, number % 100), monthEnd);
}

function dayOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / 86_400_000;
}
