// Custodians, entries and events in memory, for the tests of the client's library: real keys, no chain.

import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { hexlify, id, Wallet } from "ethers";
import type { Authority } from "../../circuits/statement/exchange/authority.ts";
import {
  type At,
  contextOf,
  type Entry,
  hashEntry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, openShare } from "../../circuits/statement/exchange/package.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  hashKeys,
  type Receipt,
} from "../../circuits/statement/exchange/receipt.ts";
import { trialIdOf, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { PublicEntry } from "../../client/api/exchange.ts";
import {
  type Answer,
  bytesOf,
  type Custodian,
  type CustodyPlace,
} from "../../client/exchange/custodian.ts";
import { sealDeposit } from "../../client/exchange/deposit.ts";
import { downloadKeys, type KeyRing } from "../../client/exchange/keys.ts";

export const TRIAL_ID = trialIdOf("CZ-TEST-1");
export const PLACE: CustodyPlace & At = {
  chainId: 31_337,
  custodyLog: "0x00000000000000000000000000000000000000c1",
  depositLog: "0x00000000000000000000000000000000000000d1",
};
export const CUTS = "0x00000000000000000000000000000000000000a1";
export const RESPONSE = { resourceType: "QuestionnaireResponse", status: "completed" } as const;
export const PROVENANCE = {
  agent: "staff",
  software: "test",
  origin: "test",
  madeAt: 1_790_000_000,
} as const;

export function entryOf(change: Partial<Entry> = {}): Entry {
  return {
    trialId: TRIAL_ID,
    pseudonym: 7n,
    collection: "visit",
    permission: 2,
    formVersion: 1,
    sequence: 1,
    ciphertextHash: id("nothing"),
    sizeStep: 0,
    day: 46_000,
    source: SOURCES.site,
    replaces: ZERO_BYTES32,
    correction: 0,
    ...change,
  };
}

const AUTHORITY: Authority = {
  kind: "staff",
  siteId: 1,
  key: "0x0000000000000000000000000000000000000001",
  deadline: 0n,
  signature: "0x",
};

/** Entries in order, all in one batch unless `waiting` are left out of it. */
export function publicEntries(
  entries: readonly Entry[],
  of: { waiting?: number; authority?: Authority; recipient?: string } = {},
): PublicEntry[] {
  const anchored = entries.slice(0, entries.length - (of.waiting ?? 0));
  const root = anchored.length === 0 ? undefined : entryTree(anchored.map(hashEntry)).root;
  return entries.map((entry, position) => ({
    entry,
    authority: of.authority ?? AUTHORITY,
    block: 10,
    position,
    ...(of.recipient !== undefined && { recipient: of.recipient }),
    ...(root !== undefined && position < anchored.length && { batch: root }),
  }));
}

/** An event as the server tells it. */
export function event(
  name: string,
  args: Readonly<Record<string, string>>,
  at: { block?: number; time?: number } = {},
): AuditEvent {
  return {
    id: `${name}-${JSON.stringify(args)}`,
    contract: "any",
    name,
    arguments: args,
    blockNumber: at.block ?? 5,
    blockTime: at.time ?? 1_790_000_000,
    transactionHash: ZERO_BYTES32,
  };
}

export type Party = {
  readonly wallet: ReturnType<typeof Wallet.createRandom>;
  readonly address: string;
  /** By pseudonym. */
  readonly keys: Map<bigint, CryptoKeyPair>;
  /** What a test makes of its answers. */
  change?: (answer: Answer, asked: number) => Promise<Answer> | Answer;
  refuses?: string;
  isAway?: boolean;
  asked: number;
};

/** Custodians with a key for each of these participants. */
export async function gatherParties(
  count: number,
  pseudonyms: readonly bigint[],
): Promise<Party[]> {
  const parties: Party[] = [];
  for (let i = 0; i < count; i++) {
    const wallet = Wallet.createRandom();
    const keys = new Map<bigint, CryptoKeyPair>();
    for (const pseudonym of pseudonyms) keys.set(pseudonym, await hpke.kem.generateKeyPair());
    parties.push({ wallet, address: wallet.address.toLowerCase(), keys, asked: 0 });
  }
  return parties.sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A custodian's signed list. */
export async function listOf(party: Party, trialId = TRIAL_ID) {
  const keys = await Promise.all(
    [...party.keys].map(async ([pseudonym, { publicKey }]) => ({
      pseudonym: pseudonym as never,
      publicKey: hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey))),
    })),
  );
  keys.sort((a, b) => (a.pseudonym < b.pseudonym ? -1 : 1));
  const value = { trialId, keys: hashKeys(keys), count: keys.length, blockNumber: 9n };
  const domain = custodianDomain(PLACE.chainId, PLACE.custodyLog);
  const signature = await party.wallet.signTypedData(domain, CUSTODIAN_TYPES.KeyList, value);
  return { blockNumber: 9n, signature, keys };
}

