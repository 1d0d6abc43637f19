// What the worker of the wallet's data knows of a trial: the public state, its entries, the custodians.
import type { At } from "../../../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../../../circuits/statement/refusal.ts";
import { addressOf } from "../../../../actor/actor.ts";
import { type Api, connect } from "../../../../api/api.ts";
import { type ExchangeApi, exchangeOf, type PublicEntry } from "../../../../api/exchange.ts";
import type { Moment } from "../../../../api/log/trialLog.ts";
import type { CustodyPlace } from "../../../../exchange/custodian.ts";
import { parseKeyPins, pinKeys } from "../../../../exchange/keyPins.ts";
import { downloadKeys, type KeyRing } from "../../../../exchange/keys.ts";
import { type Keeper, Outbox } from "../../../../exchange/outbox.ts";
import { findSelf } from "../../../../patient/self.ts";
import type { Wallet } from "../../../../patient/wallet.ts";
import {
  chainDay,
  type Downloads,
  placeOf,
  type ReviewedTrial,
  reviewTrial,
} from "../../../../trial/review.ts";
import { answering, reachCustodians } from "../../../auditor/exchange/custodians.ts";
import { groundOf } from "../../../prover/ground.ts";
import { KeptData } from "../../../prover/kept.ts";

/** Which wallet, in which trial. */
export type Of = {
  readonly wallet: Wallet;
  readonly protocolNumber: string;
  readonly documentKey?: string | undefined;
};

/** What is on its way to a trial, sealed on this device. */
export function outboxOf({ wallet, protocolNumber }: Of): Outbox {
  const kept = new KeptData(wallet.seed);
  const keeper: Keeper = {
    get: async (name) => (await kept.get(name))?.value,
    put: (name, value) => kept.put(name, value),
    remove: (name) => kept.remove(name),
  };
  return new Outbox(keeper, protocolNumber);
}

export type Looked = {
  readonly api: Api;
  readonly exchange: ExchangeApi;
  readonly downloads: Downloads;
  readonly place: CustodyPlace & At;
  readonly entries: readonly PublicEntry[];
  readonly moments: readonly Moment[];
  /** The chain's time (Unix seconds) and day. */
  readonly now: number;
  readonly today: number;
};

let own: Api | undefined;

/** This page's server; the wallet's downloads bypass the browser's cache, which tells what was looked at. */
function ownServer(): Api {
  own ??= connect({
    url: self.location.origin,
    fetch: (input, init) => fetch(input, { ...init, cache: "no-store" }),
  });
  return own;
}

/** Downloads a trial and its entries whole: nobody learns whose are looked for. */
export async function look({ wallet, protocolNumber }: Of): Promise<Looked> {
  const ground = groundOf(wallet);
  const [{ downloads: around, moments }, registry] = await Promise.all([
    ground.freshTrial(protocolNumber),
    ground.freshRegistry(),
  ]);
  const downloads = { ...around, registry };
  const { deployment, trial } = downloads;
  const api = ownServer();
  const exchange = exchangeOf(api);
  return {
    ...{ api, exchange, downloads, moments },
    entries: await exchange.entries(trial.trialId),
    now: deployment.chainTime,
    today: chainDay(deployment),
    place: {
      chainId: deployment.chainId,
      custodyLog: addressOf(deployment, "CustodyLog"),
      depositLog: addressOf(deployment, "DepositLog"),
    },
  };
}

/** The trial's text, recompiled and checked. Refuses as `reviewTrial`. */
export function reviewed(of: Of, { downloads }: Looked): Promise<ReviewedTrial> {
  return reviewTrial({ downloads, documentKey: of.documentKey });
}

/** Whose wallet it is in the trial. */
export function whoseOf({ wallet }: Of, { downloads }: Looked) {
  return { wallet, place: placeOf(downloads), state: downloads.state };
}

/** Terms that name the custodians: of the version in force. Refuses with `TrialNotApproved`. */
export function custodyTerms({ downloads }: Looked) {
  const { versions, currentVersion } = downloads.state;
  // A trial that stands still or is over goes on keeping what it has: its people go on seeing it.
  const found = versions.find(({ version }) => version === currentVersion);
  if (found === undefined) throw new Refusal("TrialNotApproved");
  const { custodians, custodianThreshold } = found.terms;
  return { custodians: custodians.map((one) => one.toLowerCase()), custodianThreshold };
}

/**
 * Every custodian's keys, for the participant the same as ever. Refuses by name, with the custodian: `CustodianAway`,
 * `OtherCustodian`, `WrongKeys`, `KeysChanged`, and with `TooFewCustodians` while one has not seen the participant yet.
 * Sealed for fewer of them, a package could be lost; sealed for a new key, read by whoever slipped it in.
 */
export async function ringOf(of: Of, looked: Looked): Promise<KeyRing> {
  const { downloads, place } = looked;
  const terms = custodyTerms(looked);
  const reached = await reachCustodians(terms.custodians);
  const other = reached.find(({ isOther }) => isOther);
  if (other !== undefined) throw new Refusal("OtherCustodian", { custodian: other.address });
  const { trialId } = downloads.trial;
  const ring = await downloadKeys({ trialId, terms, custodians: answering(reached), place });
  const [missing] = ring.missing;
  if (missing !== undefined) {
    const code = missing.why === "WrongKeys" ? "WrongKeys" : "CustodianAway";
    throw new Refusal(code, { custodian: missing.address });
  }
  const { pseudonym } = await findSelf(whoseOf(of, looked));
  await requireSameKeys(of, ring, { trialId, pseudonym });
  return ring;
}

/** Keeps what it met on this device, sealed, before anything is sealed to it. */
async function requireSameKeys(
  { wallet }: Of,
  ring: KeyRing,
  whose: Parameters<typeof pinKeys>[2],
): Promise<void> {
  const kept = new KeptData(wallet.seed);
  const before = parseKeyPins((await kept.get(PINS))?.value ?? {});
  const pins = pinKeys(before, ring, whose);
  if (pins !== before) await kept.put(PINS, pins);
}

const PINS = "custodian keys";
