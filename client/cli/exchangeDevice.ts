// `cohort patient device`: a device's file, read here, packed by the day, each whole day sealed, proven and deposited.

import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Command } from "commander";
import { type Day, formatDay, toDay } from "../../circuits/statement/encoding/day.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import type { DeviceCollection } from "../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import type { DeviceContent } from "../../circuits/statement/exchange/payload.ts";
import type { PublicEntry } from "../api/exchange.ts";
import { ahead } from "../api/log/pace.ts";
import { newestEntries } from "../exchange/cut.ts";
import { readAppleHealth } from "../exchange/device/appleHealth.ts";
import { readFhir } from "../exchange/device/fhir.ts";
import { type DevicePackage, packDays, resumeStream } from "../exchange/device/pack.ts";
import type { ReadResult } from "../exchange/device/reading.ts";
import { readTable } from "../exchange/device/table.ts";
import { openExport } from "../exchange/device/zip.ts";
import type { KeyRing } from "../exchange/keys.ts";
import { type OwnGround, ownIdentity, prepareOwn } from "../exchange/own.ts";
import { openOwn, packagesOf } from "../exchange/read.ts";
import { type Context, contextOf } from "./context.ts";
import {
  collectionsOf,
  type Looked,
  lookAtExchange,
  ownGroundOf,
  ownRingOf,
  pickCollection,
  whoseOf,
  withCustodians,
} from "./exchange.ts";
import { type GivingFlags, type Self, standingOf } from "./exchangeGiving.ts";
import { madeFrom, send, sendKey, sendWaiting } from "./exchangeSending.ts";
import { readJson } from "./file.ts";
import { InputError, print } from "./output.ts";
import { open, trialCommand } from "./wallet.ts";

/** Packages that are downloaded side by side. */
const AT_ONCE = 4;

/** Adds the command. */
export function addCommands(patient: Command): void {
  withCustodians(
    trialCommand(patient, {
      name: "device",
      text: "give readings of a device, a package a whole day: FHIR, an Apple Health export, or a table (CSV)",
      example: "CZ-T2D-001 export.zip --zone Europe/Berlin",
    })
      .argument("<file>", "export.zip or export.xml, .json or .ndjson (FHIR), or .csv")
      .option("--collection <id>", "which, where a trial has several")
      .option("--mapping <file>", "what a table's columns mean: JSON; needed for .csv")
      .option(
        "--zone <name>",
        "where you live, such as Europe/Berlin (default: this computer's; of a table, what its mapping says)",
      )
      .option("--send", "seal and deposit it; without it you see what would be sent"),
  ).action(device);
}

type DeviceFlags = GivingFlags & { mapping?: string; zone?: string; send?: boolean };

async function device(
  protocolNumber: string,
  file: string,
  flags: DeviceFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const kind = kindOf(file, flags);
  const looked = await lookAtExchange(context, protocolNumber, flags);
  const collection = pickCollection(collectionsOf(looked.reviewed), "device", flags.collection);
  const opened = await open(flags);
  await sendWaiting(context, opened, looked);
  const self = await ownIdentity(whoseOf(looked, opened.wallet));
  const { arrival } = await standingOf(context, protocolNumber, self);
  if (arrival === undefined) throw new InputError("Readings count from your arrival on.");
  const read = await readDevice({ context, file, kind, collection, arrival, flags });
  const ground = await ownGroundOf(context, looked, opened.wallet);
  const stream = await resumeStream(
    collection.id,
    await sentOf(context, looked, { self, collection }),
  );
  const packed = await packDays(read.observations, stream, toDay(ground.today));
  const { leftOut, taken, seen } = read.report;
  const lines = [
    `${taken} of ${counted(seen, "reading")} taken, ${packed.duplicates} of them twice.`,
    ...leftOut.map((one) => `Left out: ${one.reason} (${one.count}, first at ${one.first}).`),
    `${counted(packed.packages.length, "day")} to send; sent before, unchanged: ${packed.unchanged}; of a day that is not over: ${counted(packed.waiting, "reading")}.`,
  ];
  const told = {
    ...{ taken, seen, leftOut, days: packed.packages.map(({ day }) => formatDay(day)) },
    ...{ unchanged: packed.unchanged, waiting: packed.waiting },
  };
  if (!flags.send || packed.packages.length === 0) {
    context.progress.end();
    const next = flags.send ? [] : ["Nothing was sent. To deposit it, add --send."];
    return print(context.json, { ...told, sent: 0 }, [...lines, ...next].join("\n"));
  }
  const { keys } = await ownRingOf(context, opened, { looked, flags });
  await sendKey(context, opened, { looked, ground });
  let { entries } = ground;
  for (const [i, one] of packed.packages.entries()) {
    context.progress.step(`Day ${i + 1} of ${packed.packages.length}: sealing and proving...`);
    const of = { ground: { ...ground, entries }, self, collection, origin: kind.origin, file, one };
    const prepared = await prepareDay({ ...of, keys });
    await send(context, opened, { looked, prepared });
    const { entry, authority } = prepared;
    // The next one's number follows from this one's.
    entries = [...entries, { entry, authority, block: 0, position: entries.length }];
  }
  context.progress.end();
  const done = `${counted(packed.packages.length, "day")} deposited.`;
  print(context.json, { ...told, sent: packed.packages.length }, [...lines, done].join("\n"));
}

