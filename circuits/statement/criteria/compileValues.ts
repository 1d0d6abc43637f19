// From thresholds in the criteria text to ranges of encoded values, and the complements of such ranges.

import { decodeQuantity, encodeQuantity, MAX_VALUE } from "../encoding/fact.ts";
import { printNumber } from "../encoding/print.ts";
import type { Conversion } from "../encoding/units.ts";
import type { LimitRange, ValueRange } from "./criteriaParts.ts";
import type { Context } from "./requirement.ts";

/** Inclusive encoded values, with the words for them. */
export type Range = { readonly lo: bigint; readonly hi: bigint; readonly words: string };

export const EVERY_VALUE: Range = { lo: 0n, hi: MAX_VALUE, words: "" };
const DECIMALS = 4;
type Side = "min" | "max" | "above" | "below";
const WORDS: Record<Side, string> = {
  min: "at least",
  max: "at most",
  above: "above",
  below: "below",
};
/** The words for the other side of a threshold. */
const OPPOSITE: Record<Side, Side> = { min: "below", max: "above", above: "max", below: "min" };

/** A decimal in the canonical unit, or why its unit does not fit. */
type Convert = (decimal: string) => Conversion;

type Threshold = { readonly side: Side; readonly text: string; readonly encoded: bigint };

/** A unit as it follows a number; `one` says one of it, where a number would be odd ("the upper limit"). */
type UnitWords = { readonly unit: string; readonly one?: string };

/** Thresholds with a lower and an upper side, at least one of them, and their unit. */
export type Bounds = UnitWords & { readonly lower?: Threshold; readonly upper?: Threshold };

/** Reads a decimal and says why it cannot be a threshold, or its encoding. */
function encodeThreshold(
  text: string,
  convert: Convert,
): { encoded: bigint } | { message: string; hint: string } {
  const decimals = /\.(\d+)$/.exec(text)?.[1]?.replace(/0+$/, "").length ?? 0;
  if (decimals > DECIMALS || /e-/.test(text)) {
    return {
      message: `threshold ${text} is finer than the ${DECIMALS} decimals that records hold`,
      hint: `Round it to ${DECIMALS} decimals.`,
    };
  }
  const conversion = convert(text);
  if (!conversion.ok) {
    return { message: conversion.reason, hint: "Use a unit in which this is measured." };
  }
  const canonical = conversion.value;
  const encoded = encodeQuantity(canonical);
  if (encoded === undefined) {
    return { message: `threshold ${text} is out of range`, hint: "Check the number and its unit." };
  }
  const exact = Number(canonical);
  const off = Math.abs(Number(decodeQuantity(encoded)) - exact);
  if (off > Math.abs(exact) / 1000) {
    return {
      message: `threshold ${text} is finer than the unit in which records hold this`,
      hint: "Use a coarser threshold.",
    };
  }
  return { encoded };
}

/**
 * Reads min, max, above and below. The unit is for the words, with the space before it.
 * Returns undefined after noting what is wrong.
 */
export function readBounds(
  range: ValueRange | LimitRange,
  { path, convert, ...unit }: UnitWords & { path: string; convert: Convert },
  { problems }: Context,
): Bounds | undefined {
  const before = problems.length;
  const read = (sides: readonly [Side, Side]): Threshold | undefined => {
    const given = sides.filter((side) => range[side] !== undefined);
    if (given.length === 2) {
      const message = `has both ${sides.join(" and ")}`;
      problems.push({ path, message, hint: "Keep one of the two." });
    }
    const side = given[0];
    if (side === undefined || given.length === 2) return undefined;
    const text = String(range[side]);
    const outcome = encodeThreshold(text, convert);
    if ("encoded" in outcome) return { side, text, encoded: outcome.encoded };
    problems.push({ path: `${path}.${side}`, ...outcome });
    return undefined;
  };
  const lower = read(["min", "above"]);
  const upper = read(["max", "below"]);
  if (problems.length > before) return undefined;
  if (!lower && !upper) {
    problems.push({ path, message: "sets no bound", hint: "Give min, max, above or below." });
    return undefined;
  }
  const bounds = { ...unit, ...(lower && { lower }), ...(upper && { upper }) };
  const { lo, hi } = within(bounds);
  if (lo <= hi) return bounds;
  const message = `the range is inverted: ${within(bounds).words}`;
  problems.push({ path, message, hint: 'Swap the bounds, or use two criteria under "any".' });
  return undefined;
}

/** First and last encoded value on the inside of a threshold: ">" starts at the next representable value. */
function edge({ side, encoded }: Threshold): bigint {
  if (side === "above") return encoded + 1n;
  return side === "below" ? encoded - 1n : encoded;
}

/** The values inside the bounds. */
export function within(bounds: Bounds): Range {
  const { lower, upper } = bounds;
  const sides = [lower, upper].filter((t) => t !== undefined);
  return {
    lo: lower ? edge(lower) : 0n,
    hi: upper ? edge(upper) : MAX_VALUE,
    words: thresholdWords(sides, "and", bounds),
  };
}

/** "at least 50 and at most 100/min": the unit once, unless a number of it goes without saying. */
function thresholdWords(
  sides: readonly Pick<Threshold, "side" | "text">[],
  joint: "and" | "or",
  { unit, one }: UnitWords,
): string {
  const isOne = ({ text }: { text: string }) => one !== undefined && Number(text) === 1;
  const number = (side: { text: string }) => (isOne(side) ? one : printNumber(side.text));
  const isOnce = !sides.some(isOne);
  const words = sides.map((side) => {
    const own = isOnce || isOne(side) ? "" : unit;
    return `${WORDS[side.side]} ${number(side)}${own}`;
  });
  return `${words.join(` ${joint} `)}${isOnce ? unit : ""}`;
}

/** The values outside the bounds: what `not` of a known value leaves. */
export function outside(bounds: Bounds): Range[] {
  const { lo, hi } = within(bounds);
  const pieces: Range[] = [];
  const words = (t: Threshold) => thresholdWords([oppositeOf(t)], "or", bounds);
  if (bounds.lower && lo > 0n) pieces.push({ lo: 0n, hi: lo - 1n, words: words(bounds.lower) });
  if (bounds.upper && hi < MAX_VALUE) {
    pieces.push({ lo: hi + 1n, hi: MAX_VALUE, words: words(bounds.upper) });
  }
  return pieces;
}

/** All that is outside in words: "below 50 or above 100/min". */
export function outsideWords(bounds: Bounds): string {
  const sides = [bounds.lower, bounds.upper].filter((t) => t !== undefined);
  return thresholdWords(sides.map(oppositeOf), "or", bounds);
}

function oppositeOf({ side, text }: Threshold): Pick<Threshold, "side" | "text"> {
  return { side: OPPOSITE[side], text };
}
