// A record's facts as a person reads a chart: what one has or takes, since when, until when, results over time.

import {
  conceptsContaining,
  describeAnswerOf,
  displayOf,
} from "../../../../circuits/statement/dictionary/dictionary.ts";
import {
  type Domain,
  decodeCode,
  ICD10_SYSTEMS,
  SYSTEMS,
  type System,
} from "../../../../circuits/statement/encoding/code.ts";
import { formatDay, ONGOING } from "../../../../circuits/statement/encoding/day.ts";
import {
  decodeQuantity,
  EARLIEST,
  EXACT,
  STILL_ON,
  UNUSABLE,
  unpackFact,
} from "../../../../circuits/statement/encoding/fact.ts";
import { printUnit } from "../../../../circuits/statement/encoding/print.ts";
import { unitOf } from "../../../../circuits/statement/encoding/units.ts";
import { SEX_VALUES } from "../../../desk/person.ts";
import { t } from "../../shared/language.ts";

/** A day, or the latest that it may have been. */
export type Moment = { readonly day: string; readonly isLatest: boolean };

/** Something that lasts: a condition, a drug. */
export type Lasting = {
  readonly name: string;
  readonly codes: readonly string[];
  /** Newest first. */
  readonly began: readonly Moment[];
  readonly isActive: boolean;
  /** The last day known, when not active. */
  readonly ended: string | undefined;
};

/** Something done on days. */
export type Done = Pick<Lasting, "name" | "codes"> & { readonly days: readonly Moment[] };

export type Result = {
  readonly day: string;
  /** Undefined when it is an answer in words, or unusable. */
  readonly number: number | undefined;
  readonly words: string;
};
export type Results = Pick<Lasting, "name" | "codes"> & {
  readonly unit: string;
  /** Newest first. */
  readonly values: readonly Result[];
};

export type Chart = {
  readonly birthDate: string | undefined;
  readonly sex: string | undefined;
  readonly hasDocument: boolean;
  readonly conditions: readonly Lasting[];
  readonly medications: readonly Lasting[];
  readonly allergies: readonly Lasting[];
  readonly immunizations: readonly Done[];
  readonly procedures: readonly Done[];
  readonly results: readonly Results[];
};

type Read = {
  readonly domain: Domain;
  readonly system: System;
  readonly code: string;
  readonly encoded: bigint;
  readonly day: number;
  readonly value: bigint;
};

/** The chart of a record's packed facts. */
export function readChart(packed: readonly bigint[]): Chart {
  const facts = packed.map((fact): Read => {
    const { code: encoded, day, value } = unpackFact(fact);
    return { ...decodeCode(encoded), encoded, day, value };
  });
  const of = (domain: Domain) => facts.filter((fact) => fact.domain === domain);
  // Concepts repeat what is there under its own code; they are for trials, not for reading.
  const coded = (domain: Domain) => {
    const own = of(domain).filter(({ system }) => system !== "concept");
    return own.filter((fact) => !isRollUp(fact, own));
  };
  return {
    ...readPerson(of("demographic")),
    conditions: lasting(coded("conditionStart"), coded("conditionLast")),
    medications: lasting(coded("medicationStart"), coded("medicationLast")),
    allergies: lasting(coded("allergyStart"), coded("allergyLast")),
    immunizations: done(coded("immunization")),
    procedures: done(coded("procedure")),
    results: byCode(coded("observation")).map(toResults).sort(byName),
  };
}

/** ICD-10 categories and levels of ATC are written beside the codes below them: for trials, too. */
function isRollUp({ system, code }: Read, facts: readonly Read[]): boolean {
  if (system !== "icd10" && system !== "atc") return false;
  const systems: readonly System[] = system === "atc" ? ["atc"] : ICD10_SYSTEMS;
  return facts.some(
    (other) =>
      systems.includes(other.system) &&
      other.code.length > code.length &&
      other.code.startsWith(code),
  );
}

/** Days newest first. One that is not certain is told by the latest that it may have been. */
function momentsOf(facts: readonly Read[]): Moment[] {
  return facts
    .filter(({ value }) => value !== EARLIEST && (value <= STILL_ON || value === UNUSABLE))
    .sort((a, b) => b.day - a.day)
    .map(({ day, value }) => ({ day: formatDay(day), isLatest: value !== EXACT }));
}

const BIRTH_DATE = "21112-8";
const SEX = "46098-0";

function readPerson(facts: readonly Read[]): Pick<Chart, "birthDate" | "sex" | "hasDocument"> {
  const valueAt = (code: string) => facts.find((fact) => fact.code === code)?.value;
  const birth = valueAt(BIRTH_DATE)?.toString().padStart(8, "0");
  const sex = valueAt(SEX);
  return {
    birthDate: birth && `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`,
    sex: Object.entries(SEX_VALUES).find(([, stored]) => stored === sex)?.[0],
    hasDocument: facts.some(({ system }) => system === "idTag"),
  };
}

