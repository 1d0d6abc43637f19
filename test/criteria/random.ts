// Seeded random criteria and records, small enough that they often meet.
import { type Domain, encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import {
  EARLIEST,
  EXACT,
  type Fact,
  LATEST,
  STILL_ON,
  UNUSABLE,
} from "../../circuits/statement/encoding/fact.ts";
import { AS_OF, conceptCode, HIV, quantity } from "./fixtures.ts";

/** Mulberry32: a number in [0, 1) a call. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
const pick = <T>(random: Random, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)]!;
const maybe = <T extends object>(random: Random, extra: T): T | object =>
  random() < 0.5 ? extra : {};

const WITHIN = ["1 day", "28 days", "2 months", "1 year", "5 years"];
const AGO = ["28 days", "3 months", "1 year"];

/** A criterion of the given depth; some of them are refused by the compiler. */
export function randomCriterion(random: Random, depth: number): unknown {
  const inner = () => randomCriterion(random, depth - 1);
  const some = () => Array.from({ length: 1 + Math.floor(random() * 3) }, inner);
  if (depth > 0 && random() < 0.6) {
    const of = some();
    return pick(random, [
      () => ({ all: of }),
      () => ({ any: of }),
      () => ({ not: inner() }),
      () => ({ atLeast: { n: 1 + Math.floor(random() * of.length), of } }),
    ])();
  }
  return pick(random, LEAVES)(random);
}

const lasting = (random: Random) =>
  pick(random, [
    () => ({}),
    () => ({ status: "current", ...maybe(random, { atLeastAgo: pick(random, AGO) }) }),
    () => ({ within: pick(random, WITHIN), ...maybe(random, { startedWithin: "5 years" }) }),
    () => ({ startedWithin: pick(random, WITHIN), ...maybe(random, { atLeastAgo: "28 days" }) }),
    () => ({ atLeastAgo: pick(random, AGO) }),
    () => ({ status: "current", sameEpisode: true, ...began(random) }),
  ])();

const began = (random: Random) =>
  pick(random, [
    { atLeastAgo: pick(random, AGO) },
    { startedWithin: pick(random, WITHIN) },
    { startedWithin: "5 years", atLeastAgo: "28 days" },
  ]);

const bounds = (random: Random, numbers: readonly string[]) => {
  const at = Math.floor(random() * (numbers.length - 1));
  const lower = { [pick(random, ["min", "above"])]: numbers[at]! };
  const upper = { [pick(random, ["max", "below"])]: numbers[at + 1]! };
  return pick(random, [lower, upper, { ...lower, ...upper }]);
};

const LEAVES: readonly ((random: Random) => unknown)[] = [
  (random) => ({ age: { min: 20 + Math.floor(random() * 40), ...maybe(random, { max: 70 }) } }),
  (random) => ({ sex: pick(random, ["female", "male", "other"]) }),
  (random) => ({ condition: { concept: "malignancy" }, ...lasting(random) }),
  (random) => ({ condition: { concept: "type-2-diabetes" }, ...lasting(random) }),
  (random) => ({ medication: { concept: "insulin" }, ...lasting(random) }),
  (random) => ({ allergy: { concept: "penicillin-allergy" }, ...lasting(random) }),
  (random) => ({
    procedure: { concept: "amputation" },
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { atLeastAgo: pick(random, AGO) }),
  }),
  (random) => ({
    condition: { concept: "malignancy", minus: "skin-cancer" },
    ...lasting(random),
  }),
  (random) => ({ condition: { icd10cm: pick(random, ["C50", "E11.2"]) }, ...lasting(random) }),
  (random) => ({
    encounter: { concept: "hospital-admission" },
    ...maybe(random, { reason: { concept: "malignancy" } }),
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { atLeastAgo: pick(random, AGO) }),
  }),
  (random) => ({ familyHistory: { concept: pick(random, ["malignancy", "type-2-diabetes"]) } }),
  (random) => ({
    derived: "egfr-ckd-epi-2021",
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { whenMissing: "pass" }),
    value: { ...bounds(random, ["30", "60", "90"]), unit: "mL/min/{1.73_m2}" },
  }),
  (random) => ({
    observation: { concept: "hba1c" },
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { whenMissing: "pass" }),
    ...maybe(random, { latest: random() < 0.7 }),
    value: { ...bounds(random, ["5.5", "6", "6.5", "7"]), unit: "%" },
  }),
  (random) => ({
    observation: { loinc: "1742-6" },
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { whenMissing: "pass" }),
    timesUpperLimit: bounds(random, ["1", "2", "3"]),
  }),
  (random) => ({ observation: { concept: "hba1c" }, within: pick(random, WITHIN) }),
  (random) => ({
    observation: { loinc: HIV },
    ...maybe(random, { within: pick(random, WITHIN) }),
    ...maybe(random, { whenMissing: "pass" }),
    answer: pick(random, ["negative", "positive", "indeterminate"]),
  }),
];

