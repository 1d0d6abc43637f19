// One leaf of a program over a record's sorted facts, with exactly the circuit's meaning (circuits/LAYOUT.md).

import { factWords, ownAgeWords, saysWhen } from "../statement/criteria/factWords.ts";
import type { Leaf } from "../statement/criteria/program.ts";
import { decodeCode } from "../statement/encoding/code.ts";
import { ONGOING, parseDay, ymdOfDay } from "../statement/encoding/day.ts";
import {
  type Fact,
  LATEST,
  SENTINEL,
  STILL_ON,
  UNUSABLE,
  unpackFact,
} from "../statement/encoding/fact.ts";
import { type Opening, openLeaf } from "./opening.ts";
import { PAGE_FACTS } from "./record.ts";

type Why =
  | "shown"
  | "absent"
  | "not-on-record"
  | "unusable"
  | "outside-range"
  | "too-old"
  | "too-recent"
  | "uncertain-day"
  | "on-record";

export type LeafVerdict = {
  readonly holds: boolean;
  readonly why: Why;
  /** In words, with the patient's own values: for the patient's eyes only. */
  readonly reason: string;
  /** The packed fact that shows it, or that stands in the way; for an absence the one past the range. */
  readonly fact?: bigint;
  /** Days after `asOf` on which the verdict could turn, were the record to stay as it is. */
  readonly turns: readonly number[];
};

function inValues(leaf: Leaf, value: bigint, asOf: number): boolean {
  if (!leaf.relative) return value >= leaf.valueLo && value <= leaf.valueHi;
  const today = BigInt(ymdOfDay(asOf));
  return value >= today - leaf.valueHi && value <= today - leaf.valueLo;
}

const oldEnough = (leaf: Leaf, day: number, asOf: number) =>
  leaf.near === 0 || day <= asOf - leaf.near;

/** Evaluates a leaf on sorted packed facts: it holds when a pair of neighbouring facts proves it. */
export function evaluateLeaf(leaf: Leaf, facts: readonly bigint[], asOf: number): LeafVerdict {
  const opening = openLeaf(facts, leaf, { day: asOf, ymd: ymdOfDay(asOf) });
  if (leaf.kind === "none") return explainNone(leaf, facts, opening);
  if (opening !== undefined) {
    const fact = factAt(facts, opening);
    return { holds: true, why: "shown", reason: ownWords(leaf, fact, asOf), fact, turns: [] };
  }
  const first = facts.findIndex((fact) => unpackFact(fact).code >= leaf.codeLo);
  const asked =
    first < 0 ? [] : facts.slice(first).filter((f) => unpackFact(f).code <= leaf.codeHi);
  return explainMiss(leaf, leaf.kind === "latest" ? asked.slice(0, 1) : asked, asOf);
}

/** What the record has, as a leaf asks for it: of a birth date the age. */
function ownWords({ relative }: Leaf, fact: bigint, asOf: number): string {
  return relative ? ownAgeWords(fact, asOf) : factWords(fact);
}

function factAt(facts: readonly bigint[], { page, slot }: Opening): bigint {
  return facts[page * PAGE_FACTS + slot - 1] ?? SENTINEL;
}

function explainNone(leaf: Leaf, facts: readonly bigint[], opening?: Opening): LeafVerdict {
  if (opening !== undefined) {
    const fact = factAt(facts, opening);
    const reason = opening.past ? "nothing on record" : `last ${factWords(fact)}`;
    return { holds: true, why: "absent", reason, fact, turns: [] };
  }
  const fact = facts.find((packed) => unpackFact(packed).code >= leaf.codeLo)!;
  const { day } = unpackFact(fact);
  const lapses = leaf.far !== ONGOING && day !== ONGOING;
  const turns = lapses ? [day + leaf.far + 1] : [];
  return { holds: false, why: "on-record", reason: factWords(fact), fact, turns };
}

type Candidate = { readonly packed: bigint; readonly fact: Fact };

/** Why no candidate hits: the first one that comes nearest explains it. */
function explainMiss(leaf: Leaf, candidates: readonly bigint[], asOf: number): LeafVerdict {
  const facts = candidates
    .map((packed) => ({ packed, fact: unpackFact(packed) }))
    .filter(({ fact }) => isAbout(leaf, fact));
  const turns = facts.flatMap(({ fact }) => turningDays(leaf, fact, asOf));
  const verdict = (why: Why, { packed }: Candidate): LeafVerdict => ({
    holds: false,
    why,
    reason:
      why === "uncertain-day"
        ? `${factWords(packed)}, not known when exactly`
        : ownWords(leaf, packed, asOf),
    fact: packed,
    turns,
  });
  const [newest] = facts;
  if (!newest) return { holds: false, why: "not-on-record", reason: "nothing on record", turns };
  const usable = facts.filter(({ fact }) => fact.value !== UNUSABLE);
  if (usable.length === 0) return verdict("unusable", newest);
  const inRange = usable.filter(({ fact }) => inValues(leaf, fact.value, asOf));
  if (inRange.length === 0) {
    return verdict(hasNoValue(leaf) ? "uncertain-day" : "outside-range", usable[0]!);
  }
  const late = inRange.find(({ fact }) => !oldEnough(leaf, fact.day, asOf));
  return late ? verdict("too-recent", late) : verdict("too-old", inRange[0]!);
}

/** Whether a leaf asks for the day of something that has no measured value. */
function hasNoValue(leaf: Leaf): boolean {
  return !leaf.relative && leaf.valueHi <= LATEST + STILL_ON && saysWhen(decodeCode(leaf.codeLo));
}

/** A start stands beside the same start of an episode that still goes on: a leaf is about one of the two. */
function isAbout(leaf: Leaf, { value }: Fact): boolean {
  if (value === UNUSABLE || !hasNoValue(leaf)) return true;
  return value > STILL_ON === leaf.valueLo > STILL_ON;
}

/** Days on which a fact that does not hit today may come to hit: its near edge, or a birthday. */
function turningDays(leaf: Leaf, { day, value }: Fact, asOf: number): number[] {
  if (leaf.relative) {
    if (value === UNUSABLE) return [];
    const birthday = dayAtOrAfter(Number(value + leaf.valueLo));
    return birthday !== undefined && birthday > asOf ? [birthday] : [];
  }
  const ripe = day + leaf.near;
  return leaf.near > 0 && day !== ONGOING && ripe > asOf && ripe < ONGOING ? [ripe] : [];
}

/** The first calendar day whose yyyymmdd is at least this number: 1 March for 29 February of a common year. */
function dayAtOrAfter(ymd: number): number | undefined {
  const text = String(ymd).padStart(8, "0");
  const [year, month, date] = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)];
  const isLeapDay = month === "02" && date === "29";
  try {
    return parseDay(`${year}-${month}-${date}`);
  } catch {
    // No such day: 29 February of a common year, or beyond the calendar.
    return isLeapDay ? parseDay(`${year}-03-01`) : undefined;
  }
}
