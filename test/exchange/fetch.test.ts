import { id } from "ethers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { type Entry, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Answer } from "../../client/exchange/custodian.ts";
import type { Omission, OpenedPackage } from "../../client/exchange/dataset/opened.ts";
import {
  type FetchStore,
  fetchCut,
  memoryStore,
  type Verifying,
} from "../../client/exchange/fetch.ts";
import {
  CUTS,
  custodianOf,
  gatherParties,
  type Party,
  PLACE,
  publicEntries,
  receiptOf,
  resealed,
  sealedVisit,
} from "./parties.ts";

const PSEUDONYMS = [3n, 7n];
let parties: Party[];
let sealed: Awaited<ReturnType<typeof sealedVisit>>[];
let entries: Entry[];
let recipient: CryptoKeyPair;
let privateKey: Uint8Array;

beforeAll(async () => {
  parties = await gatherParties(3, PSEUDONYMS);
  sealed = await Promise.all(PSEUDONYMS.map((pseudonym) => sealedVisit(parties, { pseudonym })));
  entries = sealed.map(({ entry }) => entry);
  recipient = await hpke.kem.generateKeyPair();
  privateKey = new Uint8Array(await hpke.kem.serializePrivateKey(recipient.privateKey));
});

beforeEach(() => {
  for (const party of parties) {
    delete party.change;
    delete party.refuses;
    party.isAway = false;
    party.asked = 0;
  }
});

type Change = {
  store?: FetchStore;
  packages?: (hash: string) => Uint8Array | undefined;
  cut?: readonly string[];
  check?: () => Promise<void>;
  collections?: Verifying["collections"];
  requestId?: bigint;
};

async function fetchAll(change: Change = {}) {
  const stored = new Map(sealed.map(({ entry, bytes }) => [entry.ciphertextHash, bytes]));
  const find = change.packages ?? ((hash) => stored.get(hash));
  const fetched = await fetchCut({
    exchange: { package: async (hash) => find(hash) },
    custodians: parties.map((party) =>
      custodianOf(party, { entries, recipientKey: recipient.publicKey }),
    ),
    threshold: 2,
    request: {
      registry: CUTS,
      requestId: change.requestId ?? 4n,
      until: 2_000_000_000,
      privateKey,
    },
    cut: change.cut ?? entries.map(hashEntry),
    entries: publicEntries(entries),
    place: PLACE,
    verifying: {
      check: change.check ?? (async () => {}),
      disclosure: undefined as never,
      collections: change.collections,
    },
    ...(change.store && { store: change.store }),
  });
  const opened: OpenedPackage[] = [];
  for await (const one of fetched.opened()) opened.push(one);
  const omissions: readonly Omission[] = fetched.omissions;
  return { opened, omissions, faults: fetched.faults };
}