/** Days on and around every edge of the windows above, and a few others. */
const AGES = [0, 1, 27, 28, 29, 58, 59, 62, 63, 92, 93, 364, 365, 366, 367, 1825, 1826, 1827, 1828];
const LASTING: readonly [string, Domain, Domain][] = [
  ["malignancy", "conditionStart", "conditionLast"],
  ["malignancy-other-than-skin-cancer", "conditionStart", "conditionLast"],
  ["type-2-diabetes", "conditionStart", "conditionLast"],
  ["insulin", "medicationStart", "medicationLast"],
  ["penicillin-allergy", "allergyStart", "allergyLast"],
];

/** How a day may be meant, or that it is not certain at all. */
const HOW = [EARLIEST, EXACT, EXACT, LATEST, UNUSABLE];
type Add = (code: bigint, at: number, value: bigint) => void;

/** Facts of a person: of one code and day at most one of each value. */
export function randomFacts(random: Random): Fact[] {
  const facts: Fact[] = [];
  const add: Add = (code, day, value) => {
    const isThere = facts.some((f) => f.code === code && f.day === day && f.value === value);
    if (!isThere) facts.push({ code, day, value });
  };
  addPerson(random, add);
  for (const [name, start, last] of LASTING) {
    addEpisodes(random, add, conceptCode(name, start), conceptCode(name, last));
  }
  const raw = (domain: Domain) =>
    random() < 0.5 ? encodeCode(domain, "icd10", "C50") : encodeCode(domain, "icd10cm", "E11.21");
  addEpisodes(random, add, raw("conditionStart"), raw("conditionLast"));
  addEvents(random, add);
  addResults(random, add);
  return facts;
}

const times = (random: Random) => Math.floor(random() * 3);
const someDay = (random: Random) => AS_OF - pick(random, AGES);

function addPerson(random: Random, add: Add): void {
  const month = 1 + Math.floor(random() * 12);
  const year = 1950 + Math.floor(random() * 60);
  const date = `${year}-${String(month).padStart(2, "0")}-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}`;
  const birth = BigInt(date.replaceAll("-", ""));
  if (random() < 0.8) add(encodeCode("demographic", "loinc", "21112-8"), parseDay(date), birth);
  else if (random() < 0.7) {
    // Only the year is known: the latest day as the value, the earliest, less two, as the day.
    const latest = BigInt(year * 10_000 + 1231);
    add(encodeCode("demographic", "loinc", "21112-9"), parseDay(`${year}-01-01`) - 2, latest);
  }
  add(encodeCode("demographic", "loinc", "46098-0"), 0, BigInt(1 + Math.floor(random() * 4)));
}

function addEpisodes(random: Random, add: Add, start: bigint, last: bigint): void {
  for (let i = times(random); i > 0; i--) {
    const end = random() < 0.3 ? ONGOING : someDay(random);
    const began = Math.min(someDay(random), end);
    const how = pick(random, HOW);
    add(start, began, how);
    if (end === ONGOING && how !== UNUSABLE) add(start, began, how + STILL_ON);
    add(last, end, pick(random, HOW));
  }
}

function addEvents(random: Random, add: Add): void {
  const events = [
    conceptCode("amputation", "procedure"),
    conceptCode("hospital-admission", "encounter"),
    encodeCode("encounter", "pair", "8:1"),
    encodeCode("familyHistory", "concept", "1"),
  ];
  for (const code of events) {
    for (let i = times(random); i > 0; i--) add(code, someDay(random), pick(random, HOW));
  }
}

/** Of each result at most one a day, as a clinic's record has it. */
function addResults(random: Random, addAny: Add): void {
  const seen = new Set<string>();
  const add: Add = (code, day, value) => {
    if (seen.has(`${code} ${day}`)) return;
    seen.add(`${code} ${day}`);
    addAny(code, day, value);
  };
  const result = (numbers: readonly string[]) =>
    random() < 0.15 ? UNUSABLE : quantity(pick(random, numbers));
  for (let i = times(random); i > 0; i--) {
    const value = result(["5.4999", "5.5", "5.5001", "6", "6.5", "6.9999", "7", "7.0001"]);
    add(conceptCode("hba1c", "observation"), someDay(random), value);
  }
  for (let i = times(random); i > 0; i--) {
    const value = result(["29.9999", "30", "60", "90", "90.0001"]);
    add(conceptCode("egfr-ckd-epi-2021", "observation"), someDay(random), value);
  }
  for (let i = times(random); i > 0; i--) {
    const value = random() < 0.15 ? UNUSABLE : BigInt(1 + Math.floor(random() * 3));
    add(encodeCode("observation", "loinc", HIV), someDay(random), value);
  }
  for (let i = times(random); i > 0; i--) {
    const at = someDay(random);
    add(encodeCode("observation", "loinc", "1742-6"), at, quantity("40"));
    const multiple = result(["0.9999", "1", "1.0001", "2", "2.0001", "3"]);
    add(encodeCode("observationUpper", "loinc", "1742-6"), at, multiple);
  }
}
