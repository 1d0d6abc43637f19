// Formulas of results that follow from others. What is linear is computed in exact decimals; powers, roots and
// logarithms in binary fractions of 53 bits. Either way the result is rounded once, to four decimals.
import {
  add,
  type Decimal,
  formatDecimal,
  multiply,
  parseDecimal,
  quotient,
  subtract,
} from "../../../circuits/statement/encoding/decimal.ts";
import type { Sex } from "../../desk/person.ts";

/** Whom a formula is computed for, on one day; no age where the birth date is given in part. */
export type Subject = { readonly age?: number; readonly sex: Sex };

/** Values of the inputs in the order of {@link Formula.inputs}. */
type Compute = (values: readonly Decimal[], subject: Subject) => string | undefined;

export type Formula = {
  /** Concept of the dictionary under which the result is written. */
  readonly concept: string;
  readonly title: string;
  /** UCUM unit of what `compute` returns. */
  readonly unit: string;
  /** Concepts whose results it needs, with the unit it takes them in; the first one leads: see derived.ts. */
  readonly inputs: readonly (readonly [concept: string, unit: string])[];
  /** The result as decimal text; undefined where the formula does not hold. */
  readonly compute: Compute;
};

/** Three formulas were made for adults, and are not used below this age. */
const ADULT = 18;

const PLACES = 4;
const DIVISION_PLACES = 20;

/** As a binary fraction, for what is not linear. */
function numeric({ digits, places }: Decimal): number {
  return Number(formatDecimal({ digits, places }));
}

function decimal(text: string): Decimal {
  return parseDecimal(text)!;
}

function rounded(value: number): string | undefined {
  return Number.isFinite(value) ? value.toFixed(PLACES) : undefined;
}

function arePositive(values: readonly Decimal[]): boolean {
  return values.every(({ digits }) => digits > 0n);
}

/**
 * eGFR = 142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age (x 1.012 in women), k = 0.7 and a = -0.241 in women,
 * 0.9 and -0.302 in men; Scr in mg/dL, age in completed years. Inker et al., N Engl J Med 2021;385:1737-49.
 */
const egfr: Compute = ([creatinine], { age, sex }) => {
  if (age === undefined || age < ADULT || (sex !== "female" && sex !== "male")) return undefined;
  if (!arePositive([creatinine!])) return undefined;
  const [kappa, alpha, factor] = sex === "female" ? [0.7, -0.241, 1.012] : [0.9, -0.302, 1];
  const ratio = numeric(creatinine!) / kappa!;
  const filtration = 142 * Math.min(ratio, 1) ** alpha! * Math.max(ratio, 1) ** -1.2;
  return rounded(filtration * 0.9938 ** age * factor!);
};

/**
 * FIB-4 = age x AST / (platelets x root of ALT); enzymes in U/L, platelets in 10^9/L, age in completed years. Sterling et
 * al., Hepatology 2006;43:1317-25.
 */
const fib4: Compute = (values, { age }) => {
  if (age === undefined || age < ADULT || !arePositive(values)) return undefined;
  const [ast, alt, platelets] = values.map(numeric) as [number, number, number];
  return rounded((age * ast) / (platelets * Math.sqrt(alt)));
};

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/**
 * MELD 3.0 = 1.33 (women) + 4.56 ln bilirubin + 0.82 (137 - Na) - 0.24 (137 - Na) ln bilirubin + 9.09 ln INR
 * + 11.14 ln creatinine + 1.85 (3.5 - albumin) - 1.83 (3.5 - albumin) ln creatinine + 6, a whole number up to 40.
 * Bounds: bilirubin, INR and creatinine at least 1, creatinine at most 3 mg/dL, Na 125 to 137 mmol/L, albumin 1.5 to
 * 3.5 g/dL. Kim et al., Gastroenterology 2021;161:1887-95; OPTN Policy 9.1.D.
 */
