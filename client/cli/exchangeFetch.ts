// `cohort sponsor data fetch`: shares collected, packages opened and verified, the dataset written. Broken off at any
// point, it goes on from the folder.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { addressOf } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";
import { requestOf } from "../exchange/cut.ts";
import { type Calendar, leftOutByCode } from "../exchange/dataset/completeness.ts";
import { fillFolder } from "../exchange/dataset/files.node.ts";
import type { Opening } from "../exchange/dataset/opened.ts";
import { writeDataset } from "../exchange/dataset/write.ts";
import { type Fetched, fetchCut } from "../exchange/fetch.ts";
import {
  type CutFile,
  DATASET,
  folderStore,
  type RequestFile,
  readCut,
  readRequest,
  writeRequest,
} from "../exchange/folder.node.ts";
import { type Context, contextOf } from "./context.ts";
import { type CustodianFlag, type Looked, lookAtExchange, reachNamed } from "./exchange.ts";
import { progressWords, verifyingOf } from "./exchangeVerifying.ts";
import { InputError, print } from "./output.ts";
import type { ReviewFlags } from "./reviewing.ts";

export type FetchFlags = ReviewFlags & CustodianFlag & { again?: boolean };
type Made = NonNullable<RequestFile["made"]>;
/** Of a large cut many packages may be left out: some are named, of all the number is. */
const SHOWN = 20;

/** Fetches the folder's cut. */
export async function fetchInto(
  folder: string,
  flags: FetchFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const isAgain = flags.again === true;
  refuseTwice(folder, isAgain);
  const cut = await readCut(folder);
  const looked = await lookAtExchange(context, cut.protocolNumber, flags);
  const events = await context.api().events();
  const request = await madeRequest(folder, { looked, events });
  const fetched = await collect(context, { folder, cut, looked, events, request, flags });
  const opening = openingOf({ cut, request, looked, events });
  const calendar = await calendarOf(context, looked);
  const { hash, manifest } = await fillFolder(
    join(folder, DATASET),
    (files) =>
      writeDataset({
        opened: fetched.opened(),
        ...{ opening, calendar },
        packages: cut.entries,
        // Whole only once the last package was opened: it is read after that.
        omissions: fetched.omissions,
        files,
        now: new Date(),
        onProgress: ({ step, done, of }) =>
          context.progress.step(`Dataset, ${step}: ${done} of ${of}...`),
      }),
    { replaces: isAgain },
  );
  context.progress.end();
  const { faults } = fetched;
  const { leftOut } = manifest;
  const tables = manifest.tables
    .map((one) => `${one.title}: ${counted(one.rows, "row")}`)
    .join(", ");
  const lines = [
    `${manifest.entries.length} of ${counted(cut.entries.length, "package")} opened, in ${join(folder, DATASET)}: FHIR, CSV, Dataset-JSON, Parquet, and summary.html with figures.`,
    ...(tables === "" ? [] : [`${tables}.`]),
    `Manifest ${hash}.`,
    ...leftOut.slice(0, SHOWN).map((one) => {
      const by = one.custodian === undefined ? "" : `, by ${one.custodian}`;
      return `Left out: ${one.entry}: ${one.code}${by}.`;
    }),
    ...(leftOut.length > SHOWN ? [moreLeftOut(leftOut)] : []),
    ...faults.map((one) => `Custodian ${one.custodian}: ${one.why} (${one.answers} answers).`),
    `To bind it before it is passed on: cohort sponsor data anchor ${folder}`,
    `When you are done: cohort sponsor data purge ${folder} --everywhere`,
  ];
  const data = { manifest: hash, packages: manifest.entries.length, leftOut, faults };
  print(context.json, data, lines.join("\n"));
}

/** How many were left out in all, by reason. */
function moreLeftOut(leftOut: Parameters<typeof leftOutByCode>[0]): string {
  const counts = leftOutByCode(leftOut).map(([code, count]) => `${code} ${count}`);
  return `... and more: ${counts.join(", ")} in all. Which ones is in the manifest.`;
}

