// The wallet: a seed, the records clinics attested, and what was done with them. Plain data; every
// change returns a new wallet, and only `sealWallet` turns one into bytes that may be stored.
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { parseRecord, type Record, serializeRecord } from "../../circuits/witness/record.ts";
import { bytes32, bytesCodec, count, fieldCodec, lowerAddress } from "./codecs.ts";
import { createSeed } from "./derive.ts";
import { RECOVERY_WORK_FACTOR, seal, unseal, WORK_FACTOR } from "./seal.ts";

export const WALLET_FORMAT = "cohort-zero/wallet/1";

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
  /**
   * Where the commitment stands in the clinic's batch; null when it is a leaf of the registry
   * itself.
   */
  batch: z.strictObject({ index: count, siblings: z.array(fieldCodec) }).nullable(),
  /** Salt of the identity document's hash, shown to the site at arrival. */
  idTagSalt: bytes32.nullable(),
  /** What the clinic calls itself in its file; wallets made before it was kept have none. */
  clinicName: z.string().optional(),
});
export type WalletRecord = z.output<typeof walletRecord>;

const screening = z.strictObject({
  version: count,
  /** Day of proof, since 1900-01-01. */
  day: count,
  commitment: fieldCodec,
});

const consent = z.strictObject({
  sequence: count,
  decision: z.enum(["grant", "withdraw"]),
  formVersion: count,
  permissions: z.array(z.string()),
  siteId: count,
  /** Unix seconds on this device: a diary entry, not evidence. */
  madeAt: count,
});

const participation = z.strictObject({
  trialId: bytes32,
  protocolNumber: z.string(),
  sponsor: lowerAddress,
  chainId: count,
  enrollment: lowerAddress,
  /** Which derivation is in use: 0, or one more for each pseudonym that was lost and retired. */
  retry: count,
  screenings: z.array(screening),
  consents: z.array(consent),
});
export type Participation = z.output<typeof participation>;

const settings = z.strictObject({
  /** Trials a sponsor may learn a yes about within `budgetDays`. */
  budgetPerSponsor: count,
  budgetDays: count,
  /** Fewer attested records or clinics than this could be behind a yes: warn, or refuse. */
  fewestLeaves: count,
  fewestClinics: count,
  belowThat: z.enum(["warn", "refuse"]),
});
export type WalletSettings = z.output<typeof settings>;

const wallet = z.strictObject({
  format: z.literal(WALLET_FORMAT),
  seed: bytesCodec,
  records: z.array(walletRecord),
  participations: z.array(participation),
  /** Every yes ever given, by sponsor. */
  answers: z.array(z.strictObject({ sponsor: lowerAddress, trialId: bytes32, day: count })),
  settings,
});
export type Wallet = z.output<typeof wallet>;

export const DEFAULT_SETTINGS: WalletSettings = {
  budgetPerSponsor: 3,
  budgetDays: 365,
  fewestLeaves: 1000,
  fewestClinics: 3,
  belowThat: "warn",
};

/** A new wallet with a fresh seed and no record. */
export function createWallet(options: { settings?: Partial<WalletSettings> } = {}): Wallet {
  return {
    format: WALLET_FORMAT,
    seed: createSeed(),
    records: [],
    participations: [],
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

/** Decrypts a wallet or recovery file. Refuses with `WrongPassphrase` or `NotAWallet`. */
export async function unsealWallet(options: {
  bytes: Uint8Array;
  passphrase: string;
}): Promise<Wallet> {
  const json = new TextDecoder().decode(await unseal(options));
  const parsed = wallet.safeParse(parseJson(json));
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

/** The participation in a trial on this chain, if any. */
export function findParticipation(
  wallet: Wallet,
  trial: { trialId: string; chainId: number; enrollment: string },
): Participation | undefined {
  return wallet.participations.find(
    (p) =>
      p.trialId === trial.trialId &&
      p.chainId === trial.chainId &&
      p.enrollment === trial.enrollment.toLowerCase(),
  );
}

/** The wallet with one participation added or replaced. */
export function withParticipation(wallet: Wallet, changed: Participation): Wallet {
  const others = wallet.participations.filter(
    (p) =>
      p.trialId !== changed.trialId ||
      p.chainId !== changed.chainId ||
      p.enrollment !== changed.enrollment,
  );
  return { ...wallet, participations: [...others, changed] };
}
