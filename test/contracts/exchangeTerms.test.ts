// Who holds the keys of a version is a term of it: the board approves it with all the rest.
import { describe, expect, test } from "vitest";
import {
  inOrder,
  MAX_CUSTODIANS,
  MIN_CUSTODIAN_THRESHOLD,
} from "../../circuits/statement/trial/trial.ts";
import { expectRefusal } from "../support/world.ts";
import { openScene } from "./scene.ts";

const { world, story } = await openScene({ approved: false });

const account = (n: number) => `0x${n.toString(16).padStart(40, "0")}`;
const accounts = (count: number) => Array.from({ length: count }, (_, i) => account(i + 1));
const publish = (custodians: readonly string[], custodianThreshold: number) =>
  story.publish({ custodians, custodianThreshold });
const refuse = (custodians: readonly string[], threshold: number) =>
  expectRefusal(publish(custodians, threshold), "InvalidTerms");

describe("a version's custodians", () => {
  test("are none with no threshold, or two to seven", async () => {
    await publish([], 0);
    await publish(accounts(2), 2);
    await publish(accounts(7), 2);
    for (const threshold of [1, 2]) await refuse([], threshold);
    for (const threshold of [0, 1, 2]) await refuse(accounts(1), threshold);
    await refuse(accounts(8), 2);
  });

  test("open a package two at a time at least, and all together at most", async () => {
    for (const threshold of [0, 1, 4]) await refuse(accounts(3), threshold);
    for (const threshold of [2, 3]) await publish(accounts(3), threshold);
  });

  test("are each there once, in one order, and none is nobody", async () => {
    await refuse([account(0), account(1), account(2)], 2);
    await refuse([account(1), account(1), account(2)], 2);
    await refuse([account(1), account(2), account(2)], 2);
    await refuse([account(1), account(3), account(2)], 2);
    await publish([account(1), account(2), `0x${"f".repeat(40)}`], 2);
  });

  test("are in the order that TypeScript puts them in, whatever their spelling", async () => {
    const { custodian, otherCustodian, sponsor, board } = world.actors;
    const mixed = [custodian, otherCustodian, sponsor, board].map(({ address }) => address);
    await publish(inOrder(mixed), 3);
    await publish(inOrder(mixed.map((one) => one.toLowerCase())), 3);
    expect(inOrder([...mixed].reverse())).toEqual(inOrder(mixed));
  });

  test("are told with the version, and approved with all of it", async () => {
    const custodians = inOrder(accounts(3));
    const version = await publish(custodians, 2);
    const { trials } = world.as("anyone");
    const [event] = (await trials.queryFilter(trials.filters.VersionPublished())).slice(-1);
    const { args } = trials.interface.parseLog(event!)!;
    expect([...args.terms.custodians]).toEqual(custodians);
    expect(args.terms.custodianThreshold).toBe(2n);
    expect(args.digest).toBe(story.digestOf(version));
    const until = (await world.now()) + 1_000;
    const others = { ...story.published[version - 1]!, custodianThreshold: 3 };
    story.published[version - 1] = others;
    const approve = world.as("board").trials.approve;
    const sent = approve(story.trialId, version, story.digestOf(version), until);
    await expectRefusal(sent, "DigestMismatch");
  });

  test("have the limits that TypeScript knows", async () => {
    const { trials } = world.as("anyone");
    expect(await trials.MAX_CUSTODIANS()).toBe(BigInt(MAX_CUSTODIANS));
    expect(await trials.MIN_CUSTODIAN_THRESHOLD()).toBe(BigInt(MIN_CUSTODIAN_THRESHOLD));
  });
});
