// Sixteen stories, dealt in turn, so that a sample of any size has the same mix. Four in sixteen are people with
// diabetes or prediabetes whom the example diabetes trial takes; the others miss it each for another reason.
import type { Body } from "./body.ts";
import type { Chart } from "./chart.ts";
import { ALLERGIES, CONDITIONS, DRUGS, LABS, PROCEDURES } from "./codes.ts";

const YEAR = 365.25;

export type Story = {
  readonly name: string;
  readonly ages: readonly [number, number];
  readonly sex?: "female" | "male";
  /** Writes diseases and drugs, and changes the body's usual values. */
  readonly tell: (chart: Chart, body: Body) => void;
  /** Days since the last bloodwork. */
  readonly lastBloodwork: readonly [number, number];
};

const RECENT = [6, 40] as const;

/** Type 2 diabetes on metformin with what usually comes with it. */
function type2Diabetes(chart: Chart, body: Body): void {
  const { random } = chart;
  const began = random.int(3, 11) * YEAR + random.int(0, 300);
  body.hba1c = random.around(8, 0.45);
  body.diabeticSince = began;
  body.bmi = random.around(31, 1.8);
  body.triglycerides += 60;
  body.uacr += 8;
  body.egfr = Math.max(body.egfr, 72);
  chart.condition(CONDITIONS.prediabetes, began + 2 * YEAR, { ended: began });
  chart.condition(CONDITIONS.type2, began);
  chart.drug(DRUGS.metformin, began - 20);
  if (body.bmi >= 30) chart.condition(CONDITIONS.obesity, began + YEAR);
  if (random.chance(0.6)) hypertension(chart, body);
  if (random.chance(0.5)) hyperlipidemia(chart, body);
}

function prediabetes(chart: Chart, body: Body): void {
  body.hba1c = chart.random.around(6.05, 0.08);
  body.bmi = chart.random.around(29.5, 1);
  body.diabeticSince = 3 * YEAR;
  chart.condition(CONDITIONS.prediabetes, 3 * YEAR);
}

function hypertension(chart: Chart, body: Body): void {
  const began = chart.random.int(2, 9) * YEAR;
  body.systolic = chart.random.around(136, 4);
  body.diastolic = chart.random.around(85, 3);
  chart.condition(CONDITIONS.hypertension, began);
  chart.drug(chart.random.chance(0.7) ? DRUGS.lisinopril : DRUGS.amlodipine, began - 14);
}

function hyperlipidemia(chart: Chart, body: Body): void {
  const began = chart.random.int(2, 8) * YEAR;
  body.ldl = chart.random.around(98, 10);
  body.triglycerides += 40;
  chart.condition(CONDITIONS.hyperlipidemia, began);
  chart.drug(DRUGS.atorvastatin, began - 10);
}

function kidneyDisease(chart: Chart, body: Body): void {
  body.egfr = chart.random.around(24, 2);
  body.uacr = chart.random.around(420, 60);
  body.hemoglobin -= 2;
  chart.condition(CONDITIONS.ckd3, 5 * YEAR, { ended: 1.5 * YEAR });
  chart.condition(CONDITIONS.ckd4, 1.5 * YEAR);
}

function recentInfarction(chart: Chart): void {
  chart.condition(CONDITIONS.infarction, 100, { ended: 60 });
  chart.procedure(PROCEDURES.bypass, 95);
  chart.drug(DRUGS.metoprolol, 92);
}

function pastPregnancy(chart: Chart, ago: number): void {
  chart.condition(CONDITIONS.pregnancy, ago + 280, { ended: ago });
  chart.procedure(PROCEDURES.delivery, ago);
}

/** Heart failure with reduced ejection fraction, treated as guidelines say, and atrial fibrillation. */
function heartFailure(chart: Chart, body: Body): void {
  const { random } = chart;
  body.systolic = random.around(122, 3);
  body.egfr = Math.max(body.egfr, 48);
  chart.condition(CONDITIONS.heartFailure, 3 * YEAR);
  chart.condition(CONDITIONS.fibrillation, 4 * YEAR);
  chart.drug(DRUGS.apixaban, 4 * YEAR - 3);
  chart.drug(DRUGS.furosemide, 3 * YEAR - 5);
  chart.drug(DRUGS.lisinopril, 3 * YEAR - 5);
  chart.drug(DRUGS.metoprolol, 3 * YEAR - 30);
  chart.lab(LABS.ejection, random.around(32, 2), 130);
  chart.lab(LABS.ntprobnp, random.around(1600, 200), 25);
}

function cancer(chart: Chart, body: Body): void {
  const began = chart.random.int(8, 30) * 30;
  chart.condition(body.female ? CONDITIONS.breastCancer : CONDITIONS.prostateCancer, began);
  chart.procedure(body.female ? PROCEDURES.mastectomy : PROCEDURES.prostatectomy, began - 40);
  if (body.female) chart.drug(DRUGS.tamoxifen, began - 60);
}

