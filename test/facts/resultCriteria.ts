// Criteria about results and about the person, each with what a careful reader says. Shares no code with the product.
import type { Json, Random } from "./chart.ts";
import { type Question, WINDOWS } from "./criteria.ts";
import type { Reading, Result } from "./reader.ts";
import { yearsBetween } from "./resultReader.ts";

type Fits = (dated: Dated) => boolean;
/** A result as it lies in one completion; a doubtful one has nothing that can be used. */
type Dated = {
  readonly day: number;
  readonly at: number | undefined;
  readonly own: Result;
  readonly isUsable: boolean;
};

/** Doubtful results beyond so many are as good as one of each day. */
const MOST = 7;

/** Every way in which the results could lie: each on its first or last day, the doubtful ones counted or not. */
function completionsOf(results: readonly Result[]): Dated[][] {
  return results.slice(0, MOST).reduce<Dated[][]>(
    (all, own) => {
      const choices = [...new Set(own.days)].map((day) => [
        { day, at: own.at, own, isUsable: own.isSure },
      ]);
      const options: Dated[][] = own.isSure ? choices : [...choices, []];
      return all.flatMap((before) => options.map((choice) => [...before, ...choice]));
    },
    [[]],
  );
}

/** Those of the last day that may be the newest: one with a time is not, when another has a later one. */
function newestOf(results: readonly Dated[]): Dated[] {
  const last = Math.max(...results.map(({ day }) => day));
  const ofDay = results.filter(({ day }) => day === last);
  const latest = Math.max(...ofDay.map(({ at }) => at ?? Number.NEGATIVE_INFINITY));
  return ofDay.filter(({ at }) => at === undefined || at === latest);
}

type Window = (typeof WINDOWS)[number] | undefined;
type Asked = {
  readonly concept: string;
  readonly extra: Json;
  /** Undefined when it has no such value. */
  readonly fits: (result: Result) => boolean | undefined;
};

/** The results that may be of the analyte; any of them may be where nobody knows what was measured. */
const ofAnalyte = ({ results }: Reading, concept: string) =>
  results.filter(({ analyte }) => analyte === concept || analyte === "any");

const RANGES = [
  { concept: "hba1c", unit: "%", bounds: [6, 7, 7.4, 9] },
  { concept: "egfr", unit: "mL/min/{1.73_m2}", bounds: [30, 45, 60] },
  { concept: "systolic-blood-pressure", unit: "mm[Hg]", bounds: [120, 140] },
  { concept: "alt", unit: "U/L", bounds: [40, 80] },
] as const;

function valueAsked(random: Random): Asked {
  const { concept, unit, bounds } = random.pick(RANGES);
  const bound = random.pick<number>(bounds);
  const side = random.pick(["min", "max", "above", "below"] as const);
  const fits = (value: number) => {
    if (side === "min") return value >= bound;
    if (side === "max") return value <= bound;
    return side === "above" ? value > bound : value < bound;
  };
  return {
    concept,
    extra: { value: { [side]: String(bound), unit } },
    fits: ({ value }) => (value === undefined ? undefined : fits(value)),
  };
}

function limitAsked(random: Random): Asked {
  const bound = random.pick([1, 2, 3]);
  const side = random.pick(["min", "max"] as const);
  return {
    concept: "alt",
    extra: { timesUpperLimit: { [side]: String(bound) } },
    fits: ({ multiple }) => {
      if (multiple === undefined) return undefined;
      return side === "min" ? multiple >= bound : multiple <= bound;
    },
  };
}

const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  "never-smoker": ["never-smoker"],
  "not-current-smoker": ["never-smoker", "former-smoker"],
  "ever-smoker": ["former-smoker", "every-day-smoker"],
  "current-smoker": ["every-day-smoker"],
};

function answerAsked(random: Random): Asked {
  const answer = random.pick(Object.keys(ANSWERS));
  return {
    concept: "smoking-status",
    extra: { answer },
    fits: (result) =>
      result.answer === undefined ? undefined : ANSWERS[answer]!.includes(result.answer),
  };
}

