// Observations of FHIR R4 (Bundles, NDJSON), reduced to code, time, value and kind of device.
import { z } from "zod";
import { contradict } from "../../../circuits/statement/encoding/units.ts";
import { type FhirValue, valuesOf } from "./fhirText.ts";
import { type DeviceInput, textOf, type Watching } from "./input.ts";
import { type Moment, type NoMoment, readMoment } from "./moment.ts";
import {
  Gathering,
  type NoReading,
  notAskedFor,
  type Reading,
  type ReadOptions,
  type ReadResult,
} from "./reading.ts";
import { unreadable } from "./report.ts";
import { type Zone, zoneOf } from "./zone.ts";

const KIND = "FHIR";
const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";
/** What has been looked at and stands. */
const FINAL = ["final", "amended", "corrected"];
const MAX_DEVICES = 10_000;
const MAX_COMPONENTS = 50;

const text = z.string().max(1_000);
const reference = z.looseObject({ reference: text.optional() });
const concept = z.looseObject({
  coding: z
    .array(z.looseObject({ system: text.optional(), code: text.optional() }))
    .max(50)
    .optional(),
});
const quantity = z.looseObject({
  value: z.number().optional(),
  comparator: z.string().optional(),
  unit: text.optional(),
  system: text.optional(),
  code: text.optional(),
});
const valued = {
  code: concept,
  valueQuantity: quantity.optional(),
  valueInteger: z.int().optional(),
  dataAbsentReason: z.unknown().optional(),
};
const observation = z.looseObject({
  ...valued,
  status: text,
  subject: reference.optional(),
  effectiveDateTime: text.optional(),
  effectiveInstant: text.optional(),
  effectivePeriod: z.looseObject({ start: text.optional(), end: text.optional() }).optional(),
  device: reference.optional(),
  contained: z.array(z.unknown()).max(100).optional(),
  modifierExtension: z.array(z.unknown()).optional(),
  component: z.array(z.looseObject(valued)).max(MAX_COMPONENTS).optional(),
});
const device = z.looseObject({
  id: text.optional(),
  manufacturer: z.string().optional(),
  modelNumber: z.string().optional(),
});
type FhirObservation = z.output<typeof observation>;
type Valued = Pick<FhirObservation, keyof typeof valued>;

export type FhirOptions = ReadOptions &
  Watching & {
    /** Where the person lives (IANA): servers write times in UTC, which say when but not on which day there. */
    readonly zone?: string | undefined;
  };

/**
 * Reads the Observations of one person. Refuses with `UnreadableHealthData`, also when they are of several people, and
 * with `TooManyReadings`.
 */
export async function readFhir(input: DeviceInput, options: FhirOptions): Promise<ReadResult> {
  const gathering = new Gathering(options);
  const zone = options.zone === undefined ? undefined : zoneOf(options.zone);
  if (options.zone !== undefined && zone === undefined) {
    throw unreadable({ kind: KIND, reason: "the time zone given is none" });
  }
  const resources = new Resources(gathering, zone);
  const { onProgress, signal } = options;
  const pieces = textOf(input, { kind: KIND, onProgress, signal, counts: () => gathering });
  for await (const value of valuesOf(pieces)) resources.take(value);
  return gathering.finish();
}

type Located = { readonly resource: unknown; readonly where: string };

class Resources {
  readonly #gathering: Gathering;
  readonly #zone: Zone | undefined;
  /** Maker and model by reference. In NDJSON a device has to come before what it measured. */
  readonly #devices = new Map<string, string>();
  #subject: string | undefined;

  constructor(gathering: Gathering, zone: Zone | undefined) {
    this.#gathering = gathering;
    this.#zone = zone;
  }

  take(given: FhirValue): void {
    if ("reason" in given) {
      this.#gathering.see();
      this.#gathering.add({ reason: given.reason, where: given.where });
      return;
    }
    const all = entriesOf(given.value, given.where);
    for (const { resource } of all) this.#noteDevice(resource);
    for (const each of all) {
      const type = typeOf(each.resource);
      if (type === "Device" || type === "Patient") continue;
      this.#gathering.see();
      for (const found of this.#readingsOf(each)) this.#gathering.add(found);
    }
  }

  #noteDevice(resource: unknown): void {
    if (typeOf(resource) !== "Device" || this.#devices.size >= MAX_DEVICES) return;
    const read = device.safeParse(resource);
    const words = read.success ? makeOf(read.data) : undefined;
    if (words !== undefined && read.data?.id !== undefined) {
      this.#devices.set(`Device/${read.data.id}`, words);
    }
  }

  #readingsOf({ resource, where }: Located): readonly (Reading | NoReading)[] {
    if (typeOf(resource) !== "Observation") {
      return [{ reason: "not an Observation", where, isUnasked: true }];
    }
    const read = observation.safeParse(resource);
    if (!read.success) {
      // Not the numbers of a list: reasons are counted.
      const field = read.error.issues[0]?.path.filter((one) => typeof one === "string").join(".");
      return [{ reason: `${field || "it"} is not as FHIR R4 says`, where }];
    }
    this.#checkSubject(read.data.subject?.reference, where);
    return this.#partsOf(read.data, where);
  }

