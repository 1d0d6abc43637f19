// No key without a public request: who asks, why, to which key, until when.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { FORWARD_REQUEST_TYPES, forwarderDomain } from "../../circuits/statement/trial/forward.ts";
import { type Actor, bytes32, DAY, expectRefusal, REASON, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { ascending, openExchange } from "./exchangeStory.ts";
import { CHAIN_ID } from "./story.ts";

const { world, story, arrived, seal, request, delegate, revoke } = await openExchange();
const { trialId } = story;
const ZERO = `0x${"00".repeat(32)}`;
const sealed = async () => seal([await arrived("Alice")]);

describe("a request", () => {
  test("is told in full, and numbered", async () => {
    await sealed();
    const until = (await world.now()) + 3_600;
    const purpose = bytes32("interim analysis");
    const recipientKey = bytes32("ephemeral");
    const about = { cutId: 0n, trialId, purpose, recipientKey, until: BigInt(until) };
    const staff = world.actors.sponsor.address;
    const asked = () => told(request({ purpose, recipientKey, until }));
    expect(await asked()).toEqual([["Requested", { requestId: 0n, staff, ...about }]]);
    expect(await asked()).toEqual([["Requested", { requestId: 1n, staff, ...about }]]);
    expect(await world.as("anyone").cuts.requests()).toBe(2n);
  });

  test("lasts for a day at most, and ends in the future, to the second", async () => {
    await sealed();
    const at = (await world.now()) + 100;
    const before = await world.snapshot();
    for (const until of [0, at - 1, at, at + DAY + 1, 2 ** 40 - 1]) {
      await world.at(at);
      await expectRefusal(request({ until }), "InvalidRequest");
    }
    await world.revert(before);
    await world.at(at);
    await request({ until: at + 1 });
    await world.at(at + 10);
    await request({ until: at + 10 + DAY });
  });

  test("has a purpose, a key, and a cut", async () => {
    await expectRefusal(request(), "UnknownCut", { cutId: 0n });
    await sealed();
    await expectRefusal(request({ purpose: ZERO }), "InvalidRequest");
    await expectRefusal(request({ recipientKey: ZERO }), "InvalidRequest");
    await expectRefusal(request({ cutId: 1 }), "UnknownCut", { cutId: 1n });
    await request();
  });

  test("is the sponsor's, or of its staff with the task, as long as they have it", async () => {
    await sealed();
    for (const by of ["anyone", "site", "board", "custodian", "otherSponsor", "staff"] as const) {
      const key = world.actors[by].address;
      await expectRefusal(request({ by }), "NotStaff", { key });
    }
    await delegate({ siteId: 0, tasks: TASKS.request }, "sponsor");
    await request({ by: "staff" });
    await revoke({ siteId: 0 }, "sponsor");
    await expectRefusal(request({ by: "staff" }), "NotStaff");
  });

  test("waits while the trial is stopped, and ends with it", async () => {
    await sealed();
    const { trials } = world.as("board");
    await trials.suspend(trialId, REASON);
    await expectRefusal(request(), "TrialOnHold");
    await trials.resume(trialId);
    await request();
    await world.as("sponsor").trials.close(trialId);
    await world.as("sponsor").trials.complete(trialId);
    await expectRefusal(request(), "TrialClosed");
  });

  test.each(["sponsor", "board"] as const)("needs an accredited %s to this day", async (role) => {
    await sealed();
    const account = world.actors[role].address;
    await world.as("governance").accreditation.deaccredit(ROLE[role], account);
    await expectRefusal(request(), "NotAccredited", { account });
  });
});

describe("an act through the forwarder", () => {
  /** Signs a call as the actor, has somebody else pay, and gives it a lot of gas. */
  async function forward(signer: Actor, data: string) {
    const { forwarder } = world.as("anyone");
    const { CutRegistry: to, ERC2771Forwarder } = world.deployment.addresses;
    const { address: from } = world.actors[signer];
    const deadline = (await world.now()) + 600;
    const asked = { from, to, value: 0n, gas: 2_000_000n, deadline, data };
    const domain = forwarderDomain(CHAIN_ID, ERC2771Forwarder);
    const signed = { ...asked, nonce: await forwarder.nonces(from) };
    const { actors } = world;
    const signature = await actors[signer].signTypedData(domain, FORWARD_REQUEST_TYPES, signed);
    return forwarder.execute({ ...asked, signature });
  }

  test("seals and requests in the name of who signed it, and of nobody else", async () => {
    const people = [await arrived("Alice")];
    const { cuts } = world.as("anyone");
    const args = [trialId, 2, ascending(people), bytes32("root"), 1];
    const call = cuts.interface.encodeFunctionData("seal", args);
    const [sealing] = await told(forward("sponsor", call));
    const by = world.actors.sponsor.address;
    expect(sealing).toMatchObject(["Sealed", { by, pseudonyms: ascending(people) }]);
    const until = (await world.now()) + 3_600;
    const ask = [0, bytes32("purpose"), bytes32("key"), until];
    const asking = cuts.interface.encodeFunctionData("request", ask);
    expect(await told(forward("sponsor", asking))).toMatchObject([["Requested", { staff: by }]]);
    await expect(forward("anyone", `${asking}${by.slice(2)}`)).rejects.toThrow();
    const { CutRegistry: to } = world.deployment.addresses;
    const direct = world.actors.anyone.sendTransaction({ to, data: `${asking}${by.slice(2)}` });
    await expectRefusal(direct, "NotStaff");
  });
});