/** The newest result fits, or does not, in every completion, whichever of the results is then the newest. */
function newest(random: Random, asked: Asked, window: Window): Question {
  const isExcluded = random.chance(0.3);
  const mayMiss = random.chance(0.3);
  const criterion = {
    observation: { concept: asked.concept },
    ...asked.extra,
    ...(window && { within: window.text }),
    ...(mayMiss && { whenMissing: "pass" }),
  };
  const isRight: Fits = ({ own, isUsable }) => {
    const fits = isUsable ? asked.fits(own) : undefined;
    return fits !== undefined && fits !== isExcluded;
  };
  return {
    criteria: isExcluded
      ? { inclusion: [], exclusion: [criterion] }
      : { inclusion: [criterion], exclusion: [] },
    holds: (reading, asOf) => {
      if (reading.hidden.has("result")) return false;
      return completionsOf(ofAnalyte(reading, asked.concept)).every((results) => {
        const last = Math.max(...results.map(({ day }) => day));
        // Too few days for absence are too many for presence: between the two nothing is shown.
        const isOut = window !== undefined && last < asOf - window.longest;
        if (results.length === 0 || isOut) return mayMiss;
        if (window !== undefined && last < asOf - window.shortest) return false;
        return newestOf(results).every(isRight);
      });
    },
  };
}

/** Some result fits, be it the newest or not. */
function anyOf(asked: Asked, window: Window): Question {
  const criterion = {
    ...{ observation: { concept: asked.concept }, ...asked.extra, latest: false },
    ...(window && { within: window.text }),
  };
  return {
    criteria: { inclusion: [criterion], exclusion: [] },
    holds: (reading, asOf) =>
      reading.results.some(
        (result) =>
          result.analyte === asked.concept &&
          result.isSure &&
          asked.fits(result) === true &&
          (window === undefined || result.days[0] >= asOf - window.shortest),
      ),
  };
}

/** No result of the analyte at all, or none within a window. */
function noneOf(concept: string, window: Window): Question {
  const criterion = { observation: { concept }, ...(window && { within: window.text }) };
  return {
    criteria: { inclusion: [], exclusion: [criterion] },
    holds: (reading, asOf) =>
      !reading.hidden.has("result") &&
      !ofAnalyte(reading, concept).some(
        ({ days }) => window === undefined || days[1] >= asOf - window.longest,
      ),
  };
}

export function aboutResults(random: Random): Question {
  const window = random.chance(0.5) ? random.pick(WINDOWS) : undefined;
  const asked = random.pick([valueAsked, valueAsked, limitAsked, answerAsked])(random);
  const roll = random.below(8);
  if (roll === 0) return noneOf(asked.concept, window);
  return roll < 3 ? anyOf(asked, window) : newest(random, asked, window);
}

const SEXES = ["female", "male", "other"];

/** The age in completed years, or the sex. */
export function aboutPerson(random: Random): Question {
  const isExcluded = random.chance(0.3);
  const put = (criterion: Json) =>
    isExcluded
      ? { inclusion: [], exclusion: [criterion] }
      : { inclusion: [criterion], exclusion: [] };
  if (random.chance(0.4)) {
    const sex = random.pick(SEXES);
    return {
      criteria: put({ sex }),
      holds: ({ person }) =>
        person?.sex !== undefined &&
        SEXES.includes(person.sex) &&
        (person.sex === sex) !== isExcluded,
    };
  }
  const bound = random.pick([1, 2, 3, 18, 38, 54, 55, 66, 75, 76]);
  const side = random.pick(["min", "max"] as const);
  const fits = (years: number) => (side === "min" ? years >= bound : years <= bound);
  return {
    criteria: put({ age: { [side]: bound } }),
    holds: ({ person }, asOf) =>
      person?.birth.every((day) => fits(yearsBetween(day, asOf)) !== isExcluded) === true,
  };
}
