// Who signs at the desk: the site's own key, or staff to whom it delegated that, in the act's block.
import { ContractFactory } from "ethers";
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import type { SiteActName } from "../../circuits/statement/trial/consent.ts";
import { type Actor, DAY, expectRefusal } from "../support/world.ts";
import { compileSolidity } from "./compile.ts";
import { told } from "./events.ts";
import { openExchange } from "./exchangeStory.ts";
import { enrollNew, type Person, personOf, signAct, standing } from "./story.ts";
import { ON_STUDY, succeed } from "./succession.ts";

const { world, story, arrived, delegate, revoke } = await openExchange();
const key = world.actors.staff.address;
const ARRIVE = { tasks: TASKS.arrive };
const SENDS = {
  Arrival: "arrive",
  ScreenFailure: "failScreening",
  Completion: "finish",
  Withdrawal: "withdrawBySite",
} as const;

/** Signs and sends an act about a participant of site 1. */
async function send(kind: SiteActName, { pseudonym }: Person, by: Actor = "staff") {
  const { act, signature } = await signAct(story, kind, { pseudonym }, by);
  return world.as("anyone").enrollment[SENDS[kind]](act, signature);
}

describe("staff at the desk", () => {
  test.each([
    ["Arrival", 3n],
    ["ScreenFailure", 5n],
  ] as const)("sign: %s, and the event names their key", async (kind, state) => {
    const alice = await enrollNew(story, "Alice");
    await delegate(ARRIVE);
    const events = await told(send(kind, alice));
    expect(events.find(([name]) => name === "SiteSigned")).toMatchObject([
      "SiteSigned",
      { pseudonym: alice.pseudonym, signer: key },
    ]);
    expect((await standing(story, alice)).state).toBe(Number(state));
  });

  test("sign nothing else: what ends a participation is the site's own to sign", async () => {
    const bob = await arrived("Bob");
    const every = Object.values(TASKS).reduce((all, bit) => all | bit, 0);
    await delegate({ tasks: every });
    for (const kind of ["Completion", "Withdrawal"] as const) {
      await expectRefusal(send(kind, bob), "NotStaff", { key });
    }
    const next = personOf(story, "Bob's new wallet");
    await expectRefusal(succeed(story, bob, next, { ...ON_STUDY, signer: "staff" }), "NotStaff");
    await send("Completion", bob, "site");
  });

  test("are refused by name with another task, out of their time, and once revoked", async () => {
    const alice = await enrollNew(story, "Alice");
    await delegate({ tasks: TASKS.deposit | TASKS.erase | TASKS.correct });
    await expectRefusal(send("Arrival", alice), "NotStaff", { key });
    const now = await world.now();
    await delegate({ ...ARRIVE, from: now + 500, until: now + 1_000 });
    await expectRefusal(send("Arrival", alice), "NotStaff", { key });
    await world.at(now + 1_000);
    await expectRefusal(send("Arrival", alice), "NotStaff", { key });
    await delegate({ ...ARRIVE, until: now + 9 * DAY });
    const { act, signature } = await signAct(story, "Arrival", alice, "staff");
    await revoke();
    // Also what was signed before.
    const late = world.as("anyone").enrollment.arrive(act, signature);
    await expectRefusal(late, "NotStaff", { key });
    expect((await standing(story, alice)).state).toBe(2);
  });

  test("are those of the participant's site, and by who signs for it today", async () => {
    const alice = await enrollNew(story, "Alice");
    await expectRefusal(send("Arrival", alice), "InvalidSignature");
    await delegate({ ...ARRIVE, siteId: 2 }, "otherSite");
    await expectRefusal(send("Arrival", alice), "InvalidSignature");
    await delegate({ ...ARRIVE, siteId: 0 }, "sponsor");
    await expectRefusal(send("Arrival", alice), "InvalidSignature");
    await delegate(ARRIVE);
    const sites = [{ siteId: 1, signer: world.actors.anyone.address, capacity: 2 }];
    await story.publish({ ...story.published[0]!, sites });
    await story.approve(2);
    await expectRefusal(send("Arrival", alice), "NotStaff", { key });
    await delegate(ARRIVE, "anyone");
    await send("Arrival", alice);
  });

  test("sign exactly this: another participant, evidence or deadline is another key's", async () => {
    const [alice, bob] = [await enrollNew(story, "Alice"), await enrollNew(story, "Bob")];
    await delegate(ARRIVE);
    const { act, signature } = await signAct(story, "Arrival", alice, "staff");
    const { enrollment } = world.as("anyone");
    const { arriveBy } = (await standing(story, bob)).participant;
    const changes = [
      { pseudonym: bob.pseudonym, arriveBy: arriveBy as bigint },
      { deadline: act.deadline + 1n },
    ];
    for (const change of changes) {
      await expectRefusal(enrollment.arrive({ ...act, ...change }, signature), "InvalidSignature");
    }
    await expectRefusal(enrollment.failScreening(act, signature), "InvalidSignature");
    await expectRefusal(enrollment.arrive(act, "0x1234"), "InvalidSignature");
    await world.at(Number(act.deadline) + 1);
    await expectRefusal(enrollment.arrive(act, signature), "DeadlinePassed");
  });
});

/** A site's contract account (ERC-1271) that one key signs for. */
const ACCOUNT = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;

contract Account {
    address private immutable key;

    constructor(address key_) {
        key = key_;
    }

    function isValidSignature(bytes32 hash, bytes calldata s) external view returns (bytes4) {
        bool valid = ecrecover(hash, uint8(s[64]), bytes32(s[:32]), bytes32(s[32:64])) == key;
        return valid ? bytes4(0x1626ba7e) : bytes4(0);
    }
}`;

test("a site that is a contract account signs, and its staff do", async () => {
  const { abi, bytecode } = compileSolidity("Account", ACCOUNT);
  const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
  const account = await (await factory.deploy(world.actors.site.address)).waitForDeployment();
  const signer = await account.getAddress();
  const [alice, bob] = [await enrollNew(story, "Alice"), await enrollNew(story, "Bob")];
  const sites = [{ siteId: 1, signer, capacity: 2 }];
  await story.publish({ ...story.published[0]!, sites });
  await story.approve(2);
  const events = await told(send("Arrival", alice, "site"));
  expect(events.find(([name]) => name === "SiteSigned")).toMatchObject(["SiteSigned", { signer }]);
  await expectRefusal(send("Arrival", bob), "InvalidSignature");
  await delegate(ARRIVE);
  await send("Arrival", bob);
  expect((await standing(story, bob)).state).toBe(3);
});
