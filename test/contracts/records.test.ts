import { concat, keccak256, toBeHex } from "ethers";
import { describe, expect, test } from "vitest";
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/consent.ts";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { buildTree } from "../../circuits/statement/tree.ts";
import { openWorld } from "./scene.ts";
import { expectRefusal, number, ROLE, ROOT_WINDOW, type World } from "./world.ts";

const world = await openWorld();

const records = (actor: Parameters<World["as"]>[0] = "clinic") => world.as(actor).records;
const leaf = (i: number) => number(`leaf ${i}`);

/** Anchors leaves one by one and keeps the same tree beside. */
async function anchorAll(count: number) {
  const tree = buildTree([]);
  for (let i = 0; i < count; i++) {
    await records().anchor(leaf(i));
    tree.insert(leaf(i));
  }
  return tree;
}
const siblings = (tree: ReturnType<typeof buildTree>, index: number) =>
  tree.generateProof(index).siblings;

async function attest(commitment: bigint, deadline: bigint, by = world.actors.clinic) {
  const domain = recordDomain(31337, world.deployment.addresses.RecordRegistry);
  const value = { commitment, clinic: by.address, deadline };
  return by.signTypedData(domain, RECORD_ATTESTATION_TYPES, value);
}

describe("anchoring", () => {
  test("builds the tree that JavaScript builds", async () => {
    const tree = await anchorAll(7);
    expect(await records().root()).toBe(tree.root);
    expect(await records().leafCount()).toBe(7n);
    expect(await records().indexOf(leaf(5))).toBe(5n);
    await expectRefusal(records().indexOf(leaf(7)), "NotAnchored", { leaf: leaf(7) });
  });

  test("takes a batch by its root and says what its leaves hash to", async () => {
    const leaves = [leaf(1), leaf(2), leaf(3)];
    const leavesHash = keccak256(concat(leaves.map((l) => toBeHex(l, 32))));
    const { root } = buildTree(leaves);
    const receipt = await (await records().anchorBatch(root, 3, leavesHash, "ipfs://b")).wait();
    const event = records().interface.parseLog(receipt.logs[0])!;
    expect(event.args.toObject()).toMatchObject({
      leaf: root,
      size: 3n,
      leavesHash,
      uri: "ipfs://b",
    });
  });

  test("refuses a batch of none or of more than 4,096", async () => {
    await expectRefusal(records().anchorBatch(leaf(1), 0, leafHash, ""), "BatchSize");
    await expectRefusal(records().anchorBatch(leaf(1), 4097, leafHash, ""), "BatchSize");
    await records().anchorBatch(leaf(1), 4096, leafHash, "");
  });
  const leafHash = `0x${"01".repeat(32)}`;

  test("refuses zero and numbers at or above the field order", async () => {
    await expectRefusal(records().anchor(0n), "NotInField");
    await expectRefusal(records().anchor(FIELD_ORDER), "NotInField");
    await records().anchor(FIELD_ORDER - 1n);
  });

  test("refuses the same leaf twice, also from another clinic", async () => {
    await records().anchor(leaf(1));
    await expectRefusal(records().anchor(leaf(1)), "AlreadyAnchored", { leaf: leaf(1) });
    await expectRefusal(records("otherClinic").anchor(leaf(1)), "AlreadyAnchored");
  });

  test("refuses the leaf after the 2^20th", async () => {
    const registry = world.deployment.addresses.RecordRegistry;
    // EIP712 has slots 0 and 1, the tree's size is in slot 2.
    const setSize = (size: number) =>
      world.request("hardhat_setStorageAt", registry, "0x2", toBeHex(size, 32));
    await setSize(2 ** 20);
    expect(await records().leafCount()).toBe(2n ** 20n);
    await expectRefusal(records().anchor(leaf(1)), "RegistryFull");
    await setSize(2 ** 20 - 1);
    await records().anchor(leaf(1));
  });

  test("refuses a clinic without accreditation", async () => {
    await expectRefusal(records("anyone").anchor(leaf(1)), "NotAccredited");
    await expectRefusal(records("sponsor").anchor(leaf(1)), "NotAccredited");
  });
});

