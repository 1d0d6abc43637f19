// Whether device data are what a collection asks for: its codes, each in its unit, all of the day that the entry names.
// Whoever deposits writes the Observations, so nothing about them is taken for granted.
import { z } from "zod";
import type { DeviceCollection } from "../../../circuits/statement/exchange/collection.ts";
import type { DeviceContent } from "../../../circuits/statement/exchange/payload.ts";
import { lastDay, readMoment } from "./moment.ts";

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";

const concept = z.looseObject({
  coding: z.tuple([z.looseObject({ system: z.string(), code: z.string() })], z.unknown()),
});
const quantity = z.looseObject({
  value: z.number(),
  system: z.literal(UCUM),
  code: z.string(),
  comparator: z.undefined().optional(),
});
const part = z.looseObject({ code: concept, valueQuantity: quantity });
const observation = z.looseObject({
  status: z.literal("final"),
  code: concept,
  valueQuantity: quantity.optional(),
  component: z.array(part).min(1).max(50).optional(),
  effectiveDateTime: z.string().optional(),
  effectivePeriod: z.looseObject({ start: z.string(), end: z.string() }).optional(),
});
type Observed = z.output<typeof observation>;

/** True when every Observation is of a stream of the collection, in its unit, and of this day (since 1900-01-01). */
export function fitStreams(
  { streams }: Pick<DeviceCollection, "streams">,
  day: number,
  { resources }: Pick<DeviceContent, "resources">,
): boolean {
  const units = new Map(streams.map(({ loinc, unit }) => [loinc, unit]));
  return resources.every((one) => {
    const read = observation.safeParse(one);
    return read.success && isOfDay(read.data, day) && isIn(read.data, units);
  });
}

/** A panel, such as of the two blood pressures, has its values in components. */
function isIn(of: Observed, units: ReadonlyMap<string, string>): boolean {
  const { code, valueQuantity, component = [] } = of;
  const parts = [...(valueQuantity === undefined ? [] : [{ code, valueQuantity }]), ...component];
  return (
    parts.length > 0 &&
    parts.every(({ code: { coding }, valueQuantity: value }) => {
      const [{ system, code: loinc }] = coding;
      return system === LOINC && units.get(loinc) === value.code;
    })
  );
}

function isOfDay({ effectiveDateTime, effectivePeriod: period }: Observed, day: number): boolean {
  const start = readMoment(effectiveDateTime ?? period?.start ?? "");
  const end = period === undefined ? undefined : readMoment(period.end);
  if ("reason" in start || (end !== undefined && "reason" in end)) return false;
  return lastDay(start, end) === day;
}
