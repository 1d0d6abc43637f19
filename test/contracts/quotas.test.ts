// No clinic fills the tree, and none stops everybody's screenings: slots and revocations are counted.
import { toBeHex } from "ethers";
import { describe, expect, test } from "vitest";
import { type Actor, DAY, expectRefusal, number } from "../support/world.ts";
import { told } from "./events.ts";
import { ALONE, attest, registryOf } from "./registry.ts";
import { openWorld } from "./scene.ts";

const world = await openWorld();
const registry = registryOf(world);
const { records, leafOf, anchor, replace, replaceAndVoid, revoke, anchorInto } = registry;
const { isGood, root, tombstoneOf } = registry;
const clinic = world.actors.clinic.address;
const governance = () => records("governance");

async function fill(count: number, by: Actor = "clinic") {
  for (let i = 0; i < count; i++) await anchor(`record ${i}`, by);
}

describe("a quota of slots", () => {
  test("refuses a clinic's 65th slot, by any way, and takes another clinic's first", async () => {
    await fill(64);
    await expectRefusal(anchor("one more"), "QuotaReached", { quota: 64n });
    const batch = records().anchorBatch(number("one more"), ...ALONE);
    await expectRefusal(batch, "QuotaReached");
    const deadline = BigInt((await world.now()) + 100);
    const commitment = number("one more");
    const signature = await attest(world, { commitment, deadline });
    const signed = records("anyone").anchorSigned(commitment, clinic, deadline, signature);
    await expectRefusal(signed, "QuotaReached");
    expect(await records().slotsOf(clinic)).toBe(64n);
    await anchor("one more", "otherClinic");
  });

  test("leaves room to go on: what is replaced or revoked takes no new slot", async () => {
    await governance().setQuota(clinic, 2);
    await fill(2);
    await replace("record 0", "rebuilt");
    await revoke("record 1");
    await expectRefusal(anchor("one more"), "QuotaReached", { quota: 2n });
    await anchorInto(await tombstoneOf("record 1"), "one more");
    expect(await records().slotsOf(clinic)).toBe(2n);
    expect(await records().leafCount()).toBe(2n);
  });

  test("is what governance says, for this clinic alone; 0 is the default again", async () => {
    expect(await records().quotaOf(clinic)).toBe(await records().DEFAULT_QUOTA());
    expect(await records().DEFAULT_QUOTA()).toBe(64n);
    expect(await told(governance().setQuota(clinic, 1))).toEqual([
      ["QuotaSet", { clinic, slots: 1n }],
    ]);
    expect(await records().quotaOf(clinic)).toBe(1n);
    expect(await records().quotaOf(world.actors.otherClinic.address)).toBe(64n);
    await fill(1);
    await expectRefusal(anchor("one more"), "QuotaReached", { quota: 1n });
    expect(await told(governance().setQuota(clinic, 0))).toEqual([
      ["QuotaSet", { clinic, slots: 64n }],
    ]);
    await anchor("one more");
  });

  test("takes away nothing when it shrinks below what the clinic has", async () => {
    await fill(3);
    await governance().setQuota(clinic, 2);
    await replace("record 0", "rebuilt");
    await expectRefusal(anchor("one more"), "QuotaReached");
    expect(await records().slotsOf(clinic)).toBe(3n);
  });

  test("as large as a word is as large as anybody can use", async () => {
    await governance().setQuota(clinic, 2n ** 256n - 1n);
    expect(await records().quotaOf(clinic)).toBe(2n ** 32n - 1n);
    await governance().setRevocationLimit(clinic, 2n ** 32n + 1n);
    expect(await records().revocationLimitOf(clinic)).toBe(2n ** 32n - 1n);
  });
});

