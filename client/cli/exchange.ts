// What the commands about research data share: where the custodians are, and a trial with its collections and entries.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import type { At } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { addressOf } from "../actor/actor.ts";
import { type ExchangeApi, exchangeOf, type PublicEntry } from "../api/exchange.ts";
import type { DeploymentInfo } from "../api/registry.ts";
import type { TrialVersion } from "../api/trial.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { type Custodian, type CustodyPlace, reachCustodian } from "../exchange/custodian.ts";
import { pinKeys } from "../exchange/keyPins.ts";
import { downloadKeys, type KeyRing } from "../exchange/keys.ts";
import { type OwnGround, ownIdentity, type Whose } from "../exchange/own.ts";
import type { Wallet } from "../patient/wallet.ts";
import {
  type Downloads,
  downloadTrial,
  placeOf,
  type ReviewedTrial,
  type TrialPlace,
} from "../trial/review.ts";
import type { Context } from "./context.ts";
import { readJson } from "./file.ts";
import { InputError } from "./output.ts";
import { type ReviewFlags, review } from "./reviewing.ts";
import { keep, type Opened, urlIn } from "./wallet.ts";

/** What packages that were made here say. */
export const SOFTWARE = "cohort-zero command line";

export type CustodianFlag = { custodian?: string[] };

/** Adds the option that names custodians' addresses. */
export function withCustodians(command: Command): Command {
  const text =
    "a custodian's address; once for each (or COHORT_CUSTODIANS, with commas; default: those of npm start, or that the server knows)";
  const collect = (url: string, before: string[] = []) => [...before, urlIn(url)];
  return command.addOption(new Option("--custodian <url>", text).argParser(collect));
}

/** The custodians that answer. One that does not is said on stderr, and others go on. */
export async function reachCustodians(
  context: Context,
  { custodian }: CustodianFlag,
): Promise<Custodian[]> {
  return await reachAll(context, custodian ?? (await namedUrls(context)));
}

/** Those that answer as a custodian of these terms: whoever answers under another account is none of the trial. */
export async function reachNamed(
  context: Context,
  flags: CustodianFlag,
  terms: Pick<TrialVersion["terms"], "custodians">,
): Promise<Custodian[]> {
  const named = new Set(terms.custodians.map((one) => one.toLowerCase()));
  const reached = await reachCustodians(context, flags);
  return reached.filter(({ address }) => named.has(address.toLowerCase()));
}

/** Those that answer at these addresses. */
export async function reachAll(
  { progress }: Context,
  urls: readonly string[],
): Promise<Custodian[]> {
  const reached = await Promise.all(
    urls.map(async (url) => {
      try {
        return [await reachCustodian({ url })];
      } catch {
        progress.step(`The custodian at ${url} does not answer; going on without it...`);
        return [];
      }
    }),
  );
  return reached.flat();
}

/** Those of COHORT_CUSTODIANS, or of npm start; none where neither names any. */
export function knownCustodians(data: string): string[] {
  const named = process.env.COHORT_CUSTODIANS;
  if (named !== undefined) return named.split(",").map((url) => urlIn(url.trim()));
  const file = join(data, "endpoint.json");
  const found = existsSync(file) ? (readJson(file) as { custodians?: string[] }).custodians : [];
  return found ?? [];
}

/** As they are set, or else those that the server knows, asked themselves. */
async function namedUrls({ options, api }: Context): Promise<string[]> {
  const found = knownCustodians(options.data);
  if (found.length > 0) return found;
  const told = await exchangeOf(api()).custodians();
  if (told.length > 0) return told.map(({ url }) => url);
  throw new InputError(
    "No custodian named, and the server knows none: give --custodian <url> for each, or COHORT_CUSTODIANS.",
  );
}

/** The exchange's contracts, as signatures name them. */
function placesOf(deployment: DeploymentInfo): CustodyPlace & At {
  const { chainId } = deployment;
  const custodyLog = addressOf(deployment, "CustodyLog");
  return { chainId, custodyLog, depositLog: addressOf(deployment, "DepositLog") };
}

/** A trial with its public entries, in whatever state it is. */
export async function lookAtEntries(context: Context, protocolNumber: string): Promise<Entries> {
  const { api, progress } = context;
  progress.step("Downloading the trial and its entries...");
  const connected = api();
  const downloads = await downloadTrial(connected, protocolNumber);
  const exchange = exchangeOf(connected);
  const entries = await exchange.entries(downloads.trial.trialId);
  const place = placesOf(downloads.deployment);
  return { downloads, trial: placeOf(downloads), exchange, entries, place };
}

