// What is sealed and on its way: kept before it is sent, sent once whatever breaks off, and found out when it is dropped.
import { beforeAll, describe, expect, it } from "vitest";
import { hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { PublicEntry } from "../../client/api/exchange.ts";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import type { Prepared } from "../../client/exchange/deposit.ts";
import { inclusionOf } from "../../client/exchange/deposit.ts";
import { type Keeper, Outbox } from "../../client/exchange/outbox.ts";
import { gatherParties, publicEntries, sealedVisit } from "./parties.ts";

const NOW = 1_790_000_000;
const DAY = 86_400;
const AUTHORITY = {
  kind: "participant",
  ...{ version: 1, groupRoot: 5n },
  points: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
} as const;

let deposit: Prepared;
let next: Prepared;

beforeAll(async () => {
  const { entry, bytes } = await sealedVisit(await gatherParties(3, [7n]));
  const own = { ...entry, source: SOURCES.participant };
  deposit = { entry: own, authority: AUTHORITY, bytes };
  next = { ...deposit, entry: { ...own, sequence: 2 } };
});

/** A device's storage that outlives whoever uses it. */
function device(): { keeper: Keeper; kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  const keeper: Keeper = {
    get: async (name) => structuredClone(kept.get(name)),
    put: async (name, value) => void kept.set(name, structuredClone(value)),
    remove: async (name) => void kept.delete(name),
  };
  return { keeper, kept };
}

/** An exchange that stores each entry once, and answers or not. */
function exchange(answer: () => void = () => {}) {
  const taken: string[] = [];
  const packages: Uint8Array[] = [];
  return {
    taken,
    packages,
    putPackage: async (bytes: Uint8Array) => void packages.push(bytes),
    deposit: async ({ entry }: Pick<Prepared, "entry">) => {
      const hash = hashEntry(entry);
      if (!taken.includes(hash)) taken.push(hash);
      answer();
      return { hash, position: taken.indexOf(hash), collectionChecked: true } as never;
    },
  };
}

const lose = () => {
  throw new ServerUnavailable("broke off");
};
const publishedOf = (...of: Prepared[]): PublicEntry[] =>
  publicEntries(of.map(({ entry }) => entry));

describe("what is on its way", () => {
  it("is kept before it is sent: the next program on the device goes on with the same bytes", async () => {
    const { keeper } = device();
    await new Outbox(keeper, "CZ-1").add(deposit);
    // Another one, as after a crash.
    const outbox = new Outbox(keeper, "CZ-1");
    const waiting = await outbox.settle([], NOW);
    expect(waiting).toEqual([
      { hash: hashEntry(deposit.entry), collection: "visit", day: deposit.entry.day },
    ]);
    const { taken, packages, ...there } = exchange();
    await outbox.send(there, NOW);
    expect(taken).toEqual([hashEntry(deposit.entry)]);
    expect(packages).toEqual([deposit.bytes]);
    expect(await outbox.list()).toEqual([]);
  });

  it("is one deposit where the answer was lost, whether it is sent again or seen among the entries", async () => {
    const { keeper } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(deposit);
    const { taken, ...there } = exchange(lose);
    await expect(outbox.send(there, NOW)).rejects.toThrow(ServerUnavailable);
    expect(await outbox.list()).toHaveLength(1);
    // Sent again: the exchange knows it.
    await expect(outbox.send(there, NOW)).rejects.toThrow(ServerUnavailable);
    expect(taken).toHaveLength(1);
    // Seen: nothing is left to send.
    expect(await outbox.settle(publishedOf(deposit), NOW)).toEqual([]);
    await outbox.send(there, NOW);
    expect(taken).toHaveLength(1);
  });

  it("that was refused for good goes, with all that was numbered behind it", async () => {
    const { keeper, kept } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(deposit);
    await outbox.add(next);
    const refuse = () => {
      throw new Refusal("WrongSequence");
    };
    await expect(outbox.send(exchange(refuse), NOW)).rejects.toMatchObject({
      code: "WrongSequence",
    });
    expect(await outbox.list()).toEqual([]);
    expect([...kept.keys()].filter((name) => name.startsWith("prepared"))).toEqual([]);
    expect(await outbox.sent()).toEqual([]);
  });

  it("stays where the refusal passes", async () => {
    const { keeper } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(deposit);
    const refuse = () => {
      throw new Refusal("StoreUnavailable");
    };
    await expect(outbox.send(exchange(refuse), NOW)).rejects.toMatchObject({
      code: "StoreUnavailable",
    });
    expect(await outbox.list()).toHaveLength(1);
  });

  it("moves a device's stream only once it has arrived", async () => {
    const { keeper, kept } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    const stream = { name: "stream CZ-1 steps", value: { id: "steps", sequence: 1, days: [] } };
    await outbox.add(deposit, { stream });
    await expect(outbox.send(exchange(lose), NOW)).rejects.toThrow();
    expect(kept.has(stream.name)).toBe(false);
    await outbox.settle(publishedOf(deposit), NOW);
    expect(kept.get(stream.name)).toEqual(stream.value);
  });

  it("is no trial's but its own", async () => {
    const { keeper } = device();
    await new Outbox(keeper, "CZ-1").add(deposit);
    expect(await new Outbox(keeper, "CZ-2").list()).toEqual([]);
  });

  it("that cannot be kept is not sent", async () => {
    const { keeper } = device();
    const full = { ...keeper, put: () => Promise.reject(new Error("no room")) };
    await expect(new Outbox(full, "CZ-1").add(deposit)).rejects.toThrow("no room");
    const { taken, ...there } = exchange();
    await new Outbox(keeper, "CZ-1").send(there, NOW);
    expect(taken).toEqual([]);
  });

  it("that was damaged where it was kept is not sent", async () => {
    const { keeper, kept } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(deposit);
    const [name] = [...kept.keys()].filter((one) => one.startsWith("prepared"));
    kept.set(name!, String(kept.get(name!)).replace('"bytes":"0x61', '"bytes":"0x62'));
    const { taken, ...there } = exchange();
    await expect(outbox.send(there, NOW)).rejects.toMatchObject({ code: "MalformedInput" });
    expect(taken).toEqual([]);
    expect(await outbox.list()).toEqual([]);
  });
});

describe("what was taken", () => {
  it("is remembered, and missed when the exchange drops it", async () => {
    const { keeper } = device();
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(deposit);
    await outbox.send(exchange(), NOW);
    const [sent] = await outbox.sent();
    expect(sent).toEqual({ hash: hashEntry(deposit.entry), takenAt: NOW });
    const of = { entry: sent!.hash, takenAt: sent!.takenAt, now: NOW };
    expect(inclusionOf({ ...of, entries: publishedOf(deposit) })?.entry).toBe(sent!.hash);
    expect(() => inclusionOf({ ...of, entries: [] })).toThrow(
      expect.objectContaining({ code: "EntryDropped" }),
    );
    const waiting = publicEntries([deposit.entry], { waiting: 1 });
    expect(inclusionOf({ ...of, entries: waiting })).toBeUndefined();
    expect(() => inclusionOf({ ...of, entries: waiting, now: NOW + DAY + 1 })).toThrow(
      expect.objectContaining({ code: "EntryDropped" }),
    );
  });
});
