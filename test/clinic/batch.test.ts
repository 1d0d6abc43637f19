import { AbiCoder, keccak256 } from "ethers";
import { describe, expect, it } from "vitest";
import { rootOfPath } from "../../circuits/statement/encoding/tree.ts";
import type { RecordsState } from "../../client/api/registry.ts";
import {
  buildBatch,
  findInBatches,
  leavesInOrder,
  openBatch,
  parseLeaves,
  serializeLeaves,
} from "../../client/clinic/registry/batch.ts";

const commitments = (n: number) => Array.from({ length: n }, (_, i) => BigInt(1000 + i));
/** A fixed order for tests. */
const last = (below: number) => below - 1;
const first = () => 0;

describe("a batch", () => {
  it.each([1, 2, 3, 5, 8, 13])("of %i commitments gives each its path to the root", (n) => {
    const given = commitments(n);
    const batch = buildBatch(given);
    given.forEach((commitment, i) => {
      expect(rootOfPath(commitment, batch.paths[i]!)).toBe(batch.root);
    });
    expect([...batch.leaves].sort()).toEqual([...given].sort());
  });

  it.each([1, 2, 3, 5, 6, 11, 13])("of %i is put together again from its paths", (n) => {
    const given = commitments(n);
    const batch = buildBatch(given);
    expect(leavesInOrder(given, batch.paths)).toEqual(batch.leaves);
  });

  it("is in random order: twenty are not all in the order given", () => {
    const given = commitments(20);
    expect(buildBatch(given).leaves).not.toEqual(given);
    expect(buildBatch(given, last).leaves).toEqual(given);
  });

  it("draws an order that its root depends on", () => {
    const given = commitments(6);
    expect(buildBatch(given, first).root).not.toBe(buildBatch(given, last).root);
    expect(buildBatch(given, last).root).toBe(buildBatch(given, last).root);
  });

  it("is refused when empty, too large, or with a commitment twice or zero", () => {
    expect(() => buildBatch([])).toThrow("at least one");
    expect(buildBatch(commitments(4_096)).leaves).toHaveLength(4_096);
    expect(() => buildBatch(commitments(4_097))).toThrow("a batch holds 4096");
    expect(() => buildBatch([5n, 6n, 5n])).toThrow("twice");
    expect(() => buildBatch([0n])).toThrow("leaf 0");
  });
});

describe("published leaves", () => {
  const batch = buildBatch(commitments(7), last);
  const file = JSON.parse(JSON.stringify(serializeLeaves(batch)));

  it("lead to the batch's root again", () => {
    const { root, leavesHash, leaves } = parseLeaves(file);
    expect({ root, leavesHash, leaves }).toEqual({
      root: batch.root,
      leavesHash: batch.leavesHash,
      leaves: batch.leaves,
    });
  });

  it("are hashed as 32-byte words in order, as the registry's event says", () => {
    const two = buildBatch([1000n, 1001n], last);
    const words = AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [1000n, 1001n]);
    expect(two.leavesHash).toBe(keccak256(words));
    expect(two.leavesHash).not.toBe(buildBatch([1001n, 1000n], last).leavesHash);
  });

  it("are refused when a leaf is changed, moved or missing", () => {
    const [a, b, ...rest] = file.leaves;
    for (const leaves of [
      ["7", b, ...rest],
      [b, a, ...rest],
      [b, ...rest],
    ]) {
      expect(() => parseLeaves({ ...file, leaves })).toThrow("do not lead to the batch's root");
    }
    expect(() => parseLeaves({ ...file, leaves: [] })).toThrow("not a file of batch leaves");
  });
});

describe("a rebuilt batch", () => {
  const mine = buildBatch(commitments(3), last);
  const other = buildBatch([7n, 8n], last);
  const clinic = `0x${"c1".repeat(20)}`;
  const slot = (root: bigint, issuer: string) =>
    ({ kind: "batch", batchRoot: root, issuer }) as unknown as RecordsState["leaves"][number];
  const registry = { leaves: [slot(other.root, clinic), slot(mine.root, clinic)] };
  const held = new Map([
    [mine.root as bigint, mine.leaves],
    [other.root, other.leaves],
  ]);
  const asked: bigint[] = [];
  const leavesOf = async (root: bigint) => {
    asked.push(root);
    return held.get(root);
  };

  it("is found by a record's number, and every batch of the clinic is asked for", async () => {
    const found = await findInBatches({ registry, clinic, commitment: 1000n, leavesOf });
    expect(found?.root).toBe(mine.root);
    expect(rootOfPath(1000n, found!.path)).toBe(mine.root);
    expect(asked).toEqual([other.root, mine.root]);
    expect(await findInBatches({ registry, clinic, commitment: 9n, leavesOf })).toBeUndefined();
    const foreign = `0x${"c2".repeat(20)}`;
    const of = { registry, clinic: foreign, commitment: 1000n, leavesOf };
    expect(await findInBatches(of)).toBeUndefined();
  });

  it("is not believed when its leaves do not lead to its root", async () => {
    for (const leaves of [[...mine.leaves].reverse(), [], [0n], undefined]) {
      expect(await openBatch(mine.root, async () => leaves)).toBeUndefined();
    }
    expect((await openBatch(mine.root, leavesOf))?.leaves).toEqual(mine.leaves);
  });
});