describe("a patient's own anchoring by the clinic's signature", () => {
  const deadline = async () => BigInt((await world.now()) + 100);

  test("works from any sender and makes the leaf the clinic's", async () => {
    const until = await deadline();
    const clinic = world.actors.clinic.address;
    await records("anyone").anchorSigned(leaf(1), clinic, until, await attest(leaf(1), until));
    expect(await records().anchoredBy(leaf(1))).toBe(clinic);
  });

  test("refuses each field tampered with", async () => {
    const until = await deadline();
    const signature = await attest(leaf(1), until);
    const { clinic, otherClinic } = world.actors;
    const send = (c: bigint, by: string, d: bigint) =>
      records("anyone").anchorSigned(c, by, d, signature);
    await expectRefusal(send(leaf(2), clinic.address, until), "InvalidSignature");
    await expectRefusal(send(leaf(1), otherClinic.address, until), "InvalidSignature");
    await expectRefusal(send(leaf(1), clinic.address, until + 1n), "InvalidSignature");
  });

  test("refuses it after the deadline, and at the deadline not", async () => {
    const until = await deadline();
    const clinic = world.actors.clinic.address;
    await world.at(Number(until));
    await records("anyone").anchorSigned(leaf(1), clinic, until, await attest(leaf(1), until));
    await world.at(Number(until) + 1);
    const late = records("anyone").anchorSigned(
      leaf(2),
      clinic,
      until,
      await attest(leaf(2), until),
    );
    await expectRefusal(late, "DeadlinePassed");
  });

  test("refuses the signature of a de-accredited clinic", async () => {
    const until = await deadline();
    const clinic = world.actors.clinic.address;
    await world.as("governance").accreditation.deaccredit(ROLE.clinic, clinic);
    const signature = await attest(leaf(1), until);
    const send = records("anyone").anchorSigned(leaf(1), clinic, until, signature);
    await expectRefusal(send, "NotAccredited");
  });

  test("refuses a signature made for another deployment", async () => {
    const until = await deadline();
    const { clinic } = world.actors;
    const domain = recordDomain(31337, world.deployment.addresses.Enrollment);
    const value = { commitment: leaf(1), clinic: clinic.address, deadline: until };
    const signature = await clinic.signTypedData(domain, RECORD_ATTESTATION_TYPES, value);
    const send = records("anyone").anchorSigned(leaf(1), clinic.address, until, signature);
    await expectRefusal(send, "InvalidSignature");
  });
});

describe("replacing", () => {
  test("puts the new leaf in the old one's slot and keeps the older root for its window", async () => {
    const tree = await anchorAll(6);
    for (const index of [0, 3, 5]) {
      const older = await records().root();
      const next = leaf(100 + index);
      await records().replace(leaf(index), next, 1, zero, "", siblings(tree, index));
      tree.update(index, next);
      expect(await records().root()).toBe(tree.root);
      expect(await records().isKnownRoot(older)).toBe(true);
    }
    await records().anchor(leaf(200));
    tree.insert(leaf(200));
    expect(await records().root()).toBe(tree.root);
  });
  const zero = `0x${"00".repeat(32)}`;

  test("refuses another clinic's leaf, a wrong path and a leaf used before", async () => {
    const tree = await anchorAll(4);
    const path = siblings(tree, 1);
    const other = records("otherClinic").replace(leaf(1), leaf(9), 1, zero, "", path);
    await expectRefusal(other, "NotYourLeaf");
    const wrong = [path[1]!, path[0]!];
    await expectRefusal(records().replace(leaf(1), leaf(9), 1, zero, "", wrong), "WrongSiblings");
    await expectRefusal(records().replace(leaf(1), leaf(9), 1, zero, "", []), "WrongSiblings");
    await expectRefusal(records().replace(leaf(1), leaf(2), 1, zero, "", path), "AlreadyAnchored");
    await records().replace(leaf(1), leaf(9), 1, zero, "", path);
    await expectRefusal(records().anchor(leaf(1)), "AlreadyAnchored");
    await expectRefusal(records().replace(leaf(1), leaf(10), 1, zero, "", path), "NotAnchored");
  });
});

