// A chain that is exchanged while a range of it is read: half of one and half of another must not be taken for one.
import { id } from "ethers";
import { expect, test } from "vitest";
import type { Chain } from "../../server/chain/chain.ts";
import { readRange } from "../../server/indexer/read.ts";
import { modules } from "../../server/modules.ts";

const known = { number: 10, hash: "a10" };
const addressOf = (name: string) => id(name).slice(0, 42);
const range = { known, from: 11, to: 12 };

/** A node whose blocks are called a10, a11, a12 until so many questions were asked, and then b10, b11, b12. */
function nodeUntil(questions: number, { forksAt = 0, logs = [] as string[] } = {}): Chain {
  let asked = 0;
  const hashOf = (number: number) =>
    `${asked > questions && number > forksAt ? "b" : "a"}${number}`;
  const ask = <T>(answer: () => T) => {
    asked++;
    return Promise.resolve(answer());
  };
  const logsBloom = `0x${"00".repeat(256)}`;
  const provider = {
    send: (_: string, [number]: [string]) =>
      ask(() => ({
        ...{ number, timestamp: "0x0", logsBloom },
        hash: hashOf(Number(number)),
        parentHash: hashOf(Number(number) - 1),
      })),
    getLogs: () =>
      ask(() => logs.map((address) => ({ address, blockNumber: 12, blockHash: hashOf(12) }))),
  };
  const addresses = new Proxy({}, { get: (_, name) => addressOf(String(name)) });
  return { provider, deployment: { addresses } } as unknown as Chain;
}

test("a chain that stays is read", async () => {
  const { blocks, rows } = await readRange({ chain: nodeUntil(99), modules }, range);
  expect(blocks).toMatchObject([{ number: 12, hash: "a12" }]);
  expect(rows).toEqual([]);
});

// Before the first question too: what was known is no part of it any more.
test.each([0, 1])("one exchanged after %i questions is read again", async (questions) => {
  await expect(readRange({ chain: nodeUntil(questions), modules }, range)).rejects.toThrow(
    "reorganised",
  );
});

// Two questions have told of all blocks; that they have gone is noticed when reading goes on.
test.each([2, 3])("one exchanged after %i questions is read as it was", async (questions) => {
  const { blocks } = await readRange({ chain: nodeUntil(questions), modules }, range);
  expect(blocks).toMatchObject([{ hash: "a12" }]);
});

test("logs of another chain than the blocks are not taken for theirs", async () => {
  const logs = [addressOf("Enrollment")];
  await expect(readRange({ chain: nodeUntil(2, { logs }), modules }, range)).rejects.toThrow(
    "reorganised",
  );
});

test("one exchanged from the known block on is read", async () => {
  const { blocks } = await readRange({ chain: nodeUntil(0, { forksAt: 10 }), modules }, range);
  expect(blocks).toMatchObject([{ hash: "b12" }]);
});
