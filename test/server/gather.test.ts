// Submissions that wait for each other, up to the transaction that carries them: on a real database, with a node
// that says what the test wants.
import { eq } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { bundleUp } from "../../server/outbox/bundle.ts";
import type { SendContext } from "../../server/outbox/context.ts";
import { type Gathering, gatherDue } from "../../server/outbox/gather.ts";
import { sendQueued } from "../../server/outbox/send.ts";
import {
  changeEntry,
  countWaiting,
  type Entry,
  insertEntry,
  MAX_CALL_BYTES,
} from "../../server/outbox/store.ts";
import { outbox, relayers } from "../../server/outbox/tables.ts";
import { trackPending } from "../../server/outbox/track.ts";
import { openDatabase } from "../../server/store/database.ts";
import { blocks } from "../../server/store/tables.ts";
import { createLog } from "../../server/work/log.ts";
import { testFolder } from "../support/server.ts";

const RELAYER = `0x${"11".repeat(20)}`;

const CONTRACT = `0x${"33".repeat(20)}`;

const database = await openDatabase({ url: undefined, folder: `${testFolder()}/database` });

const { db } = database;

afterAll(() => database.close());

/** The data of calls that the contract refuses; of joined ones too, when they are among them. */
let refused: Set<string>;

let signed: string[];

let receipts: Map<string, 0 | 1>;

beforeEach(async () => {
  for (const table of [outbox, relayers, blocks]) await db.delete(table);
  await db.insert(blocks).values({ number: 10, hash: "h10", time: new Date(0) });
  refused = new Set();
  signed = [];
  receipts = new Map();
});

const refusal = { refusal: "AlreadyScreened", message: "", details: [] };

const isRefused = (data: string) => [data, ...data.split("+")].some((part) => refused.has(part));

const chain = {
  relayer: { address: RELAYER },
  simulate: async ({ data }: { data: string }) => (isRefused(data) ? refusal : { gas: 1n }),
  refusalOf: async ({ data, gas }: { data: string; gas?: bigint }) => {
    const takes = BigInt(data.split("+").length) * gasEach;
    const isTooLarge = gas !== undefined && takes > gas;
    return isRefused(data) || isTooLarge ? refusal : undefined;
  },
  fees: async () => ({}),
  nonce: async () => signed.length,
  sign: async ({ data }: { data: string }) => {
    signed.push(data);
    return { hash: `hash of ${data}`, raw: "0x" };
  },
  gasOf: () => 1n,
  provider: {
    send: async () => "0x",
    getBlockNumber: async () => 10,
    getTransactionReceipt: async (hash: string) => {
      const status = receipts.get(hash);
      return status === undefined ? null : { hash, status, blockNumber: 10, blockHash: "h10" };
    },
  },
};

let gasEach = 250_000n;

const log = createLog("silent", { write: () => {} });

const calm = {
  alert: () => {},
  budget: { take: () => true, left: () => 0 },
  unheardSince: new Map<string, number>(),
};

const context = { ...calm, db, chain, log } as unknown as SendContext;

/** Joins in the order of the data; of two that begin alike only the first. */
const gathering: Gathering = {
  most: 3,
  seconds: 60,
  join: (waiting) => {
    const first = waiting.filter(
      (entry, i) => waiting.findIndex((other) => other.data[0] === entry.data[0]) === i,
    );
    const entries = first.toSorted((a, b) => (a.data < b.data ? -1 : 1));
    return { entries, call: { to: CONTRACT, data: entries.map(({ data }) => data).join("+") } };
  },
};

const hurried = { ...gathering, seconds: 0 };

async function add(...all: string[]): Promise<void> {
  for (const data of all) {
    const entry = { kind: "k", key: data, to: CONTRACT, data, gather: "trial 1" };
    await insertEntry(db, entry);
    const createdAt = new Date(Date.now() - 1_000 + all.indexOf(data));
    await db.update(outbox).set({ createdAt }).where(eq(outbox.key, data));
  }
}

async function states(): Promise<Record<string, string>> {
  const rows = await db.select().from(outbox);
  const carried = rows.filter(({ kind }) => kind === "k");
  return Object.fromEntries(carried.map(({ data, state }) => [data, state]));
}

const find = async (data: string): Promise<Entry> =>
  (await db.select().from(outbox).where(eq(outbox.data, data)))[0]!;

