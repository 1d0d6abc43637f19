// HealthKit's types of samples, and what they are in LOINC and UCUM. Codes as HL7's Physical Activity guide (steps,
// energy), FHIR's vital signs and Stanford's HealthKitOnFHIR have them.
import {
  formatDecimal,
  multiply,
  parseDecimal,
} from "../../../circuits/statement/encoding/decimal.ts";
import { BLOOD_PRESSURE } from "./reading.ts";

type Kind = {
  /** Codes that say what a sample of the type is; the first one that a collection asks for is taken. */
  readonly codes: readonly string[];
  /** The value is a part of one, though the unit says "%". */
  readonly isFraction?: true;
};

const TYPES = new Map<string, Kind>([
  ["HKQuantityTypeIdentifierHeartRate", { codes: ["8867-4"] }],
  ["HKQuantityTypeIdentifierRestingHeartRate", { codes: ["40443-4"] }],
  ["HKQuantityTypeIdentifierStepCount", { codes: ["55423-8"] }],
  ["HKQuantityTypeIdentifierDistanceWalkingRunning", { codes: ["55430-3"] }],
  ["HKQuantityTypeIdentifierActiveEnergyBurned", { codes: ["41981-2"] }],
  ["HKQuantityTypeIdentifierBodyMass", { codes: ["29463-7"] }],
  ["HKQuantityTypeIdentifierHeight", { codes: ["8302-2"] }],
  ["HKQuantityTypeIdentifierBloodPressureSystolic", { codes: [BLOOD_PRESSURE.systolic] }],
  ["HKQuantityTypeIdentifierBloodPressureDiastolic", { codes: [BLOOD_PRESSURE.diastolic] }],
  ["HKQuantityTypeIdentifierOxygenSaturation", { codes: ["59408-5", "2708-6"], isFraction: true }],
  ["HKQuantityTypeIdentifierRespiratoryRate", { codes: ["9279-1"] }],
  ["HKQuantityTypeIdentifierBodyTemperature", { codes: ["8310-5"] }],
  // HealthKit does not say whether it is blood of a finger or a sensor under the skin.
  ["HKQuantityTypeIdentifierBloodGlucose", { codes: ["41653-7", "2339-0", "15074-8"] }],
]);

const SLEEP = "HKCategoryTypeIdentifierSleepAnalysis";
const SLEEP_CODES = ["93832-4"];
/** Asleep, and since iOS 16 the stages of it. Time in bed or awake is no sleep. */
const ASLEEP = /^HKCategoryValueSleepAnalysisAsleep(?:|Unspecified|Core|Deep|REM)$/;

const UNITS = new Map<string, string>([
  ["count", "1"],
  ["count/min", "/min"],
  ["mmHg", "mm[Hg]"],
  ["degC", "Cel"],
  ["degF", "[degF]"],
  ["lb", "[lb_av]"],
  ["st", "[stone_av]"],
  ["oz", "[oz_av]"],
  ["mi", "[mi_i]"],
  ["yd", "[yd_i]"],
  ["ft", "[ft_i]"],
  ["in", "[in_i]"],
  ["hr", "h"],
  ["Cal", "kcal"],
  ["kcal", "kcal"],
]);
/** Amount of substance by its molar mass: "mmol<180.15588>/L". */
const MOLAR = /<[\d.]+>/;

type Sample = {
  readonly type: string;
  readonly value: string;
  readonly unit: string;
  /** From start to end, in milliseconds. */
  readonly duration: number;
};
/** A sample's value with its unit in UCUM, or why there is none. */
export type Measured =
  | { readonly value: string; readonly unit: string }
  | { readonly reason: string };

/** The LOINC codes that a HealthKit type may be; undefined for types that are not read. */
export function codesOfType(type: string): readonly string[] | undefined {
  return type === SLEEP ? SLEEP_CODES : TYPES.get(type)?.codes;
}

/** The value of a sample of a type that is read. */
export function measuredOf({ type, value, unit, duration }: Sample): Measured {
  if (type === SLEEP) return sleepOf(value, duration);
  const ucum = UNITS.get(unit) ?? unit.replace(MOLAR, "");
  if (!TYPES.get(type)?.isFraction) return { value, unit: ucum };
  const part = parseDecimal(value);
  if (part === undefined) return { reason: "the value is not a decimal number" };
  if (Number(formatDecimal(part)) > 1) return { reason: "a part of one is more than one" };
  return { value: formatDecimal(multiply(part, { digits: 100n, places: 0 })), unit: "%" };
}

function sleepOf(value: string, duration: number): Measured {
  if (!ASLEEP.test(value)) return { reason: "in bed or awake, not asleep" };
  if (!(duration > 0)) return { reason: "sleep of no length" };
  return { value: formatDecimal({ digits: BigInt(duration), places: 3 }), unit: "s" };
}
