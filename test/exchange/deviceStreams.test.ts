// Device data against what their collection asks for: whoever deposits writes the Observations.
import { expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { fitStreams } from "../../client/exchange/device/streams.ts";

const DAY = parseDay("2024-03-01");
const STREAMS = [
  { loinc: "8867-4", unit: "/min", title: "Pulse" },
  { loinc: "8480-6", unit: "mm[Hg]", title: "Systolic" },
  { loinc: "8462-4", unit: "mm[Hg]", title: "Diastolic" },
];
const coded = (code: string) => ({ coding: [{ system: "http://loinc.org", code }] });
const quantity = (value: unknown, code: string) => ({
  ...{ value, unit: code, code },
  system: "http://unitsofmeasure.org",
});
const PULSE = {
  resourceType: "Observation",
  status: "final",
  code: coded("8867-4"),
  effectiveDateTime: "2024-03-01T23:30:00-05:00",
  valueQuantity: quantity(61, "/min"),
};
const { valueQuantity: _, ...BARE } = PULSE;
const PRESSURE = {
  ...BARE,
  code: coded("85354-9"),
  component: [
    { code: coded("8480-6"), valueQuantity: quantity(120, "mm[Hg]") },
    { code: coded("8462-4"), valueQuantity: quantity(80, "mm[Hg]") },
  ],
};
const fits = (...resources: unknown[]) =>
  fitStreams({ streams: STREAMS }, DAY, { resources: resources as never });

it("takes readings of the streams, in their units, of the entry's own local day", () => {
  const night = { start: "2024-03-01T22:00:00+01:00", end: "2024-03-02T00:00:00+01:00" };
  const { effectiveDateTime: __, ...steps } = PULSE;
  expect(fits(PULSE, PRESSURE, { ...steps, effectivePeriod: night })).toBe(true);
});

it.each([
  ["another code", { code: coded("55423-8") }],
  ["another unit", { valueQuantity: quantity(61, "/h") }],
  ["a unit that is only written so", { valueQuantity: { value: 61, unit: "/min" } }],
  ["a value that is text", { valueQuantity: quantity("61", "/min") }],
  ["only a bound", { valueQuantity: { ...quantity(61, "/min"), comparator: "<" } }],
  ["no value", { valueQuantity: undefined }],
  ["another day", { effectiveDateTime: "2024-03-02T00:30:00+01:00" }],
  ["no time", { effectiveDateTime: undefined }],
  ["a component that nobody asked for", { component: [PRESSURE.component[0], BARE] }],
  ["no code", { code: {} }],
  ["a status that is not final", { status: "entered-in-error" }],
])("marks none that has %s", (_what, change) => {
  expect(fits(PULSE, { ...PULSE, ...change })).toBe(false);
});
