// Governance ends a clinic: at once and without siblings, so also from behind a real timelock.

import { readFileSync } from "node:fs";
import { ContractFactory, type Interface } from "ethers";
import { describe, expect, test } from "vitest";
import type { Artifact } from "../../contracts/artifact.ts";
import { type Actor, DAY, expectRefusal, number, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { attest, registryOf, treeOf } from "./registry.ts";
import { openWorld } from "./scene.ts";

const world = await openWorld();
const registry = registryOf(world);
const { records, leafOf, anchor, replace, replaceAndVoid, revoke, anchorInto } = registry;
const { pathTo, isGood, root, tombstoneOf } = registry;
const clinic = world.actors.clinic.address;
const deaccredit = () => world.as("governance").accreditation.deaccredit(ROLE.clinic, clinic);
const voidClinic = (by: Actor = "governance") => records(by).voidClinic(clinic);
const clear = async (name: string, by: Actor = "anyone") =>
  records(by).clearLeaf(leafOf(name), await pathTo(leafOf(name)));

/** Two records of the clinic among those of another, and the clinic's end. */
async function end() {
  for (const name of ["a", "b"]) {
    await anchor(name);
    await anchor(`other ${name}`, "otherClinic");
  }
  await deaccredit();
  return told(voidClinic());
}

describe("voiding a clinic", () => {
  test("refuses every root at once, the current one too, until the last leaf is cleared", async () => {
    const events = await end();
    const about = { clinic, epoch: 1n, leavesLeft: 2n };
    expect(events).toEqual([["ClinicVoided", about]]);
    expect(await records().isVoided(clinic)).toBe(true);
    const before = await root();
    expect(await isGood()).toBe(false);
    await clear("b");
    expect(await records().leavesToClear()).toBe(1n);
    const between = await root();
    expect(await isGood()).toBe(false);
    const [tombstone, leaf] = [await tombstoneOf("a"), leafOf("a")];
    const cleared = await told(clear("a"));
    const revoked = { clinic, index: 0n, leaf, tombstone, root: await root(), epoch: 3n };
    expect(cleared).toEqual([["Revoked", revoked]]);
    expect(await isGood()).toBe(true);
    expect(await root()).toBe((await treeOf(world)).root);
    for (const older of [before, between]) expect(await isGood(older)).toBe(false);
    await anchor("other c", "otherClinic");
    for (const older of [before, between]) expect(await isGood(older)).toBe(false);
  });

  test("voids older roots for good, those with leaves that the clinic has replaced included", async () => {
    await anchor("a");
    await anchor("other", "otherClinic");
    const withA = await root();
    await replace("a", "rebuilt");
    await revoke("rebuilt");
    await anchor("other too", "otherClinic");
    await anchorInto(await tombstoneOf("rebuilt"), "b");
    const withB = await root();
    await replace("b", "c");
    expect(await isGood(withB)).toBe(true);
    await deaccredit();
    await voidClinic();
    await clear("c");
    expect(await isGood(withA)).toBe(false);
    expect(await isGood(withB)).toBe(false);
    expect(await isGood()).toBe(true);
  });

  test("of one without leaves leaves the current root good and voids the older ones", async () => {
    await anchor("a");
    await anchor("other", "otherClinic");
    await revoke("a");
    await anchor("other too", "otherClinic");
    const older = await root();
    await anchor("other again", "otherClinic");
    await deaccredit();
    await voidClinic();
    expect(await records().leavesToClear()).toBe(0n);
    expect(await isGood()).toBe(true);
    expect(await isGood(older)).toBe(false);
  });

  test("is governance's alone, of a clinic not accredited, and once", async () => {
    await anchor("a");
    await expectRefusal(voidClinic(), "AlreadyAccredited", { account: clinic });
    await deaccredit();
    for (const by of ["anyone", "clinic", "otherClinic"] as const) {
      await expectRefusal(voidClinic(by), "NotGovernance");
    }
    await voidClinic();
    await expectRefusal(voidClinic(), "ClinicIsVoided", { clinic });
    expect(await records().leavesToClear()).toBe(1n);
  });

  test("is for good: accredited again, the account is refused every act", async () => {
    await end();
    await clear("a");
    await clear("b");
    const until = BigInt((await world.now()) + 100);
    const commitment = number("new");
    const signature = await attest(world, { commitment, deadline: until });
    await world.as("governance").accreditation.accredit(ROLE.clinic, clinic, "Again");
    const tombstone = await tombstoneOf("a");
    const acts = [
      () => anchor("new"),
      () => records().anchorBatch(commitment, 1, `0x${"00".repeat(32)}`, ""),
      () => records("anyone").anchorSigned(commitment, clinic, until, signature),
      () => anchorInto(tombstone, "new"),
      () => records().replace(number("a"), commitment, 1, `0x${"00".repeat(32)}`, "", []),
      () =>
        records().replaceAndVoid(number("a"), commitment, 1, `0x${"00".repeat(32)}`, "", [], []),
      () => records().revoke(number("a"), []),
      () => records().revokeEarly(commitment),
    ];
    for (const act of acts) await expectRefusal(act(), "ClinicIsVoided", { clinic });
  });
});

describe("clearing", () => {
  test("refuses leaves of others, tombstones, what is cleared, and a wrong path", async () => {
    await end();
    const send = async (leaf: bigint, path?: readonly bigint[]) =>
      records("anyone").clearLeaf(leaf, path ?? (await pathTo(leaf)));
    const other = world.actors.otherClinic.address;
    const notVoided = send(leafOf("other a", "otherClinic"));
    await expectRefusal(notVoided, "NotVoided", { clinic: other });
    await expectRefusal(send(leafOf("never"), []), "NotAnchored", { leaf: leafOf("never") });
    const path = await pathTo(leafOf("a"));
    await expectRefusal(send(leafOf("a"), [...path].reverse()), "WrongSiblings");
    await expectRefusal(send(leafOf("a"), path.slice(1)), "WrongSiblings");
    await clear("a");
    const tombstone = await tombstoneOf("a");
    await expectRefusal(send(tombstone), "NotAnchored", { leaf: tombstone });
    await expectRefusal(send(leafOf("a"), path), "NotAnchored", { leaf: leafOf("a") });
    await clear("b");
    await expectRefusal(send(leafOf("a"), path), "NotAnchored");
    expect(await records().leavesToClear()).toBe(0n);
  });

  test("cannot be outrun: nothing is anchored or replaced while leaves are left", async () => {
    await anchor("slot", "otherClinic");
    await revoke("slot", "otherClinic");
    const tombstone = await tombstoneOf("slot", "otherClinic");
    await end();
    const until = BigInt((await world.now()) + 100);
    const by = "otherClinic";
    const commitment = number("new");
    const signature = await attest(world, { commitment, deadline: until, by });
    const { address } = world.actors.otherClinic;
    const acts = [
      () => anchor("new", by),
      () => records("anyone").anchorSigned(commitment, address, until, signature),
      () => anchorInto(tombstone, "new", by),
      () => replace("other a", "new", by),
    ];
    for (const act of acts) await expectRefusal(act(), "RegistryBlocked", { leavesLeft: 2n });
    await clear("a");
    await expectRefusal(anchor("new", by), "RegistryBlocked", { leavesLeft: 1n });
    await clear("b");
    await anchor("new", by);
  });

  test("does not wait for others' revocations, which go on, nor they for it", async () => {
    await end();
    await revoke("other a", "otherClinic");
    await replaceAndVoid("other b", "rebuilt", [], "otherClinic");
    await records("otherClinic").revokeEarly(number("early"));
    expect(await isGood()).toBe(false);
    await clear("a");
    await clear("b");
    expect(await isGood()).toBe(true);
  });

  test("waits for the leaves of every voided clinic", async () => {
    await end();
    const other = world.actors.otherClinic.address;
    await world.as("governance").accreditation.deaccredit(ROLE.clinic, other);
    await records("governance").voidClinic(other);
    expect(await records().leavesToClear()).toBe(4n);
    await clear("a");
    await clear("b");
    expect(await isGood()).toBe(false);
    for (const name of ["other a", "other b"]) {
      const leaf = leafOf(name, "otherClinic");
      await records("anyone").clearLeaf(leaf, await pathTo(leaf));
    }
    expect(await isGood()).toBe(true);
  });
});

describe("behind a TimelockController of a week", () => {
  const WEEK = 7 * DAY;
  const ZERO = `0x${"00".repeat(32)}`;
  const { Accreditation, RecordRegistry } = world.deployment.addresses;
  const abiOf = (name: "accreditation" | "records") =>
    world.as("anyone")[name].interface as Interface;

  /** Governance hands over to the timelock; gives what schedules a batch and executes it later. */
  async function handOver() {
    const file =
      "@openzeppelin/contracts/governance/TimelockController.sol/TimelockController.json";
    const at = new URL(`../../contracts/build/artifacts/${file}`, import.meta.url);
    const { abi, bytecode } = JSON.parse(readFileSync(at, "utf8")) as Artifact;
    const { governance } = world.actors;
    const factory = new ContractFactory(abi, bytecode, governance as never);
    const roles = [[governance.address], [governance.address], governance.address];
    const lock = (await (await factory.deploy(WEEK, ...roles)).waitForDeployment()) as unknown as {
      getAddress(): Promise<string>;
      scheduleBatch(...args: unknown[]): Promise<unknown>;
      executeBatch(...args: unknown[]): Promise<unknown>;
    };
    const address = await lock.getAddress();
    await world.as("governance").accreditation.transferOwnership(address);
    const batchOf = (calls: readonly (readonly [string, string])[]) => {
      const args = [calls.map(([to]) => to), calls.map(() => 0), calls.map(([, data]) => data)];
      return {
        schedule: () => lock.scheduleBatch(...args, ZERO, ZERO, WEEK),
        execute: () => lock.executeBatch(...args, ZERO, ZERO),
      };
    };
    const accept = abiOf("accreditation").encodeFunctionData("acceptOwnership");
    const first = batchOf([[Accreditation, accept]]);
    await first.schedule();
    await world.travel(WEEK);
    await first.execute();
    expect(await world.as("anyone").accreditation.owner()).toBe(address);
    return batchOf;
  }
  const deaccreditCall = () =>
    abiOf("accreditation").encodeFunctionData("deaccredit", [ROLE.clinic, clinic]);
  const voidCall = () => abiOf("records").encodeFunctionData("voidClinic", [clinic]);

  test("refuses the clinic's records once executed, whatever the tree became meanwhile", async () => {
    const batchOf = await handOver();
    await anchor("a");
    await anchor("other", "otherClinic");
    const shown = await root();
    const strike = batchOf([
      [Accreditation, deaccreditCall()],
      [RecordRegistry, voidCall()],
    ]);
    await strike.schedule();
    // A week of everybody's records, the struck clinic's too.
    await world.travel(3 * DAY);
    await anchor("b");
    await anchor("other too", "otherClinic");
    await replace("a", "rebuilt");
    await expect(strike.execute()).rejects.toThrow();
    expect(await records().isVoided(clinic)).toBe(false);
    await world.travel(4 * DAY);
    await strike.execute();
    expect(await isGood()).toBe(false);
    expect(await isGood(shown)).toBe(false);
    // Nobody needs governance for the rest: siblings of the day, by whoever comes.
    await clear("rebuilt");
    await clear("b", "site");
    expect(await isGood()).toBe(true);
    expect(await root()).toBe((await treeOf(world)).root);
    await anchor("other again", "otherClinic");
  });

  test("nobody else voids, nor sets quotas and limits: the old governance included", async () => {
    const batchOf = await handOver();
    for (const by of ["governance", "anyone"] as const) {
      await expectRefusal(voidClinic(by), "NotGovernance");
      await expectRefusal(records(by).setQuota(clinic, 9), "NotGovernance");
      await expectRefusal(records(by).setRevocationLimit(clinic, 9), "NotGovernance");
    }
    const set = batchOf([
      [RecordRegistry, abiOf("records").encodeFunctionData("setQuota", [clinic, 9])],
      [RecordRegistry, abiOf("records").encodeFunctionData("setRevocationLimit", [clinic, 8])],
    ]);
    await set.schedule();
    await world.travel(WEEK);
    await set.execute();
    expect(await records().quotaOf(clinic)).toBe(9n);
    expect(await records().revocationLimitOf(clinic)).toBe(8n);
  });
});
