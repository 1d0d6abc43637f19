// A request lives no longer than who made it may ask: sponsor's staff whose delegation ended, or was taken back.
import { hexlify } from "ethers";
import { expect, test } from "vitest";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { CHAIN_ID } from "../contracts/story.ts";
import { bytes32 } from "../support/world.ts";
import { openScene, outcomes, type Scene } from "./stage.ts";

const HOUR = 3_600;

/** A request of an analyst, to whom the sponsor delegated that for an hour. */
async function openAsked() {
  const scene = await openScene();
  const { world, trialId, cut } = scene;
  const now = await world.now();
  const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
  const { sponsor, staff } = world.actors;
  const common = { trialId, siteId: 0, key: staff.address, deadline: BigInt(now + HOUR) };
  const times = { from: now, until: now + HOUR };
  const salt = bytes32("salt");
  const delegation = {
    ...{ ...common, ...times, salt },
    ...{ tasks: TASKS.request, person: bytes32("an analyst") },
  };
  const signature = await sponsor.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
  await world.as("anyone").staff.delegate(delegation, signature);
  const { publicKey } = await hpke.kem.generateKeyPair();
  const key = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey)));
  const { cuts } = world.as("staff");
  const requestId = (await cuts.requests()) as bigint;
  await cuts.request(cut.cutId, bytes32("purpose"), key, now + 20 * HOUR);
  const revoke = async () => {
    const revocation = { ...common, salt: bytes32("another salt") };
    const signed = await sponsor.signTypedData(domain, STAFF_TYPES.Revocation, revocation);
    await world.as("anyone").staff.revoke(revocation, signed);
  };
  return { ...scene, asking: { ...scene.asking, requestId }, revoke };
}

const both = ({ custodian, asking, packages }: Pick<Scene, "custodian" | "asking" | "packages">) =>
  outcomes(custodian, asking, packages);

test("staff whose delegation was taken back after they asked get nothing", async () => {
  const scene = await openAsked();
  expect(await both(scene)).toEqual(["Released", "Released"]);
  await scene.revoke();
  expect(await both(scene)).toEqual(["NotStaff", "NotStaff"]);
});

test("nor do they once it has ended, while the request goes on", async () => {
  const scene = await openAsked();
  await scene.world.travel(HOUR);
  await scene.world.mine();
  expect(await both(scene)).toEqual(["NotStaff", "NotStaff"]);
});
