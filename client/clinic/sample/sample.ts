// Sample patients: FHIR R4 bundles from a seed, clinically plausible, dated relative to a given day. Nobody real.
import type { Bundle, Patient } from "fhir/r4";
import { EPOCH_DAY } from "../../../circuits/statement/encoding/day.ts";
import { type Body, bloodwork, healthyBody, vitals } from "./body.ts";
import { Chart } from "./chart.ts";
import { ALLERGIES, CONDITIONS, DRUGS, PROCEDURES, VACCINES } from "./codes.ts";
import { seededRandom } from "./random.ts";
import { STORIES, type Story } from "./stories.ts";

const SAMPLE_SEED = "cohort-zero";
/** Patients of the sample that `npm start` recruits from. */
const SAMPLE_SIZE = 32;
const YEARS_OF_CHART = 11;
const YEAR = 365.25;

const FAMILY = ["Ahlberg", "Brandt", "Castillo", "Dubois", "Eze", "Farkas", "Greco", "Haddad"];
const GIVEN = {
  female: ["Amara", "Beatriz", "Chiara", "Dilan", "Elif", "Freya"],
  male: ["Anton", "Bilal", "Cormac", "Diego", "Emil", "Farid"],
} as const;

type SampleOptions = {
  readonly seed?: string;
  /** Number of the patient in the sample, from 0. */
  readonly index: number;
  /** Days since 1900-01-01: the chain's day. Nothing is dated after it. */
  readonly today: number;
};

/** One patient. The same options always give the same Bundle. */
export function generateBundle({ seed = SAMPLE_SEED, index, today }: SampleOptions): Bundle {
  const story = STORIES[index % STORIES.length]!;
  const random = seededRandom(`${seed}/${index}`);
  const age = random.int(...story.ages);
  const sex = story.sex ?? random.pick(["female", "male"] as const);
  const chart = new Chart(random, today, (id) => ({
    ...describePatient(index, sex),
    id,
    birthDate: birthDate(today, age, random.int(1, 364)),
  }));
  const body = healthyBody(chart, age, sex === "female");
  body.sugarUnit = index % 4 === 1 ? "mmol/mol" : "%";
  story.tell(chart, body);
  fillChart(chart, body, story);
  return chart.toBundle();
}

/** The whole sample, in order. */
export function generateSample(options: { seed?: string; size?: number; today: number }): Bundle[] {
  const { size = SAMPLE_SIZE, ...rest } = options;
  return Array.from({ length: size }, (_, index) => generateBundle({ ...rest, index }));
}

function describePatient(index: number, sex: "female" | "male"): Patient {
  const given = GIVEN[sex][Math.floor(index / FAMILY.length) % GIVEN[sex].length]!;
  return {
    resourceType: "Patient",
    name: [{ family: FAMILY[index % FAMILY.length]!, given: [given] }],
    identifier: [{ system: "urn:cohort-zero:sample-passport", value: `SAMPLE-${1000 + index}` }],
    gender: sex,
  };
}

/** A day on which somebody is `age` years and `extraDays` days old today. */
function birthDate(today: number, age: number, extraDays: number): string {
  const date = new Date((today + EPOCH_DAY - extraDays) * 86_400_000);
  date.setUTCFullYear(date.getUTCFullYear() - age);
  return date.toISOString().slice(0, 10);
}

/** Check-ups of many years, the newest bloodwork as the story has it, vaccines and small ailments. */
function fillChart(chart: Chart, body: Body, { lastBloodwork }: Story): void {
  const { random } = chart;
  const newest = random.int(...lastBloodwork);
  vitals(chart, body, random.int(3, 25));
  bloodwork(chart, body, newest);
  const smoking = random.pick([
    { code: "266919005", display: "Never smoker" },
    { code: "266919005", display: "Never smoker" },
    { code: "8517006", display: "Former smoker" },
    { code: "449868002", display: "Current every day smoker" },
  ]);
  for (let year = 1; year <= YEARS_OF_CHART; year++) {
    const ago = year * YEAR + random.int(0, 25);
    const younger = asOf(body, ago);
    vitals(chart, younger, ago);
    if (year % 2 === 1) bloodwork(chart, younger, ago);
    if (random.chance(0.7)) chart.vaccine(VACCINES.influenza, ago);
    if (year % 3 === 0) {
      const question = { loinc: "72166-2", display: "Tobacco smoking status" };
      chart.answer(question, [{ system: "http://snomed.info/sct", ...smoking }], ago);
    }
  }
  chart.vaccine(VACCINES.covid, 3 * YEAR + random.int(0, 90));
  chart.vaccine(VACCINES.tdap, random.int(2, 8) * YEAR);
  if (body.age >= 65) chart.vaccine(VACCINES.pneumococcal, random.int(1, 3) * YEAR);
  smallAilments(chart, body);
}

/** Usual values some days ago: a little lighter, better kidneys, and no diabetes before it began. */
function asOf(body: Body, ago: number): Body {
  const years = ago / YEAR;
  const before = ago > body.diabeticSince;
  return {
    ...body,
    egfr: Math.min(120, body.egfr + years * 0.8),
    bmi: body.bmi - years * 0.1,
    hba1c: before ? Math.min(body.hba1c, 5.9) : body.hba1c,
  };
}

function smallAilments(chart: Chart, body: Body): void {
  const { random } = chart;
  if (random.chance(0.3)) chart.allergy(ALLERGIES.penicillin, random.int(3, 10) * YEAR);
  if (random.chance(0.15)) chart.allergy(ALLERGIES.sulfonamide, random.int(3, 10) * YEAR);
  if (random.chance(0.5)) {
    const began = random.int(400, 2500);
    chart.condition(CONDITIONS.bronchitis, began, { ended: began - random.int(7, 20) });
  }
  if (body.female && random.chance(0.5)) {
    const began = random.int(300, 1500);
    chart.condition(CONDITIONS.urinaryInfection, began, { ended: began - 8 });
    chart.drug(DRUGS.nitrofurantoin, began, began - 6);
  }
  if (body.age >= 50) chart.procedure(PROCEDURES.colonoscopy, random.int(1, 6) * YEAR);
  if (body.female && body.age >= 50) chart.procedure(PROCEDURES.mammography, random.int(60, 700));
}