const meld3: Compute = (values, { age, sex }) => {
  if (age === undefined || age < ADULT || (sex !== "female" && sex !== "male")) return undefined;
  if (!arePositive(values)) return undefined;
  const [bilirubin, sodium, inr, creatinine, albumin] = values.map(numeric) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const lnBilirubin = Math.log(Math.max(bilirubin, 1));
  const lnCreatinine = Math.log(within(creatinine, 1, 3));
  const lackOfSodium = 137 - within(sodium, 125, 137);
  const lackOfAlbumin = 3.5 - within(albumin, 1.5, 3.5);
  const score =
    (sex === "female" ? 1.33 : 0) +
    4.56 * lnBilirubin +
    0.82 * lackOfSodium -
    0.24 * lackOfSodium * lnBilirubin +
    9.09 * Math.log(Math.max(inr, 1)) +
    11.14 * lnCreatinine +
    1.85 * lackOfAlbumin -
    1.83 * lackOfAlbumin * lnCreatinine +
    6;
  return String(Math.min(40, Math.round(score)));
};

/**
 * Total calcium (mg/dL) + 0.8 x (4 - albumin in g/dL). Payne et al., Br Med J 1973;4:643-6, in conventional units as it
 * is commonly used.
 */
const correctedCalcium: Compute = ([calcium, albumin]) => {
  const lack = subtract(decimal("4"), albumin!);
  return formatDecimal(add(calcium!, multiply(decimal("0.8"), lack)));
};

/** Sodium - (chloride + bicarbonate), without potassium. Emmett and Narins, Medicine 1977;56:38-54. */
const anionGap: Compute = ([sodium, chloride, bicarbonate]) =>
  formatDecimal(subtract(sodium!, add(chloride!, bicarbonate!)));

/** Weight in kg / (height in m)^2; the height comes in cm. WHO Technical Report Series 894 (2000). */
const bodyMassIndex: Compute = ([weight, height]) => {
  if (!arePositive([weight!, height!])) return undefined;
  const perSquareMetre = multiply(weight!, decimal("10000"));
  return quotient(perSquareMetre, multiply(height!, height!), PLACES);
};

/** The arithmetic mean. */
export function meanOf(values: readonly Decimal[]): string {
  const sum = values.reduce(add);
  return quotient(sum, { digits: BigInt(values.length), places: 0 }, DIVISION_PLACES);
}

export const FORMULAS: readonly Formula[] = [
  {
    concept: "egfr-ckd-epi-2021",
    title: "CKD-EPI 2021",
    unit: "mL/min/{1.73_m2}",
    inputs: [["creatinine", "mg/dL"]],
    compute: egfr,
  },
  {
    concept: "fib-4",
    title: "FIB-4",
    unit: "1",
    inputs: [
      ["ast", "U/L"],
      ["alt", "U/L"],
      ["platelets", "10*3/uL"],
    ],
    compute: fib4,
  },
  {
    concept: "meld-3",
    title: "MELD 3.0",
    unit: "1",
    inputs: [
      ["bilirubin", "mg/dL"],
      ["sodium", "mmol/L"],
      ["inr", "{INR}"],
      ["creatinine", "mg/dL"],
      ["albumin", "g/dL"],
    ],
    compute: meld3,
  },
  {
    concept: "corrected-calcium",
    title: "calcium + 0.8 x (4 - albumin)",
    unit: "mg/dL",
    inputs: [
      ["calcium", "mg/dL"],
      ["albumin", "g/dL"],
    ],
    compute: correctedCalcium,
  },
  {
    concept: "anion-gap",
    title: "sodium - chloride - bicarbonate",
    unit: "mmol/L",
    inputs: [
      ["sodium", "mmol/L"],
      ["chloride", "mmol/L"],
      ["bicarbonate", "mmol/L"],
    ],
    compute: anionGap,
  },
  {
    concept: "calculated-bmi",
    title: "weight / height squared",
    unit: "kg/m2",
    inputs: [
      ["body-weight", "kg"],
      ["body-height", "cm"],
    ],
    compute: bodyMassIndex,
  },
];

/** Concepts of which a day's readings are averaged, and the concept of the mean. */
export const MEANS = [
  { concept: "mean-systolic-blood-pressure", of: "systolic-blood-pressure", unit: "mm[Hg]" },
  { concept: "mean-diastolic-blood-pressure", of: "diastolic-blood-pressure", unit: "mm[Hg]" },
] as const;
