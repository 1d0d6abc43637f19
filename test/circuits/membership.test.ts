import { beforeAll, describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { hash, hashPair } from "../../circuits/statement/encoding/hash.ts";
import {
  buildTree,
  childrenOf,
  MAX_BATCH_LEVELS,
  MAX_REGISTRY_LEVELS,
  type Path,
  pathOf,
  type RecordPath,
  registryLeafOf,
  rootOf,
  rootOfPath,
  rootOfRecord,
} from "../../circuits/statement/encoding/tree.ts";
import { pathInputs } from "../../circuits/witness/pathInputs.ts";
import { REGISTRY } from "./constants.ts";
import { CLINIC } from "./example.ts";
import { compilePart, type Part } from "./part.ts";
import { between, seeded } from "./random.ts";

let membership: Part;
let whole: Part;
beforeAll(async () => {
  membership = await compilePart(`Membership(${MAX_BATCH_LEVELS})`, "membership.circom");
  const levels = `${MAX_BATCH_LEVELS}, ${MAX_REGISTRY_LEVELS}`;
  whole = await compilePart(`RecordMembership(${levels})`, "membership.circom");
});

/** Does the circuit accept that this path leads from the leaf to the root? */
function leads(leaf: bigint, path: Path, root: bigint): boolean {
  const children = childrenOf(toField(leaf), path, MAX_BATCH_LEVELS);
  return membership.accepts({ leaf, root, ...children });
}

function recordLeads(commitment: bigint, path: RecordPath, changes: object = {}): boolean {
  const inputs = { ...pathInputs(toField(commitment), CLINIC, path), ...changes };
  return whole.accepts({ commitment, issuer: BigInt(CLINIC), ...inputs });
}

const leavesOf = (count: number, salt = 1) =>
  Array.from({ length: count }, (_, i) => hash([BigInt(salt), BigInt(i)]));

/** A path of so many levels, with both sides. */
function deep(levels: number): Path {
  return { index: 2 ** levels - 2, siblings: leavesOf(levels) };
}

describe("a path", () => {
  test.each([1, 2, 3, 5, 8, 13])("of every leaf leads to the root of a tree of %i", (count) => {
    const leaves = leavesOf(count);
    const tree = buildTree(leaves);
    leaves.forEach((leaf, i) => {
      expect(rootOfPath(leaf, pathOf(tree, i))).toBe(rootOf(tree));
      expect(leads(leaf, pathOf(tree, i), rootOf(tree))).toBe(true);
    });
  });

  test.each([1, MAX_BATCH_LEVELS - 1, MAX_BATCH_LEVELS])(
    "of %i levels leads to its end",
    (levels) => {
      const path = deep(levels);
      expect(leads(5n, path, rootOfPath(5n, path))).toBe(true);
      expect(leads(5n, path, rootOfPath(6n, path))).toBe(false);
    },
  );

  test("of more levels than the circuit has is refused", () => {
    const long = deep(MAX_BATCH_LEVELS + 1);
    const registry = deep(MAX_REGISTRY_LEVELS);
    expect(() => childrenOf(toField(5n), long, MAX_BATCH_LEVELS)).toThrow(
      "path of 13 levels, at most 12",
    );
    const batch = deep(1);
    const record = { commitment: 5n, issuer: CLINIC };
    expect(() => rootOfRecord({ ...record, path: { batch: long, registry } })).toThrow(
      "at most 12",
    );
    const path = { batch, registry: deep(MAX_REGISTRY_LEVELS + 1) };
    expect(() => rootOfRecord({ ...record, path })).toThrow("path of 17 levels, at most 16");
    // The last node that the circuit computes is below the end of a longer path.
    const root = rootOfPath(5n, long, 13);
    expect(
      leads(5n, { index: long.index % 2 ** 12, siblings: long.siblings.slice(0, 12) }, root),
    ).toBe(false);
  });

  test("whose index does not fit its levels is refused", () => {
    expect(() => rootOfPath(5n, { index: 2, siblings: [7n] })).toThrow("index");
    expect(() => rootOfPath(5n, { index: -1, siblings: [7n] })).toThrow("index");
  });

  test("with another side, sibling or leaf leads elsewhere", () => {
    const tree = buildTree(leavesOf(8));
    const path = pathOf(tree, 5);
    const leaf = leavesOf(8)[5]!;
    expect(leads(leaf, path, rootOf(tree))).toBe(true);
    expect(leads(leaf, { ...path, index: path.index ^ 1 }, rootOf(tree))).toBe(false);
    const siblings = path.siblings.with(1, path.siblings[1]! + 1n);
    expect(leads(leaf, { ...path, siblings }, rootOf(tree))).toBe(false);
    expect(leads(leaf + 1n, path, rootOf(tree))).toBe(false);
  });

  test("may end at any level, the leaf itself included, and nowhere else", () => {
    const path = deep(3);
    const children = childrenOf(toField(5n), path, MAX_BATCH_LEVELS);
    const ends = [0, 1, 2, 3].map((levels) =>
      rootOfPath(5n, { index: path.index % 2 ** levels, siblings: path.siblings.slice(0, levels) }),
    );
    for (const root of ends) expect(membership.accepts({ leaf: 5n, root, ...children })).toBe(true);
    for (const root of [0n, 1n, path.siblings[0]!]) {
      expect(membership.accepts({ leaf: 5n, root, ...children })).toBe(false);
    }
  });

  test("needs the node among the two children on every level", () => {
    const { lefts, rights } = childrenOf(toField(5n), deep(3), MAX_BATCH_LEVELS);
    // A stranger's pair in the middle, and from there on its own path.
    const foreign = childrenOf(toField(77n), deep(3), MAX_BATCH_LEVELS);
    const root = rootOfPath(77n, deep(3));
    expect(membership.accepts({ leaf: 77n, root, ...foreign })).toBe(true);
    for (let level = 0; level < 3; level++) {
      const mixed = {
        lefts: [...lefts.slice(0, level), ...foreign.lefts.slice(level)],
        rights: [...rights.slice(0, level), ...foreign.rights.slice(level)],
      };
      expect(membership.accepts({ leaf: 5n, root, ...mixed })).toBe(false);
    }
  });
});

describe("a record", () => {
  test("is found through its batch in the registry, wherever both lie", () => {
    const random = seeded(3);
    for (let i = 0; i < 25; i++) {
      const records = leavesOf(between(random, 1, 40), i);
      const batch = buildTree(records);
      const slots = leavesOf(between(random, 1, 40), i + 1000);
      const slot = between(random, 0, slots.length - 1);
      slots[slot] = registryLeafOf(rootOf(batch), CLINIC);
      const registry = buildTree(slots);
      const at = between(random, 0, records.length - 1);
      const path = { batch: pathOf(batch, at), registry: pathOf(registry, slot) };
      const commitment = records[at]!;
      expect(rootOfRecord({ commitment, issuer: CLINIC, path })).toBe(rootOf(registry));
      expect(recordLeads(commitment, path, { recordsRoot: rootOf(registry) })).toBe(true);
      expect(recordLeads(commitment, path, { recordsRoot: rootOf(batch) })).toBe(false);
    }
  });

  test("anchored alone is its own batch", () => {
    const alone = { index: 0, siblings: [] };
    const leaf = registryLeafOf(5n, CLINIC);
    const path = { batch: alone, registry: alone };
    expect(rootOfRecord({ commitment: 5n, issuer: CLINIC, path })).toBe(leaf);
    expect(recordLeads(5n, path, { recordsRoot: leaf })).toBe(true);
    expect(recordLeads(5n, path, { recordsRoot: 5n })).toBe(false);
  });

  test("is found at the circuit's last level of both trees", () => {
    const path = { batch: deep(MAX_BATCH_LEVELS), registry: deep(MAX_REGISTRY_LEVELS) };
    expect(recordLeads(5n, path)).toBe(true);
    const root = rootOfRecord({ commitment: 6n, issuer: CLINIC, path });
    expect(recordLeads(5n, path, { recordsRoot: root })).toBe(false);
  });

  test("has levels of its batch that cannot be lent to the registry", () => {
    // 13 levels below the junction and 15 above it are as many as 12 and 16.
    const batch = deep(MAX_BATCH_LEVELS);
    const further = leavesOf(1, 9)[0]!;
    const batchRoot = hashPair(rootOfPath(5n, batch), further);
    const registry = deep(MAX_REGISTRY_LEVELS - 1);
    const recordsRoot = rootOfPath(registryLeafOf(batchRoot, CLINIC), registry);
    const path = { batch, registry };
    expect(recordLeads(5n, path, { recordsRoot })).toBe(false);
    expect(recordLeads(5n, path, { recordsRoot, batchRoot })).toBe(false);
  });
});

describe("a tree", () => {
  test("holds no zero leaf", () => {
    expect(() => buildTree([1n, 0n])).toThrow("leaf 0");
  });

  test("that is empty has no root", () => {
    expect(() => rootOf(buildTree([]))).toThrow("no root");
  });

  test("of the registry has leaves of arity 3, which name the clinic", () => {
    expect(registryLeafOf(5n, CLINIC)).toBe(hash([5n, BigInt(CLINIC), REGISTRY]));
    expect(registryLeafOf(5n, `0x${"2c".repeat(20)}`)).not.toBe(registryLeafOf(5n, CLINIC));
  });
});
