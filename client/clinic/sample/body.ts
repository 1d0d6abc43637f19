// How a sample patient's measurements hang together: what they are usually, and how each visit reads them.

import type { Chart } from "./chart.ts";
import { LABS, type Lab } from "./codes.ts";

/** Usual values; a visit measures them with some noise. */
export type Body = {
  age: number;
  female: boolean;
  heightCm: number;
  bmi: number;
  systolic: number;
  diastolic: number;
  hba1c: number;
  egfr: number;
  uacr: number;
  alt: number;
  ldl: number;
  triglycerides: number;
  hemoglobin: number;
  /** Days ago since when sugar is high; 0: never. */
  diabeticSince: number;
  /** How the laboratory reports HbA1c: NGSP or IFCC. */
  sugarUnit: "%" | "mmol/mol";
};

/** Usual values of a healthy person of that age and sex. */
export function healthyBody(chart: Chart, age: number, female: boolean): Body {
  const { random } = chart;
  return {
    age,
    female,
    heightCm: random.around(female ? 165 : 178, 7),
    bmi: random.around(24, 2),
    systolic: random.around(112 + age / 5, 5),
    diastolic: random.around(74, 4),
    hba1c: random.around(5.2, 0.2),
    egfr: Math.min(120, random.around(128 - 0.8 * age, 6)),
    uacr: random.around(10, 4),
    alt: random.around(24, 6),
    ldl: random.around(110, 14),
    triglycerides: random.around(105, 20),
    hemoglobin: random.around(female ? 13.4 : 14.9, 0.5),
    diabeticSince: 0,
    sugarUnit: "%",
  };
}

/** A check-up: weight, height, body mass index, blood pressure, heart rate. */
export function vitals(chart: Chart, body: Body, ago: number): void {
  const { random } = chart;
  // The same noise in weight and index: they are of one body.
  const bmi = body.bmi + random.around(0, 0.25);
  const meters = body.heightCm / 100;
  chart.lab(LABS.height, body.heightCm, ago);
  chart.lab(LABS.weight, bmi * meters * meters, ago);
  chart.lab(LABS.bmi, bmi, ago);
  chart.lab(LABS.heartRate, random.around(72, 6), ago);
  chart.bloodPressure(
    body.systolic + random.around(0, 4),
    body.diastolic + random.around(0, 3),
    ago,
  );
}

/** The same test in the unit of the IFCC (ngsp.org gives the equation). */
const HBA1C_IFCC: Lab = { ...LABS.hba1c, unit: "mmol/mol", decimals: 0, low: 20, high: 38 };

/** Blood and urine: sugar, kidney, liver, lipids, blood count. */
export function bloodwork(chart: Chart, body: Body, ago: number): void {
  const { random } = chart;
  const hba1c = body.hba1c + random.around(0, 0.08);
  const egfr = body.egfr + random.around(0, 2);
  const alt = Math.max(8, body.alt + random.around(0, 3));
  if (body.sugarUnit === "%") chart.lab(LABS.hba1c, hba1c, ago);
  else chart.lab(HBA1C_IFCC, (hba1c - 2.152) / 0.09148, ago);
  // Average glucose of an HbA1c (ADAG study), in the fasting state a little lower.
  chart.lab(LABS.glucose, 28.7 * hba1c - 46.7 - 8 + random.around(0, 5), ago);
  chart.lab(LABS.egfr, egfr, ago);
  chart.lab(LABS.creatinine, (body.female ? 70 : 90) / egfr, ago);
  chart.lab(LABS.uacr, Math.max(1, body.uacr + random.around(0, 1)), ago);
  chart.lab(LABS.alt, alt, ago);
  chart.lab(LABS.ast, alt * 0.9 + random.around(0, 2), ago);
  chart.lab(LABS.bilirubin, random.around(0.6, 0.12), ago);
  chart.lab(LABS.ldl, body.ldl + random.around(0, 6), ago);
  chart.lab(LABS.triglycerides, body.triglycerides + random.around(0, 10), ago);
  chart.lab(LABS.hemoglobin, body.hemoglobin + random.around(0, 0.2), ago);
  chart.lab(LABS.platelets, random.around(245, 25), ago);
  chart.lab(LABS.neutrophils, random.around(4.2, 0.6), ago);
  chart.lab(LABS.potassium, random.around(4.3, 0.2), ago);
}
