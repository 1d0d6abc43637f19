// Asking custodians for shares: as many at the same time as shares are missing, and others for those that do not come or do
// not fit. What each answers is taken in the custodians' order, whoever was faster.
import { id } from "ethers";
import type { ShareStanza } from "../../circuits/statement/exchange/package.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { PublicEntry } from "../api/exchange.ts";
import { ApiError } from "../api/transport.ts";
import { ServerUnavailable } from "../api/unavailable.ts";
import type { Collecting, HeldAnswer } from "./collecting.ts";
import {
  type Answer,
  type Asked,
  type Custodian,
  isReceiptOf,
  RELEASE_AT_ONCE,
} from "./custodian.ts";
import type { Faults } from "./faults.ts";
import { joinShares, openReleased, type Share } from "./shares.ts";

const RELEASED = id("Released");

/** What is wanted of one package, and what has come of it. */
export type Wanted = {
  readonly deposited: PublicEntry;
  readonly hash: Bytes32;
  readonly asked: Asked["path"];
  readonly context: Bytes32;
  readonly stanzas: readonly ShareStanza[];
  readonly shares: Share[];
  readonly refused: { readonly custodian: string; readonly code: string }[];
  /** Addresses of custodians who were asked, whatever they answered. */
  readonly askedOf: Set<string>;
  fileKey?: Uint8Array;
};

/** How many packages' keys are known. */
export const joined = (wanted: readonly Wanted[]): number =>
  wanted.filter(({ fileKey }) => fileKey !== undefined).length;

/** A package wants another share as long as those that it has give no key. */
function needs(one: Wanted, custodian: string): boolean {
  const isAnswered = [...one.shares, ...one.refused].some((known) => known.custodian === custodian);
  const hasStanza = stanzaOf(one, custodian) !== undefined;
  return one.fileKey === undefined && hasStanza && !isAnswered;
}

function stanzaOf({ stanzas }: Wanted, custodian: string): ShareStanza | undefined {
  return stanzas.find(({ address }) => address.toLowerCase() === custodian.toLowerCase());
}

/** Shares that came before this fetch was broken off. */
export async function takeHeld(
  of: Collecting,
  wanted: readonly Wanted[],
  privateKey: CryptoKey,
  faults: Faults,
): Promise<void> {
  const byHash = new Map(wanted.map((one) => [one.hash, one]));
  for (const { custodian, released } of await of.store.answers()) {
    const one = byHash.get(released.entry);
    if (one === undefined || !needs(one, custodian)) continue;
    await take(of, { one, custodian, answer: released, privateKey, faults });
  }
  for (const one of wanted) await join(one, of.threshold, faults);
}

type Asking = { readonly privateKey: CryptoKey; readonly faults: Faults };
/** Some packages that one custodian is asked for. */
type Ask = { readonly custodian: Custodian; readonly some: readonly Wanted[] };

/**
 * Asks as many custodians at the same time as shares are missing, and another for each whose share did not come or does
 * not fit, until there is nobody left. Whoever is away is not asked again.
 */
export async function askAll(
  of: Collecting,
  { wanted, ...by }: Asking & { readonly wanted: readonly Wanted[] },
): Promise<void> {
  const away = new Set<string>();
  for (;;) {
    of.onProgress?.({ step: "shares", done: joined(wanted), of: wanted.length });
    const asks = nextAsks(of, wanted, away);
    if (asks.length === 0) return;
    const settled = await Promise.allSettled(asks.map((one) => release(of, one)));
    // In the custodians' order, whoever was faster; and what came is kept before anything is thrown.
    for (const [i, ask] of asks.entries()) {
      const answer = settled[i]!;
      if (answer.status === "fulfilled") await takeAll(of, { ...by, ...ask }, answer.value);
      else if (isAway(answer.reason)) {
        away.add(ask.custodian.address);
        by.faults.add(ask.custodian.address, "it does not answer", ask.some.length);
      }
    }
    const failed = settled.find((one) => one.status === "rejected" && !isAway(one.reason));
    if (failed?.status === "rejected") throw failed.reason;
    for (const one of new Set(asks.flatMap(({ some }) => some))) {
      await join(one, of.threshold, by.faults);
    }
  }
}

