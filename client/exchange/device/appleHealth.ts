// The export of Apple Health: export.xml, however large, one record at a time.
import { codesOfType, measuredOf } from "./healthKit.ts";
import { type DeviceInput, textOf, type Watching } from "./input.ts";
import { type Moment, readMoment } from "./moment.ts";
import {
  Gathering,
  type NoReading,
  notAskedFor,
  type Reading,
  type ReadOptions,
  type ReadResult,
} from "./reading.ts";
import { unreadable } from "./report.ts";
import { type XmlElement, XmlReader } from "./xml.ts";

const KIND = "Apple Health export";
const ROOT = "HealthData";
/** Maker and model stand in the description of the device; its name is the person's ("Anna's watch"). */
const DEVICE_FIELD = /, (?:manufacturer|model|hardware):(.{1,60}?)(?=, [A-Za-z ]{1,20}:|>|$)/g;

const MAX_DEVICES = 1_000;

export type AppleHealthOptions = ReadOptions & Watching;

/**
 * Reads export.xml, in pieces of text or UTF-8. Times are those of the offset in the text. Refuses the whole file with
 * `UnreadableHealthData` when it is not whole XML of this kind, and with `TooManyReadings`.
 */
export async function readAppleHealth(
  input: DeviceInput,
  options: AppleHealthOptions,
): Promise<ReadResult> {
  const gathering = new Gathering(options);
  const records = new Records(gathering);
  const xml = new XmlReader(KIND, records);
  const { onProgress, signal } = options;
  for await (const text of textOf(input, {
    kind: KIND,
    onProgress,
    signal,
    counts: () => gathering,
  })) {
    xml.push(text);
  }
  xml.end();
  return gathering.finish();
}

/** A record between its two tags, which may hold what is known about it. */
type Pending = { readonly element: XmlElement; byHand: boolean };

class Records {
  readonly #gathering: Gathering;
  #pending: Pending | undefined;
  readonly #devices = new Map<string, string>();
  #hasRoot = false;

  constructor(gathering: Gathering) {
    this.#gathering = gathering;
  }

  readonly open = (element: XmlElement): void => {
    const { name, attributes, isEmpty, line } = element;
    if (!this.#hasRoot && name !== ROOT) refuse(`its first element is not ${ROOT}`, line);
    this.#hasRoot = true;
    if (name === "Record") {
      if (this.#pending !== undefined) refuse("a record stands in a record", line);
      if (isEmpty) this.#read({ element, byHand: false });
      else this.#pending = { element, byHand: false };
    } else if (name === "MetadataEntry" && this.#pending !== undefined) {
      if (attributes.get("key") === "HKWasUserEntered" && attributes.get("value") === "1") {
        this.#pending.byHand = true;
      }
    }
  };

  readonly close = (name: string): void => {
    if (name !== "Record" || this.#pending === undefined) return;
    this.#read(this.#pending);
    this.#pending = undefined;
  };

  #read(record: Pending): void {
    this.#gathering.see();
    this.#gathering.add(this.#readingOf(record));
  }

  #readingOf({ element: { attributes, line }, byHand }: Pending): Reading | NoReading {
    const where = `line ${line}`;
    const type = attributes.get("type") ?? "";
    const code = this.#gathering.firstWanted(codesOfType(type) ?? []);
    if (code === undefined) return notAskedFor(where);
    const times = timesOf(attributes);
    if ("reason" in times) return { ...times, where };
    const { start, end } = times;
    const measured = measuredOf({
      type,
      value: attributes.get("value") ?? "",
      unit: attributes.get("unit") ?? "",
      duration: (end.ms ?? 0) - (start.ms ?? 0),
    });
    if ("reason" in measured) return { ...measured, where };
    const device = this.#deviceOf(attributes.get("device"));
    return { code, ...measured, start, end, byHand, device, where };
  }

  /** A file has a handful of devices, each described with every record. */
  #deviceOf(description: string | undefined): string | undefined {
    if (description === undefined) return undefined;
    let device = this.#devices.get(description);
    if (device === undefined) {
      device = makeOf(description);
      if (this.#devices.size < MAX_DEVICES) this.#devices.set(description, device);
    }
    return device === "" ? undefined : device;
  }
}

function refuse(reason: string, line: number): never {
  throw unreadable({ kind: KIND, reason, where: `line ${line}` });
}

type Times = { readonly start: Moment; readonly end: Moment } | { readonly reason: string };

function timesOf(attributes: ReadonlyMap<string, string>): Times {
  const first = attributes.get("startDate") ?? "";
  const start = readMoment(first);
  if ("reason" in start) return start;
  if (start.ms === undefined) return { reason: "a day without a time of day" };
  const last = attributes.get("endDate") ?? first;
  const end = last === first ? start : readMoment(last);
  if ("reason" in end) return end;
  return { start, end };
}

/** Maker and model; empty when the description has neither. */
function makeOf(description: string): string {
  const fields = [...description.matchAll(DEVICE_FIELD)].map(([, text]) => text!.trim());
  return fields.filter((word, i) => word !== "" && fields.indexOf(word) === i).join(" ");
}
