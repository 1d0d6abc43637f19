// What a block's hash says of its header, receipts and logs.
import { expect, test } from "vitest";
import { mayHold, readHeader, readReceipts } from "../../client/auditor/node/blockProof.ts";
import { createWorld, number } from "../support/world.ts";
import { openPlayed } from "./history.ts";
import { blockOf, fullBlock, type Json } from "./proving.ts";

const history = await openPlayed();
const newest = Number(await history.request("eth_blockNumber", []));

const blockAt = (number: number) => blockOf(history, number);

test("a header is none with any field changed, missing or added", async () => {
  const block = await blockAt(newest);
  expect(readHeader(block)).toBeDefined();
  const names = Object.keys(block).filter(
    (name) => !["totalDifficulty", "size", "uncles", "transactions", "withdrawals"].includes(name),
  );
  expect(names.length).toBeGreaterThan(18);
  for (const name of names) {
    const flipped = String(block[name]).replace(/.$/, (digit) => (digit === "1" ? "2" : "1"));
    if (block[name] !== "0x")
      expect(readHeader({ ...block, [name]: flipped }), name).toBe(undefined);
    const { [name]: _, ...without } = block;
    expect(readHeader(without), name).toBe(undefined);
  }
  expect(readHeader({ ...block, requestsHash: `0x${"00".repeat(32)}` })).toBe(undefined);
  expect(readHeader({ ...block, extraData: "0x00" })).toBe(undefined);
  expect(readHeader(null)).toBe(undefined);
});

test("takes a block's receipts only complete and unchanged", async () => {
  const block = await fullBlock(history, newest);
  const receipts = await Promise.all(
    (block.transactions as string[]).map(
      (hash) => history.request("eth_getTransactionReceipt", [hash]) as Promise<Json>,
    ),
  );
  const header = { receiptsRoot: String(block.receiptsRoot) };
  expect(await readReceipts(receipts, header)).toHaveLength(receipts.length);
  const [first] = receipts;
  const logs = first!.logs as Json[];
  const changed = (change: Json) => [{ ...first, ...change }, ...receipts.slice(1)];
  for (const told of [
    [],
    [...receipts, first],
    changed({ status: first!.status === "0x1" ? "0x0" : "0x1" }),
    changed({ cumulativeGasUsed: "0x1" }),
    changed({ type: "0x0" }),
    changed({ type: "0x1" }),
    changed({ logsBloom: `0x${"00".repeat(256)}` }),
    changed({ logs: [] }),
    changed({ logs: logs.map((log) => ({ ...log, data: "0x01" })) }),
    changed({ logs: "none" }),
    null,
  ])
    expect(await readReceipts(told, header)).toBe(undefined);
});

test("receipts of one transaction twice are none: logs of two would count as one's", async () => {
  const world = await createWorld();
  try {
    await world.request("evm_setAutomine", false);
    await world.as("clinic").records.anchor(number("a record"));
    await world.as("otherClinic").records.anchor(number("another"));
    await world.mine();
    const block = (await world.request("eth_getBlockByNumber", "latest", false)) as Json;
    const hashes = block.transactions as string[];
    const told = (await Promise.all(
      hashes.map((hash) => world.request("eth_getTransactionReceipt", hash)),
    )) as Json[];
    const header = { receiptsRoot: String(block.receiptsRoot) };
    expect(await readReceipts(told, header)).toHaveLength(2);
    const joined = told.map((receipt) => ({ ...receipt, transactionHash: hashes[0] }));
    expect(await readReceipts(joined, header)).toBe(undefined);
  } finally {
    await world.close();
  }
});

test("a block's bloom filter never denies a log that it has", async () => {
  for (let number = 1; number <= newest; number++) {
    const told = await blockAt(number);
    const header = { logsBloom: String(told.logsBloom) };
    for (const hash of told.transactions as string[]) {
      const receipt = (await history.request("eth_getTransactionReceipt", [hash])) as Json;
      for (const { address } of receipt.logs as { address: string }[])
        expect(mayHold(header, address)).toBe(true);
    }
  }
  expect(mayHold({ logsBloom: `0x${"00".repeat(256)}` }, `0x${"11".repeat(20)}`)).toBe(false);
});

test("three bits of the filter stand for an address: without any of them it is not there", async () => {
  const { logsBloom, transactions } = (await fullBlock(history, newest)) as {
    logsBloom: string;
    transactions: string[];
  };
  const { logs } = (await history.request("eth_getTransactionReceipt", [transactions[0]])) as {
    logs: { address: string }[];
  };
  const bloom = BigInt(logsBloom);
  const needed = Array.from({ length: 2_048 }, (_, bit) => bloom & ~(1n << BigInt(bit)))
    .filter((without) => without !== bloom)
    .map((without) => `0x${without.toString(16).padStart(512, "0")}`)
    .filter((without) => !mayHold({ logsBloom: without }, logs[0]!.address));
  expect(needed).toHaveLength(3);
});
