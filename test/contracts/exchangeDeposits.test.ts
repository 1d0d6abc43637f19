import { describe, expect, test } from "vitest";
import { bytes32, expectRefusal, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { openExchange } from "./exchangeStory.ts";

const { world } = await openExchange();
const log = (by: "operator" | "otherSponsor" = "operator") => world.as(by).deposits;
const ZERO = `0x${"00".repeat(32)}`;

describe("a batch of deposits", () => {
  test("is anchored with its time and its place among the operator's entries", async () => {
    const operator = world.actors.operator.address;
    const about = { operator, root: bytes32("a"), count: 1_000n };
    expect(await told(log().anchor(bytes32("a"), 1_000))).toEqual([
      ["DepositsAnchored", { ...about, batch: 0n, first: 0n }],
    ]);
    expect(await log().anchoredAt(bytes32("a"))).toBe(BigInt(await world.now()));
    const next = { operator, root: bytes32("b"), count: 24n };
    expect(await told(log().anchor(bytes32("b"), 24))).toEqual([
      ["DepositsAnchored", { ...next, batch: 1n, first: 1_000n }],
    ]);
    expect(await log().batchesOf(operator)).toBe(2n);
    expect(await log().entriesOf(operator)).toBe(1_024n);
    expect(await log().anchoredAt(bytes32("c"))).toBe(0n);
  });

  test("holds 1 to 1,024 entries under a root", async () => {
    for (const size of [0, 1_025, 2 ** 32 - 1]) {
      const about = { size: BigInt(size) };
      await expectRefusal(log().anchor(bytes32("a"), size), "BatchSize", about);
    }
    await expectRefusal(log().anchor(ZERO, 1), "EmptyRoot");
    await log().anchor(bytes32("a"), 1);
    await log().anchor(bytes32("b"), 1_024);
  });

  test("is anchored once, whoever sends it again: no entry is counted twice", async () => {
    const { accreditation } = world.as("governance");
    await accreditation.accredit(ROLE.operator, world.actors.otherSponsor.address, "another");
    await log().anchor(bytes32("a"), 10);
    const again = { leaf: BigInt(bytes32("a")) };
    await expectRefusal(log().anchor(bytes32("a"), 10), "AlreadyAnchored", again);
    await expectRefusal(log("otherSponsor").anchor(bytes32("a"), 10), "AlreadyAnchored");
    await log("otherSponsor").anchor(bytes32("b"), 3);
    expect(await log().entriesOf(world.actors.operator.address)).toBe(10n);
    expect(await log().entriesOf(world.actors.otherSponsor.address)).toBe(3n);
    // Of all operators, and nothing that was refused.
    expect(await log().batches()).toBe(2n);
  });

  test("is an accredited operator's, and of nobody who was one", async () => {
    for (const by of ["sponsor", "custodian", "site", "governance", "anyone"] as const) {
      const sent = world.as(by).deposits.anchor(bytes32("a"), 1);
      await expectRefusal(sent, "NotAccredited", { account: world.actors[by].address });
    }
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(ROLE.operator, world.actors.operator.address);
    await expectRefusal(log().anchor(bytes32("a"), 1), "NotAccredited");
  });
});
