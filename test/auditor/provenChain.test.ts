// A history proven from its last block's hash: each lie that a node can tell about it is noticed, by name.
import { describe, expect, test } from "vitest";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectProvider, type Request } from "../../client/auditor/node/rpc.ts";
import { makeReport } from "../../client/auditor/report/report.ts";
import { InputError } from "../../client/files/inputError.ts";
import { createWorld, number } from "../support/world.ts";
import { KEYS, openPlayed } from "./history.ts";
import { limping, reorganising } from "./limping.ts";
import {
  about,
  auditProven,
  blockOf,
  forged,
  fullBlock,
  type Json,
  type Lies,
  type Limits,
  lyingNode,
  openProven,
} from "./proving.ts";

const history = await openPlayed();
const newest = Number(await history.request("eth_blockNumber", []));

const open = (request: Request, of: Limits = {}) => openProven(history, request, of);
const run = (request: Request, of: Limits = {}) => auditProven(history, request, of);
const lying = (lies: Lies) => lyingNode(history.request, lies);

/** How the audit of a lying node ends: without a verdict, and with a word for why. */
async function endOf(lies: Lies, of: Limits = {}): Promise<string> {
  const problem = await run(lying(lies), of).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ServerUnavailable);
  return (problem as Error).message;
}

const blockAt = (number: number) => blockOf(history, number);
/** The number of the newest block up to one that has something in it. */
const fullNumber = async (last = newest) => Number((await fullBlock(history, last)).number);

describe("an honest node", () => {
  test("is believed, and the report says what was proven and what is left to compare", async () => {
    const result = await run(history.request);
    expect(result.findings).toEqual([]);
    const said = makeReport(result).limitsSaid.join(" ");
    expect(said).toContain(`proven from the hash of block ${newest}`);
    expect(said).not.toContain("rests on the node");
    const plain = await openChain({
      request: history.request,
      deployment: history.world.deployment,
    });
    const unproven = makeReport(await audit({ source: plain, keys: KEYS }));
    expect(unproven.limitsSaid.join(" ")).toContain("rests on the node");
    expect(result.world.counts).toEqual((await audit({ source: plain, keys: KEYS })).world.counts);
  });

  test("gives receipts of a block at once, or is asked for each", async () => {
    const asked: string[] = [];
    const able = (isAble: boolean) =>
      connectProvider({
        request: async ({ method, params }) => {
          asked.push(method);
          if (method !== "eth_getBlockReceipts") return history.request(method, params);
          if (!isAble) throw { code: -32_601, message: "the method does not exist" };
          const { transactions } = await blockAt(Number(params[0]));
          return Promise.all(
            (transactions as string[]).map((hash) =>
              history.request("eth_getTransactionReceipt", [hash]),
            ),
          );
        },
      });
    expect((await run(able(true))).findings).toEqual([]);
    expect(asked).not.toContain("eth_getTransactionReceipt");
    asked.length = 0;
    expect((await run(able(false))).findings).toEqual([]);
    expect(asked).toContain("eth_getTransactionReceipt");
    expect(asked.filter((method) => method === "eth_getBlockReceipts").length).toBeLessThan(17);
  });

  test("is asked for the block of a hash, and refused when it has none", async () => {
    const { hash } = await blockAt(newest - 2);
    const source = await open(history.request, { to: hash as string });
    expect(source.head.number).toBe(newest - 2);
    const unknown = open(history.request, { to: `0x${"12".repeat(32)}` });
    await expect(unknown).rejects.toThrow(InputError);
    await expect(unknown).rejects.toThrow(/has no block 0x1212/);
    const other = lying({ eth_getBlockByHash: () => ({ number: "0x3" }) });
    await expect(open(other, { to: hash as string })).rejects.toThrow(/reorganised/);
  });
});

