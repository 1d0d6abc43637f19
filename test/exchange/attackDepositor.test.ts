// Those who deposit, through a running exchange that breaks off, drops and lies: what is on its way arrives once, what was
// dropped is missed, nothing is sealed to a key that is not its custodian's, and two wallets ask for the same.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { inclusionOf, type Prepared, signDeposit } from "../../client/exchange/deposit.ts";
import { downloadKeys, keysFor } from "../../client/exchange/keys.ts";
import { type Keeper, Outbox } from "../../client/exchange/outbox.ts";
import { anchored, deposit, type Made, reach, sealVisit } from "./attackActs.ts";
import { endProxies, listen } from "./attackProxy.ts";
import { openStand, type Stand } from "./attackStand.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben"] });
}, 180_000);
afterAll(async () => {
  await endProxies();
  await stand?.end();
});

/** A device's storage, which outlives the program. */
function device() {
  const kept = new Map<string, unknown>();
  const keeper: Keeper = {
    get: async (name) => structuredClone(kept.get(name)),
    put: async (name, value) => void kept.set(name, structuredClone(value)),
    remove: async (name) => void kept.delete(name),
  };
  return { keeper, kept };
}

/** What breaks on the way of a deposit, if anything. */
type Break = "before it arrives" | "after it arrived";
/** The exchange over a line that breaks, at deposits alone. */
async function overLine(breaks: Break | undefined) {
  const url = await listen(async (given, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of given) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isDeposit = body.includes("mutation Deposit");
    if (isDeposit && breaks === "before it arrives") return void response.destroy();
    const method = given.method ?? "GET";
    const type = given.headers["content-type"] ?? "application/json";
    const answer = await fetch(`${stand.server.url}${given.url}`, {
      ...{ method, headers: { "content-type": type } },
      ...(method !== "GET" && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (isDeposit && breaks === "after it arrived") return void response.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(bytes);
  });
  return exchangeOf(connect({ url, retries: 0 }));
}

const entriesNow = () => exchangeOf(stand.api).entries(stand.story.trialId);
async function countOf({ entry }: Pick<Prepared, "entry">): Promise<number> {
  const hash = hashEntry(entry);
  return (await entriesNow()).filter((one) => hashEntry(one.entry) === hash).length;
}

async function prepared(text: string): Promise<Prepared & { made: Made; now: number }> {
  const made = await sealVisit(stand, stand.people.ada!, { text });
  const { chainId, addresses } = stand.chain.deployment;
  const now = await stand.story.world.now();
  const { site } = stand.story.world.actors;
  const at = { chainId, depositLog: addresses.DepositLog };
  const authority = await signDeposit({ signer: site, siteId: 1, at, entry: made.entry, now });
  return { entry: made.entry, authority, bytes: made.bytes, made, now };
}

describe("a deposit on its way", () => {
  test.each<Break>(["before it arrives", "after it arrived"])(
    "over a line that breaks %s is there once, sent by the next program on the device",
    async (breaks) => {
      const { keeper } = device();
      const { made, now, ...one } = await prepared(breaks);
      const before = new Outbox(keeper, "CZ-1");
      await before.add(one);
      await expect(before.send(await overLine(breaks), now)).rejects.toThrow(/unavailable/);
      expect(await countOf(one)).toBe(breaks === "after it arrived" ? 1 : 0);
      // As after a crash: it knows only what the device kept.
      const after = new Outbox(keeper, "CZ-1");
      const waiting = await after.settle(await entriesNow(), now);
      expect(waiting).toHaveLength(breaks === "after it arrived" ? 0 : 1);
      const exchange = exchangeOf(stand.api);
      await after.send(exchange, now);
      expect([await countOf(one), await after.list()]).toEqual([1, []]);
      // Whoever kept nothing of all this and sends again makes no second one either.
      await exchange.putPackage(one.bytes!);
      await exchange.deposit({ entry: one.entry, authority: one.authority });
      expect(await countOf(one)).toBe(1);
      await anchored(stand, made);
    },
  );

  test("that was damaged on the device is not sent", async () => {
    const { keeper, kept } = device();
    const { now, made: _, ...one } = await prepared("damaged");
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(one);
    const name = [...kept.keys()].find((key) => key.startsWith("prepared"))!;
    kept.set(name, String(kept.get(name)).replace(/"bytes":"0x61/, '"bytes":"0x62'));
    const sending = outbox.send(exchangeOf(stand.api), now);
    await expect(sending).rejects.toMatchObject({ code: "MalformedInput" });
    expect(await countOf(one)).toBe(0);
  });

  test("that was taken, and is not among the public entries any more, is missed", async () => {
    const { keeper } = device();
    const { made, now, ...one } = await prepared("dropped");
    const outbox = new Outbox(keeper, "CZ-1");
    await outbox.add(one);
    await outbox.send(exchangeOf(stand.api), now);
    await anchored(stand, made);
    const [sent] = await outbox.sent();
    const of = { entry: sent!.hash, takenAt: sent!.takenAt, now };
    const entries = await entriesNow();
    expect(inclusionOf({ ...of, entries })?.entry).toBe(made.hash);
    const without = entries.filter(({ entry }) => hashEntry(entry) !== made.hash);
    expect(() => inclusionOf({ ...of, entries: without })).toThrow(
      expect.objectContaining({ code: "EntryDropped" }),
    );
  });
});

describe("a custodian's keys", () => {
  type Told = {
    data: { keys: { blockNumber: string; keys: { pseudonym: string; publicKey: string }[] } };
  };
  const LIES: Readonly<Record<string, (told: Told, other: Told) => Told>> = {
    "with one changed on the way": (told) => {
      for (const one of told.data.keys.keys) one.publicKey = `0x${"09".repeat(32)}`;
      return told;
    },
    "with somebody left out": ({ data: { keys } }) => ({
      data: { keys: { ...keys, keys: keys.keys.slice(1) } },
    }),
    "of another block": ({ data: { keys } }) => ({
      data: { keys: { ...keys, blockNumber: String(Number(keys.blockNumber) + 1) } },
    }),
    "of another custodian, signed by that one": (_, other) => other,
  };

  test.each(Object.keys(LIES))("%s are not sealed to, and it is named", async (how) => {
    const { trialId, published } = stand.story;
    const [first, second, third] = stand.parties;
    const ask = async (url: string, body: string) => {
      const headers = { "content-type": "application/json" };
      return await (await fetch(`${url}/graphql`, { method: "POST", headers, body })).json();
    };
    const url = await listen(async (given, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of given) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const told = await ask(first!.url, body);
      const isKeys = body.includes("query Keys");
      const said = isKeys ? LIES[how]!(told, await ask(second!.url, body)) : told;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(said));
    });
    const { chainId, addresses } = stand.chain.deployment;
    const place = {
      ...{ chainId, custodyLog: addresses.CustodyLog, depositLog: addresses.DepositLog },
    };
    const { custodians: named, custodianThreshold } = published.at(-1)!;
    const of = { trialId, terms: { custodians: named, custodianThreshold }, place };
    const honest = await downloadKeys({ ...of, custodians: await reach(stand) });
    expect(honest.missing).toEqual([]);
    const custodians = await reach({ parties: [{ url }, second!, third!] });
    // Nor does an honest list of before stand in for a wrong one.
    for (const before of [undefined, honest]) {
      const ring = await downloadKeys({ ...of, custodians, before });
      expect(ring.missing).toEqual([{ address: first!.address.toLowerCase(), why: "WrongKeys" }]);
      const sealing = keysFor(ring, stand.people.ada!.pseudonym);
      await expect(sealing).rejects.toMatchObject({ code: "TooFewCustodians" });
    }
  });
});

test("two wallets, of which one has data here and the other none, send the same bytes", async () => {
  const made = await deposit(stand, stand.people.ada!, { text: "hers" });
  const { trialId, published } = stand.story;
  const { custodians: named, custodianThreshold } = published.at(-1)!;
  const { chainId, addresses } = stand.chain.deployment;
  const place = { chainId, custodyLog: addresses.CustodyLog };
  const asked: string[][] = [];
  for (const who of [stand.people.ada!, stand.people.ben!]) {
    const lines: string[] = [];
    const recording = async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      lines.push(`${init?.method} ${String(input)} ${String(init?.body ?? "")}`);
      return await fetch(input, init);
    };
    const api = connect({ url: stand.server.url, fetch: recording as typeof fetch });
    const own = (await exchangeOf(api).entries(trialId)).filter(
      ({ entry }) => entry.pseudonym === who.pseudonym,
    );
    await api.publicState(trialId);
    const custodians = await Promise.all(
      stand.parties.map(({ url }) => reachCustodian({ url, fetch: recording as typeof fetch })),
    );
    const terms = { custodians: named, custodianThreshold };
    const ring = await downloadKeys({ trialId, terms, custodians, place });
    expect(await keysFor(ring, who.pseudonym)).toHaveLength(3);
    for (const custodian of custodians) await custodian.receipts(0n);
    expect(own.length > 0).toBe(who === stand.people.ada);
    asked.push(lines.sort());
  }
  expect(asked[0]!.length).toBeGreaterThan(5);
  expect(asked[0]).toEqual(asked[1]);
  const everything = asked.flat().join("\n");
  const { ada, ben } = stand.people;
  for (const secret of [ada!, ben!].map(({ pseudonym }) => pseudonym)) {
    expect(everything).not.toContain(secret.toString());
  }
  expect(everything).not.toContain(made.hash.slice(2));
  expect(everything).not.toContain(made.entry.ciphertextHash.slice(2));
});