describe("revoking", () => {
  test("writes a tombstone and voids every older root at once, the current one included", async () => {
    const tree = await anchorAll(5);
    const older = await records().root();
    await records().anchor(leaf(5));
    tree.insert(leaf(5));
    const current = await records().root();
    expect(await records().isKnownRoot(older)).toBe(true);
    await records().revoke(leaf(2), siblings(tree, 2));
    tree.update(2, await records().tombstoneOf(leaf(2)));
    expect(await records().root()).toBe(tree.root);
    expect(await records().isKnownRoot(older)).toBe(false);
    expect(await records().isKnownRoot(current)).toBe(false);
    expect(await records().isKnownRoot(tree.root)).toBe(true);
  });

  test("refuses to anchor a revoked record again, also by its old signature", async () => {
    const until = BigInt((await world.now()) + 1000);
    const clinic = world.actors.clinic.address;
    const signature = await attest(leaf(0), until);
    await records("anyone").anchorSigned(leaf(0), clinic, until, signature);
    await records().revoke(leaf(0), []);
    const again = records("anyone").anchorSigned(leaf(0), clinic, until, signature);
    await expectRefusal(again, "AlreadyAnchored");
    await expectRefusal(records().anchor(leaf(0)), "AlreadyAnchored");
  });

  test("works before anchoring: the clinic's signature is worth nothing afterwards", async () => {
    await anchorAll(1);
    const older = await records().root();
    await records().anchor(leaf(1));
    const until = BigInt((await world.now()) + 1000);
    const clinic = world.actors.clinic.address;
    await records().revoke(leaf(7), []);
    expect(await records().isKnownRoot(older)).toBe(false);
    const signature = await attest(leaf(7), until);
    const send = records("anyone").anchorSigned(leaf(7), clinic, until, signature);
    await expectRefusal(send, "RevokedBeforeAnchoring");
    await expectRefusal(records().anchor(leaf(7)), "RevokedBeforeAnchoring");
  });

  test("of an unanchored record by one clinic does not block another clinic's", async () => {
    await records("otherClinic").revoke(leaf(1), []);
    await records().anchor(leaf(1));
    await expectRefusal(records("otherClinic").revoke(leaf(1), []), "NotYourLeaf");
  });

  test("cannot be blocked by anchoring the tombstone first", async () => {
    const tree = await anchorAll(2);
    const tombstone = await records().tombstoneOf(leaf(0));
    await records("otherClinic").anchor(tombstone);
    tree.insert(tombstone);
    await records().revoke(leaf(0), siblings(tree, 0));
    tree.update(0, await records().tombstoneOf(tombstone));
    expect(await records().root()).toBe(tree.root);
  });

  test("of a de-accredited clinic's leaf is governance's, and only then", async () => {
    const tree = await anchorAll(3);
    const path = siblings(tree, 1);
    const { records: byGovernance, accreditation } = world.as("governance");
    await expectRefusal(byGovernance.voidLeaf(leaf(1), path), "AlreadyAccredited");
    await accreditation.deaccredit(ROLE.clinic, world.actors.clinic.address);
    await expectRefusal(records().revoke(leaf(1), path), "NotAccredited");
    await expectRefusal(records("anyone").voidLeaf(leaf(1), path), "NotGovernance");
    const before = await records().root();
    await byGovernance.voidLeaf(leaf(1), path);
    expect(await records().isKnownRoot(before)).toBe(false);
    await expectRefusal(byGovernance.voidLeaf(leaf(1), path), "NotAnchored");
    await expectRefusal(byGovernance.voidLeaf(leaf(99), path), "NotAnchored");
  });
});

describe("the root window", () => {
  const isKnownAt = async (root: bigint, seconds: number) => {
    await world.at(seconds);
    await world.mine();
    return records().isKnownRoot(root);
  };

  test("ends to the second, counted from when the root was superseded", async () => {
    await anchorAll(1);
    const old = await records().root();
    await world.travel(30 * 86_400);
    await records().anchor(leaf(1));
    const superseded = await world.now();
    expect(await isKnownAt(old, superseded + ROOT_WINDOW - 1)).toBe(true);
    expect(await isKnownAt(old, superseded + ROOT_WINDOW)).toBe(true);
    expect(await isKnownAt(old, superseded + ROOT_WINDOW + 1)).toBe(false);
  });

  test("keeps the current root good through a month of silence", async () => {
    await anchorAll(3);
    const root = await records().root();
    expect(await isKnownAt(root, (await world.now()) + 31 * 86_400)).toBe(true);
  });

  test("knows neither zero nor a root of another tree", async () => {
    expect(await records().isKnownRoot(0n)).toBe(false);
    await anchorAll(2);
    expect(await records().isKnownRoot(0n)).toBe(false);
    expect(await records().isKnownRoot(buildTree([leaf(5), leaf(6)]).root)).toBe(false);
  });
});
