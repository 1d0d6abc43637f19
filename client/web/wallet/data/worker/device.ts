// A device's file: read where it lies, packed by the day, shown, and sent day by day. The file is never held as a whole.
import type { Observation } from "fhir/r4";
import { toDay } from "../../../../../circuits/statement/encoding/day.ts";
import type { DeviceCollection } from "../../../../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../../../circuits/statement/refusal.ts";
import type { PublicEntry } from "../../../../api/exchange.ts";
import { newestEntries } from "../../../../exchange/cut.ts";
import { readAppleHealth } from "../../../../exchange/device/appleHealth.ts";
import { readFhir } from "../../../../exchange/device/fhir.ts";
import {
  type DayStream,
  type DevicePackage,
  type Packed,
  packDays,
  resumeStream,
} from "../../../../exchange/device/pack.ts";
import type { ReadResult } from "../../../../exchange/device/reading.ts";
import type { LeftOut, OnProgress } from "../../../../exchange/device/report.ts";
import { readTable } from "../../../../exchange/device/table.ts";
import { openExport } from "../../../../exchange/device/zip.ts";
import { ownIdentity, prepareKey, prepareOwn } from "../../../../exchange/own.ts";
import { openOwn, packagesOf } from "../../../../exchange/read.ts";
import { KeptData } from "../../../prover/kept.ts";
import { collectionIn, groundFor, SOFTWARE } from "./giving.ts";
import { type Looked, look, type Of, outboxOf, reviewed, ringOf, whoseOf } from "./ground.ts";
import type { Report } from "./progress.ts";

export type Format = "apple" | "fhir" | "csv";

export type DeviceFile = {
  readonly collection: string;
  readonly file: Blob;
  readonly format: Format;
  /** JSON; of a CSV file. */
  readonly mapping?: string | undefined;
  /** Where the person lives (IANA). */
  readonly zone: string;
  /** Day of arrival, since 1900-01-01. */
  readonly arrival: number;
};

/** What would be sent of a file. */
export type DeviceLook = {
  readonly days: readonly {
    readonly day: number;
    readonly readings: number;
    /** It takes the place of what was sent of that day before. */
    readonly isCorrection: boolean;
  }[];
  /** By LOINC: how many readings of each, over all days. */
  readonly readings: Readonly<Record<string, number>>;
  /** Records in the file, and those that fit the collection. */
  readonly seen: number;
  readonly taken: number;
  readonly duplicates: number;
  readonly unchanged: number;
  readonly waiting: number;
  readonly leftOut: readonly LeftOut[];
};

type Read = { readonly of: DeviceFile; readonly packed: Packed; readonly before: DayStream };
/** What was read last: sent only once it has been looked at. */
let read: Read | undefined;

/** Reads a file; nothing is sent. Refuses as the readers do. */
export async function readDevice(
  of: Of & { readonly device: DeviceFile },
  report: Report,
): Promise<DeviceLook> {
  read = undefined;
  const looked = await look(of);
  const text = await reviewed(of, looked);
  const collection = collectionIn({ reviewed: text }, of.device.collection, "device");
  const onProgress: OnProgress = ({ bytes, taken }) => report({ phase: "reading", bytes, taken });
  const result = await readFile(collection, of.device, onProgress);
  const before = await streamOf(of, looked, collection.id);
  const packed = await packDays(result.observations, before, toDay(looked.today));
  read = { of: of.device, packed, before };
  const { duplicates, unchanged, waiting } = packed;
  const { seen, taken, leftOut } = result.report;
  return {
    days: packed.packages.map(({ day, resources, replaces }) => {
      return { day, readings: resources.length, isCorrection: replaces !== undefined };
    }),
    readings: countCodes(packed.packages),
    ...{ seen, taken, duplicates, unchanged, waiting, leftOut },
  };
}

function countCodes(packages: readonly DevicePackage[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = ({ code }: Pick<Observation, "code">) => {
    const name = code.coding?.[0]?.code ?? "";
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { resources } of packages) for (const one of resources) add(one);
  return counts;
}

async function readFile(
  collection: DeviceCollection,
  { file, format, mapping, zone, arrival }: DeviceFile,
  onProgress: OnProgress,
): Promise<ReadResult> {
  const from = toDay(arrival);
  const to = toDay(arrival + collection.days - 1);
  const wanted = collection.streams.map(({ loinc, unit }) => ({ loinc, unit }));
  const options = { wanted, from, to, onProgress };
  if (format === "apple") return readAppleHealth(await openExport(file), options);
  if (format === "fhir") return readFhir(file.stream(), { ...options, zone });
  return readTable(file.stream(), { ...options, mapping: mappingOf(mapping) });
}

function mappingOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    throw new Refusal("MalformedMapping", { field: "whole", reason: "it is no JSON" });
  }
}