describe("the tree", () => {
  test("refuses the leaf after the 2^16th", async () => {
    const address = world.deployment.addresses.RecordRegistry;
    // Standings and counts of revocations have slots 0 and 1, the tree's size slot 2.
    const setSize = (size: number) =>
      world.request("hardhat_setStorageAt", address, "0x2", toBeHex(size, 32));
    await setSize(2 ** 16);
    expect(await records().leafCount()).toBe(2n ** 16n);
    await expectRefusal(anchor("a"), "RegistryFull");
    await setSize(2 ** 16 - 1);
    await anchor("a");
    expect(await records().indexOf(leafOf("a"))).toBe(2n ** 16n - 1n);
  });
});

describe("the day's limit", () => {
  /** Revokes the clinic's records one by one, each in the slot that is left. */
  async function revokeMany(count: number, from = 0, by: Actor = "clinic") {
    for (let i = from; i < from + count; i++) {
      await anchorSomewhere(`record ${i}`, i, by);
      await revoke(`record ${i}`, by);
    }
  }
  const anchorSomewhere = async (name: string, i: number, by: Actor) =>
    i === 0 ? anchor(name, by) : anchorInto(await tombstoneOf(`record ${i - 1}`, by), name, by);

  test("refuses the 25th revocation of a day by one clinic, and takes the next day's", async () => {
    await revokeMany(24);
    await anchor("last");
    await expectRefusal(revoke("last"), "TooManyRevocations", { limit: 24n });
    await expectRefusal(replaceAndVoid("last", "x", []), "TooManyRevocations", { limit: 24n });
    const day = Math.floor((await world.now()) / DAY);
    expect(await records().revocationsOn(clinic, day)).toBe(24n);
    await world.at((day + 1) * DAY - 1);
    await expectRefusal(revoke("last"), "TooManyRevocations");
    await world.at((day + 1) * DAY);
    await revoke("last");
    expect(await records().revocationsOn(clinic, day + 1)).toBe(1n);
    expect(await records().revocationsOn(clinic, day)).toBe(24n);
  });

  test("counts each clinic for itself", async () => {
    await governance().setRevocationLimit(clinic, 1);
    await revokeMany(1);
    await anchor("last");
    await expectRefusal(revoke("last"), "TooManyRevocations", { limit: 1n });
    await revokeMany(2, 0, "otherClinic");
  });

  test("is refused to be outrun: a hostile clinic voids no more than its limit of roots in flight", async () => {
    await governance().setRevocationLimit(world.actors.otherClinic.address, 3);
    await fill(8, "otherClinic");
    let voided = 0;
    for (let i = 0; i < 8; i++) {
      await anchor(`honest ${i}`);
      const shown = await root();
      await anchor(`honest too ${i}`);
      await revoke(`record ${i}`, "otherClinic").catch(() => undefined);
      await records("otherClinic").revokeEarly(number(`nothing ${i}`));
      if (!(await isGood(shown))) voided += 1;
    }
    expect(voided).toBe(3);
  });

  test("is what governance says: the way out of a bad day; 0 is the default again", async () => {
    await governance().setRevocationLimit(clinic, 1);
    await fill(3);
    await revoke("record 0");
    await expectRefusal(revoke("record 1"), "TooManyRevocations");
    expect(await told(governance().setRevocationLimit(clinic, 2))).toEqual([
      ["RevocationLimitSet", { clinic, perDay: 2n }],
    ]);
    await revoke("record 1");
    await expectRefusal(revoke("record 2"), "TooManyRevocations", { limit: 2n });
    expect(await told(governance().setRevocationLimit(clinic, 0))).toEqual([
      ["RevocationLimitSet", { clinic, perDay: 24n }],
    ]);
    await revoke("record 2");
    expect(await records().DEFAULT_REVOCATION_LIMIT()).toBe(24n);
  });

  test("is not touched by acts that void nothing, nor by one that was refused", async () => {
    await governance().setRevocationLimit(clinic, 1);
    await fill(2);
    await replace("record 0", "rebuilt");
    await records().revokeEarly(number("nothing"));
    await expectRefusal(records().revoke(number("record 1"), []), "WrongSiblings");
    await revoke("record 1");
    await anchorInto(await tombstoneOf("record 1"), "again");
  });
});
