import { describe, expect, test } from "vitest";
import {
  type Delegation,
  STAFF_TYPES,
  staffDomain,
  TASKS,
} from "../../circuits/statement/exchange/delegation.ts";
import { type Actor, bytes32, DAY, expectRefusal } from "../support/world.ts";
import { openExchange } from "./exchangeStory.ts";
import { CHAIN_ID, openTrial } from "./story.ts";

const { world, story, delegationOf, revocationOf, delegate, revoke } = await openExchange();
const { trialId } = story;
const key = world.actors.staff.address;
const ALL = Object.values(TASKS).reduce((bits, bit) => bits | bit, 0);

type Asked = { siteId?: number; tasks?: number; who?: Actor; at?: string };
const isStaff = async ({ siteId = 1, tasks = TASKS.deposit, who = "staff", at }: Asked = {}) =>
  (await world
    .as("anyone")
    .staff.isStaff(at ?? trialId, siteId, world.actors[who].address, tasks)) as boolean;
const staff = () => world.as("anyone").staff;
const send = ({ delegation, signature }: Awaited<ReturnType<typeof delegationOf>>) =>
  staff().delegate(delegation, signature);

describe("a delegation", () => {
  test("is for its tasks, of several for all of them", async () => {
    await delegate({ tasks: TASKS.deposit | TASKS.erase });
    for (const tasks of [TASKS.deposit, TASKS.erase, TASKS.deposit | TASKS.erase]) {
      expect(await isStaff({ tasks })).toBe(true);
    }
    for (const tasks of [TASKS.request, TASKS.arrive, TASKS.correct, ALL]) {
      expect(await isStaff({ tasks })).toBe(false);
    }
    await staff().requireStaff(trialId, 1, key, TASKS.deposit);
    await expectRefusal(staff().requireStaff(trialId, 1, key, TASKS.request), "NotStaff", { key });
  });

  test("is for its site, trial and key alone", async () => {
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    await delegate();
    expect(await isStaff()).toBe(true);
    expect(await isStaff({ siteId: 2 })).toBe(false);
    expect(await isStaff({ siteId: 0 })).toBe(false);
    expect(await isStaff({ at: other.trialId })).toBe(false);
    expect(await isStaff({ who: "anyone" })).toBe(false);
  });

  test("holds from its first second to the one before its end", async () => {
    const now = await world.now();
    const [from, until] = [now + 100, now + 200];
    await delegate({ from, until });
    const times = [
      [from - 1, false],
      [from, true],
      [until - 1, true],
      [until, false],
    ] as const;
    for (const [time, expected] of times) {
      await world.at(time);
      await world.mine();
      expect(await isStaff(), `${time - now}`).toBe(expected);
    }
  });

  test("needs none who gives it: a site's signer for the site, the sponsor for site 0", async () => {
    for (const tasks of [...Object.values(TASKS), ALL]) {
      expect(await isStaff({ who: "site", tasks })).toBe(true);
      expect(await isStaff({ who: "sponsor", siteId: 0, tasks })).toBe(true);
    }
    expect(await isStaff({ who: "site", siteId: 2 })).toBe(false);
    expect(await isStaff({ who: "site", siteId: 0 })).toBe(false);
    expect(await isStaff({ who: "sponsor" })).toBe(false);
    expect(await isStaff({ who: "otherSponsor", siteId: 0 })).toBe(false);
  });

  test("is changed by the next one", async () => {
    await delegate({ tasks: TASKS.deposit });
    await delegate({ tasks: TASKS.erase });
    expect([await isStaff(), await isStaff({ tasks: TASKS.erase })]).toEqual([false, true]);
    const { by, tasks } = await staff().staffOf(trialId, 1, key);
    expect([by, tasks]).toEqual([world.actors.site.address, BigInt(TASKS.erase)]);
  });

  test("is refused when it names nobody, nothing that there is, or no time", async () => {
    const now = await world.now();
    const changes: Partial<Delegation>[] = [
      { key: `0x${"00".repeat(20)}` },
      { tasks: 0 },
      { tasks: ALL + 1 },
      { tasks: TASKS.deposit | (ALL + 1) },
      { from: now + 100, until: now + 100 },
      { from: now + 101, until: now + 100 },
    ];
    for (const change of changes) await expectRefusal(delegate(change), "InvalidDelegation");
    const at = now + 50;
    const [over, not] = [await delegationOf({ until: at }), await delegationOf({ until: at + 1 })];
    await world.at(at);
    await expectRefusal(send(over), "InvalidDelegation");
    await world.at(at);
    await send(not);
    await delegate({ tasks: ALL });
  });
});

