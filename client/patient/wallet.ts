// The wallet: a seed, the records clinics attested, and what was done with them. Plain data; every
// change returns a new wallet, and only `sealWallet` turns one into bytes that may be stored.
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { GIVEN_BY, type GivenBy } from "../../circuits/statement/trial/consent.ts";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial/trial.ts";
import { parseRecord, type Record, serializeRecord } from "../../circuits/witness/record.ts";
import { representativesWord } from "../desk/representation.ts";
import { keyPins } from "../exchange/keyPins.ts";
import { bytes32, bytesCodec, count, fieldCodec, lowerAddress } from "../files/codecs.ts";
import { RECOVERY_WORK_FACTOR, seal, unseal, WORK_FACTOR } from "../files/seal.ts";
import { createSeed } from "./derive.ts";

const WALLET_FORMAT = "cohort-zero/wallet/2";
const FIRST_FORMAT = "cohort-zero/wallet/1";

const walletRecord = z.strictObject({
  record: z.codec(z.unknown(), z.custom<Record>(), {
    decode: (json, context) => {
      try {
        return parseRecord(json);
      } catch {
        context.issues.push({ code: "custom", message: "not a record", input: undefined });
        return z.NEVER;
      }
    },
    encode: serializeRecord,
  }),
  commitment: fieldCodec,
  /** Where the commitment stands in the clinic's batch; without siblings when anchored alone. */
  batch: z.strictObject({ index: count, siblings: z.array(fieldCodec) }),
  /** Salt of the identity document's hash, shown to the site at arrival. */
  idTagSalt: bytes32.nullable(),
  /** What the clinic calls itself in its file. */
  clinicName: z.string(),
  /** Where the clinic publishes newer issues, among those of others; null when it does not. */
  mailbox: z.strictObject({ bucket: count }).nullable(),
});
export type WalletRecord = z.output<typeof walletRecord>;

const screening = z.strictObject({
  version: count,
  /** Day of proof, since 1900-01-01. */
  day: count,
  /** Commitment of the record that was shown for each part. */
  records: z.array(fieldCodec),
});

/** What a representative signed for this wallet's person, and the end that the consent may not outlast. */
export const mandate = z.strictObject({
  word: representativesWord,
  /** Unix seconds: the day on which a minor comes of age; none for an adult. */
  ofAgeAt: count.optional(),
});
export type Mandate = z.output<typeof mandate>;

const consent = z.strictObject({
  sequence: count,
  decision: z.enum(["grant", "withdraw"]),
  formVersion: count,
  permissions: z.array(z.string()),
  siteId: count,
  /** Unix seconds on this device: a diary entry, not evidence. */
  madeAt: count,
  /** Where somebody else gave it: shown to the site at arrival. */
  mandate: mandate.optional(),
});

const participation = z.strictObject({
  trialId: bytes32,
  protocolNumber: z.string(),
  sponsor: lowerAddress,
  chainId: count,
  enrollment: lowerAddress,
  /** Which derivation is in use: one more for each commitment that somebody else screened. */
  retry: count,
  screenings: z.array(screening),
  consents: z.array(consent),
});
export type Participation = z.output<typeof participation>;

/** A consent that was given and has not been sent. It is signed when it is sent. */
const waiting = z.strictObject({
  trialId: bytes32,
  protocolNumber: z.string(),
  chainId: count,
  enrollment: lowerAddress,
  version: count,
  /** Of the version whose form was read: another one is never consented to by waiting. */
  digest: bytes32,
  permissions: z.array(z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]])),
  siteId: count,
  years: count,
  givenBy: z.enum(Object.keys(GIVEN_BY) as [GivenBy, ...GivenBy[]]),
  /** The mark of the language in which the form was read, where it has several. */
  readIn: count.optional(),
  /** Where somebody else gives it. */
  mandate: mandate.optional(),
  /** Unix seconds, by the chain: when it was given, and when it goes out if others are there. */
  askedAt: count,
  notBefore: count,
  /** It goes out then, whoever is there. */
  latest: count,
  /** Its sequence number once it was signed and sent, until the chain is seen to have it. */
  sent: count.nullable(),
});
export type WaitingConsent = z.output<typeof waiting>;

const settings = z.strictObject({
  /** Trials a sponsor may learn a yes about within `budgetDays`. */
  budgetPerSponsor: count,
  budgetDays: count,
  /** Fewer attested records or clinics than this could be behind a yes: warn, or refuse. */
  fewestLeaves: count,
  fewestClinics: count,
  belowThat: z.enum(["warn", "refuse"]),
  /** A consent waits until this many others could have sent it; 0: it never waits. */
  waitForOthers: count,
  /** ... but at most about this many days. */
  waitAtMostDays: count,
  /** Another server of the exchange to send through, and one to fetch newer records from. */
  relayer: z.url().nullable(),
  mirror: z.url().nullable(),
});
export type WalletSettings = z.output<typeof settings>;

