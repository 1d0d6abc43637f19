// Readings of all kinds of files, gathered into FHIR R4 Observations that hold what was asked for and nothing else:
// no name, no subject, no note, and of the device its maker and model only.
import type { Observation, ObservationComponent, Quantity } from "fhir/r4";
import { type Day, formatDay } from "../../../circuits/statement/encoding/day.ts";
import { unitOf } from "../../../circuits/statement/encoding/units.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { type Convert, converterTo, type WantedCode } from "./conversion.ts";
import { lastDay, type Moment } from "./moment.ts";
import { type ReadReport, startTally } from "./report.ts";

/** Readings of one file on one day. */
const MAX_DAY_READINGS = 200_000;
/** Readings that one run holds. */
const MAX_READINGS = 1_000_000;
const MAX_DEVICE_LENGTH = 120;

/** Blood pressure is one Observation with two components (FHIR R4, profile "bp"). */
export const BLOOD_PRESSURE = {
  panel: "85354-9",
  systolic: "8480-6",
  diastolic: "8462-4",
} as const;

const DISPLAYS: Readonly<Record<string, string>> = {
  "85354-9": "Blood pressure panel with all children optional",
  "55423-8": "Number of steps in unspecified time Pedometer",
  "55430-3": "Walking distance unspecified time Pedometer",
  "41981-2": "Calories burned",
  "93832-4": "Sleep duration",
};

/** What to read. */
export type ReadOptions = {
  readonly wanted: readonly WantedCode[];
  /** First and last local day, both included; readings of other days are left out. */
  readonly from: Day;
  readonly to: Day;
};

/** One value as a file gives it. */
export type Reading = {
  /** LOINC. */
  readonly code: string;
  readonly value: string;
  readonly unit: string;
  readonly start: Moment;
  readonly end?: Moment | undefined;
  /** Maker and model; never what the person calls it. */
  readonly device?: string | undefined;
  /** Typed in by the person rather than measured. */
  readonly byHand?: boolean | undefined;
  readonly where: string;
};

/** Why something is no reading. */
export type NoReading = {
  readonly reason: string;
  readonly where: string;
  /** Nobody asked for it: no problem. */
  readonly isUnasked?: boolean;
};

export type ReadResult = {
  readonly observations: readonly Observation[];
  readonly report: ReadReport;
};

type Kept = { readonly observation: Observation; readonly code: string };
type Wanted = {
  readonly unit: string;
  readonly convert: Convert;
  /** One object for all readings of a code: a file has many. */
  readonly concept: Observation["code"];
};

/** Takes readings one by one. `add` throws Refusal `TooManyReadings`. */
export class Gathering {
  readonly #options: ReadOptions;
  readonly #wanted: ReadonlyMap<string, Wanted>;
  readonly #tally = startTally();
  readonly #kept: Kept[] = [];
  readonly #perDay = new Map<Day, number>();
  #seen = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.#wanted = new Map(
      options.wanted.map((wanted) => [
        wanted.loinc,
        { unit: wanted.unit, convert: converterTo(wanted), concept: conceptOf(wanted.loinc) },
      ]),
    );
  }

  get seen(): number {
    return this.#seen;
  }

  get taken(): number {
    return this.#kept.length;
  }

  /** The first of some codes that the collection asks for. */
  firstWanted(codes: readonly string[]): string | undefined {
    return codes.find((code) => this.#wanted.has(code));
  }

  /** Counts a record, row or resource. */
  see(): void {
    this.#seen++;
  }

  /** Takes a reading, or counts why there is none. */
  add(found: Reading | NoReading): void {
    const none = "reason" in found ? found : this.#keep(found);
    if (none === undefined) return;
    this.#tally.leaveOut(none.reason, none.where, none.isUnasked ? "unasked" : "problem");
  }

  #keep(reading: Reading): NoReading | undefined {
    const { code, value, unit, start, end, where } = reading;
    const wanted = this.#wanted.get(code);
    if (wanted === undefined) return notAskedFor(where);
    if (end?.ms !== undefined && start.ms !== undefined && end.ms < start.ms) {
      return { reason: "it ends before it starts", where };
    }
    const day = lastDay(start, end);
    if (day < this.#options.from || day > this.#options.to) {
      return { reason: "of a day that is not asked for", where, isUnasked: true };
    }
    const converted = wanted.convert({ value, unit });
    if (!converted.ok) return { reason: converted.reason, where };
    const number = Number(converted.value);
    if (!Number.isFinite(number)) return { reason: "the value is too large", where };
    this.#count(day);
    const quantity = quantityOf(number, wanted.unit);
    const observation = observationOf({ ...reading, code: wanted.concept, quantity });
    this.#kept.push({ observation, code });
    return undefined;
  }

  finish(): ReadResult {
    return {
      observations: pairPressures(this.#kept),
      report: {
        seen: this.#seen,
        taken: this.#kept.length,
        leftOut: this.#tally.leftOut(),
        problems: this.#tally.problems(),
      },
    };
  }

  #count(day: Day): void {
    const count = (this.#perDay.get(day) ?? 0) + 1;
    if (count > MAX_DAY_READINGS) {
      throw new Refusal("TooManyReadings", { day: formatDay(day), limit: MAX_DAY_READINGS });
    }
    if (this.#kept.length >= MAX_READINGS) {
      throw new Refusal("TooManyReadings", { limit: MAX_READINGS });
    }
    this.#perDay.set(day, count);
  }
}