/** Under which the wallet keeps how far a stream was sent. */
const streamName = (protocolNumber: string, id: string) => `stream ${protocolNumber} ${id}`;

/** How far a stream was sent: as this device keeps it, or else out of what was sent from another one. */
async function streamOf(of: Of, looked: Looked, id: string): Promise<DayStream> {
  const { entries, exchange } = looked;
  const { identity, pseudonym } = await ownIdentity(whoseOf(of, looked));
  const sent = packagesOf(entries, pseudonym).filter(({ entry }) => entry.collection === id);
  const kept = (
    await new KeptData(of.wallet.seed).get<DayStream>(streamName(of.protocolNumber, id))
  )?.value;
  if (kept !== undefined && kept.sequence >= sent.length) return kept;
  const packages: Parameters<typeof resumeStream>[1][number][] = [];
  for (const deposited of sent) {
    const { content } = await openOwn({ exchange, deposited, identity });
    if (!("resources" in content)) throw new Refusal("MalformedPackage", { part: "content" });
    const { resources, streamSequence } = content;
    packages.push({ day: toDay(deposited.entry.day), streamSequence, resources });
  }
  return await resumeStream(id, packages);
}

/**
 * Seals and sends what was read last, day by day: what was sent stays sent if it is broken off, and the rest is not begun.
 * Throws when nothing was read.
 */
export async function sendDevice(
  of: Of & { readonly collection: string },
  report: Report,
): Promise<void> {
  const { collection: id } = of;
  if (read === undefined || read.of.collection !== id) {
    throw new Error("What was read is gone. Read the file again.");
  }
  const { packed, before, of: device } = read;
  const looked = await look(of);
  report({ phase: "downloaded" });
  const outbox = outboxOf(of);
  const { exchange, now } = looked;
  await outbox.settle(looked.entries, now);
  await outbox.send(exchange, now);
  const ground = await groundFor(of, looked, report);
  const collection = collectionIn(ground, id, "device");
  const keys = await ringOf(of, looked);
  const key = await prepareKey(ground);
  if (key !== undefined) await outbox.add(key);
  const { pseudonym } = await ownIdentity(whoseOf(of, looked));
  let entries: readonly PublicEntry[] = looked.entries;
  let stream = before;
  for (const [part, one] of packed.packages.entries()) {
    report({ phase: "sending", part, of: packed.packages.length });
    const { day, resources, stream: name, streamSequence } = one;
    const corrected = newestEntries(entries).find(
      ({ entry }) => entry.pseudonym === pseudonym && entry.collection === id && entry.day === day,
    );
    const made = await prepareOwn({
      ...{ ...ground, entries, keys, collection, day },
      filling: {
        content: { resources, stream: name, streamSequence },
        provenance: { ...provenanceOf(device), madeAt: Math.floor(Date.now() / 1000) },
      },
      ...(corrected && {
        corrects: { entry: hashEntry(corrected.entry), reason: "incomplete" as const },
      }),
    });
    stream = withDay(stream, packed, one);
    await outbox.add(made, { stream: { name: streamName(of.protocolNumber, id), value: stream } });
    await outbox.send(exchange, now);
    // The next one's number follows from this one's.
    const { entry, authority } = made;
    entries = [...entries, { entry, authority, block: 0, position: entries.length }];
  }
  read = undefined;
}

/** The stream once a day has arrived. */
function withDay(stream: DayStream, packed: Packed, { day, streamSequence }: DevicePackage) {
  const added = packed.stream.days.filter((one) => one.day === day);
  const days = [...stream.days.filter((one) => one.day !== day), ...added];
  return { id: stream.id, sequence: streamSequence, days: days.sort((a, b) => a.day - b.day) };
}

const ORIGINS: Readonly<Record<Format, string>> = {
  apple: "Apple Health export",
  fhir: "FHIR file",
  csv: "table file",
};

const provenanceOf = ({ format }: DeviceFile) =>
  ({ agent: "participant", software: SOFTWARE, origin: ORIGINS[format] }) as const;
