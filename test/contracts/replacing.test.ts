// A replacement anchors its leaf like any other: once, in the field, of a permitted size; and with
// `replaceAndVoid` the records left out end at once.
import { describe, expect, test } from "vitest";
import {
  buildTree,
  pathOf as pathIn,
  rootOfRecord,
} from "../../circuits/statement/encoding/tree.ts";
import { type Actor, bytes32, expectRefusal, number } from "../support/world.ts";
import { ALONE, attest, registryOf, treeOf } from "./registry.ts";
import { openWorld } from "./scene.ts";

const world = await openWorld();
const registry = registryOf(world);
const { records, leafOf, anchor, replace, replaceAndVoid, revoke, anchorInto } = registry;
const { pathOf, root, isGood, tombstoneOf } = registry;
await anchor("old");

const sized = (size: number, batchRoot = number("new")) =>
  records().replace(number("old"), batchRoot, size, bytes32("l"), "", []);

describe("a replacement", () => {
  test("puts the new leaf in the old one's slot and keeps the older root for its window", async () => {
    for (let i = 1; i < 6; i++) await anchor(`record ${i}`);
    for (const name of ["old", "record 3", "record 5"]) {
      const older = await root();
      await replace(name, `${name}, again`);
      expect(await root()).toBe((await treeOf(world)).root);
      expect(await isGood(older)).toBe(true);
    }
    expect(await records().indexOf(leafOf("record 3, again"))).toBe(3n);
    await anchor("one more");
    expect(await root()).toBe((await treeOf(world)).root);
    expect(await records().slotsOf(world.actors.clinic.address)).toBe(7n);
    expect(await records().liveLeavesOf(world.actors.clinic.address)).toBe(7n);
  });

  test("makes the new leaf the clinic's, to be replaced and revoked like any other", async () => {
    await replace("old", "new");
    expect(await records().anchoredBy(leafOf("new"))).toBe(world.actors.clinic.address);
    await replace("new", "newer");
    await revoke("newer");
    await expectRefusal(records().indexOf(leafOf("newer")), "NotAnchored");
  });

  test("refuses another clinic's leaf: in its own name there is none", async () => {
    const other = records("otherClinic");
    const [old, next] = [number("old"), number("new")];
    const leaf = leafOf("old", "otherClinic");
    await expectRefusal(other.replace(old, next, ...ALONE, []), "NotAnchored", { leaf });
    await expectRefusal(other.replaceAndVoid(old, next, ...ALONE, [], []), "NotAnchored", { leaf });
    await expectRefusal(other.revoke(old, []), "NotAnchored", { leaf });
  });

  test("refuses a wrong path, one too short and one too long", async () => {
    for (let i = 1; i < 4; i++) await anchor(`record ${i}`);
    const path = await pathOf("record 1");
    const send = (siblings: readonly bigint[]) =>
      records().replace(number("record 1"), number("new"), ...ALONE, siblings);
    await expectRefusal(send([path[1]!, path[0]!]), "WrongSiblings");
    await expectRefusal(send([]), "WrongSiblings");
    await expectRefusal(send([...path, 1n]), "WrongSiblings");
    await send(path);
  });

  test("never brings a leaf back that was in the tree before", async () => {
    await replace("old", "new");
    await expectRefusal(replace("new", "old"), "AlreadyAnchored", { leaf: leafOf("old") });
    await expectRefusal(anchor("old"), "AlreadyAnchored");
    await expectRefusal(replace("new", "new"), "AlreadyAnchored");
    const gone = records().replace(number("old"), number("x"), ...ALONE, []);
    await expectRefusal(gone, "NotAnchored", { leaf: leafOf("old") });
  });

  test("refuses a size of none or of more than 4,096, and zero as a root", async () => {
    await expectRefusal(sized(0), "BatchSize", { size: 0n });
    await expectRefusal(sized(4097), "BatchSize", { size: 4097n });
    await expectRefusal(sized(1, 0n), "NotInField", { value: 0n });
    await sized(4096);
  });

  test("refuses a record that the clinic barred before anchoring", async () => {
    const commitment = number("new");
    await records().revokeEarly(commitment);
    await expectRefusal(replace("old", "new"), "RevokedBeforeAnchoring", { commitment });
  });

  test("is refused from a clinic that lost its accreditation", async () => {
    await world.as("governance").accreditation.deaccredit(1, world.actors.clinic.address);
    await expectRefusal(replace("old", "new"), "NotAccredited");
    await expectRefusal(replaceAndVoid("old", "new", []), "NotAccredited");
    const into = records().anchorInto(1n, number("new"), ...ALONE, []);
    await expectRefusal(into, "NotAccredited");
  });
});

