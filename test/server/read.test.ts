// A chain that is exchanged while a range of it is read: half of one and half of another must not be taken for one.
import { expect, test } from "vitest";
import type { Chain } from "../../server/chain/chain.ts";
import { readRange } from "../../server/indexer/read.ts";

const known = { number: 10, hash: "a10" };
const range = { known, from: 11, to: 12 };

/** A node whose blocks are called a10, a11, a12 until so many questions were asked, and then b10, b11, b12. */
function nodeUntil(questions: number, { forksAt = 0 } = {}): Chain {
  let asked = 0;
  const hashOf = (number: number) =>
    `${asked > questions && number > forksAt ? "b" : "a"}${number}`;
  const ask = <T>(answer: () => T) => {
    asked++;
    return Promise.resolve(answer());
  };
  const provider = {
    getBlock: (number: number) => ask(() => ({ number, hash: hashOf(number), timestamp: 0 })),
    getLogs: () => ask(() => []),
  };
  const addresses = new Proxy({}, { get: (_, name) => `0x${String(name)}` });
  return { provider, deployment: { addresses } } as unknown as Chain;
}

test("a chain that stays is read", async () => {
  const { blocks, rows } = await readRange(nodeUntil(99), range);
  expect(blocks).toMatchObject([{ number: 12, hash: "a12" }]);
  expect(rows).toEqual([]);
});

// Before the first question too: what was known is no part of it any more.
test.each([0, 1, 2, 3])("one exchanged after %i questions is read again", async (questions) => {
  await expect(readRange(nodeUntil(questions), range)).rejects.toThrow("reorganised");
});

test("one exchanged from the known block on is read", async () => {
  const { blocks } = await readRange(nodeUntil(0, { forksAt: 10 }), range);
  expect(blocks).toMatchObject([{ hash: "b12" }]);
});
