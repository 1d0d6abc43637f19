// A replacement anchors its leaf like any other: once, in the field, of a permitted size.
import { keccak256, toUtf8Bytes } from "ethers";
import { describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { hashEncoded } from "../../circuits/statement/hash.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import { openWorld } from "./scene.ts";
import { type Actor, expectRefusal, number } from "./world.ts";

const world = await openWorld();
await world.as("clinic").records.anchor(number("old"));

const records = (actor: Actor = "clinic") => world.as(actor).records;
const replace = (oldLeaf: string, leaf: string, size = 1, by: Actor = "clinic") =>
  records(by).replace(number(oldLeaf), number(leaf), size, ZERO_BYTES32, "", []);

describe("a replacement", () => {
  test("makes the new leaf the clinic's, to be replaced and revoked like any other", async () => {
    await replace("old", "new");
    expect(await records().anchoredBy(number("new"))).toBe(world.actors.clinic.address);
    await expectRefusal(records("otherClinic").revoke(number("new"), []), "NotYourLeaf");
    await replace("new", "newer");
    await records().revoke(number("newer"), []);
    await expectRefusal(records().indexOf(number("newer")), "NotAnchored");
  });

  test("never brings a leaf back that was in the tree before", async () => {
    await replace("old", "new");
    await expectRefusal(replace("new", "old"), "AlreadyAnchored");
    await expectRefusal(records().anchor(number("old")), "AlreadyAnchored");
  });

  test("refuses a size of none or of more than 4,096, and zero as a leaf", async () => {
    await expectRefusal(replace("old", "new", 0), "BatchSize", { size: 0n });
    await expectRefusal(replace("old", "new", 4097), "BatchSize", { size: 4097n });
    const zero = records().replace(number("old"), 0n, 1, ZERO_BYTES32, "", []);
    await expectRefusal(zero, "NotInField");
    await replace("old", "new", 4096);
  });

  test("refuses a record that the clinic has revoked before anchoring", async () => {
    await records().revoke(number("new"), []);
    await expectRefusal(replace("old", "new"), "RevokedBeforeAnchoring");
  });

  test("is refused from a clinic that lost its accreditation", async () => {
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(1, world.actors.clinic.address);
    await expectRefusal(replace("old", "new"), "NotAccredited");
  });
});

describe("a leaf", () => {
  test("at the field order is refused by name, before the tree sees it", async () => {
    const value = FIELD_ORDER;
    await expectRefusal(records().anchor(value), "NotInField", { value });
  });

  test("of the number 1, alone in the tree, is a root like others", async () => {
    const twin = await world.twin();
    const { records: alone } = twin.as("clinic");
    await alone.anchor(1n);
    expect(await alone.root()).toBe(1n);
    await alone.anchor(2n);
    expect(await alone.isKnownRoot(1n)).toBe(true);
    await alone.revoke(2n, [1n]);
    expect(await alone.isKnownRoot(1n)).toBe(false);
  });

  test("has the tombstone that TypeScript computes", async () => {
    const tombstone = hashEncoded(
      ["string", "uint256"],
      ["cohort-zero/tombstone/1", number("old")],
    );
    expect(await records().tombstoneOf(number("old"))).toBe(tombstone);
  });

  test("once revoked is nobody's, though another clinic anchored its tombstone and replaced it", async () => {
    const other = records("otherClinic");
    const tombstone = await records().tombstoneOf(number("old"));
    await other.anchor(tombstone);
    await other.replace(tombstone, number("instead"), 1, ZERO_BYTES32, "", [number("old")]);
    await records().revoke(number("old"), [number("instead")]);
    const next = await records().tombstoneOf(tombstone);
    expect(await records().indexOf(next)).toBe(0n);
    const take = (leaf: bigint) =>
      other.replace(leaf, number("mine"), 1, ZERO_BYTES32, "", [number("instead")]);
    await expectRefusal(take(tombstone), "NotAnchored");
    await expectRefusal(take(next), "NotYourLeaf");
  });

  test("once revoked does not bring an older tree back, whose root was voided", async () => {
    const tombstone = await records().tombstoneOf(number("new"));
    await records().anchor(tombstone);
    const before = await records().root();
    await records().replace(tombstone, number("new"), 1, ZERO_BYTES32, "", [number("old")]);
    await records().revoke(number("new"), [number("old")]);
    expect(await records().root()).not.toBe(before);
    expect(await records().isKnownRoot(before)).toBe(false);
  });

  test("is attested by the EIP-712 type that clinics sign", async () => {
    const type = "RecordAttestation(uint256 commitment,address clinic,uint256 deadline)";
    expect(await records().RECORD_ATTESTATION_TYPEHASH()).toBe(keccak256(toUtf8Bytes(type)));
  });
});