describe("a replacement that voids", () => {
  const commitments = ["Alice's record", "Bob's record", "Carol's record"].map(number);
  const batch = buildTree(commitments);
  const rebuilt = buildTree([commitments[0]!, commitments[2]!]);
  const issuer = world.actors.clinic.address;

  /** Anchors the batch and gives what a proof of Bob's record would show. */
  async function anchorBatch() {
    await records().anchorBatch(batch.root, 3, bytes32("three"), "ipfs://three");
    const path = { batch: pathIn(batch, 1), registry: pathIn(await treeOf(world), 1) };
    return rootOfRecord({ commitment: commitments[1]!, issuer, path });
  }
  const leaveOutBob = async (revoked = [commitments[1]!], by: Actor = "clinic") => {
    const siblings = [leafOf("old")];
    const told = [2, bytes32("two"), "ipfs://two"] as const;
    return records(by).replaceAndVoid(batch.root, rebuilt.root, ...told, siblings, revoked);
  };

  test("refuses a record that lay in the batch from then on, under every root there was", async () => {
    const shown = await anchorBatch();
    expect(await isGood(shown)).toBe(true);
    await anchor("another");
    expect(await isGood(shown)).toBe(true);
    const siblings = (await treeOf(world)).generateProof(1).siblings;
    const told = [2, bytes32("two"), ""] as const;
    await records().replaceAndVoid(batch.root, rebuilt.root, ...told, siblings, [commitments[1]!]);
    expect(await isGood(shown)).toBe(false);
    expect(await isGood()).toBe(true);
    expect(await root()).toBe((await treeOf(world)).root);
    const path = { batch: pathIn(rebuilt, 1), registry: pathIn(await treeOf(world), 1) };
    const carol = rootOfRecord({ commitment: commitments[2]!, issuer, path });
    expect(await isGood(carol)).toBe(true);
  });

  test("while a plain one leaves it good for the window, as it says", async () => {
    const shown = await anchorBatch();
    const told = [2, bytes32("two"), ""] as const;
    await records().replace(batch.root, rebuilt.root, ...told, [leafOf("old")]);
    expect(await isGood(shown)).toBe(true);
    expect(await records().epoch()).toBe(0n);
  });

  test("bars each record left out, also by the clinic's old signature", async () => {
    await anchorBatch();
    const deadline = BigInt((await world.now()) + 1000);
    const [commitment] = [commitments[1]!];
    const signature = await attest(world, { commitment, deadline });
    await leaveOutBob([commitment, number("never seen")]);
    for (const barred of [commitment, number("never seen")]) {
      expect(await records().revokedEarly(issuer, barred)).toBe(true);
      const details = { commitment: barred };
      await expectRefusal(records().anchor(barred), "RevokedBeforeAnchoring", details);
    }
    const send = records("anyone").anchorSigned(commitment, issuer, deadline, signature);
    await expectRefusal(send, "RevokedBeforeAnchoring");
    expect(await records().revokedEarly(issuer, commitments[0]!)).toBe(false);
  });

  test("refuses to call a record revoked that stands in the tree alone", async () => {
    await anchorBatch();
    const leaf = leafOf("old");
    await expectRefusal(leaveOutBob([number("old")]), "AlreadyAnchored", { leaf });
    await expectRefusal(leaveOutBob([rebuilt.root]), "AlreadyAnchored");
    await expectRefusal(leaveOutBob([0n]), "NotInField");
    // The one replaced stands there no longer.
    await replaceAndVoid("old", "new", [number("old")]);
  });

  test("counts as one epoch and one of the day's acts, whatever it bars", async () => {
    await anchorBatch();
    await leaveOutBob(commitments.slice(1));
    expect(await records().epoch()).toBe(1n);
    const day = Math.floor((await world.now()) / 86_400);
    expect(await records().revocationsOn(issuer, day)).toBe(1n);
  });
});

describe("a slot used again", () => {
  test("takes a new batch in the tombstone's place; the older root keeps its window", async () => {
    for (let i = 1; i < 5; i++) await anchor(`record ${i}`);
    await revoke("record 2");
    const [older, tombstone] = [await root(), await tombstoneOf("record 2")];
    expect(await records().liveLeavesOf(world.actors.clinic.address)).toBe(4n);
    await anchorInto(tombstone, "instead");
    expect(await records().indexOf(leafOf("instead"))).toBe(2n);
    expect(await root()).toBe((await treeOf(world)).root);
    expect(await isGood(older)).toBe(true);
    expect(await records().slotsOf(world.actors.clinic.address)).toBe(5n);
    expect(await records().liveLeavesOf(world.actors.clinic.address)).toBe(5n);
    await replace("instead", "later");
    await revoke("later");
    await anchorInto(await tombstoneOf("later"), "once more");
  });

  test("refuses another clinic's tombstone, a leaf and a tombstone used already", async () => {
    await anchor("record");
    await revoke("record");
    const tombstone = await tombstoneOf("record");
    const refused = { account: world.actors.otherClinic.address };
    await expectRefusal(anchorInto(tombstone, "x", "otherClinic"), "NotYourLeaf", refused);
    await expectRefusal(anchorInto(leafOf("old"), "x"), "NotYourLeaf");
    await anchorInto(tombstone, "x");
    const again = records().anchorInto(tombstone, number("y"), ...ALONE, await pathOf("x"));
    await expectRefusal(again, "NotYourLeaf");
    expect(await records().tombstoneOwner(tombstone)).toBe(`0x${"00".repeat(20)}`);
  });

  test("refuses what was anchored or barred before, and a wrong path", async () => {
    await anchor("record");
    await revoke("record");
    const tombstone = await tombstoneOf("record");
    await expectRefusal(anchorInto(tombstone, "record"), "AlreadyAnchored");
    await expectRefusal(anchorInto(tombstone, "old"), "AlreadyAnchored");
    await records().revokeEarly(number("barred"));
    await expectRefusal(anchorInto(tombstone, "barred"), "RevokedBeforeAnchoring");
    const wrong = records().anchorInto(tombstone, number("x"), ...ALONE, [1n]);
    await expectRefusal(wrong, "WrongSiblings");
    const size = [4097, bytes32("l"), ""] as const;
    const path = [leafOf("old")];
    const big = records().anchorInto(tombstone, number("x"), ...size, path);
    await expectRefusal(big, "BatchSize");
  });
});