/** Colon cancer, removed, chemotherapy just finished. */
function colonCancer(chart: Chart): void {
  chart.procedure(PROCEDURES.colonoscopy, 285);
  chart.condition(CONDITIONS.colonCancer, 270);
  chart.procedure(PROCEDURES.colectomy, 240);
  chart.drug(DRUGS.fluorouracil, 210, 45);
}

/** Pregnancy now, in somebody with type 1 diabetes. */
function type1Pregnant(chart: Chart, body: Body): void {
  body.hba1c = chart.random.around(6.6, 0.2);
  body.diabeticSince = 14 * YEAR;
  chart.condition(CONDITIONS.type1, 14 * YEAR);
  chart.drug(DRUGS.glargine, 14 * YEAR - 2);
  chart.condition(CONDITIONS.pregnancy, 120);
}

function lungsAndThyroid(chart: Chart): void {
  chart.condition(CONDITIONS.asthma, 12 * YEAR);
  chart.drug(DRUGS.salbutamol, 2 * YEAR);
  chart.drug(DRUGS.prednisone, 70, 63);
  chart.allergy(ALLERGIES.peanut, 9 * YEAR);
  chart.condition(CONDITIONS.hypothyroidism, 6 * YEAR);
  chart.drug(DRUGS.levothyroxine, 6 * YEAR - 15);
  chart.lab(LABS.tsh, chart.random.around(2.4, 0.6), 33);
}

function nervesAndMood(chart: Chart): void {
  chart.condition(CONDITIONS.epilepsy, 10 * YEAR);
  chart.drug(DRUGS.levetiracetam, 10 * YEAR - 4);
  chart.condition(CONDITIONS.depression, 2 * YEAR);
  chart.drug(DRUGS.sertraline, 2 * YEAR - 8, 200);
  // Suspected, never settled: it blocks proofs of absence and satisfies nothing.
  chart.condition(CONDITIONS.hepatitisC, 300, { certainty: "provisional" });
}

/** In the order dealt. */
export const STORIES: readonly Story[] = [
  { name: "type 2 diabetes", ages: [54, 69], tell: type2Diabetes, lastBloodwork: RECENT },
  { name: "hypertension", ages: [50, 72], tell: hypertension, lastBloodwork: [30, 200] },
  {
    name: "type 2 diabetes on insulin",
    ages: [48, 70],
    tell: (chart, body) => {
      type2Diabetes(chart, body);
      chart.drug(DRUGS.glargine, 2 * YEAR);
      chart.condition(CONDITIONS.retinopathy, 1.5 * YEAR);
    },
    lastBloodwork: RECENT,
  },
  {
    name: "a pregnancy in the past",
    ages: [27, 39],
    sex: "female",
    tell: (chart) => pastPregnancy(chart, 500),
    lastBloodwork: [90, 400],
  },
  { name: "type 2 diabetes", ages: [51, 64], tell: type2Diabetes, lastBloodwork: RECENT },
  {
    name: "type 2 diabetes and kidney disease",
    ages: [58, 74],
    tell: (chart, body) => {
      type2Diabetes(chart, body);
      kidneyDisease(chart, body);
    },
    lastBloodwork: RECENT,
  },
  { name: "asthma and thyroid", ages: [22, 60], tell: lungsAndThyroid, lastBloodwork: [20, 120] },
  {
    name: "type 2 diabetes, recent infarction",
    ages: [52, 70],
    tell: (chart, body) => {
      type2Diabetes(chart, body);
      recentInfarction(chart);
    },
    lastBloodwork: RECENT,
  },
  { name: "type 2 diabetes", ages: [57, 72], tell: type2Diabetes, lastBloodwork: RECENT },
  { name: "prediabetes", ages: [33, 66], tell: prediabetes, lastBloodwork: RECENT },
  { name: "heart failure", ages: [62, 76], tell: heartFailure, lastBloodwork: [15, 70] },
  {
    name: "type 2 diabetes, no recent results",
    ages: [53, 66],
    tell: type2Diabetes,
    lastBloodwork: [140, 260],
  },
  { name: "cancer", ages: [54, 73], tell: cancer, lastBloodwork: [20, 100] },
  { name: "colon cancer", ages: [50, 71], tell: colonCancer, lastBloodwork: [8, 35] },
  {
    name: "type 1 diabetes, pregnant",
    ages: [24, 36],
    sex: "female",
    tell: type1Pregnant,
    lastBloodwork: RECENT,
  },
  {
    name: "epilepsy and depression",
    ages: [25, 58],
    tell: nervesAndMood,
    lastBloodwork: [40, 300],
  },
];
