import { concat, keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import {
  buildTree,
  MAX_BATCH_LEVELS,
  MAX_REGISTRY_LEVELS,
  pathOf as pathIn,
  registryLeafOf,
  rootOfRecord,
} from "../../circuits/statement/encoding/tree.ts";
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/trial/consent.ts";
import { REGISTRY } from "../circuits/constants.ts";
import { expectRefusal, number, ROLE, ROOT_WINDOW } from "../support/world.ts";
import { attest, registryOf, treeOf } from "./registry.ts";
import { openWorld } from "./scene.ts";

const world = await openWorld();
const { records, leafOf, anchor, revoke, root, isGood } = registryOf(world);

/** Anchors records one by one. */
async function anchorAll(count: number) {
  for (let i = 0; i < count; i++) await anchor(`record ${i}`);
}

describe("anchoring", () => {
  test("builds the tree that JavaScript builds, of leaves bound to their clinics", async () => {
    await anchorAll(7);
    await anchor("record 0", "otherClinic");
    const tree = await treeOf(world);
    expect(tree.leaves[5]).toBe(leafOf("record 5"));
    expect(tree.leaves[7]).toBe(leafOf("record 0", "otherClinic"));
    expect(await root()).toBe(tree.root);
    expect(await records().leafCount()).toBe(8n);
    expect(await records().indexOf(leafOf("record 5"))).toBe(5n);
    const leaf = leafOf("record 7");
    await expectRefusal(records().indexOf(leaf), "NotAnchored", { leaf });
  });

  test("makes the leaf that the circuit computes", async () => {
    const clinic = world.actors.clinic.address;
    expect(await records().REGISTRY()).toBe(REGISTRY);
    expect(REGISTRY).toBeGreaterThan(2n ** 160n);
    for (const value of [1n, number("root"), FIELD_ORDER - 1n]) {
      expect(await records().registryLeafOf(value, clinic)).toBe(registryLeafOf(value, clinic));
    }
    for (const value of [0n, FIELD_ORDER, FIELD_ORDER + 1n]) {
      await expectRefusal(records().registryLeafOf(value, clinic), "NotInField", { value });
    }
  });

  test("takes a batch by its root and says what its leaves hash to", async () => {
    const leaves = ["a", "b", "c"].map(number);
    const leavesHash = keccak256(concat(leaves.map((l) => toBeHex(l, 32))));
    const batch = buildTree(leaves);
    await anchor("something before");
    await records().anchorBatch(batch.root, 3, leavesHash, "ipfs://b");
    const issuer = world.actors.clinic.address;
    const path = { batch: pathIn(batch, 2), registry: pathIn(await treeOf(world), 1) };
    expect(rootOfRecord({ commitment: leaves[2]!, issuer, path })).toBe(await root());
  });

  test("refuses a batch of none or of more than 4,096", async () => {
    const hash = `0x${"01".repeat(32)}`;
    const batch = (size: number) => records().anchorBatch(number("a"), size, hash, "");
    await expectRefusal(batch(0), "BatchSize", { size: 0n });
    await expectRefusal(batch(4097), "BatchSize", { size: 4097n });
    await batch(4096);
  });

  test("has the sizes of the circuit's paths", async () => {
    expect(await records().MAX_BATCH()).toBe(BigInt(2 ** MAX_BATCH_LEVELS));
    expect(await records().MAX_LEAVES()).toBe(BigInt(2 ** MAX_REGISTRY_LEVELS));
  });

  test("refuses zero and numbers at or above the field order", async () => {
    for (const value of [0n, FIELD_ORDER]) {
      await expectRefusal(records().anchor(value), "NotInField", { value });
    }
    await records().anchor(FIELD_ORDER - 1n);
  });

  test("refuses the same record twice, and takes it from another clinic in its own name", async () => {
    await anchor("a");
    await expectRefusal(anchor("a"), "AlreadyAnchored", { leaf: leafOf("a") });
    await anchor("a", "otherClinic");
    expect(await records().anchoredBy(leafOf("a"))).toBe(world.actors.clinic.address);
    const other = leafOf("a", "otherClinic");
    expect(await records().anchoredBy(other)).toBe(world.actors.otherClinic.address);
  });

  test("refuses a clinic without accreditation", async () => {
    await expectRefusal(anchor("a", "anyone"), "NotAccredited");
    await expectRefusal(anchor("a", "sponsor"), "NotAccredited");
  });
});

describe("another clinic", () => {
  test("is refused to revive a revoked record by anchoring the node above its leaf", async () => {
    const record = number("record");
    await anchor("record");
    await revoke("record");
    const x = number("anything");
    for (const below of [record, leafOf("record")]) {
      const batch = buildTree([below, x]);
      await records("otherClinic").anchorBatch(batch.root, 2, `0x${"00".repeat(32)}`, "");
      const tree = await treeOf(world);
      const path = { batch: pathIn(batch, 0), registry: pathIn(tree, tree.size - 1) };
      const issuer = world.actors.clinic.address;
      expect(await isGood(rootOfRecord({ commitment: record, issuer, path }))).toBe(false);
    }
  });
});

describe("a patient's own anchoring by the clinic's signature", () => {
  const deadline = async () => BigInt((await world.now()) + 100);
  const commitment = number("a");
  const clinic = world.actors.clinic.address;

  test("works from any sender and makes the leaf the clinic's", async () => {
    const until = await deadline();
    const signature = await attest(world, { commitment, deadline: until });
    await records("anyone").anchorSigned(commitment, clinic, until, signature);
    expect(await records().anchoredBy(leafOf("a"))).toBe(clinic);
  });

  test("refuses each field tampered with", async () => {
    const until = await deadline();
    const signature = await attest(world, { commitment, deadline: until });
    const send = (c: bigint, by: string, d: bigint) =>
      records("anyone").anchorSigned(c, by, d, signature);
    await expectRefusal(send(number("b"), clinic, until), "InvalidSignature");
    const other = world.actors.otherClinic.address;
    await expectRefusal(send(commitment, other, until), "InvalidSignature");
    await expectRefusal(send(commitment, clinic, until + 1n), "InvalidSignature");
  });

  test("refuses it after the deadline, and at the deadline not", async () => {
    const until = await deadline();
    const send = async (name: string) => {
      const signature = await attest(world, { commitment: number(name), deadline: until });
      await world.at(Number(until) + (name === "late" ? 1 : 0));
      return records("anyone").anchorSigned(number(name), clinic, until, signature);
    };
    await send("a");
    await expectRefusal(send("late"), "DeadlinePassed");
  });

  test("refuses the signature of a de-accredited clinic", async () => {
    const until = await deadline();
    await world.as("governance").accreditation.deaccredit(ROLE.clinic, clinic);
    const signature = await attest(world, { commitment, deadline: until });
    const send = records("anyone").anchorSigned(commitment, clinic, until, signature);
    await expectRefusal(send, "NotAccredited");
  });

  test("refuses a signature made for another deployment or for the first protocol", async () => {
    const until = await deadline();
    const { Enrollment, RecordRegistry } = world.deployment.addresses;
    const domains = [
      recordDomain(31_337, Enrollment),
      { ...recordDomain(31_337, RecordRegistry), version: "1" },
    ];
    for (const domain of domains) {
      const value = { commitment, clinic, deadline: until };
      const { clinic: by } = world.actors;
      const signature = await by.signTypedData(domain, RECORD_ATTESTATION_TYPES, value);
      const send = records("anyone").anchorSigned(commitment, clinic, until, signature);
      await expectRefusal(send, "InvalidSignature");
    }
  });

  test("is by the EIP-712 type that clinics sign", async () => {
    const type = "RecordAttestation(uint256 commitment,address clinic,uint256 deadline)";
    expect(await records().RECORD_ATTESTATION_TYPEHASH()).toBe(keccak256(toUtf8Bytes(type)));
  });
});

describe("the root window", () => {
  const isGoodAt = async (older: bigint, seconds: number) => {
    await world.at(seconds);
    await world.mine();
    return isGood(older);
  };

  test("ends to the second, counted from when the root was superseded", async () => {
    await anchorAll(1);
    const old = await root();
    await world.travel(30 * 86_400);
    await anchor("next");
    const superseded = await world.now();
    expect(await isGoodAt(old, superseded + ROOT_WINDOW - 1)).toBe(true);
    expect(await isGoodAt(old, superseded + ROOT_WINDOW)).toBe(true);
    expect(await isGoodAt(old, superseded + ROOT_WINDOW + 1)).toBe(false);
  });

  test("keeps the current root good through a month of silence", async () => {
    await anchorAll(3);
    expect(await isGoodAt(await root(), (await world.now()) + 31 * 86_400)).toBe(true);
  });

  test("knows neither zero nor a root of another tree", async () => {
    expect(await isGood(0n)).toBe(false);
    await anchorAll(2);
    expect(await isGood(0n)).toBe(false);
    expect(await isGood(buildTree([number("x"), number("y")]).root)).toBe(false);
  });
});