describe("what may be gathered", () => {
  test("waits, until it is enough", async () => {
    await add("c", "a");
    await gatherDue(context, gathering);
    await sendQueued(context);
    expect(signed).toEqual([]);
    expect(await states()).toEqual({ c: "queued", a: "queued" });
    await add("b");
    await gatherDue(context, gathering);
    await sendQueued(context);
    // In one transaction, and in another order than it came.
    expect(signed).toEqual(["a+b+c"]);
    expect(await states()).toEqual({ a: "sent", b: "sent", c: "sent" });
  });

  test("waits, until the oldest has waited long enough", async () => {
    await add("b", "a");
    await gatherDue(context, hurried);
    await sendQueued(context);
    expect(signed).toEqual(["a+b"]);
  });

  test("goes out by itself when nobody else came", async () => {
    await add("a");
    await gatherDue(context, hurried);
    await sendQueued(context);
    expect(signed).toEqual(["a"]);
    expect((await find("a")).bundle).toBeNull();
  });

  test("leaves out what cannot go in one call, which follows", async () => {
    await add("a1", "b", "a2");
    await gatherDue(context, hurried);
    await sendQueued(context);
    expect(signed).toEqual(["a1+b"]);
    await gatherDue(context, hurried);
    await sendQueued(context);
    expect(signed).toEqual(["a1+b", "a2"]);
  });

  test("is split when a transaction could not hold it", async () => {
    gasEach = 5_000_000n;
    await add("a", "b", "c");
    await gatherDue(context, gathering);
    gasEach = 250_000n;
    await sendQueued(context);
    expect(signed.toSorted()).toEqual(["a+b", "c"]);
  });

  test("counts once, and its transaction is no submission of its own", async () => {
    await add("a", "b", "c");
    await gatherDue(context, gathering);
    expect(await countWaiting(db)).toEqual({ queued: 3, sent: 0, mined: 0 });
    await sendQueued(context);
    expect(await countWaiting(db)).toEqual({ queued: 0, sent: 3, mined: 0 });
  });
});

test("what is refused while an older one is on its way waits, and the others go", async () => {
  await add("o");
  await gatherDue(context, hurried);
  await sendQueued(context);
  await add("a", "b", "c");
  refused.add("b");
  await gatherDue(context, gathering);
  await sendQueued(context);
  expect(await states()).toEqual({ o: "sent", a: "sent", b: "queued", c: "sent" });
});

test("what is more than a node takes in one transaction goes apart", async () => {
  const long = ["a", "b", "c"].map((letter) => letter.repeat(MAX_CALL_BYTES));
  await add(...long);
  await gatherDue(context, gathering);
  await sendQueued(context);
  expect(signed.toSorted()).toEqual([`${long[0]}+${long[1]}`, long[2]]);
});

describe("one bad one among good ones", () => {
  test("is taken out by name, and the others go", async () => {
    await add("a", "b", "c");
    refused.add("b");
    await gatherDue(context, gathering);
    await sendQueued(context);
    expect(signed).toEqual(["a+c"]);
    expect(await states()).toEqual({ a: "sent", b: "refused", c: "sent" });
    expect((await find("b")).refusal).toMatchObject({ refusal: "AlreadyScreened" });
  });

  test("that is bad only beside another goes without it", async () => {
    await add("a", "b", "c");
    for (const together of ["a+b+c", "a+b"]) refused.add(together);
    await gatherDue(context, gathering);
    await sendQueued(context);
    expect(signed.toSorted()).toEqual(["a", "b", "c"]);
  });

  test("that turned bad on the way costs the others no second bundle", async () => {
    await add("a", "b", "c");
    await gatherDue(context, gathering);
    await sendQueued(context);
    receipts.set("hash of a+b+c", 0);
    const options = { confirmations: 1, stuckSeconds: 60, settle: async () => {} };
    await trackPending(context, options);
    expect(await states()).toEqual({ a: "queued", b: "queued", c: "queued" });
    refused.add("b");
    await gatherDue(context, gathering);
    await sendQueued(context);
    expect(signed.slice(1).toSorted()).toEqual(["a", "c"]);
    expect(await states()).toEqual({ a: "sent", b: "queued", c: "sent" });
    // Its refusal is the last word once nothing older is on its way.
    for (const data of ["a", "c"]) receipts.set(`hash of ${data}`, 1);
    await trackPending(context, options);
    await sendQueued(context);
    expect(await states()).toEqual({ a: "final", b: "refused", c: "final" });
  });
});

describe("what a bundle carries", () => {
  const options = { confirmations: 1, stuckSeconds: 60, settle: async () => {} };

  test("is final with it, in the same transaction", async () => {
    await add("a", "b", "c");
    await gatherDue(context, gathering);
    await sendQueued(context);
    receipts.set("hash of a+b+c", 1);
    await trackPending(context, options);
    for (const data of ["a", "b", "c"]) {
      const transactionHash = "hash of a+b+c";
      expect(await find(data)).toMatchObject({ state: "final", transactionHash, blockNumber: 10 });
    }
  });

  test("is queued anew with it, when its nonce went elsewhere", async () => {
    await add("a", "b", "c");
    await gatherDue(context, gathering);
    await sendQueued(context);
    const bundle = await find("a+b+c");
    await changeEntry(db, bundle, {
      state: "queued",
      nonce: null,
      signed: [],
      transactionHash: null,
    });
    expect(await states()).toEqual({ a: "queued", b: "queued", c: "queued" });
    await gatherDue(context, hurried);
    await sendQueued(context);
    expect(signed).toEqual(["a+b+c", "a+b+c"]);
  });

  test("is carried by one only, whichever instance was first", async () => {
    await add("a", "b", "c");
    const waiting = await db.select().from(outbox);
    await Promise.all([
      bundleUp(db, waiting, { to: CONTRACT, data: "first" }),
      bundleUp(db, waiting.slice(0, 2), { to: CONTRACT, data: "second" }),
    ]);
    await sendQueued(context);
    expect(signed).toHaveLength(1);
  });
});
