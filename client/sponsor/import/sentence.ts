// One sentence of a protocol to a criterion, only where the whole sentence is understood. A sentence with one word too
// many stays a sentence: what was skipped could be the point.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import { readAge, readSex } from "./age.ts";
import { readCoded, withoutSubject } from "./coded.ts";
import type { List, Reading } from "./imported.ts";
import { readMeasured } from "./measured.ts";
import { alternativesIn, tidy, timedIn } from "./wording.ts";

/** Longer than any sentence that is understood whole. */
const MAX_SENTENCE = 300;

const NOT_UNDERSTOOD: Readonly<Record<List, string>> = {
  inclusion: "not fully understood: a person attests it",
  exclusion: "not fully understood: a person attests that it does not apply",
};

/** Reads a sentence of a protocol's list. `criterion` is missing when it is not understood whole. */
export function readSentence(sentence: string, list: List): Reading {
  const isOne = !/\n/.test(sentence.trim()) && sentence.length <= MAX_SENTENCE;
  const read = isOne ? readWhole(tidy(sentence), list) : undefined;
  return read ?? { notes: [NOT_UNDERSTOOD[list]] };
}

function readWhole(text: string, list: List): Reading | undefined {
  return readAge(text) ?? readSex(text) ?? readOne(text, list) ?? readSeveral(text, list);
}

function readOne(text: string, list: List): Reading | undefined {
  const subjectless = withoutSubject(text, list);
  return (
    readMeasured(text, list) ??
    readMeasured(subjectless, list) ??
    readCoded(subjectless, list) ??
    (list === "inclusion" ? readNone(subjectless) : undefined)
  );
}

/** "No history of stroke" as an inclusion: what an exclusion of the rest would say. */
function readNone(text: string): Reading | undefined {
  const match =
    /^(?:no|not|without|absence of|free of|(?:do|does) not have|not having)\s+(?:an?\s+|any\s+|being\s+)?(.+)$/i.exec(
      text,
    );
  const read = match && readCoded(match[1]!, "exclusion");
  if (!read?.criterion) return undefined;
  return { ...read, criterion: { not: read.criterion } };
}

function readSeveral(text: string, list: List): Reading | undefined {
  return readAlternatives(text, list) ?? (list === "inclusion" ? readTogether(text) : undefined);
}

/** "Type 2 diabetes and HbA1c > 7 %" as an inclusion: each is asked for. A time at the end may be meant of all. */
function readTogether(text: string): Reading | undefined {
  const parts = text.split(/,?\s+and\s+|,\s+/i);
  if (parts.length < 2 || !/\sand\s/i.test(text) || parts.some(isTimed)) return undefined;
  const tried = withNames(parts).map((part) => {
    const plainly = withoutSubject(part, "inclusion");
    return readAge(part) ?? readMeasured(part, "inclusion") ?? readCoded(plainly, "inclusion");
  });
  const reads = allRead(tried);
  if (reads === undefined) return undefined;
  const all = reads.map(({ criterion }) => criterion as Criterion);
  const notes = [...new Set(reads.flatMap((read) => read.notes ?? []))];
  return { criterion: { all }, notes };
}

/** The readings when each was understood. */
function allRead(reads: readonly (Reading | undefined)[]): readonly Reading[] | undefined {
  const read = reads.filter((one) => one?.criterion !== undefined) as Reading[];
  return read.length === reads.length ? read : undefined;
}

const isTimed = (text: string) => timedIn(text).text !== text;

/**
 * "SBP > 160 mmHg or DBP > 100 mmHg": alternatives each of which is understood by itself. As an inclusion only of
 * results, and without a time: one at the end may be meant of all.
 */
function readAlternatives(text: string, list: List): Reading | undefined {
  const parts = alternativesIn(text);
  if (parts === undefined || parts.length < 2) return undefined;
  if (list === "inclusion" && parts.some(isTimed)) return undefined;
  const tried = withNames(parts).map((part) =>
    list === "exclusion" ? readOne(part, list) : readMeasured(part, list),
  );
  const reads = allRead(tried);
  if (reads === undefined) return undefined;
  const any = reads.flatMap(({ criterion }) =>
    criterion !== undefined && "any" in criterion ? criterion.any : [criterion as Criterion],
  );
  const notes = [...new Set(reads.flatMap((read) => read.notes ?? []))];
  return { criterion: { any }, notes: [...notes, "each alternative is read by itself"] };
}

/** "HbA1c < 7 % or > 10 %": an alternative that is only a range is one of the result before. */
function withNames(parts: readonly string[]): readonly string[] {
  let name = "";
  return parts.map((part) => {
    if (/^[≥≤><]/.test(part)) return `${name} ${part}`;
    name = part.split(/[≥≤><]/)[0]!.trim();
    return part;
  });
}
