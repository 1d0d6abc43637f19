import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { FORWARD_REQUEST_TYPES, forwarderDomain } from "../../circuits/statement/trial/forward.ts";
import { type Actor, createWorld, expectRefusal, number, type World } from "../support/world.ts";
import {
  consent,
  openTrial,
  personOf,
  type Story,
  screen,
  screeningOf,
  standing,
} from "./story.ts";

let world: World;
let story: Story;
let clean: string;
beforeAll(async () => {
  world = await createWorld();
  story = await openTrial(world);
});
beforeEach(async () => {
  if (clean) await world.revert(clean);
  clean = await world.snapshot();
});
afterAll(() => world.close());

/** Signs a call as `signer` in the name of `from`. */
async function forward(signer: Actor, to: string, data: string, from: Actor = signer) {
  const { forwarder } = world.as("anyone");
  const request = {
    from: world.actors[from].address,
    to,
    value: 0n,
    gas: 2_000_000n,
    deadline: (await world.now()) + 600,
    data,
  };
  const domain = forwarderDomain(31_337, world.deployment.addresses.ERC2771Forwarder);
  const nonce = await forwarder.nonces(request.from);
  const signature = await world.actors[signer].signTypedData(domain, FORWARD_REQUEST_TYPES, {
    ...request,
    nonce,
  });
  return { ...request, signature };
}
const { RecordRegistry, Enrollment } = {
  RecordRegistry: () => world.deployment.addresses.RecordRegistry,
  Enrollment: () => world.deployment.addresses.Enrollment,
};
const anchorCall = () =>
  world.as("anyone").records.interface.encodeFunctionData("anchor", [number("forwarded")]);

describe("a forwarded call", () => {
  test("acts for its signer, whoever pays", async () => {
    const request = await forward("clinic", RecordRegistry(), anchorCall());
    await world.as("anyone").forwarder.execute(request);
    const { address } = world.actors.clinic;
    const leaf = registryLeafOf(number("forwarded"), address);
    expect(await world.as("anyone").records.anchoredBy(leaf)).toBe(address);
    await expectRefusal(world.as("anyone").forwarder.execute(request), "InvalidSignature");
  });

  test("is refused when the signer is not who it claims to be", async () => {
    const request = await forward("anyone", RecordRegistry(), anchorCall(), "clinic");
    await expectRefusal(world.as("anyone").forwarder.execute(request), "InvalidSignature");
  });

  test("gives no power that the signer does not have", async () => {
    const request = await forward("anyone", RecordRegistry(), anchorCall());
    await expect(world.as("clinic").forwarder.execute(request)).rejects.toThrow();
    expect(await world.as("anyone").records.leafCount()).toBe(1n);
  });

  test("carries the sponsor, and nobody who appends the sponsor's address", async () => {
    const alice = personOf(story, "Alice");
    await screen(story, alice);
    await consent(story, alice);
    const { interface: abi } = world.as("anyone").enrollment;
    const enroll = abi.encodeFunctionData("enroll", [story.trialId, [alice.pseudonym]]);
    const spoofed = `${enroll}${world.actors.sponsor.address.slice(2)}`;
    const direct = world.actors.anyone.sendTransaction({ to: Enrollment(), data: spoofed });
    await expectRefusal(direct, "NotAccredited");
    const byStranger = await forward("anyone", Enrollment(), spoofed);
    await expect(world.as("anyone").forwarder.execute(byStranger)).rejects.toThrow();
    const bySponsor = await forward("sponsor", Enrollment(), enroll);
    await world.as("anyone").forwarder.execute(bySponsor);
    expect((await standing(story, alice)).state).toBe(2);
  });

  test("opens a group for whoever asks", async () => {
    const { Screening } = world.deployment.addresses;
    const { screening, forwarder } = world.as("anyone");
    const open = screening.interface.encodeFunctionData("openGroup", [story.trialId]);
    await forwarder.execute(await forward("board", Screening, open));
    expect(await screening.groupOf(story.trialId, 1)).toBe(0n);
  });

  test("admits no successor in Enrollment's name", async () => {
    const { Enrollment: enrollment, Screening } = world.deployment.addresses;
    const { screening } = world.as("anyone");
    const person = personOf(story, "Mallory");
    const { proof } = await screeningOf(story, person);
    const args = [proof, person.pseudonym];
    const admit = screening.interface.encodeFunctionData("admitSuccessor", args);
    const spoofed = `${admit}${enrollment.slice(2)}`;
    const direct = world.actors.anyone.sendTransaction({ to: Screening, data: spoofed });
    await expectRefusal(direct, "NotAccredited");
    const request = await forward("anyone", Screening, spoofed);
    await expect(world.as("anyone").forwarder.execute(request)).rejects.toThrow();
  });
});