/** A day's package; one that was sent with fewer readings is corrected. */
async function prepareDay(of: {
  readonly ground: OwnGround;
  readonly keys: KeyRing;
  readonly self: Self;
  readonly collection: DeviceCollection;
  readonly one: DevicePackage;
  readonly origin: string;
  readonly file: string;
}) {
  const { ground, keys, self, collection, one, origin, file } = of;
  const { day, resources, stream, streamSequence } = one;
  const before = newestEntries(ground.entries).find(
    ({ entry }) =>
      entry.pseudonym === self.pseudonym && entry.collection === collection.id && entry.day === day,
  );
  return await prepareOwn({
    ...{ ...ground, keys, collection, day },
    filling: {
      content: { resources, stream, streamSequence },
      provenance: await madeFrom(file, origin),
    },
    ...(before && { corrects: { entry: hashEntry(before.entry), reason: "incomplete" as const } }),
  });
}

/** What of a stream was deposited, opened with the wallet's own key: it needs no account of its own. */
async function sentOf(
  { progress }: Context,
  { entries, exchange }: Looked,
  { self, collection }: { self: Self; collection: DeviceCollection },
) {
  const own = packagesOf(entries, self.pseudonym).filter(
    ({ entry }) => entry.collection === collection.id,
  );
  const openDay = async (deposited: PublicEntry) => {
    const { content } = await openOwn({ exchange, deposited, identity: self.identity });
    const { resources, streamSequence } = content as DeviceContent;
    return { day: toDay(deposited.entry.day), resources, streamSequence };
  };
  const sent: Awaited<ReturnType<typeof openDay>>[] = [];
  for await (const one of ahead(own, AT_ONCE, openDay)) {
    sent.push(one);
    progress.step(`Looking at the days sent before: ${sent.length} of ${own.length}...`);
  }
  return sent;
}

type Kind = { readonly format: "apple" | "fhir" | "table"; readonly origin: string };

/** By the file's name. Throws InputError for another one, and for a table without a mapping. */
function kindOf(file: string, { mapping }: DeviceFlags): Kind {
  const extension = extname(file).toLowerCase();
  if ([".zip", ".xml"].includes(extension)) {
    return { format: "apple", origin: "Apple Health export" };
  }
  if ([".json", ".ndjson"].includes(extension)) return { format: "fhir", origin: "FHIR file" };
  if (![".csv", ".tsv", ".txt"].includes(extension)) {
    throw new InputError(`${file}: one of .zip, .xml, .json, .ndjson, .csv`);
  }
  if (mapping === undefined) {
    throw new InputError(`${file}: say with --mapping <file> what its columns mean`);
  }
  return { format: "table", origin: "table file" };
}

async function readDevice(of: {
  readonly context: Context;
  readonly file: string;
  readonly kind: Kind;
  readonly collection: DeviceCollection;
  readonly arrival: Day;
  readonly flags: DeviceFlags;
}): Promise<ReadResult> {
  const { context, file, kind, collection, arrival, flags } = of;
  const { zone = Intl.DateTimeFormat().resolvedOptions().timeZone, mapping } = flags;
  const options = {
    wanted: collection.streams.map(({ loinc, unit }) => ({ loinc, unit })),
    from: arrival,
    to: toDay(arrival + collection.days - 1),
    onProgress: ({ bytes, taken }: { bytes: number; taken: number }) =>
      context.progress.step(`Reading: ${Math.floor(bytes / 1e6)} MB, ${taken} readings...`),
  };
  // A name that is none is told as such.
  await stat(file);
  const blob = await openAsBlob(file);
  if (kind.format === "apple") return await readAppleHealth(await openExport(blob), options);
  if (kind.format === "fhir") return await readFhir(blob.stream(), { ...options, zone });
  // A table's times may be of anywhere: its zone is said, in the mapping or here, and not guessed.
  const table = { ...options, zone: flags.zone, mapping: readJson(mapping ?? "") };
  return await readTable(blob.stream(), table);
}