export function notAskedFor(where: string): NoReading {
  return { reason: "not asked for", where, isUnasked: true };
}

function conceptOf(code: string): Observation["code"] {
  const display = unitOf(code)?.display ?? DISPLAYS[code];
  const coding = {
    system: "http://loinc.org",
    code,
    ...(display === undefined ? {} : { display }),
  };
  return { coding: [coding] };
}

function quantityOf(value: number, unit: string): Quantity {
  return { value, unit, system: "http://unitsofmeasure.org", code: unit };
}

type Written = Omit<Reading, "code"> & { code: Observation["code"]; quantity: Quantity };

function observationOf({ code, quantity, start, end, device, byHand }: Written): Observation {
  return {
    resourceType: "Observation",
    status: "final",
    code,
    ...(end !== undefined && end.text !== start.text
      ? { effectivePeriod: { start: start.text, end: end.text } }
      : { effectiveDateTime: start.text }),
    valueQuantity: quantity,
    ...(byHand === true ? { method: { text: "entered by hand" } } : {}),
    ...(device === undefined ? {} : { device: { display: device.slice(0, MAX_DEVICE_LENGTH) } }),
  };
}

/** Puts the two pressures of one time and device together. What has no counterpart stays as it is. */
function pairPressures(kept: readonly Kept[]): Observation[] {
  const { systolic, diastolic, panel } = BLOOD_PRESSURE;
  const waiting = new Map<string, Observation[]>();
  for (const { code, observation } of kept) {
    if (code !== diastolic) continue;
    const key = sameMeasurement(observation);
    waiting.set(key, [...(waiting.get(key) ?? []), observation]);
  }
  const joined = new Map<Observation, Observation>();
  for (const { code, observation } of kept) {
    if (code !== systolic) continue;
    const partner = waiting.get(sameMeasurement(observation))?.shift();
    if (partner !== undefined) joined.set(observation, partner);
  }
  const partners = new Set(joined.values());
  return kept
    .filter(({ observation }) => !partners.has(observation))
    .map(({ observation }) => {
      const partner = joined.get(observation);
      if (partner === undefined) return observation;
      const { valueQuantity: _, ...rest } = observation;
      const component = [componentOf(observation), componentOf(partner)];
      return { ...rest, code: conceptOf(panel), component };
    });
}

function componentOf({ code, valueQuantity }: Observation): ObservationComponent {
  return { code, ...(valueQuantity && { valueQuantity }) };
}

function sameMeasurement(observation: Observation): string {
  const { effectiveDateTime, effectivePeriod, device, method } = observation;
  return JSON.stringify([effectiveDateTime, effectivePeriod, device?.display, method?.text]);
}