const isAway = (problem: unknown): boolean =>
  problem instanceof ServerUnavailable || problem instanceof ApiError;

/** Whom to ask next, for what: at most so many packages of each, the first ones first. */
function nextAsks(
  { custodians, threshold }: Collecting,
  wanted: readonly Wanted[],
  away: ReadonlySet<string>,
): Ask[] {
  const asks = custodians.map((custodian) => ({ custodian, some: [] as Wanted[] }));
  for (const one of wanted) {
    if (one.fileKey !== undefined) continue;
    const missing = Math.max(1, threshold - one.shares.length);
    const next = asks.filter(({ custodian: { address } }) => {
      return !away.has(address) && !one.askedOf.has(address) && needs(one, address);
    });
    for (const { some } of next.slice(0, missing)) {
      if (some.length < RELEASE_AT_ONCE) some.push(one);
    }
  }
  return asks.filter(({ some }) => some.length > 0);
}

async function release(of: Collecting, { custodian, some }: Ask): Promise<readonly Answer[]> {
  const { address } = custodian;
  for (const one of some) one.askedOf.add(address);
  const packages = some.map((one): Asked => {
    return { entry: one.hash, path: one.asked, stanza: stanzaOf(one, address)! };
  });
  const { registry, requestId } = of.request;
  return await custodian.release({ registry, requestId, packages });
}

/** Takes what one custodian answered, and keeps what is usable. */
async function takeAll(
  of: Collecting,
  { custodian: { address }, some, ...by }: Ask & Asking,
  answers: readonly Answer[],
): Promise<void> {
  const held: HeldAnswer[] = [];
  for (const [i, one] of some.entries()) {
    const answer = answers[i];
    if (answer === undefined) {
      by.faults.add(address, "it leaves answers out", 1);
      continue;
    }
    const isUsable = await take(of, { one, custodian: address, answer, ...by });
    if (isUsable && "body" in answer) held.push({ custodian: address, released: answer });
  }
  if (held.length > 0) await of.store.keepAnswers(held);
}

/** Takes an answer if its receipt is signed and about this very package. True for a share. */
async function take(
  of: Collecting,
  by: {
    one: Wanted;
    custodian: string;
    answer: Answer;
    privateKey: CryptoKey;
    faults: Faults;
  },
): Promise<boolean> {
  const { one, custodian, answer, privateKey, faults } = by;
  if (!isReceipted(of, { one, custodian, answer })) {
    faults.add(custodian, "its receipt is wrong", 1);
    return false;
  }
  if ("code" in answer) {
    one.refused.push({ custodian, code: answer.code });
    return false;
  }
  try {
    one.shares.push(await openReleased({ custodian, released: answer, privateKey }));
    return true;
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    faults.add(custodian, "its share does not open", 1);
    return false;
  }
}

function isReceipted(
  { request, place }: Collecting,
  { one, custodian, answer }: { one: Wanted; custodian: string; answer: Answer },
): boolean {
  const { receipt, signature } = answer;
  const outcome = "code" in answer ? id(answer.code) : RELEASED;
  return (
    answer.entry === one.hash &&
    receipt.entry === one.hash &&
    receipt.requestId === request.requestId &&
    receipt.registry.toLowerCase() === request.registry.toLowerCase() &&
    receipt.outcome === outcome &&
    isReceiptOf({ receipt, signature, custodian }, place)
  );
}

async function join(one: Wanted, threshold: number, faults: Faults): Promise<void> {
  const { shares, context, stanzas } = one;
  if (one.fileKey !== undefined || shares.length < threshold) return;
  try {
    const found = await joinShares({ shares, threshold, context, stanzas });
    if (found === undefined) return;
    one.fileKey = found.fileKey;
    for (const custodian of found.wrong) faults.add(custodian, "its share does not fit", 1);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    one.refused.push({ custodian: "", code: problem.code });
  }
}
