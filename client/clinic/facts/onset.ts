// When something began or ended, in whichever of FHIR's forms it is given: dateTime, age, period, range of ages, words.
import { z } from "zod";
import { ONGOING } from "../../../circuits/statement/encoding/day.ts";
import { period, quantity, range } from "../read/datatypes.ts";
import type { Span } from "../read/draft.ts";
import { type Life, readDate, readEnd, readPeriod, spanOfAge } from "./dates.ts";
import { boundedBy, type Interval, mayLastSince, STILL } from "./interval.ts";
import type { Clinical, StatusReading } from "./status.ts";

/** The forms of `onset[x]`, with the day it was written down. */
export const onsetFields = {
  onsetDateTime: z.string().optional(),
  onsetAge: quantity.optional(),
  onsetPeriod: period.optional(),
  onsetRange: range.optional(),
  recordedDate: z.string().optional(),
};
/** The forms of `abatement[x]`. */
export const abatementFields = {
  abatementDateTime: z.string().optional(),
  abatementAge: quantity.optional(),
  abatementPeriod: period.optional(),
  abatementRange: range.optional(),
  abatementString: z.string().optional(),
};
const onsetSchema = z.looseObject(onsetFields);
const abatementSchema = z.looseObject(abatementFields);

type Range = z.infer<typeof range>;

/** From the first day of the lower age to the last of the upper one; undefined when neither can be read. */
export function spanOfAges(
  { low, high }: Range,
  field: string,
  life: Life,
  mayBeAhead = false,
): Span | undefined {
  const lower = low && spanOfAge(low, field, life, mayBeAhead);
  const upper = high && spanOfAge(high, field, life, true);
  if (lower === undefined && upper === undefined) return undefined;
  const from = lower?.from ?? life.birth.from;
  return { from, to: Math.max(from, upper?.to ?? life.issuedDay) };
}

/**
 * The days on which it may have begun. With no onset, or one in words, any day from birth to `latest`, the last on
 * which it can have begun.
 */
function startOf(input: z.infer<typeof onsetSchema>, life: Life, latest: number): Span {
  const { onsetDateTime, onsetAge, onsetPeriod, onsetRange } = input;
  if (onsetDateTime !== undefined) return readDate(onsetDateTime, "onsetDateTime", life);
  if (onsetPeriod?.start !== undefined || onsetPeriod?.end !== undefined) {
    return readPeriod(onsetPeriod, "onsetPeriod", life, latest);
  }
  const aged =
    (onsetAge && spanOfAge(onsetAge, "onsetAge", life)) ??
    (onsetRange && spanOfAges(onsetRange, "onsetRange", life));
  return aged ?? { from: life.birth.from, to: Math.max(life.birth.from, latest) };
}

/** The days on which it may have ended; `ahead` when it will; undefined when nothing is said of an end. */
type End = (Span & { readonly mayLast: boolean }) | "ahead" | undefined;

function endOf(input: z.infer<typeof abatementSchema>, life: Life): End {
  const { abatementDateTime, abatementAge, abatementPeriod, abatementRange } = input;
  if (abatementDateTime !== undefined) {
    return readEnd(abatementDateTime, "abatementDateTime", life) ?? "ahead";
  }
  const unknown = { from: life.birth.from, to: life.issuedDay, mayLast: false };
  if (abatementPeriod?.start !== undefined || abatementPeriod?.end !== undefined) {
    const { start, end } = abatementPeriod;
    const first = start === undefined ? unknown : readEnd(start, "abatementPeriod.start", life);
    if (first === undefined) return "ahead";
    // It began to abate, and nobody says that it was done with it.
    const last =
      end === undefined ? { ...unknown, mayLast: true } : readEnd(end, "abatementPeriod.end", life);
    const to = Math.max(first.from, last?.to ?? life.issuedDay);
    return { from: Math.min(first.from, to), to, mayLast: last?.mayLast ?? true };
  }
  const aged =
    (abatementAge && spanOfAge(abatementAge, "abatementAge", life, true)) ??
    (abatementRange && spanOfAges(abatementRange, "abatementRange", life, true));
  if (aged !== undefined) return { ...aged, mayLast: false };
  const isStated = [abatementAge, abatementPeriod, abatementRange, input.abatementString].some(
    (one) => one !== undefined,
  );
  return isStated ? unknown : undefined;
}

/**
 * A start that other dates contradict. Noted before it began: nobody knows when it did. Over before it began:
 * boundedBy opens both.
 */
function contradicted(told: Span, noted: number, { birth }: Life): Span {
  return noted < told.from ? { from: birth.from, to: told.to } : told;
}

/**
 * Start and last days of what has a clinical status. `confirmedOn`: a later day on which it held.
 *
 * Over: it ended between the end that is given, or its start, and that end or the day of issue. No status, one that
 * nobody can read, or active and ended at once: it may last.
 */
export function readCourse(
  input: z.infer<typeof onsetSchema> & z.infer<typeof abatementSchema>,
  status: StatusReading<Clinical>,
  life: Life,
  confirmedOn?: Span,
): Interval {
  const recorded =
    input.recordedDate === undefined
      ? undefined
      : readDate(input.recordedDate, "recordedDate", life);
  const end = endOf(input, life);
  const ended = end === "ahead" ? undefined : end;
  // Active and over at once: either is wrong, so the end says nothing about the beginning.
  const past = status === "active" ? undefined : ended?.to;
  const latest = Math.min(
    ...[recorded?.to, past, confirmedOn?.to, life.issuedDay].filter((d) => d !== undefined),
  );
  const told = startOf(input, life, latest);
  const noted = Math.min(recorded?.to ?? life.issuedDay, confirmedOn?.to ?? life.issuedDay);
  const start =
    latest < told.from ? contradicted(startOf(input, life, life.issuedDay), noted, life) : told;
  const heldOn = Math.max(start.from, confirmedOn?.from ?? 0);
  if (status === "over" && end !== "ahead") {
    return boundedBy(start, ended ?? { from: heldOn, to: life.issuedDay });
  }
  if (ended === undefined) {
    return { start, last: status === "active" ? STILL : mayLastSince(heldOn) };
  }
  const bounded = boundedBy(start, ended);
  if (status === undefined && !ended.mayLast) return bounded;
  return { start: bounded.start, last: { from: bounded.last.from, to: ONGOING } };
}
