// What a trial collects after arrival: a part of its document, so that the board's digest covers it. It is no part of the
// criteria, and changes none of their hashes. This file names nothing of trials, which name it.
import ucumPackage from "@lhncbc/ucum-lhc";
import { z } from "zod";
import type { Problem } from "../criteria/problem.ts";
import { toCanonical, unitOf } from "../encoding/units.ts";
import { type CompiledFact, compileFact, Fact, type FactOptions } from "./collectionFacts.ts";
import { placedItems, unitsOf } from "./form/item.ts";
import { pathText, problemsOf } from "./form/problems.ts";
import { Questionnaire } from "./questionnaire.ts";

const MAX_COLLECTIONS = 40;
/** Four parts of 32 leaves. */
const MAX_FACTS = 128;
/** Ten years. */
const MAX_DAYS = 3650;
/** The name under which wallets publish their own key (`KEY_COLLECTION`). */
const RESERVED = "participant-key";
/** With it people let emergency clinicians open what is marked for emergencies. */
const EMERGENCY = "emergency";

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, at most 40");
const title = z.string().min(1).max(200);
const dayOf = z.int().min(0).max(MAX_DAYS);

const common = {
  /** Names it in every entry: an amendment keeps it. */
  id,
  title,
  /** What it is for, in plain words, for those who give it. */
  why: z.string().min(1).max(1000),
  /** Of the consent form: no package is released unless its participant gives it at that moment. */
  permission: z.string().min(1).max(40),
  /** An emergency clinician may open it without asking first, of those who gave the permission "emergency" for it. */
  emergency: z.boolean().optional(),
};

const RecordCollection = z.strictObject({
  ...common,
  source: z.literal("record"),
  /** Shown once, after arrival, each proven from the attested record. */
  facts: z.array(Fact).min(1).max(MAX_FACTS),
});
export type RecordCollection = z.infer<typeof RecordCollection>;

const Visit = z.strictObject({
  id,
  title,
  /** Days after arrival, which is day 0. */
  day: dayOf,
  /** Days by which it may be earlier or later. */
  before: z.int().min(0).max(365),
  after: z.int().min(0).max(365),
});

const SiteCollection = z.strictObject({
  ...common,
  source: z.literal("site"),
  /** Filled at the site, once a visit. */
  questionnaire: Questionnaire,
  /** In order; no two windows share a day, so that a day names its visit. */
  visits: z.array(Visit).min(1).max(100),
});
export type SiteCollection = z.infer<typeof SiteCollection>;

const ParticipantCollection = z.strictObject({
  ...common,
  source: z.literal("participant"),
  /** Answered in the wallet. */
  questionnaire: Questionnaire,
  schedule: z.strictObject({
    /** Days after arrival on which it is first open. */
    firstDay: dayOf,
    everyDays: z.int().min(1).max(MAX_DAYS),
    times: z.int().min(1).max(1000),
    /** Days on which each can be answered, its first day among them. */
    openDays: z.int().min(1).max(365),
  }),
});
export type ParticipantCollection = z.infer<typeof ParticipantCollection>;

const DeviceCollection = z.strictObject({
  ...common,
  source: z.literal("device"),
  /** What is measured, packed by the day. */
  streams: z
    .array(
      z.strictObject({
        loinc: z.string().regex(/^\d{1,7}-\d$/, "must be a LOINC code such as 8867-4"),
        /** In UCUM. */
        unit: z.string().min(1).max(40),
        title,
      }),
    )
    .min(1)
    .max(20),
  /** Days from arrival, the day of arrival among them. */
  days: z.int().min(1).max(MAX_DAYS),
});
export type DeviceCollection = z.infer<typeof DeviceCollection>;

const sources = [
  RecordCollection,
  SiteCollection,
  ParticipantCollection,
  DeviceCollection,
] as const;
const KNOWN = "must have a source: record, site, participant or device";

export const Collection = z.discriminatedUnion("source", sources, KNOWN);
export type Collection = z.infer<typeof Collection>;
export const Collections = z.array(Collection).min(1).max(MAX_COLLECTIONS);

/** When a form is due: days after arrival, all inclusive. */
export type Occasion = {
  /** A visit's own, or the number of the answer, from 1. */
  readonly id: string;
  readonly title: string;
  readonly day: number;
  readonly from: number;
  readonly until: number;
};

/** All occasions of a form, in order. No day belongs to two of them. */
export function occasionsOf(collection: SiteCollection | ParticipantCollection): Occasion[] {
  if (collection.source === "site") {
    return collection.visits.map(({ id: visit, title: name, day, before, after }) => {
      return { id: visit, title: name, day, from: day - before, until: day + after };
    });
  }
  const { firstDay, everyDays, times, openDays } = collection.schedule;
  return Array.from({ length: times }, (_, i) => {
    const day = firstDay + i * everyDays;
    const name = `${i + 1} of ${times}`;
    return { id: String(i + 1), title: name, day, from: day, until: day + openDays - 1 };
  });
}

/**
 * Reads a trial's collections (JSON, already read) against what its consent form asks for.
 * @param offered ids of the form's permissions.
 * @returns every problem by its path in the trial file; none: {@link Collections} takes them.
 */
