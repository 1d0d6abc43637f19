// What is sent is settled by receipts; one from before a reorganisation must settle nothing.
import { eq, gte } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { SendContext } from "../../server/outbox/context.ts";
import { sendQueued } from "../../server/outbox/send.ts";
import { outbox } from "../../server/outbox/tables.ts";
import { trackPending } from "../../server/outbox/track.ts";
import { openDatabase } from "../../server/store/database.ts";
import { blocks } from "../../server/store/tables.ts";
import { createLog } from "../../server/work/log.ts";
import { testFolder } from "../support/server.ts";

const RELAYER = `0x${"11".repeat(20)}`;

const HASH = `0x${"22".repeat(32)}`;

const HEAD = 12;

/** Nothing is said, and there is gas enough. */
const calm = {
  log: createLog("silent", { write: () => {} }),
  alert: () => {},
  budget: { take: () => true, left: () => 0 },
  unheardSince: new Map<string, number>(),
};

const database = await openDatabase({ url: undefined, folder: `${testFolder()}/database` });

const { db } = database;

afterAll(() => database.close());

/** Everything up to block 12 is read; one transaction is on its way. */
beforeEach(async () => {
  await db.delete(blocks);
  await db.delete(outbox);
  const time = new Date(0);
  await db
    .insert(blocks)
    .values([10, HEAD].map((number) => ({ number, hash: `h${number}`, time })));
  const sent = {
    state: "sent" as const,
    live: true,
    relayer: RELAYER,
    nonce: 0,
    sentAt: new Date(),
  };
  const signed = [{ hash: HASH, raw: "0x" }];
  await db
    .insert(outbox)
    .values({ ...sent, id: "one", kind: "consent", key: "k", to: "0x", data: "0x", signed });
});

type Node = {
  /** The receipt's; null: there is none. */
  readonly block?: number | null;
  /** Transactions of the relayer, at each question. */
  readonly nonces?: number[];
  /** What the indexer does when it is asked to catch up. */
  readonly settle?: () => Promise<unknown>;
};

/** What the relayer signed in the last pass. */
let signed: { to: string; nonce: number }[];

/** A node whose receipt says block 10; `meanwhile` happens before it arrives. */
async function track(
  status: 0 | 1,
  meanwhile: () => Promise<unknown> = async () => {},
  { block = 10, nonces = [], settle = async () => {} }: Node = {},
) {
  signed = [];
  const chain = {
    relayer: { address: RELAYER },
    simulate: async () => ({ refusal: "WrongState", message: "", details: [] }),
    provider: {
      getBlockNumber: async () => HEAD,
      getTransactionReceipt: async () => {
        await meanwhile();
        if (block === null) return null;
        return { hash: HASH, status, blockNumber: block, blockHash: `h${block}` };
      },
      send: async () => HASH,
    },
    nonce: async () => nonces.shift(),
    fees: async () => ({}),
    gasOf: () => 1n,
    sign: async ({ to, nonce }: { to: string; nonce: number }) => {
      signed.push({ to, nonce });
      return { hash: HASH, raw: "0x" };
    },
  };
  const context = { ...calm, db, chain } as unknown as SendContext;
  const options = { confirmations: 2, stuckSeconds: 60, settle: async () => void (await settle()) };
  await trackPending(context, options);
  const [entry] = await db.select().from(outbox).where(eq(outbox.id, "one"));
  return entry!;
}

/** What the indexer does with blocks that left the chain. */
const rollBack = () => db.delete(blocks).where(gte(blocks.number, 10));

test("a receipt deep enough makes a submission final, or refused", async () => {
  expect(await track(1)).toMatchObject({ state: "final", blockNumber: 10, blockHash: "h10" });
  await db.update(outbox).set({ state: "sent" });
  expect(await track(0)).toMatchObject({ state: "refused" });
});

// Were it final, nobody would look at it again, and its nonce would hold up all that follow.
test.each([1, 0] as const)(
  "a receipt of a chain that has gone (status %i) settles nothing",
  async (status) => {
    expect(await track(status, rollBack)).toMatchObject({ state: "sent", blockNumber: null });
  },
);

test("nothing is settled before the first block was read", async () => {
  await db.delete(blocks);
  expect(await track(1)).toMatchObject({ state: "sent" });
});

