// The wallet's seed, shared among guardians: people one trusts. So many of them bring it back together, and fewer learn
// nothing. Each share comes with hashes of all of its set, so a false one is named, and with nothing of its owner's.
import { combine, split } from "shamir-secret-sharing";
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { bytes32, bytesCodec, count } from "../files/codecs.ts";
import { createWallet, type Wallet } from "./wallet.ts";

const SHARE_FORMAT = "cohort-zero/guardian-share/1";
export const FEWEST_GUARDIANS = 2;
export const MOST_GUARDIANS = 10;
const SEED_BYTES = 32;
/** The coordinate of a share stands after its bytes. */
const SHARE_BYTES = SEED_BYTES + 1;
/** Six groups of five digits: 99 bits, and nobody takes it for a withdrawal code. */
const CODE_DIGITS = 30;

const shareSet = z.strictObject({
  /** Drawn for the set: without it the hashes would tell whether two sets are of one wallet. */
  salt: bytes32,
  /** So many shares bring the seed back. */
  needed: count.min(FEWEST_GUARDIANS).max(MOST_GUARDIANS),
  /** Hash of each share, in order. */
  shares: z.array(bytes32).min(FEWEST_GUARDIANS).max(MOST_GUARDIANS),
  /** Hash of the seed itself. */
  seed: bytes32,
});
type ShareSet = z.output<typeof shareSet>;

const guardianShare = z.strictObject({
  format: z.literal(SHARE_FORMAT),
  set: shareSet.refine(({ needed, shares }) => needed <= shares.length),
  /** Which of the set's it is, from 1. */
  number: count.min(1).max(MOST_GUARDIANS),
  share: bytesCodec.refine((bytes) => bytes.length === SHARE_BYTES),
});
/** What one guardian keeps. */
export type GuardianShare = z.output<typeof guardianShare>;

/** All shares made at one time. */
export type Shared = {
  /** The public commitment to all of them, as printed: whoever has it knows a false share from a true one. */
  readonly code: string;
  readonly shares: readonly GuardianShare[];
};

/** Shares a seed among `of` people, any `needed` of whom bring it back. Throws RangeError for other numbers. */
export async function shareSeed(options: {
  seed: Uint8Array;
  needed: number;
  of: number;
}): Promise<Shared> {
  const { seed, needed, of } = options;
  if (of > MOST_GUARDIANS || needed > of || needed < FEWEST_GUARDIANS) {
    throw new RangeError(
      `from ${FEWEST_GUARDIANS} to ${MOST_GUARDIANS} guardians, and at most as many needed as there are`,
    );
  }
  const parts = await split(new Uint8Array(seed), of, needed);
  const salt = hexOf(crypto.getRandomValues(new Uint8Array(32)));
  const set: ShareSet = {
    salt,
    needed,
    shares: await Promise.all(
      parts.map((share, i) => hashOf({ salt, number: i + 1, bytes: share })),
    ),
    seed: await hashOf({ salt, number: 0, bytes: seed }),
  };
  const shares = parts.map((share, i) => ({
    format: SHARE_FORMAT as typeof SHARE_FORMAT,
    ...{ set, number: i + 1, share },
  }));
  return { code: await codeOf(set), shares };
}

/** Written in a file of one size, however many guardians there are. */
export function writeShare(share: GuardianShare): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(z.encode(guardianShare, share)).padEnd(2048));
}

