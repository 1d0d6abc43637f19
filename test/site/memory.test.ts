// What a desk remembers: that a document came under a pseudonym, and nothing of the document.
import { describe, expect, it } from "vitest";
import {
  countUnknown,
  type DeskMemory,
  EMPTY_MEMORY,
  lookUp,
  mergeMemories,
  parseMemory,
  remember,
  writeMemory,
} from "../../client/site/memory.ts";

const trialId = `0x${"ab".repeat(32)}`;
const other = `0x${"cd".repeat(32)}`;
const DOCUMENT = "UTO 19-700517 42";
const look = (memory: DeskMemory, document = DOCUMENT, trial = trialId) =>
  lookUp({ memory, trialId: trial, document });
const noted = async (memory: DeskMemory, pseudonym: bigint, document = DOCUMENT) =>
  remember(memory, { ...(await look(memory, document)), pseudonym });
const carried = (memory: DeskMemory) => parseMemory(JSON.parse(writeMemory(memory)));

describe("a desk's memory", () => {
  it("knows a document again however it is spelt, also after a restart", async () => {
    const memory = carried(await noted(EMPTY_MEMORY, 7n));
    expect((await look(memory, "uto 1970051742")).known).toEqual([7n]);
    expect((await look(memory, "UTO 1970051743")).known).toEqual([]);
  });

  it("says nothing about another trial, and marks the same document differently there", async () => {
    const memory = await noted(EMPTY_MEMORY, 7n);
    expect((await look(memory, DOCUMENT, other)).known).toEqual([]);
    const there = await look(EMPTY_MEMORY, DOCUMENT, other);
    expect(memory.books[0]!.people[0]!.mark).not.toBe(there.marks[0]!.mark);
  });

  it("marks a document under a salt of its own, and holds no text of it", async () => {
    const [one, two] = [await noted(EMPTY_MEMORY, 7n), await noted(EMPTY_MEMORY, 7n)];
    expect(one.books[0]!.people[0]!.mark).not.toBe(two.books[0]!.people[0]!.mark);
    for (const text of [DOCUMENT, "UTO1970051742", "1970051742"]) {
      expect(writeMemory(one)).not.toContain(text);
    }
  });

  it("keeps one pseudonym a document: that of a successor takes the lost one's place", async () => {
    const memory = await noted(await noted(EMPTY_MEMORY, 7n), 8n);
    expect((await look(memory)).known).toEqual([8n]);
    expect(memory.books).toHaveLength(1);
  });

  it("takes in another desk's, and knows the documents of both", async () => {
    const here = await noted(EMPTY_MEMORY, 7n);
    const there = await noted(EMPTY_MEMORY, 9n, "UTO 55");
    const both = mergeMemories(here, carried(there));
    expect((await look(both)).known).toEqual([7n]);
    expect((await look(both, "UTO 55")).known).toEqual([9n]);
    // A successor is noted once, whichever desk knew the lost pseudonym.
    expect((await look(await noted(both, 10n, "UTO 55"), "UTO 55")).known).toEqual([10n]);
    expect(mergeMemories(both, there)).toEqual(both);
    expect(mergeMemories(await noted(here, 8n), here).books[0]!.people).toHaveLength(1);
  });

  it("counts the pseudonyms that it has nothing about", async () => {
    const memory = await noted(EMPTY_MEMORY, 7n);
    expect(countUnknown({ memory, trialId, pseudonyms: [7n, 8n] })).toBe(1);
    expect(countUnknown({ memory, trialId: other, pseudonyms: [7n, 8n] })).toBe(2);
  });

  it("is refused when damaged, never taken for an empty one", async () => {
    const malformed = expect.objectContaining({ code: "MalformedInput" });
    const [book] = (await noted(EMPTY_MEMORY, 7n)).books;
    for (const json of [
      null,
      {},
      { format: "cohort-zero/desk-memory/1" },
      { ...EMPTY_MEMORY, books: [{ ...book, people: [{ mark: "0x12", pseudonym: "7" }] }] },
    ]) {
      expect(() => parseMemory(json)).toThrow(malformed);
    }
    await expect(look(EMPTY_MEMORY, " - ")).rejects.toThrow(RangeError);
  });
});