// The indexer would not notice that this block has gone: it has not read it.
test.each([1, 0] as const)(
  "a receipt of a block not read yet (status %i) settles nothing",
  async (status) => {
    expect(await track(status, undefined, { block: HEAD + 1 })).toMatchObject({ state: "sent" });
  },
);

describe("a transaction that is nowhere", () => {
  const lost = async (nonces: number[]) => {
    await db.update(outbox).set({ sentAt: new Date(Date.now() - 10_000) });
    return await track(1, undefined, { block: null, nonces });
  };

  test("is queued anew when another took its nonce", async () => {
    expect(await lost([1, 1])).toMatchObject({ state: "queued", nonce: null, signed: [] });
  });

  // Its own may have taken it, in a block that has gone since: then nobody holds it.
  test("keeps its nonce when that is free, or free again", async () => {
    expect(await lost([0])).toMatchObject({ state: "sent", nonce: 0 });
    expect(await lost([1, 0])).toMatchObject({ state: "sent", nonce: 0 });
  });
});

describe("what is stuck", () => {
  const CONTRACT = `0x${"33".repeat(20)}`;
  /** One transaction with nonce 3, sent long ago; the next that the chain waits for is `next`. */
  const stuck = async (next: number, waited = 100_000, settle = async () => {}) => {
    const sentAt = new Date(Date.now() - waited);
    await db.update(outbox).set({ nonce: 3, to: CONTRACT, sentAt }).where(eq(outbox.id, "one"));
    await track(1, undefined, { block: null, nonces: Array(9).fill(next), settle });
    return signed;
  };

  test("is replaced when it is the next, and else merely behind", async () => {
    expect(await stuck(3)).toEqual([{ to: CONTRACT, nonce: 3 }]);
    expect(await stuck(3, 10_000)).toEqual([]);
  });

  test("behind a nonce that nobody holds has it filled, once it has waited", async () => {
    expect(await stuck(2)).toEqual([{ to: RELAYER, nonce: 2 }]);
    expect(await stuck(2, 10_000)).toEqual([]);
  });

  test.each([
    ["is about to recall it", "final"],
    ["recalls it meanwhile", "sent"],
  ] as const)("leaves the nonce of a final one to the indexer, who %s", async (_, then) => {
    const [one] = await db.select().from(outbox);
    const final = { id: "two", key: "k2", nonce: 2, state: "final" as const };
    await db.insert(outbox).values({ ...one!, ...final });
    const settle = async () => {
      await db.update(outbox).set({ state: then }).where(eq(outbox.id, "two"));
    };
    expect(await stuck(2, 100_000, settle)).toEqual([]);
  });
});

// After a chain lost both: the younger one rests on what the older one does.
describe("behind an older one that the chain does not show yet", () => {
  const older = async (state: "queued" | "sent" | "mined", by = RELAYER) => {
    const [one] = await db.select().from(outbox);
    const createdAt = new Date(one!.createdAt.getTime() - 1);
    const nonce = state === "queued" ? null : 9;
    const relayer = state === "queued" ? null : by;
    const more = { id: "two", key: "k2", nonce, relayer, state, createdAt };
    await db.insert(outbox).values({ ...one!, ...more });
  };
  const send = async () => {
    await db.update(outbox).set({ state: "queued", nonce: null }).where(eq(outbox.id, "one"));
    const fees = async () => ({});
    const simulate = async () => ({ refusal: "WrongState", message: "", details: [] });
    const chain = { relayer: { address: RELAYER }, fees, nonce: async () => 0, simulate };
    await sendQueued({ ...calm, db, chain } as unknown as SendContext);
    const [entry] = await db.select().from(outbox).where(eq(outbox.id, "one"));
    return entry!.state;
  };

  test("what is queued is not refused before it is there", async () => {
    await older("sent");
    expect(await send()).toBe("queued");
    await db.update(outbox).set({ state: "mined" }).where(eq(outbox.id, "two"));
    expect(await send()).toBe("refused");
  });

  test.each(["queued", "sent"] as const)("what reverted goes again (%s)", async (state) => {
    await older(state);
    expect(await track(0)).toMatchObject({ state: "queued", nonce: null, signed: [] });
  });

  // Nobody follows that up: all that came after it would wait for ever.
  test("what another key has sent holds up nothing", async () => {
    await older("sent", `0x${"44".repeat(20)}`);
    expect(await send()).toBe("refused");
  });

  test("what reverted behind one that is there is refused", async () => {
    await older("mined");
    expect(await track(0)).toMatchObject({ state: "refused" });
  });
});