/** Refuses with `NotAShare` whatever is none. */
export function readShare(bytes: Uint8Array): GuardianShare {
  const parsed = guardianShare.safeParse(jsonIn(bytes));
  // What zod says may quote the share.
  if (!parsed.success) throw new Refusal("NotAShare");
  return parsed.data;
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** A share, and how whoever brought it calls it: a file's name. */
export type BroughtShare = { readonly name: string; readonly share: GuardianShare };

export type Recovered = {
  /** With the seed and nothing else: records come from the clinics, participations from public data. */
  readonly wallet: Wallet;
  readonly code: string;
  /** Names of shares that were left aside: changed since they were made, or of another set. */
  readonly leftAside: readonly string[];
};

/**
 * A wallet of the seed that these shares bring back. Refuses with `FalseShare` and `MixedShares`, which name the shares
 * in question, `TooFewShares`, and, given the set's code, with `WrongCheckCode` when none of them is of that set.
 */
export async function recoverWallet(of: {
  shares: readonly BroughtShare[];
  code?: string | undefined;
}): Promise<Recovered> {
  const { sound, changed } = await sortOut(of.shares);
  const code = await chooseSet(sound, { code: of.code, changed });
  const chosen = sound.get(code)!;
  const { set } = chosen[0]!.share;
  const each = [...new Map(chosen.map(({ share }) => [share.number, share])).values()];
  if (each.length < set.needed) {
    if (changed.length > 0) throw falseShares(changed);
    throw new Refusal("TooFewShares", { have: each.length, needed: set.needed });
  }
  const seed = await combine(each.slice(0, set.needed).map(({ share }) => share));
  if ((await hashOf({ salt: set.salt, number: 0, bytes: seed })) !== set.seed) {
    // Each is as it was made, so the set was made to lead elsewhere.
    throw falseShares(chosen.map(({ name }) => name));
  }
  const others = [...sound].filter(([one]) => one !== code).flatMap(([, shares]) => shares);
  const leftAside = [...changed, ...others.map(({ name }) => name)];
  const guardians = { code, needed: set.needed, of: set.shares.length };
  return { wallet: { ...createWallet(), seed, guardians }, code, leftAside };
}

type Sorted = ReadonlyMap<string, readonly BroughtShare[]>;

/** Shares that are as they were made, by their set's code, and the names of the others. */
async function sortOut(shares: readonly BroughtShare[]) {
  const sound = new Map<string, BroughtShare[]>();
  const changed: string[] = [];
  for (const one of shares) {
    const { set, number, share } = one.share;
    const hash = await hashOf({ salt: set.salt, number, bytes: share });
    if (hash !== set.shares[number - 1]) {
      changed.push(one.name);
      continue;
    }
    const code = await codeOf(set);
    sound.set(code, [...(sound.get(code) ?? []), one]);
  }
  return { sound: sound as Sorted, changed };
}

/** The set that was asked for, or else the only one, or the only one of which there are enough. */
async function chooseSet(
  sound: Sorted,
  { code, changed }: { code: string | undefined; changed: readonly string[] },
): Promise<string> {
  if (sound.size === 0 && changed.length > 0) throw falseShares(changed);
  if (sound.size === 0) throw new Refusal("TooFewShares", { have: 0, needed: FEWEST_GUARDIANS });
  if (code !== undefined) {
    const asked = readCode(code);
    if (!sound.has(asked)) throw new Refusal("WrongCheckCode");
    return asked;
  }
  const complete = [...sound].filter(([, shares]) => isComplete(shares)).map(([one]) => one);
  const codes = sound.size === 1 ? [...sound.keys()] : complete;
  if (codes.length === 1) return codes[0]!;
  const groups = [...sound.values()].map((shares) => shares.map(({ name }) => name).join(", "));
  throw new Refusal("MixedShares", { sets: groups.join(" / ") });
}

function isComplete(shares: readonly BroughtShare[]): boolean {
  return new Set(shares.map(({ share }) => share.number)).size >= shares[0]!.share.set.needed;
}

const falseShares = (names: readonly string[]) =>
  new Refusal("FalseShare", { shares: names.join(", ") });

/** The set's code as printed; a share can be compared with it by hand. */
async function codeOf(set: ShareSet): Promise<string> {
  const text = JSON.stringify([SHARE_FORMAT, set.salt, set.needed, set.shares, set.seed]);
  const hash = BigInt(await sha256(new TextEncoder().encode(text)));
  const digits = (hash % 10n ** BigInt(CODE_DIGITS)).toString().padStart(CODE_DIGITS, "0");
  return digits.match(/\d{5}/g)!.join(" ");
}

/** The code as it was typed, as printed. Refuses with `MalformedInput`. */
function readCode(text: string): string {
  const digits = text.replace(/[\s-]/g, "");
  if (!new RegExp(`^\\d{${CODE_DIGITS}}$`).test(digits)) {
    throw new Refusal("MalformedInput", { what: "check code", problem: `${CODE_DIGITS} digits` });
  }
  return digits.match(/\d{5}/g)!.join(" ");
}

async function hashOf(of: { salt: string; number: number; bytes: Uint8Array }): Promise<string> {
  const head = new TextEncoder().encode(`${SHARE_FORMAT}/${of.salt}/${of.number}/`);
  return await sha256(new Uint8Array([...head, ...of.bytes]));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function hexOf(bytes: Uint8Array): string {
  return `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