describe("a fetch", () => {
  it("opens every package with the shares of as many custodians as it takes", async () => {
    const { opened, ...rest } = await fetchAll();
    expect(opened.map(({ payload }) => payload.entry.pseudonym)).toEqual(["3", "7"]);
    expect(opened[0]!.checks).toEqual(["ciphertext", "authority"]);
    expect(rest).toEqual({ omissions: [], faults: [] });
    expect(parties.map(({ asked }) => asked)).toEqual([2, 2, 0]);
  });

  it("leaves out what stands under a collection of another source", async () => {
    const collections = (source: string) =>
      [{ id: "visit", source, questionnaire: { item: [] } }] as unknown as Collection[];
    const { opened, omissions } = await fetchAll({ collections: collections("participant") });
    expect(opened).toEqual([]);
    expect(omissions.map(({ code }) => code)).toEqual(["UnknownCollection", "UnknownCollection"]);
    expect((await fetchAll({ collections: collections("site") })).opened).toHaveLength(2);
  });

  it("goes on without a custodian that is away", async () => {
    parties[0]!.isAway = true;
    const { opened, faults } = await fetchAll();
    expect(opened).toHaveLength(2);
    expect(faults).toMatchObject([{ custodian: parties[0]!.address, why: "it does not answer" }]);
  });

  it("asks as many at the same time as it takes: the first waits for the second", async () => {
    const second = () => expect.poll(() => parties[1]!.asked).toBe(2);
    parties[0]!.change = async (answer) => second().then(() => answer);
    expect((await fetchAll()).opened).toHaveLength(2);
  });

  it("opens nothing with one custodian less than the threshold", async () => {
    parties[0]!.isAway = true;
    parties[2]!.isAway = true;
    const { opened, omissions } = await fetchAll();
    expect(opened).toEqual([]);
    expect(omissions.map(({ code }) => code)).toEqual(["TooFewCustodians", "TooFewCustodians"]);
  });

  it("names a custodian whose share does not fit the commitment, and opens with the others", async () => {
    const [bad] = parties;
    bad!.change = async (answer) => {
      const share = crypto.getRandomValues(new Uint8Array(17));
      // A share's last byte is its place: that of another custodian would be noticed at once.
      const changed = await resealed(answer.entry, share, recipient.publicKey);
      return { ...answer, ...changed } as Answer;
    };
    const { opened, faults } = await fetchAll();
    expect(opened).toHaveLength(2);
    expect(faults).toEqual([
      { custodian: bad!.address, why: "its share does not fit", answers: 2 },
    ]);
  });

  it("leaves out by name whom custodians refuse, and opens the rest", async () => {
    const refused = hashEntry(entries[0]!);
    for (const party of parties) {
      party.change = async (answer) => {
        if (answer.entry !== refused) return answer;
        const receipt = { ...answer.receipt, outcome: id("NotCovered") };
        return { entry: refused, code: "NotCovered", ...(await receiptOf(party, receipt)) };
      };
    }
    const { opened, omissions } = await fetchAll();
    expect(opened).toHaveLength(1);
    expect(omissions).toMatchObject([{ entry: refused, code: "NotCovered" }]);
  });

  it.each([
    ["of another request", (answer: Answer) => ({ ...answer.receipt, requestId: 5n })],
    [
      "of another contract",
      (answer: Answer) => ({ ...answer.receipt, registry: PLACE.custodyLog }),
    ],
    [
      "that says it refused",
      (answer: Answer) => ({ ...answer.receipt, outcome: id("NotCovered") }),
    ],
    ["of another package", (answer: Answer) => ({ ...answer.receipt, entry: id("other") })],
  ])("takes no share with a receipt %s", async (_, receipt) => {
    for (const party of parties) {
      party.change = async (answer) => ({
        ...answer,
        ...(await receiptOf(party, receipt(answer))),
      });
    }
    const { opened, faults } = await fetchAll();
    expect(opened).toEqual([]);
    expect(new Set(faults.map(({ why }) => why))).toEqual(new Set(["its receipt is wrong"]));
  });

  it("takes no share with a receipt that another custodian signed", async () => {
    const [first, second] = parties;
    first!.change = async (answer) => ({
      ...answer,
      ...(await receiptOf(second!, answer.receipt)),
    });
    const { opened, faults } = await fetchAll();
    expect(opened).toHaveLength(2);
    expect(faults).toEqual([
      { custodian: first!.address, why: "its receipt is wrong", answers: 2 },
    ]);
  });

  it("asks nobody again for what has come", async () => {
    const store = memoryStore();
    parties[1]!.isAway = true;
    parties[2]!.isAway = true;
    expect((await fetchAll({ store })).opened).toEqual([]);
    expect(parties[0]!.asked).toBe(2);
    parties[1]!.isAway = false;
    const { opened } = await fetchAll({ store, packages: () => undefined });
    expect(opened).toHaveLength(2);
    expect(parties.map(({ asked }) => asked)).toEqual([2, 2, 0]);
  });

  it("uses no share that was kept for another request", async () => {
    const store = memoryStore();
    await fetchAll({ store });
    for (const party of parties) party.isAway = true;
    expect((await fetchAll({ store, requestId: 9n })).opened).toEqual([]);
  });

  it("says that its request has ended", async () => {
    for (const party of parties) party.refuses = "RequestEnded";
    await expect(fetchAll()).rejects.toMatchObject({ code: "RequestEnded" });
  });

  it("leaves out a package that is gone, and an entry that nobody knows", async () => {
    const unknown = id("unknown");
    const { omissions } = await fetchAll({
      packages: () => undefined,
      cut: [...entries.map(hashEntry), unknown],
    });
    expect(omissions.map(({ code }) => code)).toEqual([
      "PackageMissing",
      "PackageMissing",
      "NotFound",
    ]);
  });

  it("leaves out a package whose authority does not hold", async () => {
    const check = async () => {
      throw new Refusal("NotStaff");
    };
    const { opened, omissions } = await fetchAll({ check });
    expect(opened).toEqual([]);
    expect(omissions.map(({ code }) => code)).toEqual(["NotStaff", "NotStaff"]);
  });

  it.each([
    ["cut short", (bytes: Uint8Array) => bytes.slice(0, -1)],
    [
      "with one bit changed",
      (bytes: Uint8Array) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1),
    ],
  ])("leaves out a package %s", async (_, change) => {
    const packages = (hash: string) => {
      const found = sealed.find(({ entry }) => entry.ciphertextHash === hash)!.bytes;
      return change(found);
    };
    const { opened, omissions } = await fetchAll({ packages });
    expect(opened).toEqual([]);
    expect(omissions).toHaveLength(2);
  });

  it("leaves out a package that was put in another's place", async () => {
    const packages = (hash: string) =>
      sealed.find(({ entry }) => entry.ciphertextHash !== hash)!.bytes;
    const { opened } = await fetchAll({ packages });
    expect(opened).toEqual([]);
  });
});
