import { hkdfSync } from "node:crypto";
import { bech32 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";
import { toUtf8Bytes } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { type Entry, KEY_COLLECTION, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import type { Custodian } from "../../client/exchange/custodian.ts";
import { sha256 } from "../../client/exchange/digest.ts";
import {
  deriveOwnIdentity,
  downloadKeys,
  keyEntry,
  keysFor,
  ownRecipient,
  publishedRecipient,
} from "../../client/exchange/keys.ts";
import {
  custodianOf,
  gatherParties,
  listOf,
  type Party,
  PLACE,
  publicEntries,
  TRIAL_ID,
} from "./parties.ts";

const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const attempt = { seed, trialId: TRIAL_ID, retry: 0 };

describe("a participant's own key", () => {
  it("is HKDF-SHA256 with label, trial and retry as info", async () => {
    const info = Buffer.concat([
      Buffer.from("cohort-zero/participant-key/1"),
      Buffer.from(TRIAL_ID.slice(2), "hex"),
      Buffer.from([0, 0, 0, 3]),
    ]);
    const key = new Uint8Array(hkdfSync("sha256", seed, new Uint8Array(), info, 32));
    const identity = bech32.encodeFromBytes("AGE-SECRET-KEY-", key).toUpperCase();
    expect(await deriveOwnIdentity({ ...attempt, retry: 3 })).toBe(identity);
  });

  it("differs by seed, trial and retry, and opens what is sealed for it", async () => {
    const all = await Promise.all([
      deriveOwnIdentity(attempt),
      deriveOwnIdentity({ ...attempt, retry: 1 }),
      deriveOwnIdentity({ ...attempt, trialId: `0x${"01".repeat(32)}` }),
      deriveOwnIdentity({ ...attempt, seed: seed.map((byte) => byte ^ 1) }),
    ]);
    expect(new Set(all).size).toBe(4);
    const encrypter = new Encrypter();
    encrypter.addRecipient(await ownRecipient(attempt));
    const decrypter = new Decrypter();
    decrypter.addIdentity(all[0]!);
    expect(await decrypter.decrypt(await encrypter.encrypt("mine"), "text")).toBe("mine");
  });
});

describe("a published key", () => {
  const participant = { kind: "participant", version: 1, groupRoot: 1n, points: [] } as const;
  let recipient: string;
  let entry: Entry;

  beforeAll(async () => {
    recipient = await ownRecipient(attempt);
    const of = { trialId: TRIAL_ID, pseudonym: 7n, formVersion: 1, sequence: 1, day: 46_000 };
    entry = await keyEntry({ ...of, recipient });
  });

  it("is named by its SHA-256", async () => {
    expect(entry.collection).toBe(KEY_COLLECTION);
    expect(entry.source).toBe(SOURCES.key);
    expect(entry.ciphertextHash).toBe(await sha256(toUtf8Bytes(recipient)));
  });

  it("counts when the participant published it", async () => {
    const found = publicEntries([entry], { recipient, authority: participant });
    expect(await publishedRecipient(found, 7n)).toBe(recipient);
    expect(await publishedRecipient(found, 8n)).toBeUndefined();
  });

  it("does not count when staff did: they could read what people send", async () => {
    expect(await publishedRecipient(publicEntries([entry], { recipient }), 7n)).toBeUndefined();
  });

  it("does not count under another text than the one hashed", async () => {
    const other = await ownRecipient({ ...attempt, retry: 9 });
    const swapped = publicEntries([entry], { recipient: other, authority: participant });
    expect(await publishedRecipient(swapped, 7n)).toBeUndefined();
    const none = publicEntries([entry], { authority: participant });
    expect(await publishedRecipient(none, 7n)).toBeUndefined();
  });

  it("gives way to a newer one", async () => {
    const newer = await ownRecipient({ ...attempt, retry: 9 });
    const hash = await sha256(toUtf8Bytes(newer));
    const second = { ...entry, sequence: 2, ciphertextHash: hash };
    const [first] = publicEntries([entry], { recipient, authority: participant });
    const [last] = publicEntries([second], { recipient: newer, authority: participant });
    expect(await publishedRecipient([first!, last!], 7n)).toBe(newer);
  });
});

describe("custodians' keys", () => {
  let parties: Party[];
  beforeAll(async () => {
    parties = await gatherParties(3, [3n, 7n]);
  });
  const terms = () => ({ custodians: parties.map((one) => one.address), custodianThreshold: 2 });
  const reached = (of: readonly Party[] = parties): Custodian[] =>
    of.map((party) => custodianOf(party, { entries: [], recipientKey: undefined as never }));
  const download = (
    custodians: readonly Custodian[],
    before?: Parameters<typeof downloadKeys>[0]["before"],
  ) => downloadKeys({ trialId: TRIAL_ID, terms: terms(), custodians, place: PLACE, before });

  it("are taken from signed lists, all of them", async () => {
    const ring = await download(reached());
    expect(ring.missing).toEqual([]);
    expect((await keysFor(ring, 7n)).map(({ address }) => address)).toEqual(terms().custodians);
  });

  it("are refused for somebody whom a custodian does not have yet", async () => {
    const ring = await download(reached());
    await expect(keysFor(ring, 99n)).rejects.toMatchObject({ code: "TooFewCustodians" });
  });

  it("are refused while one is missing: a package without it would be lost sooner", async () => {
    const ring = await download(reached(parties.slice(1)));
    expect(ring.missing).toMatchObject([{ address: parties[0]!.address }]);
    await expect(keysFor(ring, 7n)).rejects.toMatchObject({ code: "TooFewCustodians" });
  });

  it("of before stand in for a custodian that is away, not for one whose list is wrong", async () => {
    const before = await download(reached());
    expect((await download(reached(parties.slice(1)), before)).missing).toEqual([]);
    const [first, ...others] = reached();
    const wrong = { ...first!, keys: async () => await listOf(parties[1]!) };
    const ring = await download([wrong, ...others], before);
    expect(ring.missing).toEqual([{ address: parties[0]!.address, why: "WrongKeys" }]);
  });

  it("of a stranger are not looked at", async () => {
    const [stranger] = await gatherParties(1, [7n]);
    const ring = await download(reached([...parties.slice(1), stranger!]));
    expect(ring.lists.map(({ address }) => address)).toEqual(terms().custodians.slice(1));
  });

  it("need a version that names custodians", async () => {
    const of = { trialId: TRIAL_ID, custodians: [], place: PLACE };
    const none = { custodians: [], custodianThreshold: 0 };
    await expect(downloadKeys({ ...of, terms: none })).rejects.toMatchObject({
      code: "NoCollections",
    });
  });

  /** Why a list of the first custodian is not taken, if it is not. */
  const verify = async (change: object, of: { trialId?: string; address?: string } = {}) => {
    const told = { ...(await listOf(parties[0]!)), ...change };
    const address = of.address ?? parties[0]!.address;
    const custodian = { ...reached()[0]!, address, keys: async () => told };
    const ring = await downloadKeys({
      ...{ trialId: of.trialId ?? TRIAL_ID, custodians: [custodian], place: PLACE },
      terms: { custodians: [address], custodianThreshold: 2 },
    });
    return ring.missing[0]?.why ?? "taken";
  };

  it("are taken as they were signed", async () => {
    expect(await verify({})).toBe("taken");
  });

  it.each([
    ["a key exchanged", async () => ({ keys: (await listOf(parties[1]!)).keys })],
    ["one left out", async () => ({ keys: (await listOf(parties[0]!)).keys.slice(1) })],
    ["another order", async () => ({ keys: (await listOf(parties[0]!)).keys.reverse() })],
    ["another block", async () => ({ blockNumber: 10n })],
    ["no signature", async () => ({ signature: "0x" })],
  ])("are refused with %s", async (_, change) => {
    expect(await verify(await change())).toBe("WrongKeys");
  });

  it("are refused for another trial, and from another account", async () => {
    expect(await verify({}, { trialId: `0x${"01".repeat(32)}` })).toBe("WrongKeys");
    expect(await verify({}, { address: parties[1]!.address })).toBe("WrongKeys");
  });

  it("list each participant once: signed twice is refused all the same", async () => {
    const { keys } = await listOf(parties[0]!);
    const doubled = { keys: [keys[0]!, keys[0]!] };
    expect(await verify(doubled)).toBe("WrongKeys");
  });
});