const guardians = z.strictObject({
  /** The check code of the set, and how many of how many bring the seed back. */
  code: z.string(),
  needed: count,
  of: count,
});

const wallet = z.strictObject({
  format: z.literal(WALLET_FORMAT),
  seed: bytesCodec,
  records: z.array(walletRecord),
  participations: z.array(participation),
  waiting: z.array(waiting),
  /** Every yes ever given, by sponsor. */
  answers: z.array(z.strictObject({ sponsor: lowerAddress, trialId: bytes32, day: count })),
  settings,
  /** How the seed was shared among guardians last. Older files have none. */
  guardians: guardians.optional(),
  /** Custodians' keys that were met, on a device without a store of its own. Older files have none. */
  custodianKeys: keyPins.optional(),
});
export type Wallet = z.output<typeof wallet>;

const DEFAULT_SETTINGS: WalletSettings = {
  budgetPerSponsor: 3,
  budgetDays: 365,
  fewestLeaves: 1000,
  fewestClinics: 3,
  belowThat: "warn",
  waitForOthers: 3,
  waitAtMostDays: 7,
  relayer: null,
  mirror: null,
};

/** A new wallet with a fresh seed and no record. */
export function createWallet(options: { settings?: Partial<WalletSettings> } = {}): Wallet {
  return {
    format: WALLET_FORMAT,
    seed: createSeed(),
    records: [],
    participations: [],
    waiting: [],
    answers: [],
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
  };
}

/** Encrypts a wallet. A recovery file is the same format with a dearer passphrase guess. */
export async function sealWallet(options: {
  wallet: Wallet;
  passphrase: string;
  workFactor?: number;
}): Promise<Uint8Array> {
  const json = JSON.stringify(z.encode(wallet, options.wallet));
  return await seal({
    bytes: new TextEncoder().encode(json),
    passphrase: options.passphrase,
    workFactor: options.workFactor ?? WORK_FACTOR,
  });
}

/** The recovery file: everything, under a passphrase of its own. */
export async function sealRecovery(options: {
  wallet: Wallet;
  passphrase: string;
}): Promise<Uint8Array> {
  return await sealWallet({ ...options, workFactor: RECOVERY_WORK_FACTOR });
}

/**
 * Decrypts a wallet or recovery file. Refuses with `WrongPassphrase`, `NotAWallet`, or
 * `FirstProtocol` for a wallet that only the first protocol's program can use.
 */
export async function unsealWallet(options: {
  bytes: Uint8Array;
  passphrase: string;
}): Promise<Wallet> {
  const json = new TextDecoder().decode(await unseal(options));
  const content = parseJson(json);
  if ((Object(content) as { format?: unknown }).format === FIRST_FORMAT) {
    throw new Refusal("FirstProtocol", { what: "wallet" });
  }
  const parsed = wallet.safeParse(content);
  // The issues zod lists may quote the content, so none of them is passed on.
  if (!parsed.success || parsed.data.seed.length !== 32) throw new Refusal("NotAWallet", {});
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("NotAWallet", {});
  }
}

type Where = { readonly trialId: string; readonly chainId: number; readonly enrollment: string };

/** Whether two entries are about one trial on one chain. */
export function isSameTrial(one: Where, other: Where): boolean {
  return (
    one.trialId === other.trialId &&
    one.chainId === other.chainId &&
    one.enrollment.toLowerCase() === other.enrollment.toLowerCase()
  );
}

/** The participation in a trial on this chain, if any. */
export function findParticipation(wallet: Wallet, trial: Where): Participation | undefined {
  return wallet.participations.find((one) => isSameTrial(one, trial));
}

/** The wallet with one participation added or replaced. */
export function withParticipation(wallet: Wallet, changed: Participation): Wallet {
  const others = wallet.participations.filter((one) => !isSameTrial(one, changed));
  return { ...wallet, participations: [...others, changed] };
}

/** The wallet with one consent waiting for the trial, in place of any before. */
export function withWaiting(wallet: Wallet, entry: WaitingConsent): Wallet {
  return { ...wallet, waiting: [...withoutWaiting(wallet, entry).waiting, entry] };
}

/** The wallet with no consent waiting for the trial. */
export function withoutWaiting(wallet: Wallet, trial: Where): Wallet {
  return { ...wallet, waiting: wallet.waiting.filter((one) => !isSameTrial(one, trial)) };
}