/** The keys of all of them, as a wallet has downloaded them. */
export async function ringOf(parties: readonly Party[], threshold: number): Promise<KeyRing> {
  const custodians = parties.map((party) =>
    custodianOf(party, { entries: [], recipientKey: undefined as never }),
  );
  const terms = {
    custodians: parties.map(({ address }) => address),
    custodianThreshold: threshold,
  };
  return await downloadKeys({ trialId: TRIAL_ID, terms, custodians, place: PLACE });
}

/** A sealed visit with its public entry and its package, and the participant's identity. */
export async function sealedVisit(parties: readonly Party[], change: Partial<Entry> = {}) {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const { ciphertextHash: _, sizeStep: __, ...draft } = entryOf(change);
  const filling = { content: { resource: RESPONSE }, provenance: PROVENANCE } as const;
  const keys = await ringOf(parties, 2);
  const sealed = await sealDeposit({ draft, at: PLACE, filling, keys, recipient });
  return { ...sealed, hash: hashEntry(sealed.entry), identity };
}

/** Signs a receipt as a custodian does. */
export async function receiptOf(party: Party, receipt: Receipt) {
  const domain = custodianDomain(PLACE.chainId, PLACE.custodyLog);
  const signature = await party.wallet.signTypedData(domain, CUSTODIAN_TYPES.Receipt, receipt);
  return { receipt, signature };
}

/** The party as its clients see it: opens its share, and seals it anew to the request's key. */
export function custodianOf(
  party: Party,
  of: { entries: readonly Entry[]; recipientKey: CryptoKey },
): Custodian {
  let number = 0n;
  return {
    address: party.address,
    keys: () => listOf(party),
    receipts: async () => [],
    release: async ({ registry, requestId, packages }) => {
      if (party.isAway) {
        const { ServerUnavailable } = await import("../../client/api/unavailable.ts");
        throw new ServerUnavailable("no connection");
      }
      party.asked += packages.length;
      const answers: Answer[] = [];
      for (const [i, { entry: hash, stanza }] of packages.entries()) {
        const entry = of.entries.find((one) => hashEntry(one) === hash)!;
        number += 1n;
        const common = { number, registry, requestId, entry: hash, blockNumber: 9n };
        if (party.refuses !== undefined) {
          const signed = await receiptOf(party, { ...common, outcome: id(party.refuses) });
          answers.push({ entry: hash, code: party.refuses, ...signed });
          continue;
        }
        const key = party.keys.get(entry.pseudonym)!.privateKey;
        const context = contextOf(PLACE, entry);
        const share = await openShare({ stanza, context, key }).catch(() => undefined);
        if (share === undefined) {
          const signed = await receiptOf(party, { ...common, outcome: id("WrongStanza") });
          answers.push({ entry: hash, code: "WrongStanza", ...signed });
          continue;
        }
        const released = await resealed(hash, share, of.recipientKey);
        const signed = await receiptOf(party, { ...common, outcome: id("Released") });
        const answer: Answer = { ...released, ...signed };
        answers.push(party.change === undefined ? answer : await party.change(answer, i));
      }
      return answers;
    },
  };
}

/** A share as it goes out. */
export async function resealed(entry: string, share: Uint8Array, recipientPublicKey: CryptoKey) {
  const info = new TextEncoder().encode("cohort-zero/release/1");
  const sender = await hpke.createSenderContext({ recipientPublicKey, info });
  const body = hexlify(new Uint8Array(await sender.seal(new Uint8Array(share), bytesOf(entry))));
  return { entry, enc: hexlify(new Uint8Array(sender.enc)), body };
}
