// What the tests of device readers share: made-up options, pieces of a text, and the codes of refusals.
import type { Observation } from "fhir/r4";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { WantedCode } from "../../client/exchange/device/conversion.ts";
import { between, type Random } from "../circuits/random.ts";

export const WANTED: readonly WantedCode[] = [
  { loinc: "8867-4", unit: "/min" },
  { loinc: "55423-8", unit: "{steps}" },
  { loinc: "55430-3", unit: "m" },
  { loinc: "29463-7", unit: "kg" },
  { loinc: "8480-6", unit: "mm[Hg]" },
  { loinc: "8462-4", unit: "mm[Hg]" },
  { loinc: "59408-5", unit: "%" },
  { loinc: "8310-5", unit: "Cel" },
  { loinc: "2339-0", unit: "mg/dL" },
  { loinc: "93832-4", unit: "h" },
  { loinc: "41981-2", unit: "kcal" },
];
export const OPTIONS = {
  wanted: WANTED,
  from: parseDay("2024-01-01"),
  to: parseDay("2024-12-31"),
};

/** A text cut at random places, also into pieces of one character and none. */
export function cut(random: Random, text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = between(random, 0, 1) === 0 ? between(random, 0, 3) : between(random, 0, 400);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** The same in bytes, so that characters are cut as well. */
export function cutBytes(random: Random, text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = between(random, 1, 200);
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** The code and details of the refusal with which something ends. */
export async function refusalOf(
  act: () => unknown,
): Promise<{ code: string; details: Refusal["details"] }> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error("it was not refused");
}

/** Code, value and unit, for short. */
export function short(observation: Observation): string {
  const { code, valueQuantity, component, effectiveDateTime, effectivePeriod } = observation;
  const values = [{ code, valueQuantity }, ...(component ?? [])]
    .filter((part) => part.valueQuantity !== undefined)
    .map((part) => `${part.code.coding?.[0]?.code} ${part.valueQuantity?.value}`);
  const time = effectiveDateTime ?? `${effectivePeriod?.start}/${effectivePeriod?.end}`;
  return `${values.join(" + ")} @ ${time}`;
}