describe("a delegation's signature", () => {
  test("is of who delegates there, and of nobody else", async () => {
    for (const by of ["otherSite", "sponsor", "staff", "governance", "board"] as const) {
      await expectRefusal(delegate({}, by), "InvalidSignature");
    }
    for (const by of ["site", "otherSponsor", "governance"] as const) {
      await expectRefusal(delegate({ siteId: 0 }, by), "InvalidSignature");
    }
    await delegate({ siteId: 0, tasks: TASKS.request }, "sponsor");
    expect(await isStaff({ siteId: 0, tasks: TASKS.request })).toBe(true);
    await expectRefusal(delegate({ siteId: 9 }), "UnknownSite", { siteId: 9n });
    await expectRefusal(delegate({ trialId: bytes32("none") }), "UnknownSite");
    await expectRefusal(delegate({ trialId: bytes32("none"), siteId: 0 }), "UnknownTrial");
  });

  test("is over every field, on this chain and contract", async () => {
    const { delegation, signature } = await delegationOf();
    const changes = [
      { siteId: 2 },
      { key: world.actors.anyone.address },
      { tasks: ALL },
      { person: bytes32("somebody else") },
      { from: delegation.from - 1 },
      { until: delegation.until + 1 },
      { salt: bytes32("another") },
      { deadline: delegation.deadline + 1n },
    ];
    for (const change of changes) {
      const sent = staff().delegate({ ...delegation, ...change }, signature);
      await expectRefusal(sent, "InvalidSignature");
    }
    const { CutRegistry, StaffRegistry } = world.deployment.addresses;
    for (const domain of [staffDomain(CHAIN_ID, CutRegistry), staffDomain(1, StaffRegistry)]) {
      const { site } = world.actors;
      const other = await site.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
      await expectRefusal(staff().delegate(delegation, other), "InvalidSignature");
    }
    await staff().delegate(delegation, signature);
  });

  test("is good to its deadline, to the second", async () => {
    const deadline = (await world.now()) + 100;
    const signed = await delegationOf({ deadline: BigInt(deadline) });
    const before = await world.snapshot();
    await world.at(deadline + 1);
    await expectRefusal(send(signed), "DeadlinePassed");
    await world.revert(before);
    await world.at(deadline);
    await send(signed);
  });

  test("is used once: an older one does not undo a newer one", async () => {
    const wide = await delegationOf({ tasks: ALL });
    await send(wide);
    await delegate({ tasks: TASKS.deposit });
    await expectRefusal(send(wide), "AlreadyUsed");
    expect(await isStaff({ tasks: TASKS.request })).toBe(false);
  });
});

describe("a revocation", () => {
  test("ends a delegation at once", async () => {
    await delegate();
    await revoke();
    expect(await isStaff()).toBe(false);
    const { by } = await staff().staffOf(trialId, 1, key);
    expect(by).toBe(`0x${"00".repeat(20)}`);
    expect(await staff().isRevoked(trialId, 1, key)).toBe(true);
  });

  test("is signed by who delegates, in time, over every field, and used once", async () => {
    await delegate();
    for (const by of ["staff", "otherSite", "sponsor"] as const) {
      await expectRefusal(revoke({}, by), "InvalidSignature");
    }
    const { revocation, signature } = await revocationOf();
    for (const change of [{ salt: bytes32("other") }, { deadline: revocation.deadline + 1n }]) {
      const sent = staff().revoke({ ...revocation, ...change }, signature);
      await expectRefusal(sent, "InvalidSignature");
    }
    const late = BigInt((await world.now()) - 1);
    await expectRefusal(revoke({ deadline: late }), "DeadlinePassed", { deadline: late });
    expect(await isStaff()).toBe(true);
    await staff().revoke(revocation, signature);
    await expectRefusal(staff().revoke(revocation, signature), "AlreadyUsed");
  });

  test("of nobody's delegation is refused, and so is a second one", async () => {
    await expectRefusal(revoke(), "NotStaff", { key });
    await delegate();
    await revoke();
    await expectRefusal(revoke(), "NotStaff", { key });
  });

  test("is for good: what was signed before and kept back brings nobody in again", async () => {
    const renewal = await delegationOf({ from: (await world.now()) + DAY });
    await delegate();
    await revoke();
    await expectRefusal(send(renewal), "KeyRevoked", { key });
    await expectRefusal(delegate(), "KeyRevoked");
    // Of this site alone, and of this key.
    await delegate({ siteId: 2 }, "otherSite");
    await delegate({ key: world.actors.anyone.address });
    expect(await isStaff({ who: "anyone" })).toBe(true);
  });
});

describe("a site's new signer", () => {
  const handOver = async (version: number, signer: Actor) => {
    const [first, second] = story.published[0]!.sites;
    const sites = [{ ...first!, signer: world.actors[signer].address }, second!];
    await story.publish({ ...story.published[0]!, sites });
    await story.approve(version);
  };

  test("ends what the earlier one delegated, and delegates anew", async () => {
    await delegate();
    await handOver(2, "anyone");
    expect(await isStaff()).toBe(false);
    expect(await isStaff({ who: "site" })).toBe(false);
    await expectRefusal(delegate(), "InvalidSignature");
    await delegate({}, "anyone");
    expect(await isStaff()).toBe(true);
  });

  test("revokes what the earlier one gave, so that it never comes back", async () => {
    await delegate();
    await handOver(2, "anyone");
    await revoke({}, "anyone");
    await handOver(3, "site");
    expect(await isStaff()).toBe(false);
    await expectRefusal(delegate(), "KeyRevoked");
  });

  test("is not there for a site that an amendment dropped: its staff do nothing", async () => {
    await delegate();
    const sites = [story.published[0]!.sites[1]!];
    await story.publish({ ...story.published[0]!, sites });
    await story.approve(2);
    await expectRefusal(isStaff(), "UnknownSite", { siteId: 1n });
  });
});
