// A trial in parts: which record shows which, and what is missing where none does. One clinic's
// records are preferred: every further clinic is one more thing that the proof tells.
import type { CriterionVerdict } from "../../circuits/witness/evaluate.ts";
import type { FoundPath } from "./path.ts";
import type { WalletRecord } from "./wallet.ts";

export type Problem = { readonly message: string; readonly hint: string };

/** One record's answer to the trial. */
export type RecordCheck = {
  readonly record: WalletRecord;
  /** True when this record alone shows every part. */
  readonly eligible: boolean;
  /** Part by part. */
  readonly parts: readonly { readonly eligible: boolean; readonly problems: readonly Problem[] }[];
  readonly criteria: readonly CriterionVerdict[];
  /** What about the record's age, coverage or completeness stands in the way, of any part. */
  readonly problems: readonly Problem[];
  /** Undefined when the record is not in the registry now. */
  readonly path: FoundPath | undefined;
};

/** One part of the trial, by what this wallet's records say to it. */
export type PartCheck = {
  readonly part: number;
  /** The record that shows it, by position in the wallet; undefined when none does. */
  readonly shownBy: number | undefined;
  /** The record that comes closest where none does; undefined in a wallet without records. */
  readonly closest: number | undefined;
  /** What the closest lacks. */
  readonly missing: readonly CriterionVerdict[];
  readonly problems: readonly Problem[];
  /** True when a record shows it that is not in the registry now. */
  readonly isOnlyUnanchored: boolean;
};

/** A record for each part, of as few clinics as possible; undefined when some part has none. */
export function assignRecords(
  records: readonly RecordCheck[],
  count: number,
): RecordCheck[] | undefined {
  const anchored = records.filter(({ path }) => path !== undefined);
  for (let clinics = 1; clinics <= count; clinics++) {
    const found = cover({ records: anchored, part: 0, count, used: [], clinics });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A wallet keeps one record a clinic: so many records are so many clinics. */
function cover(of: {
  records: readonly RecordCheck[];
  part: number;
  count: number;
  used: readonly RecordCheck[];
  clinics: number;
}): RecordCheck[] | undefined {
  const { records, part, count, used, clinics } = of;
  if (part === count) return [];
  const others = used.length < clinics ? records.filter((record) => !used.includes(record)) : [];
  for (const record of [...used, ...others]) {
    if (!record.parts[part]!.eligible) continue;
    const now = used.includes(record) ? used : [...used, record];
    const rest = cover({ ...of, part: part + 1, used: now });
    if (rest !== undefined) return [record, ...rest];
  }
  return undefined;
}

/** Each part, with the record that shows it or with what is missing. */
export function partChecks(of: {
  records: readonly RecordCheck[];
  plan: readonly RecordCheck[] | undefined;
  count: number;
}): PartCheck[] {
  const { records, plan, count } = of;
  return Array.from({ length: count }, (_, part) => {
    const answering = plan?.[part] ?? firstThatShows(records, part);
    const shownBy = answering && records.indexOf(answering);
    const fits = records.some((record) => record.parts[part]!.eligible);
    const isOnlyUnanchored = fits && answering === undefined;
    const nothing = { part, shownBy, isOnlyUnanchored, missing: [], problems: [] };
    if (fits) return { ...nothing, closest: undefined };
    const closest = closestTo(records, part);
    if (closest === undefined) return { ...nothing, closest };
    return {
      ...nothing,
      closest: records.indexOf(closest),
      missing: missingIn(closest, part),
      problems: closest.parts[part]!.problems,
    };
  });
}

function firstThatShows(records: readonly RecordCheck[], part: number): RecordCheck | undefined {
  return records.find((record) => record.path !== undefined && record.parts[part]!.eligible);
}

/** The record that lacks least. */
function closestTo(records: readonly RecordCheck[], part: number): RecordCheck | undefined {
  const lacks = (record: RecordCheck) =>
    missingIn(record, part).length + record.parts[part]!.problems.length;
  return records.toSorted((a, b) => lacks(a) - lacks(b))[0];
}

function missingIn({ criteria }: RecordCheck, part: number): CriterionVerdict[] {
  return criteria.filter(({ inParts, holds }) => inParts.includes(part) && holds === false);
}

const COUNT_WORDS = ["", "one", "two", "three", "four"] as const;

/** What a screening with these records shows besides its yes; undefined when all are one clinic's. */
export function mixedWords(plan: readonly RecordCheck[]): string | undefined {
  const clinics = [...new Set(plan)];
  if (clinics.length === 1) return undefined;
  const groups = clinics.map((clinic) => {
    const parts = plan.flatMap((record, i) => (record === clinic ? [i + 1] : []));
    return `part${parts.length > 1 ? "s" : ""} ${parts.join(" and ")}`;
  });
  const which = groups.map((parts, i) => `${parts} ${i === 0 ? "from one" : "from another"}`);
  return `A yes also shows that you have records at ${COUNT_WORDS[clinics.length]} clinics (${which.join(", ")}), but not which.`;
}
