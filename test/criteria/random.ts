// Seeded random criteria and records, small enough that they often meet.
import { type Domain, encodeCode } from "../../circuits/statement/code.ts";
import { ONGOING } from "../../circuits/statement/day.ts";
import { type Fact, PRESENT, UNUSABLE } from "../../circuits/statement/fact.ts";
import { AS_OF, conceptCode, quantity } from "./fixtures.ts";

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

const WITHIN = ["28 days", "2 months", "1 year", "5 years"];
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
  ])();

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
];

/** Days on and around every edge of the windows above, and a few others. */
const AGES = [0, 1, 27, 28, 29, 58, 59, 62, 63, 92, 93, 364, 365, 366, 367, 1825, 1826, 1827, 1828];
const LASTING: readonly [string, Domain, Domain][] = [
  ["malignancy", "conditionStart", "conditionLast"],
  ["type-2-diabetes", "conditionStart", "conditionLast"],
  ["insulin", "medicationStart", "medicationLast"],
  ["penicillin-allergy", "allergyStart", "allergyLast"],
];

/** Facts of a person, each code at most once a day. */
export function randomFacts(random: Random): Fact[] {
  const facts: Fact[] = [];
  const day = () => AS_OF - pick(random, AGES);
  const add = (code: bigint, at: number, value: bigint) => {
    if (!facts.some((f) => f.code === code && f.day === at)) facts.push({ code, day: at, value });
  };
  const times = () => Math.floor(random() * 3);
  const month = 1 + Math.floor(random() * 12);
  const year = 1950 + Math.floor(random() * 60);
  const birth = BigInt(year * 10_000 + month * 100 + 1 + Math.floor(random() * 28));
  if (random() < 0.95) add(encodeCode("demographic", "loinc", "21112-8"), 0, birth);
  const sex = BigInt(1 + Math.floor(random() * 4));
  add(encodeCode("demographic", "loinc", "46098-0"), 0, sex);
  for (const [name, start, last] of LASTING) {
    for (let i = times(); i > 0; i--) {
      const value = random() < 0.15 ? UNUSABLE : PRESENT;
      const end = random() < 0.3 ? ONGOING : day();
      add(conceptCode(name, start), Math.min(day(), end), value);
      add(conceptCode(name, last), end, value);
    }
  }
  for (let i = times(); i > 0; i--) add(conceptCode("amputation", "procedure"), day(), PRESENT);
  const result = (numbers: readonly string[]) =>
    random() < 0.15 ? UNUSABLE : quantity(pick(random, numbers));
  for (let i = times(); i > 0; i--) {
    const value = result(["5.4999", "5.5", "5.5001", "6", "6.5", "6.9999", "7", "7.0001"]);
    add(conceptCode("hba1c", "observation"), day(), value);
  }
  for (let i = times(); i > 0; i--) {
    const at = day();
    add(encodeCode("observation", "loinc", "1742-6"), at, quantity("40"));
    const multiple = result(["0.9999", "1", "1.0001", "2", "2.0001", "3"]);
    add(encodeCode("observationUpper", "loinc", "1742-6"), at, multiple);
  }
  return facts;
}
