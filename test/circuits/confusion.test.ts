// Attacks that pass one hash off as another, or one clinic's record as another's.
import { beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER, toField } from "../../circuits/statement/encoding/field.ts";
import { hash, hashPair } from "../../circuits/statement/encoding/hash.ts";
import {
  identityCommitmentOf,
  issuerTagOf,
  nullifierOf,
} from "../../circuits/statement/encoding/identity.ts";
import {
  buildTree,
  type Path,
  pathOf,
  type RecordPath,
  registryLeafOf,
  rootOf,
} from "../../circuits/statement/encoding/tree.ts";
import { buildInputs } from "../../circuits/witness/inputs.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Calculator } from "./calculator.ts";
import { IDENTITY, REGISTRY } from "./constants.ts";
import { CLINIC, calculatorOf, FACTS, recordOf, SECRET, statementOf } from "./example.ts";

const OTHER = `0x${"2c".repeat(20)}`;
const ALONE: Path = { index: 0, siblings: [] };
const record = recordOf();
const commitment = commitRecord(record);

let circuit: Calculator;
beforeAll(async () => {
  circuit = await calculatorOf(8);
}, 240_000);

/** Does a statement about the record reach this root, over this path? */
function reaches(path: RecordPath, recordsRoot: bigint, changes: object = {}): boolean {
  return circuit.accepts({ ...buildInputs(statementOf({ path })), recordsRoot, ...changes });
}

/** The path of the third of four leaves of a registry, and its root. */
function registryWith(leaf: bigint): { registry: Path; root: bigint } {
  const tree = buildTree([21n, 22n, leaf, 23n]);
  return { registry: pathOf(tree, 2), root: rootOf(tree) };
}

describe("another clinic", () => {
  test("refuses a revoked record that another clinic revives by anchoring its hash with anything", () => {
    // In the first protocol a batch root was any node: Poseidon2(revoked leaf, x) led to it again.
    const batchRoot = hashPair(commitment, 4711n);
    const batch = { index: 0, siblings: [4711n] };
    const theirs = registryWith(registryLeafOf(batchRoot, OTHER));
    expect(reaches({ batch, registry: theirs.registry }, theirs.root)).toBe(false);
    expect(
      reaches({ batch, registry: theirs.registry }, theirs.root, { issuer: BigInt(OTHER) }),
    ).toBe(false);
    // Under its own clinic the same batch is a good one.
    const ours = registryWith(registryLeafOf(batchRoot, CLINIC));
    expect(reaches({ batch, registry: ours.registry }, ours.root)).toBe(true);
  });

  test("refuses a revoked record's commitment anchored alone by another clinic", () => {
    const theirs = registryWith(registryLeafOf(commitment, OTHER));
    const path = { batch: ALONE, registry: theirs.registry };
    expect(reaches(path, theirs.root)).toBe(false);
    expect(reaches(path, theirs.root, { issuer: BigInt(OTHER) })).toBe(false);
  });

  test("refuses a record of which another clinic says that it is its own", () => {
    // The clinic's address is in the commitment: a record with another one is another record.
    const forged = recordOf(FACTS, { issuer: OTHER });
    const honest = statementOf();
    const { recordsRoot } = signalsOf(honest);
    const inputs = buildInputs(statementOf({ record: forged, path: honest.path }));
    expect(circuit.accepts({ ...inputs, recordsRoot })).toBe(false);
    expect(commitRecord(forged)).not.toBe(commitment);
  });

  test("has its own tag and no other: the tag names who is in commitment and junction", () => {
    const inputs = buildInputs(statementOf());
    expect(circuit.calculate(inputs)[2]).toBe(
      issuerTagOf({ scope: 77n, secret: SECRET, issuer: CLINIC }),
    );
    for (const issuer of [BigInt(OTHER), 0n, BigInt(CLINIC) + 1n, FIELD_ORDER - 1n]) {
      expect(circuit.accepts({ ...inputs, issuer })).toBe(false);
    }
  });
});

describe("a sold secret", () => {
  test("shows itself in the tag, though both proofs have one nullifier", () => {
    // A screens with A's record and sells the secret; a second clinic attests B under the same identity commitment.
    const bought = recordOf(FACTS, { issuer: OTHER });
    const [screened, atTheDesk] = [
      signalsOf(statementOf()),
      signalsOf(statementOf({ record: bought })),
    ];
    expect(atTheDesk.nullifier).toBe(screened.nullifier);
    expect(atTheDesk.issuerTag).not.toBe(screened.issuerTag);
  });

  test("of which the same clinic re-issues a record keeps its tag", () => {
    const newer = recordOf(FACTS.slice(1), { issuedDay: record.header.issuedDay + 1 });
    expect(signalsOf(statementOf({ record: newer })).issuerTag).toBe(
      signalsOf(statementOf()).issuerTag,
    );
  });
});

