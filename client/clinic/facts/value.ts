// The value of an Observation or of one of its components, as stored; or why it cannot be used.
import { z } from "zod";
import { encodeAnswer, questionOf } from "../../../circuits/statement/dictionary/dictionary.ts";
import { encodeQuantity, UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import {
  type Conversion,
  contradict,
  toCanonical,
} from "../../../circuits/statement/encoding/units.ts";
import {
  codeableConcept,
  type MeasuredQuantity,
  measuredQuantity,
  quantity,
} from "../read/datatypes.ts";
import type { Measured } from "./measurable.ts";

const referenceRange = z.looseObject({
  low: measuredQuantity.optional(),
  high: measuredQuantity.optional(),
  type: codeableConcept.optional(),
  appliesTo: z.array(codeableConcept).optional(),
  age: z.looseObject({ low: quantity.optional(), high: quantity.optional() }).optional(),
});
export type ReferenceRange = z.infer<typeof referenceRange>;

/** The value fields that Observation and its components share. */
export const valueFields = {
  valueQuantity: measuredQuantity.optional(),
  valueInteger: z.number().int().optional(),
  valueCodeableConcept: codeableConcept.optional(),
  valueBoolean: z.boolean().optional(),
  valueString: z.string().optional(),
  dataAbsentReason: codeableConcept.optional(),
  referenceRange: z.array(referenceRange).optional(),
};
const valued = z.looseObject(valueFields);
export type Valued = z.infer<typeof valued>;

export type ReadValue = {
  readonly value: bigint;
  readonly note?: string;
  /** The quantity before its one rounding, where that took something away. */
  readonly exact?: string;
};

export function unusable(note: string): ReadValue {
  return { value: UNUSABLE, note };
}

/** True when any value[x] or a reason for its absence is given. */
export function hasValue(input: Valued): boolean {
  if (input.dataAbsentReason !== undefined) return true;
  return Object.entries(input).some(
    ([key, value]) => value !== undefined && /^value[A-Z]/.test(key),
  );
}

/** The kind of value, by which a result without a name may be told; undefined when it could be of any kind. */
export function measuredAs(input: Valued): Measured | undefined {
  if (input.valueQuantity !== undefined) {
    return { kind: "number", unit: unitText(input.valueQuantity) };
  }
  if (input.valueInteger !== undefined) return { kind: "number", unit: "" };
  const isAnswer = input.valueCodeableConcept !== undefined || input.valueBoolean !== undefined;
  return isAnswer ? { kind: "answer" } : undefined;
}

/** The stored value under a LOINC code. What cannot be compared becomes a tombstone, with the reason. */
export function readValue(input: Valued, loinc: string): ReadValue {
  if (input.dataAbsentReason !== undefined) return unusable("no result (dataAbsentReason)");
  if (input.valueQuantity !== undefined) return readQuantity(input.valueQuantity, loinc);
  if (input.valueInteger !== undefined) {
    return readQuantity({ value: String(input.valueInteger) }, loinc);
  }
  return readAnswer(input, loinc);
}

function readAnswer(input: Valued, loinc: string): ReadValue {
  const concept = input.valueCodeableConcept;
  const codings = (concept?.coding ?? []).map(({ system, code }) => ({
    ...(system === undefined ? {} : { system }),
    ...(code === undefined ? {} : { code }),
  }));
  const given = concept ? codings : (input.valueBoolean ?? input.valueString);
  if (given === undefined) {
    return unusable(hasValue(input) ? "a type of value that cannot be compared" : "no result");
  }
  const text = concept?.text;
  const answer =
    encodeAnswer(loinc, given) ?? (text === undefined ? undefined : encodeAnswer(loinc, text));
  if (answer !== undefined) return { value: answer };
  return unusable(questionOf(loinc) ? "an answer the dictionary lacks" : "not in the dictionary");
}

function readQuantity(given: MeasuredQuantity, loinc: string): ReadValue {
  const canonical = canonicalOf(given, loinc);
  return canonical.ok ? storeExact(canonical.value) : unusable(canonical.reason);
}

/** A decimal as stored, rounded once. */
export function storeExact(exact: string): ReadValue {
  const value = encodeQuantity(exact);
  if (value === undefined) return unusable("value out of the range a fact can hold");
  return /\.\d{5}|e/i.test(exact) ? { value, exact } : { value };
}

/** The value in the code's canonical unit, as decimal text. */
export function canonicalOf(given: MeasuredQuantity, loinc: string): Conversion {
  if (given.comparator !== undefined) return { ok: false, reason: "only a bound (comparator)" };
  if (given.value === undefined) return { ok: false, reason: "no number" };
  const unit = unitText(given);
  if (given.unit !== undefined && contradict(loinc, unit, given.unit)) {
    return { ok: false, reason: "unit and code of the quantity contradict each other" };
  }
  return toCanonical({ loinc, value: given.value, unit });
}

/** The UCUM code where there is one, else the unit as printed. */
function unitText(given: MeasuredQuantity): string {
  const ucum = given.system === undefined || given.system === "http://unitsofmeasure.org";
  return (ucum ? given.code : undefined) ?? given.unit ?? given.code ?? "";
}