  #checkSubject(reference: string | undefined, where: string): void {
    if (reference === undefined) return;
    const own = reference.split("/").slice(-2).join("/");
    if (this.#subject !== undefined && this.#subject !== own) {
      throw unreadable({ kind: KIND, reason: "it is about more than one person", where });
    }
    this.#subject = own;
  }

  #partsOf(given: FhirObservation, where: string): readonly (Reading | NoReading)[] {
    const parts: Valued[] = [given, ...(given.component ?? [])];
    const asked = parts.flatMap((part) => {
      const code = this.#gathering.firstWanted(codesOf(part));
      return code === undefined ? [] : [{ part, code }];
    });
    if (asked.length === 0) return [notAskedFor(where)];
    const reason = problemOf(given);
    if (reason !== undefined) return [{ reason, where }];
    const times = this.#times(given);
    if ("reason" in times) return [{ ...times, where }];
    const make = this.#deviceOf(given);
    return asked.map(({ part, code }) => {
      const value = measuredIn(part, code);
      return "reason" in value
        ? { ...value, where }
        : { code, ...value, ...times, device: make, where };
    });
  }

  #times(given: FhirObservation): Pick<Reading, "start" | "end"> | NoMoment {
    const { effectiveDateTime, effectiveInstant, effectivePeriod: period } = given;
    const where = { zone: this.#zone };
    const single = effectiveDateTime ?? effectiveInstant;
    if (single !== undefined) {
      const start = readMoment(single, where);
      return "reason" in start ? start : { start };
    }
    if (period?.start === undefined || period.end === undefined) {
      return { reason: "no time, or no whole one, at which it was so" };
    }
    const [start, end]: (Moment | NoMoment)[] = [period.start, period.end].map((one) =>
      readMoment(one, where),
    );
    if (start === undefined || "reason" in start) return start ?? { reason: "no time" };
    if (end === undefined || "reason" in end) return end ?? { reason: "no time" };
    return { start, end };
  }

  #deviceOf({ device: by, contained }: FhirObservation): string | undefined {
    const reference = by?.reference;
    if (reference === undefined) return undefined;
    if (!reference.startsWith("#")) {
      return this.#devices.get(reference.split("/").slice(-2).join("/"));
    }
    const own = (contained ?? []).map((one) => device.safeParse(one).data);
    const found = own.find((one) => one?.id === reference.slice(1));
    return found && makeOf(found);
  }
}

function typeOf(resource: unknown): unknown {
  return (Object(resource) as { resourceType?: unknown }).resourceType;
}

function entriesOf(value: unknown, where: string): Located[] {
  if (typeOf(value) !== "Bundle") return [{ resource: value, where }];
  const { entry } = value as { entry?: unknown };
  if (!Array.isArray(entry)) return [];
  return entry.map((one: unknown, i) => ({
    resource: (Object(one) as { resource?: unknown }).resource,
    where: `${where === "file" ? "" : `${where}, `}Bundle.entry[${i}]`,
  }));
}

function makeOf({ manufacturer, modelNumber }: z.output<typeof device>): string | undefined {
  const words = [manufacturer, modelNumber].filter((word) => word !== undefined && word !== "");
  return words.length === 0 ? undefined : words.join(" ").slice(0, 120);
}

function codesOf({ code }: Valued): string[] {
  return (code.coding ?? []).flatMap((coding) =>
    coding.system === LOINC && coding.code !== undefined ? [coding.code] : [],
  );
}

function problemOf({ status, modifierExtension }: FhirObservation): string | undefined {
  if (!FINAL.includes(status)) return "its status is not final";
  // What it says may turn the meaning around.
  return modifierExtension?.length ? "it has a modifier that is not known" : undefined;
}

function measuredIn(
  of: Valued,
  code: string,
): { value: string; unit: string } | { reason: string } {
  if (of.dataAbsentReason !== undefined) return { reason: "no value, and a reason why" };
  if (of.valueInteger !== undefined) return { value: String(of.valueInteger), unit: "1" };
  const given = of.valueQuantity;
  if (given?.value === undefined) return { reason: "no value that is a quantity" };
  if (given.comparator !== undefined) return { reason: "only a bound (comparator)" };
  const isUcum = given.system === undefined || given.system === UCUM;
  const unit = (isUcum ? given.code : undefined) ?? given.unit ?? given.code ?? "";
  if (given.unit !== undefined && contradict(code, unit, given.unit)) {
    return { reason: "unit and code of the quantity contradict each other" };
  }
  return { value: String(given.value), unit };
}