function lasting(starts: readonly Read[], lasts: readonly Read[]): Lasting[] {
  const codes = byCode([...starts, ...lasts]).map((group) => {
    const within = (from: readonly Read[]) => group.filter((fact) => from.includes(fact));
    // It may have lasted longer: what is shown is until when it surely did.
    const sure = within(lasts).filter(({ value }) => value === EXACT || value === EARLIEST);
    const last = sure.reduce((newest, { day }) => Math.max(newest, day), 0);
    return {
      ...headOf(group[0]!),
      began: momentsOf(within(starts)),
      isActive: last === ONGOING,
      ended: last === ONGOING || last === 0 ? undefined : formatDay(last),
    };
  });
  const merged = merge(codes, ({ began, ended }) => `${daysIn(began)}/${ended}`);
  return merged.sort((a, b) => Number(b.isActive) - Number(a.isActive) || byName(a, b));
}

function done(facts: readonly Read[]): Done[] {
  const codes = byCode(facts).map((group) => ({
    ...headOf(group[0]!),
    days: momentsOf(group),
  }));
  const newest = ({ days }: Done) => days[0]?.day ?? "";
  return merge(codes, ({ days }) => daysIn(days)).sort((a, b) => (newest(a) < newest(b) ? 1 : -1));
}

/** The days of something as one text, by which two codes for it are known. */
function daysIn(moments: readonly Moment[]): string {
  return moments.map(({ day }) => day).join();
}

function toResults(group: readonly Read[]): Results & Head {
  const [first] = group;
  const unit = printUnit((first!.system === "loinc" && unitOf(first!.code)?.unit) || "");
  const head = headOf(first!);
  return { ...head, name: shortName(head.name), unit, values: group.map(toResult) };
}

/** LOINC's names say how it was measured; the code beside it says so too. */
function shortName(loinc: string): string {
  return loinc.replace(/\s*\[[^\]]*\]/g, "").replace(/ in Serum or Plasma/, "");
}

function toResult({ encoded, day, value }: Read): Result {
  const at = { day: formatDay(day) };
  if (value === UNUSABLE) return { ...at, number: undefined, words: t("not usable") };
  const answer = describeAnswerOf(encoded, value);
  if (answer !== undefined) return { ...at, number: undefined, words: answer };
  const text = decodeQuantity(value);
  return { ...at, number: Number(text), words: text };
}

type Head = Pick<Lasting, "name" | "codes"> & {
  readonly isNamed: boolean;
  readonly concepts: readonly number[];
};

function headOf({ domain, system, code }: Read): Head {
  const concepts = conceptsContaining(domain, system, code);
  // The narrowest set that holds the code says most about it.
  const narrowest = [...concepts].sort((a, b) => a.members.length - b.members.length)[0];
  const display = displayOf(system, code);
  const written = `${SYSTEMS[system].name} ${code}`;
  return {
    name: display ?? narrowest?.title ?? written,
    codes: [written],
    isNamed: display !== undefined,
    concepts: concepts.map(({ number }) => number),
  };
}

/** Clinics write one thing in two code systems; what shares its days and a concept is shown once. */
function merge<T extends Head>(items: readonly T[], days: (item: T) => string): T[] {
  const merged: T[] = [];
  for (const item of items) {
    const at = merged.findIndex(
      (other) =>
        days(other) === days(item) &&
        isSame(other, item) &&
        !other.codes.some((code) => code.startsWith(item.codes[0]!.split(" ")[0]!)),
    );
    const other = merged[at];
    if (other === undefined) merged.push(item);
    else {
      const head = item.isNamed && !other.isNamed ? item : other;
      const codes = [...other.codes, ...item.codes];
      merged[at] = { ...head, codes, name: isUnknown(head) ? codes.join(", ") : head.name };
    }
  }
  return merged;
}

function isSame(a: Head, b: Head): boolean {
  if (isUnknown(a) && isUnknown(b)) return true;
  return a.concepts.some((concept) => b.concepts.includes(concept));
}

/** The dictionary knows neither a name for it nor a concept that holds it: only its code can be shown. */
function isUnknown({ isNamed, concepts }: Head): boolean {
  return !isNamed && concepts.length === 0;
}

function byCode(facts: readonly Read[]): Read[][] {
  const groups = new Map<string, Read[]>();
  for (const fact of facts) {
    const key = `${fact.system} ${fact.code}`;
    groups.set(key, [...(groups.get(key) ?? []), fact]);
  }
  return [...groups.values()];
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}
