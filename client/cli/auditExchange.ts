// What `cohort audit` is told of the exchange of data: entries of a server, of files or of another exchange, and custodians' receipts.
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Api, connect } from "../api/api.ts";
import { type Audit, toTrialId } from "../auditor/audit/audit.ts";
import { readExchangeFolder } from "../auditor/replay/exchangeRows.node.ts";
import {
  ENTRIES_FORMAT,
  type PublicEntries,
  type PublicReceipts,
  parseEntriesFile,
  RECEIPTS_FORMAT,
} from "../auditor/replay/exchangeRows.ts";
import { disclosures, entryProvenances } from "../auditor/report/disclosures.ts";
import type { ToldExchange } from "../auditor/server/compareExchange.ts";
import { readAllReceipts, readEntries, type ToldEntries } from "../auditor/server/readExchange.ts";
import type { Custodian } from "../exchange/custodian.ts";
import type { Context } from "./context.ts";
import { knownCustodians, reachAll } from "./exchange.ts";
import { InputError } from "./output.ts";

export type ExchangeFlags = {
  entries?: string[];
  custodian?: string[];
  trial?: string;
  /** What is told now may be of blocks after those audited. */
  mayBeNewer?: boolean;
};

/**
 * Asks for all of it; undefined when neither server, file nor custodian was named. Custodians that do not answer are
 * left out and said on stderr: the report names them.
 */
export async function gatherExchange(
  context: Context,
  flags: ExchangeFlags,
  api: Api | undefined,
): Promise<ToldExchange | undefined> {
  const only = flags.trial === undefined ? undefined : toTrialId(flags.trial);
  const named = flags.entries ?? [];
  const read = { entries: new Map(), receipts: new Map() } as Told;
  let leftOut: ToldEntries["leftOut"] | undefined;
  for (const source of named) await addSource(context, { source, only, into: read });
  if (api !== undefined && named.length === 0) {
    const told = await readEntries(api, { only, onProgress: telling(context) });
    leftOut = told.leftOut;
    merge(read.entries, told.entries, "server");
  }
  const isAsked = api !== undefined || named.length > 0;
  const custodians = await reach(context, flags, isAsked);
  const receipts = await readAllReceipts(custodians, telling(context));
  for (const [custodian, rows] of receipts) read.receipts.set(custodian, rows);
  if (!isAsked && read.receipts.size === 0) return undefined;
  const entries = isAsked ? read.entries : undefined;
  return { entries, receipts: read.receipts, leftOut, mayBeNewer: flags.mayBeNewer };
}

type Told = {
  readonly entries: Map<string, PublicEntries extends ReadonlyMap<string, infer R> ? R : never>;
  readonly receipts: Map<string, PublicReceipts extends ReadonlyMap<string, infer R> ? R : never>;
};

function telling({ progress }: Context) {
  return (done: { entries: number; receipts: number }) =>
    progress.step(
      done.receipts > 0 ? `Receipts: ${done.receipts} read...` : `Entries: ${done.entries} read...`,
    );
}

/** A server's address, a folder, or a file of one trial's entries. Throws InputError. */
async function addSource(
  context: Context,
  of: { source: string; only: string | undefined; into: Told },
): Promise<void> {
  const { source, only, into } = of;
  if (/^https?:\/\//.test(source)) {
    const { entries } = await readEntries(connect({ url: source }), {
      only,
      onProgress: telling(context),
    });
    merge(into.entries, entries, source);
    return;
  }
  try {
    if (statSync(source).isDirectory()) {
      const { entries, receipts } = await readExchangeFolder(source);
      if (entries.size === 0) throw new InputError(`${source}: holds no file of entries`);
      merge(into.entries, entries, source);
      merge(into.receipts, receipts, source);
      return;
    }
    const file = parseEntriesFile(await readFile(source, "utf8"));
    if (file === undefined) {
      throw new InputError(
        `${source}: not a file of public entries; audit --out <folder> --exports writes them`,
      );
    }
    merge(into.entries, new Map([file]), source);
  } catch (problem) {
    if (problem instanceof RangeError) throw new InputError(`${source}: ${problem.message}`);
    throw problem;
  }
}

function merge<T>(into: Map<string, T>, more: ReadonlyMap<string, T>, from: string): void {
  for (const [of, rows] of more) {
    if (into.has(of)) throw new InputError(`${from}: ${of} was named before: leave one out`);
    into.set(of, rows);
  }
}

/** Those named, else those of npm start; of the latter one that is not there was not asked for. */
async function reach(
  context: Context,
  { custodian }: ExchangeFlags,
  isAsked: boolean,
): Promise<Custodian[]> {
  const urls = custodian ?? (isAsked ? knownCustodians(context.options.data) : []);
  return await reachAll(context, urls);
}

/** Writes accesses and entries as FHIR R4 beside a report: a line each; the files' names. */
export function saveFhir(folder: string, audit: Audit, told: ToldExchange): string[] {
  const files = {
    "AuditEvent.disclosures.ndjson": disclosures(audit, told),
    "Provenance.ndjson": entryProvenances(audit, told),
  };
  return Object.entries(files).map(([name, resources]) => {
    const file = openSync(join(folder, name), "w");
    for (const resource of resources) writeSync(file, `${JSON.stringify(resource)}\n`);
    closeSync(file);
    return name;
  });
}

/** Writes what was told beside a report, as `--entries` takes it again; the files' names below the folder. */
export function saveExchange(folder: string, { entries, receipts }: ToldExchange): string[] {
  const at = join(folder, "exchange");
  mkdirSync(at, { recursive: true });
  const written: string[] = [];
  const save = (name: string, content: object) => {
    const asText = (_: string, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value;
    writeFileSync(join(at, name), `${JSON.stringify(content, asText)}\n`);
    written.push(`exchange/${name}`);
  };
  for (const [trialId, rows] of entries ?? [])
    save(`entries-${trialId.slice(2, 14)}.json`, {
      format: ENTRIES_FORMAT,
      trialId,
      entries: rows,
    });
  for (const [custodian, rows] of receipts)
    save(`receipts-${custodian}.json`, { format: RECEIPTS_FORMAT, custodian, receipts: rows });
  return written;
}