describe("hashes of different arity", () => {
  test("are different for numbers that go on with zeros", () => {
    const numbers = [commitment, BigInt(CLINIC)];
    const hashes = [0, 1, 3, 8].map((zeros) => hash([...numbers, ...Array(zeros).fill(0n)]));
    expect(new Set(hashes).size).toBe(4);
  });

  test("refuse a commitment that stands in the registry without its junction", () => {
    const { registry, root } = registryWith(commitment);
    expect(reaches({ batch: ALONE, registry }, root)).toBe(false);
    // Nor as a batch whose last level is the registry's first.
    const batch = { index: registry.index, siblings: registry.siblings };
    expect(reaches({ batch, registry: ALONE }, root)).toBe(false);
  });

  test("refuse a junction within the batch, and a second junction above the first", () => {
    const leaf = registryLeafOf(commitment, CLINIC);
    const nested = registryLeafOf(hashPair(leaf, 5n), CLINIC);
    const { registry, root } = registryWith(nested);
    const batch = { index: 0, siblings: [5n] };
    expect(reaches({ batch, registry }, root)).toBe(false);
    expect(reaches({ batch: ALONE, registry }, root)).toBe(false);
  });

  test("refuse an inner node of the batch as a record, and one of the registry as a batch", () => {
    const batchTree = buildTree([11n, 12n, 13n, commitment]);
    const batch = pathOf(batchTree, 3);
    const leaf = registryLeafOf(rootOf(batchTree), CLINIC);
    const { registry, root } = registryWith(leaf);
    expect(reaches({ batch, registry }, root)).toBe(true);
    // A level of the batch left out, and one of the registry.
    const shorter = (path: Path) => ({ index: path.index >> 1, siblings: path.siblings.slice(1) });
    expect(reaches({ batch: shorter(batch), registry }, root)).toBe(false);
    expect(reaches({ batch, registry: shorter(registry) }, root)).toBe(false);
    // A level of the registry taken for one of the batch.
    const longer = {
      index: batch.index + (registry.index % 2) * 2 ** batch.siblings.length,
      siblings: [...batch.siblings, registry.siblings[0]!],
    };
    expect(reaches({ batch: longer, registry: shorter(registry) }, root)).toBe(false);
  });
});

describe("a tag and a leaf of the registry, both hashes of three", () => {
  test("cannot be one: the constant of leaves is no address", () => {
    expect(REGISTRY >> 160n).toBeGreaterThan(0n);
    expect(IDENTITY).not.toBe(REGISTRY);
    // Were it one, a scope could be a batch's root and a secret the clinic's address.
    const batchRoot = 4711n;
    const leaf = registryLeafOf(batchRoot, CLINIC);
    const asTag = { scope: batchRoot, secret: BigInt(CLINIC) };
    expect(issuerTagOf({ ...asTag, issuer: `0x${REGISTRY.toString(16)}` })).toBe(leaf);
    expect(issuerTagOf({ ...asTag, issuer: CLINIC })).not.toBe(leaf);
  });

  test("refuse a record whose issuer is that constant", () => {
    // Its tags could be leaves. No leaf of the registry names it, since the contract puts the sender there.
    const issuer = `0x${REGISTRY.toString(16)}`;
    const forged = recordOf(FACTS, { issuer });
    const inputs = (path: RecordPath) => buildInputs(statementOf({ record: forged, path }));
    const { registry, root } = registryWith(registryLeafOf(commitRecord(forged), CLINIC));
    const path = { batch: ALONE, registry };
    expect(circuit.accepts({ ...inputs(path), recordsRoot: root })).toBe(false);
    expect(circuit.accepts({ ...inputs(path), recordsRoot: root, issuer: BigInt(CLINIC) })).toBe(
      false,
    );
  });

  test("refuse a published tag that a clinic anchors as a batch", () => {
    const tag = signalsOf(statementOf()).issuerTag;
    const { registry, root } = registryWith(registryLeafOf(tag, CLINIC));
    expect(reaches({ batch: ALONE, registry }, root)).toBe(false);
    expect(reaches({ batch: ALONE, registry }, root, { batchRoot: tag })).toBe(false);
  });
});

describe("a nullifier and a node, both hashes of two", () => {
  test("refuse a published nullifier or commitment that a clinic anchors as a batch", () => {
    const inputs = buildInputs(statementOf());
    for (const [root, left] of [
      [nullifierOf(77n, SECRET), 77n],
      [identityCommitmentOf(SECRET), IDENTITY],
    ] as const) {
      const anchored = registryWith(registryLeafOf(root, CLINIC));
      // Its children are known to the owner of the secret; the record is none of them.
      const batchLefts = inputs.batchLefts.with(0, left);
      const batchRights = inputs.batchRights.with(0, SECRET);
      const forged = { batchLefts, batchRights, batchRoot: root };
      const path = { batch: ALONE, registry: anchored.registry };
      expect(reaches(path, anchored.root, forged)).toBe(false);
    }
  });

  test("differ from what the clinic is told: the scope is not the constant of identities", () => {
    expect(nullifierOf(toField(77n), SECRET)).not.toBe(identityCommitmentOf(SECRET));
    expect(nullifierOf(IDENTITY, SECRET)).toBe(identityCommitmentOf(SECRET));
  });
});