export function collectionProblems(json: unknown, offered: readonly string[]): Problem[] {
  const parsed = Collections.safeParse(json);
  if (!parsed.success) return problemsOf(parsed.error.issues, json, "collections");
  const problems: Problem[] = [];
  for (const [i, collection] of parsed.data.entries()) {
    const report = (path: readonly PropertyKey[], message: string, hint: string) =>
      problems.push({ path: pathText([i, ...path], "collections"), message, hint });
    const isRepeated = parsed.data.slice(0, i).some((other) => other.id === collection.id);
    if (isRepeated) report(["id"], `"${collection.id}" stands twice`, "Rename one.");
    if (collection.id === RESERVED) {
      report(["id"], `"${RESERVED}" is the name of the wallets' own keys`, "Use another.");
    }
    checkPermission(collection, offered, report);
    if (collection.source === "site") checkVisits(collection, report);
    if (collection.source === "participant") checkSchedule(collection, report);
    if (collection.source === "device") checkStreams(collection, report);
    if ("questionnaire" in collection) checkUnits(collection, report);
  }
  return problems;
}

type Report = (path: readonly PropertyKey[], message: string, hint: string) => void;

function checkPermission(
  { permission, emergency }: Collection,
  offered: readonly string[],
  report: Report,
): void {
  if (!offered.includes(permission)) {
    const message = `the consent form does not ask for the permission "${permission}"`;
    report(["permission"], message, `Use one of: ${offered.join(", ")}.`);
  }
  if (permission === EMERGENCY && emergency !== true) {
    const hint = 'Use the one under which the sponsor may open it, or mark it "emergency".';
    report(["permission"], "is for emergency clinicians only", hint);
  }
  if (emergency === true && permission !== EMERGENCY) {
    const message = "custodians open in an emergency only what people gave for that";
    const hint = `Use the permission "${EMERGENCY}", which the form asks for, or remove "emergency".`;
    report(["emergency"], message, hint);
  }
}

function checkVisits(collection: SiteCollection, report: Report): void {
  const occasions = occasionsOf(collection);
  for (const [i, { id: visit, from, title: name }] of occasions.entries()) {
    if (occasions.findIndex((other) => other.id === visit) < i) {
      report(["visits", i, "id"], `"${visit}" stands twice`, "Rename one.");
    }
    if (from < 0) {
      const hint = "Lower it: a form belongs to somebody who has arrived.";
      report(["visits", i, "before"], "begins before arrival", hint);
    }
    const previous = occasions[i - 1];
    if (previous !== undefined && from <= previous.until) {
      const message = `"${name}" may fall on a day of "${previous.title}"`;
      const hint = "Put visits in order, and keep their windows apart: the day names the visit.";
      report(["visits", i], message, hint);
    }
  }
}

function checkSchedule({ schedule }: ParticipantCollection, report: Report): void {
  const { firstDay, everyDays, times, openDays } = schedule;
  if (times > 1 && openDays > everyDays) {
    const message = "one is still open when the next one begins";
    report(["schedule", "openDays"], message, `Use at most ${everyDays}.`);
  }
  if (firstDay + (times - 1) * everyDays > MAX_DAYS) {
    report(["schedule", "times"], "reaches beyond ten years", "Lower it.");
  }
}

function checkStreams({ streams }: DeviceCollection, report: Report): void {
  for (const [i, { loinc, unit }] of streams.entries()) {
    if (!hasCheckDigit(loinc)) {
      const message = `${loinc} is no LOINC code: its check digit is wrong`;
      report(["streams", i, "loinc"], message, "Correct it.");
    }
    if (streams.findIndex((other) => other.loinc === loinc) < i) {
      report(["streams", i, "loinc"], `${loinc} stands twice`, "Remove one.");
    }
    if (!isUcum(unit)) {
      report(["streams", i, "unit"], `"${unit}" is no UCUM unit`, 'Write it as "/min" or "kg".');
    } else if (unitOf(loinc) !== undefined) {
      const read = toCanonical({ loinc, value: "1", unit });
      const hint = `Use ${unitOf(loinc)!.unit}, or a unit that converts to it.`;
      if (!read.ok) report(["streams", i, "unit"], read.reason, hint);
    }
  }
}

function checkUnits(
  { questionnaire }: SiteCollection | ParticipantCollection,
  report: Report,
): void {
  for (const { item, path } of placedItems(questionnaire.item)) {
    const wrong = unitsOf(item).find(({ code }) => !isUcum(code));
    if (wrong === undefined) continue;
    const at = ["questionnaire", ...path, "extension"];
    report(at, `"${wrong.code}" is no UCUM unit`, 'Write it as "mmol/L" or "kg".');
  }
}

/** LOINC's last digit: modulus 10 over the others, every second one doubled, from the right. */
function hasCheckDigit(loinc: string): boolean {
  const [number, check] = loinc.split("-");
  const sum = [...number!].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(check);
}

function isUcum(unit: string): boolean {
  return ucumPackage.UcumLhcUtils.getInstance().validateUnitString(unit).status === "valid";
}

/**
 * Compiles the facts of one record collection.
 * @param path of the collection in the trial file. Every problem is added to `problems`.
 */
export function compileFacts(
  { facts }: Pick<RecordCollection, "facts">,
  options: { readonly path: string; readonly problems: Problem[] } & FactOptions,
): CompiledFact[] {
  return facts.flatMap((fact, i) => {
    const compiled = compileFact(fact, { ...options, path: `${options.path}.facts[${i}]` });
    return compiled === undefined ? [] : [compiled];
  });
}

/** What the compiler says of all facts that a trial collects, for the dictionary that its text was written for. */
export function factProblems(
  collections: readonly Collection[] | undefined,
  options: FactOptions,
): Problem[] {
  const problems: Problem[] = [];
  for (const [i, collection] of (collections ?? []).entries()) {
    if (collection.source !== "record") continue;
    compileFacts(collection, { ...options, path: `collections[${i}]`, problems });
  }
  return problems;
}
