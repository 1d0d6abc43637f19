// What takes a revoked leaf's place, what a revocation voids, and what an early one bars.
import { AbiCoder, keccak256, toBeHex } from "ethers";
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { expectRefusal, number } from "../support/world.ts";
import { attest, registryOf, treeOf } from "./registry.ts";
import { openWorld } from "./scene.ts";

const world = await openWorld();
const registry = registryOf(world);
const { records, leafOf, anchor, replace, revoke, anchorInto } = registry;
const { root, isGood, tombstoneOf } = registry;
const clinic = world.actors.clinic.address;

async function anchorAll(count: number) {
  for (let i = 0; i < count; i++) await anchor(`record ${i}`);
}

describe("revoking", () => {
  test("writes a tombstone and voids every older root at once, the current one included", async () => {
    await anchorAll(5);
    const older = await root();
    await anchor("record 5");
    const current = await root();
    expect(await isGood(older)).toBe(true);
    await revoke("record 2");
    expect((await treeOf(world)).leaves[2]).toBe(await tombstoneOf("record 2"));
    expect(await root()).toBe((await treeOf(world)).root);
    expect(await isGood(older)).toBe(false);
    expect(await isGood(current)).toBe(false);
    expect(await isGood()).toBe(true);
    await expectRefusal(records().revoke(number("record 2"), []), "NotAnchored");
  });

  test("refuses to anchor a revoked record again, also by its old signature", async () => {
    const deadline = BigInt((await world.now()) + 1000);
    const commitment = number("record");
    const signature = await attest(world, { commitment, deadline });
    const send = () => records("anyone").anchorSigned(commitment, clinic, deadline, signature);
    await send();
    await revoke("record");
    await expectRefusal(send(), "AlreadyAnchored");
    await expectRefusal(anchor("record"), "AlreadyAnchored");
  });

  test("is refused to a clinic that lost its accreditation", async () => {
    await anchorAll(1);
    await world.as("governance").accreditation.deaccredit(1, clinic);
    await expectRefusal(revoke("record 0"), "NotAccredited");
    await expectRefusal(records().revokeEarly(1n), "NotAccredited");
  });

  test("never brings an older tree back, whose root was voided", async () => {
    await anchorAll(2);
    await revoke("record 1");
    const voided = await root();
    await anchorInto(await tombstoneOf("record 1"), "instead");
    await revoke("instead");
    expect(await root()).not.toBe(voided);
    expect(await isGood(voided)).toBe(false);
  });
});

describe("an early revocation", () => {
  test("bars the record, also by the clinic's signature given before, and changes no root", async () => {
    await anchorAll(1);
    const older = await root();
    await anchor("record 1");
    const current = await root();
    const deadline = BigInt((await world.now()) + 1000);
    const commitment = number("record 7");
    await records().revokeEarly(commitment);
    expect(await isGood(older)).toBe(true);
    expect(await root()).toBe(current);
    expect(await records().epoch()).toBe(0n);
    const signature = await attest(world, { commitment, deadline });
    const send = records("anyone").anchorSigned(commitment, clinic, deadline, signature);
    await expectRefusal(send, "RevokedBeforeAnchoring", { commitment });
    await expectRefusal(anchor("record 7"), "RevokedBeforeAnchoring");
  });

  test("refuses a record that stands in the tree alone: that is for a revocation", async () => {
    await anchorAll(1);
    const leaf = leafOf("record 0");
    await expectRefusal(records().revokeEarly(number("record 0")), "AlreadyAnchored", { leaf });
    await revoke("record 0");
    await records().revokeEarly(number("record 0"));
  });

  test("refuses a number that is not of the field: it would bar nothing", async () => {
    for (const value of [0n, FIELD_ORDER + number("record")]) {
      await expectRefusal(records().revokeEarly(value), "NotInField", { value });
    }
  });

  test("by one clinic does not bar another clinic's", async () => {
    await records("otherClinic").revokeEarly(number("record"));
    await anchor("record");
    await expectRefusal(anchor("record", "otherClinic"), "RevokedBeforeAnchoring");
  });

  test("is refused as a way to void roots: a hundred of them leave every proof in flight good", async () => {
    await anchorAll(1);
    const shown = await root();
    await anchor("record 1");
    for (let i = 0; i < 100; i++) await records("otherClinic").revokeEarly(number(`nothing ${i}`));
    expect(await isGood(shown)).toBe(true);
  });
});

describe("a tombstone", () => {
  test("is the number of 128 bits that anybody computes from the leaf", async () => {
    const leaf = leafOf("record");
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["string", "uint256"],
      ["cohort-zero/tombstone/2", leaf],
    );
    const tombstone = BigInt(keccak256(encoded)) & (2n ** 128n - 1n);
    expect(await records().tombstoneOf(leaf)).toBe(tombstone);
  });

  test("is refused as a leaf, were there a record with such a leaf", async () => {
    // Poseidon gives no such number in a lifetime: a stand-in that says what we like.
    const poseidon = world.deployment.addresses.PoseidonT4;
    const answer = (value: bigint) =>
      world.request("hardhat_setCode", poseidon, `0x7f${toBeHex(value, 32).slice(2)}5f5260205ff3`);
    for (const leaf of [1n, 2n ** 128n - 1n]) {
      await answer(leaf);
      await expectRefusal(anchor("record"), "ReservedLeaf", { leaf });
    }
    await answer(2n ** 128n);
    await anchor("record");
    expect(await root()).toBe(2n ** 128n);
  });

  test("costs the same whatever another clinic anchors: the chain of tombstones is refused", async () => {
    const gasOf = async (sent: Promise<unknown>) =>
      (await ((await sent) as { wait(): Promise<{ gasUsed: bigint }> }).wait()).gasUsed;
    await anchor("record");
    for (let i = 0; i < 31; i++) await anchor(`other ${i}`, "otherClinic");
    const before = await world.snapshot();
    const alone = await gasOf(revoke("record"));
    await world.revert(before);
    let tombstone: bigint = leafOf("record");
    for (let i = 0; i < 31; i++) {
      tombstone = (await records().tombstoneOf(tombstone)) as bigint;
      const path = registry.pathOf(`other ${i}`, "otherClinic");
      const told = [1, `0x${"00".repeat(32)}`, ""] as const;
      await records("otherClinic").replace(number(`other ${i}`), tombstone, ...told, await path);
    }
    expect(Math.abs(Number((await gasOf(revoke("record"))) - alone))).toBeLessThan(2_000);
  });

  test("of two leaves with one is another for the second, so that neither is irrevocable", async () => {
    await anchorAll(2);
    const first = await tombstoneOf("record 0");
    // As if that number stood in the tree: leaves by number are in the mapping of slot `tree` + 3.
    const slot = keccak256(
      AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [first, leavesSlot]),
    );
    await world.request("hardhat_setStorageAt", address(), slot, toBeHex(9, 32));
    expect(await records().indexOf(first)).toBe(8n);
    await revoke("record 0");
    const second = (await records().tombstoneOf(first)) as bigint;
    expect(await records().indexOf(second)).toBe(0n);
    expect(await records().tombstoneOwner(second)).toBe(clinic);
  });
  const address = () => world.deployment.addresses.RecordRegistry;
  const leavesSlot = 5;

  test("is nobody's but the clinic's that revoked, and never a replaced record's", async () => {
    await anchorAll(1);
    await replace("record 0", "record 1");
    expect(await records().tombstoneOwner(await tombstoneOf("record 0"))).toMatch(/^0x0+$/);
    await revoke("record 1");
    expect(await records().tombstoneOwner(await tombstoneOf("record 1"))).toBe(clinic);
  });
});
