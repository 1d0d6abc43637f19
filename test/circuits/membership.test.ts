import { beforeAll, describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/field.ts";
import { hash, hashPair } from "../../circuits/statement/hash.ts";
import {
  buildTree,
  joinPaths,
  MAX_LEVELS,
  type Path,
  pathOf,
  rootOf,
  rootOfPath,
  sidesOf,
} from "../../circuits/statement/tree.ts";
import { buildInputs } from "../../circuits/witness/inputs.ts";
import { statementOf } from "./example.ts";
import { compilePart, type Part } from "./part.ts";
import { between, seeded } from "./random.ts";

let membership: Part;
beforeAll(async () => {
  membership = await compilePart(`Membership(${MAX_LEVELS})`, "membership.circom");
});

/** The root that the circuit computes from a leaf and a path. */
function circuitRoot(leaf: bigint, path: Path): bigint {
  const { siblings, sides, active } = buildInputs(statementOf({ path }));
  return membership.calculate({ leaf, siblings, sides, active })[1]!;
}

const leavesOf = (count: number, salt = 1) =>
  Array.from({ length: count }, (_, i) => hash([BigInt(salt), BigInt(i)]));

describe("a path", () => {
  test.each([1, 2, 3, 5, 8, 13])("of every leaf leads to the root of a tree of %i", (count) => {
    const leaves = leavesOf(count);
    const tree = buildTree(leaves);
    leaves.forEach((leaf, i) => {
      expect(rootOfPath(leaf, pathOf(tree, i))).toBe(rootOf(tree));
      expect(circuitRoot(leaf, pathOf(tree, i))).toBe(rootOf(tree));
    });
  });

  test("through a batch joins the path of the batch's root in the registry", () => {
    const random = seeded(3);
    for (let i = 0; i < 40; i++) {
      const batchLeaves = leavesOf(between(random, 1, 40), i);
      const batch = buildTree(batchLeaves);
      const slots = leavesOf(between(random, 1, 40), i + 1000);
      const slot = between(random, 0, slots.length - 1);
      slots[slot] = rootOf(batch);
      const registry = buildTree(slots);
      const at = between(random, 0, batchLeaves.length - 1);
      const path = joinPaths(pathOf(batch, at), pathOf(registry, slot));
      expect(rootOfPath(batchLeaves[at]!, path)).toBe(rootOf(registry));
      expect(circuitRoot(batchLeaves[at]!, path)).toBe(rootOf(registry));
    }
  });

  test("has up to 32 levels, with every bit of its index", () => {
    const siblings = leavesOf(MAX_LEVELS);
    const path = { index: 2 ** MAX_LEVELS - 2, siblings };
    expect(sidesOf(path)).toEqual([0, ...Array.from({ length: 31 }, () => 1)]);
    expect(circuitRoot(5n, path)).toBe(rootOfPath(5n, path));
  });

  test("of 33 levels is refused", () => {
    const long = { index: 0, siblings: leavesOf(MAX_LEVELS + 1) };
    expect(() => rootOfPath(5n, long)).toThrow("path of 33 levels, at most 32");
    const half = { index: 0, siblings: leavesOf(17) };
    expect(() => joinPaths(half, half)).toThrow("path of 34 levels");
  });

  test("whose index does not fit its levels is refused", () => {
    expect(() => rootOfPath(5n, { index: 2, siblings: [7n] })).toThrow("index");
    expect(() => rootOfPath(5n, { index: -1, siblings: [7n] })).toThrow("index");
  });

  test("with another side, sibling or leaf leads elsewhere", () => {
    const tree = buildTree(leavesOf(8));
    const path = pathOf(tree, 5);
    const leaf = leavesOf(8)[5]!;
    expect(circuitRoot(leaf, { ...path, index: path.index ^ 1 })).not.toBe(rootOf(tree));
    const siblings = path.siblings.with(1, path.siblings[1]! + 1n);
    expect(circuitRoot(leaf, { ...path, siblings })).not.toBe(rootOf(tree));
    expect(circuitRoot(toField(leaf + 1n), path)).not.toBe(rootOf(tree));
  });
});

describe("the circuit's levels", () => {
  const inputs = () => {
    const { siblings, sides, active } = buildInputs(statementOf());
    return { leaf: 5n, siblings, sides, active };
  };

  test("are active or not, left or right, and nothing between", () => {
    const { sides, active } = inputs();
    expect(membership.accepts(inputs())).toBe(true);
    expect(membership.accepts({ ...inputs(), sides: sides.with(0, 2n) })).toBe(false);
    expect(membership.accepts({ ...inputs(), active: active.with(0, 2n) })).toBe(false);
    expect(membership.accepts({ ...inputs(), active: active.with(31, -1n) })).toBe(false);
  });

  test("may leave gaps, which spell the same path", () => {
    const path = { index: 1, siblings: [7n, 9n] };
    const at = (levels: { [level: number]: bigint }) =>
      Array.from({ length: MAX_LEVELS }, (_, i) => levels[i] ?? 0n);
    const gapped = {
      leaf: 5n,
      siblings: at({ 3: 7n, 4: 1234n, 20: 9n }),
      sides: at({ 3: 1n, 4: 1n }),
      active: at({ 3: 1n, 20: 1n }),
    };
    expect(membership.calculate(gapped)[1]).toBe(rootOfPath(5n, path));
  });
});

describe("a tree", () => {
  test("holds no zero leaf", () => {
    expect(() => buildTree([1n, 0n])).toThrow("leaf 0");
  });

  test("that is empty has no root", () => {
    expect(() => rootOf(buildTree([]))).toThrow("no root");
  });

  test("has nodes of arity 2 and leaves of arity 4", () => {
    expect(hashPair(1n, 2n)).not.toBe(hash([1n, 2n, 0n, 0n]));
  });
});