/** The same with its text, recomputed. Refuses for a trial that does not run. */
export async function lookAtExchange(
  context: Context,
  protocolNumber: string,
  flags: ReviewFlags,
): Promise<Looked> {
  const looked = await lookAtEntries(context, protocolNumber);
  return { ...looked, reviewed: await review(context, flags, looked.downloads) };
}

export type Entries = {
  readonly downloads: Downloads;
  readonly trial: TrialPlace;
  readonly exchange: ExchangeApi;
  readonly entries: readonly PublicEntry[];
  readonly place: CustodyPlace & At;
};
export type Looked = Entries & { readonly reviewed: ReviewedTrial };

/** The terms of the version in force, as the server tells them. Refuses with `TrialNotApproved`. */
export function termsOf({ downloads }: Pick<Entries, "downloads">): TrialVersion["terms"] {
  const { versions, currentVersion } = downloads.state;
  const found = versions.find(({ version }) => version === currentVersion);
  if (found === undefined) throw new Refusal("TrialNotApproved");
  return found.terms;
}

/** Whose wallet it is in the trial. */
export function whoseOf({ downloads, trial: place }: Entries, wallet: Wallet): Whose {
  return { wallet, place, state: downloads.state };
}

/** The collections of a trial's text. Throws InputError when it has none. */
export function collectionsOf({ document }: ReviewedTrial): readonly Collection[] {
  const { collections } = document.trial;
  if (collections === undefined) throw new InputError("This trial collects nothing.");
  return collections;
}

/** A collection of one source by its id, or the only one. Throws InputError. */
export function pickCollection<S extends Collection["source"]>(
  collections: readonly Collection[],
  source: S,
  id: string | undefined,
): Extract<Collection, { source: S }> {
  const fitting = collections.filter(
    (one): one is Extract<Collection, { source: S }> => one.source === source,
  );
  const found = id === undefined ? fitting : fitting.filter((one) => one.id === id);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const names = fitting.map((one) => one.id).join(", ");
  throw new InputError(
    names === ""
      ? `This trial has no collection of this kind (${source}).`
      : `${id ?? "collection"}: name one of ${names}`,
  );
}

/** Every custodian's keys. Throws ServerUnavailable naming the custodians that are missing. */
export async function ringOf(
  context: Context,
  { reviewed, place }: Pick<Looked, "reviewed" | "place">,
  flags: CustodianFlag,
): Promise<KeyRing> {
  context.progress.step("Downloading the custodians' keys...");
  const custodians = await reachCustodians(context, flags);
  const { trialId } = reviewed.trial;
  const { terms } = reviewed.version;
  const ring = await downloadKeys({ trialId, terms, custodians, place });
  if (ring.missing.length === 0) return ring;
  const named = ring.missing.map(({ address, why }) => `${address}: ${why}`).join("; ");
  throw new ServerUnavailable(
    "custodians",
    `Not all custodians gave their keys (${named}): try again later`,
  );
}

/** The same for a wallet's own data. Refuses with `KeysChanged`; keys that are new to the wallet are kept in it first. */
export async function ownRingOf(
  context: Context,
  opened: Opened,
  { looked, flags }: { looked: Looked; flags: CustodianFlag },
): Promise<{ readonly keys: KeyRing; readonly opened: Opened }> {
  const keys = await ringOf(context, looked, flags);
  const { wallet } = opened;
  const { pseudonym } = await ownIdentity(whoseOf(looked, wallet));
  const before = wallet.custodianKeys ?? {};
  const { trialId } = looked.reviewed.trial;
  const custodianKeys = pinKeys(before, keys, { trialId, pseudonym });
  if (custodianKeys === before) return { keys, opened };
  return { keys, opened: await keep(opened, { ...wallet, custodianKeys }) };
}

/** What a wallet deposits and reads by. */
export async function ownGroundOf(
  context: Context,
  { reviewed, entries, place: at, downloads }: Looked,
  wallet: Wallet,
): Promise<OwnGround> {
  const { state } = downloads;
  const today = await context.today();
  return { wallet, reviewed, state, entries, at, artifacts: localArtifacts(), today };
}