test("logs of other contracts in the same block are left aside", async () => {
  const world = await createWorld();
  try {
    const [from] = (await world.request("eth_accounts")) as string[];
    await world.request("evm_setAutomine", false);
    const emitted = { from, data: "0x60006000a0", gas: "0x30d40" };
    await world.request("eth_sendTransaction", emitted);
    await world.as("clinic").records.anchor(number("a record"));
    await world.request("evm_setAutomine", true);
    await world.mine();
    const request = connectProvider({
      request: ({ method, params }) => world.request(method, ...params),
    });
    const source = await openChain({ request, deployment: world.deployment, isProven: true });
    const { findings, world: replayed } = await audit({ source, keys: KEYS });
    expect(findings).toEqual([]);
    expect(replayed.records.leaves).toHaveLength(1);
  } finally {
    await world.close();
  }
});

/** Every log of the contracts. */
async function readAll(): Promise<Json[]> {
  const address = Object.values(history.world.deployment.addresses);
  const range = { fromBlock: "0x0", toBlock: `0x${newest.toString(16)}` };
  return (await history.request("eth_getLogs", [{ address, ...range }])) as Json[];
}

describe("a node that lies about logs", () => {
  test("by leaving one out is noticed, whichever it is", async () => {
    const all = await readAll();
    expect(all.length).toBeGreaterThan(20);
    for (const gone of all) {
      const isGone = (log: Json) =>
        log.blockNumber === gone.blockNumber && log.logIndex === gone.logIndex;
      const end = await endOf({
        eth_getLogs: (logs: Json[]) => logs.filter((log) => !isGone(log)),
      });
      expect(end).toContain(`block ${Number(gone.blockNumber)} has a log that the node left out`);
    }
  });

  test.each([
    [
      "address",
      (logs: Json[]) => String(logs.find((l) => l.address !== logs[0]!.address)!.address),
    ],
    ["topics", () => [`0x${"ab".repeat(32)}`]],
    ["data", () => "0x1234"],
    ["logIndex", () => "0x63"],
    ["transactionHash", () => `0x${"ab".repeat(32)}`],
  ] as const)("by changing its %s is noticed", async (field, other) => {
    const end = await endOf({
      eth_getLogs: (logs: Json[]) =>
        logs.map((log, i) => (i === 0 ? { ...log, [field]: other(logs) } : log)),
    });
    expect(end).toContain("does not hold a log that the node told");
  });

  test("by making one up is noticed, in a block with others and in an empty one", async () => {
    const twice = await endOf({ eth_getLogs: (logs: Json[]) => [...logs, logs.at(-1)!] });
    expect(twice).toContain("does not hold a log that the node told");
    const empty = await emptyBlock();
    const { hash } = await blockAt(empty);
    const place = { blockNumber: `0x${empty.toString(16)}`, blockHash: hash, logIndex: "0x0" };
    const moved = await endOf({
      eth_getLogs: (logs: Json[]) =>
        [...logs, { ...logs.at(-1)!, ...place }].toSorted(
          (a, b) => Number(a.blockNumber) - Number(b.blockNumber),
        ),
    });
    expect(moved).toContain(`block ${empty} does not hold a log that the node told`);
  });
});

test("a node that tells a log out of its place is noticed: of a block not asked for, or after a later one", async () => {
  const logs = await readAll();
  const { hash } = await blockAt(0);
  const [first, last] = [logs[0]!, logs.at(-1)!];
  const to = Number(last.blockNumber) - 1;
  const late = await endOf({ eth_getLogs: (told: Json[]) => [...told, last] }, { to });
  expect(late).toContain(`block ${to + 1} has a log that was told out of its place`);
  const swapped = await endOf({ eth_getLogs: (told: Json[]) => [...told.slice(1), first] });
  expect(swapped).toContain(
    `block ${Number(first.blockNumber)} has a log that was told out of its place`,
  );
  // Asked for from a block on, it may add what was before.
  const early = await endOf({
    eth_getLogs: (told: Json[]) => [{ ...first, blockNumber: "0x0", blockHash: hash }, ...told],
  });
  expect(early).toContain("block 0 has a log that was told out of its place");
});