/** What tells which visit an entry belongs to. */
async function calendarOf(context: Context, { reviewed }: Looked): Promise<Calendar> {
  const { trial } = reviewed.document;
  const people = await context.api().participants(trial.protocolNumber);
  const arrivals = people.flatMap(({ pseudonym, arrivedAt }) =>
    arrivedAt === null ? [] : [[pseudonym, dayOfTimestamp(arrivedAt)] as const],
  );
  return { collections: trial.collections ?? [], arrivals: new Map(arrivals) };
}

/** Throws InputError for a dataset that is there and was not meant to go. */
function refuseTwice(folder: string, isAgain: boolean): void {
  const dataset = join(folder, DATASET);
  if (isAgain || !existsSync(dataset)) return;
  throw new InputError(`${dataset} is there: with --again it is written anew`);
}

type With = { readonly looked: Looked; readonly events: readonly AuditEvent[] };

/** The folder's request; one whose answer was lost is looked up on the chain by its key. */
async function madeRequest(
  folder: string,
  { looked, events }: With,
): Promise<Made & { privateKey: Uint8Array; purpose: string }> {
  const kept = await readRequest(folder);
  const { privateKey, recipientKey, purpose } = kept;
  if (privateKey.length === 0) throw new InputError(`${folder} was purged: seal another cut`);
  if (kept.made !== null) return { ...kept.made, privateKey, purpose };
  const requestId = requestOf(events, recipientKey);
  const event = eventOf(events, "Requested", { requestId: String(requestId) });
  if (requestId === undefined || event === undefined) {
    throw new InputError(`${folder}: its request never reached the chain; request again`);
  }
  const registry = addressOf(looked.downloads.deployment, "CutRegistry");
  const made = { registry, requestId, until: Number(event.arguments.until) };
  await writeRequest(folder, { ...kept, made });
  return { ...made, privateKey, purpose };
}

async function collect(
  context: Context,
  of: With & {
    folder: string;
    cut: CutFile;
    request: Made & { privateKey: Uint8Array };
    flags: FetchFlags;
  },
): Promise<Fetched> {
  const { folder, cut, looked, events, request, flags } = of;
  const { reviewed, exchange, entries, place } = looked;
  const { terms } = reviewed.version;
  return await fetchCut({
    ...{ exchange, entries, place, request, cut: cut.entries },
    custodians: await reachNamed(context, flags, terms),
    threshold: terms.custodianThreshold,
    store: folderStore(folder),
    verifying: await verifyingOf(looked, reviewed.document, events),
    onProgress: (at) => context.progress.step(progressWords(at)),
  });
}

/** What the chain says of the cut and the request. Refuses with `NotFound` when the server does not show them. */
function openingOf(
  of: With & {
    cut: CutFile;
    request: Made & { purpose: string };
  },
): Opening {
  const { cut, request, looked, events } = of;
  const cutId = cut.cutId.toString();
  const requestId = request.requestId.toString();
  const sealed = eventOf(events, "Sealed", { cutId });
  const requested = eventOf(events, "Requested", { requestId });
  if (sealed === undefined || requested === undefined) throw new Refusal("NotFound", { cutId });
  const { deployment } = looked.downloads;
  const participants = JSON.parse(sealed.arguments.pseudonyms ?? "[]") as unknown[];
  return {
    chainId: deployment.chainId.toString(),
    cutRegistry: addressOf(deployment, "CutRegistry"),
    trialId: cut.trialId,
    protocolNumber: cut.protocolNumber,
    cut: {
      cutId,
      permission: cut.permission,
      participants: participants.length,
      packagesRoot: cut.packagesRoot,
      sealedAt: sealed.blockTime,
      block: sealed.blockNumber,
    },
    request: {
      requestId,
      purpose: requested.arguments.purpose ?? "",
      purposeText: request.purpose,
      staff: requested.arguments.staff ?? "",
      until: request.until,
      block: requested.blockNumber,
    },
  };
}

function eventOf(
  events: readonly AuditEvent[],
  name: "Sealed" | "Requested",
  about: Readonly<Record<string, string>>,
): AuditEvent | undefined {
  return events.find(
    (event) =>
      event.name === name &&
      Object.entries(about).every(([key, value]) => event.arguments[key] === value),
  );
}