async function emptyBlock(): Promise<number> {
  for (let number = newest; number > 0; number--) {
    const { transactions } = await blockAt(number);
    if ((transactions as unknown[]).length === 0) return number;
  }
  throw new Error("no block is empty");
}

describe("a node that lies about blocks", () => {
  test("by another time of one is noticed, with or without logs in it, and of the last", async () => {
    const late = (block: Json) => ({
      ...block,
      timestamp: `0x${(Number(block.timestamp) + 86_400).toString(16)}`,
    });
    for (const number of [await fullNumber(), await emptyBlock()])
      expect(await endOf({ eth_getBlockByNumber: about(number, late) })).toContain(
        `block ${number} does not hash to what the node says`,
      );
    // It may answer truly when asked for the proof.
    for (const number of [newest, await fullNumber(newest - 1)]) {
      let asked = 0;
      const twoFaced = about(number, (block) => (asked++ === 0 ? late(block) : block));
      const end = await endOf({ eth_getBlockByNumber: twoFaced });
      expect(end).toContain(`block ${number} is told in two ways`);
    }
    // Of the last it may show a whole header with that time, and the true one later.
    let asked = 0;
    const twin = (block: Json) => {
      return [late(block), forged(late(block))][asked++] ?? block;
    };
    const to = await emptyBlock();
    const end = await endOf({ eth_getBlockByNumber: about(to, twin) }, { to });
    expect(end).toContain(`block ${to} is told in two ways`);
  });

  test("by another hash of one is noticed", async () => {
    const number = await fullNumber(newest - 1);
    const hash = `0x${"ab".repeat(32)}`;
    let asked = 0;
    const end = await endOf({
      eth_getBlockByNumber: about(number, (block) => (asked++ === 0 ? { ...block, hash } : block)),
      eth_getLogs: (logs: Json[]) =>
        logs.map((log) => (Number(log.blockNumber) === number ? { ...log, blockHash: hash } : log)),
    });
    expect(end).toContain(`block ${number} is told in two ways`);
  });

  test("by a block of another place or chain among the others is noticed", async () => {
    const number = await emptyBlock();
    const instead = (block: (tag: unknown) => unknown): Lies => ({
      eth_getBlockByNumber: (told: Json, [tag]) => (Number(tag) === number ? block(tag) : told),
    });
    expect(await endOf(instead(() => blockAt(1)))).toContain(
      `block ${number} does not hash to what the node says`,
    );
    expect(await endOf(instead(() => null))).toContain(`block ${number} is missing between others`);
    // A true header of another chain, at the same height.
    const other = await createWorld();
    try {
      await other.travel(1_234_567);
      while (Number(await other.request("eth_blockNumber")) < number) await other.mine();
      const ofOther = instead((tag) => other.request("eth_getBlockByNumber", tag, false));
      expect(await endOf(ofOther)).toMatch(/block \d+ does not follow from the one before it/);
    } finally {
      await other.close();
    }
  });

  test("by another last block than it began with is noticed", async () => {
    const to = await emptyBlock();
    let asked = 0;
    const twin = (block: Json) => {
      return ++asked === 3 ? forged({ ...block, extraData: "0x01" }) : block;
    };
    const end = await endOf({ eth_getBlockByNumber: about(to, twin) }, { to });
    expect(end).toContain(`block ${to} does not follow from those before it`);
  });

  test("by receipts that are not the block's is noticed", async () => {
    const end = await endOf({
      eth_getTransactionReceipt: (receipt: Json) => ({ ...receipt, logs: [] }),
    });
    expect(end).toContain("has other receipts than its header says");
  });
});

test("a chain that is reorganised meanwhile is not taken for a lie", async () => {
  const chain = reorganising(history.request);
  const request = limping(chain.request, (method, _, nth) => {
    if (method === "eth_getLogs" && nth === 1) chain.exchange();
    return undefined;
  });
  await expect(run(request)).rejects.toThrow(/reorganised/);
});
