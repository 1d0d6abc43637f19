// Emergencies: one participant's package that is marked for them, for a clinician whose case is public, and nothing else.
import { hexlify } from "ethers";
import { expect, test } from "vitest";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { PERMISSIONS, ROLES } from "../../circuits/statement/trial/trial.ts";
import { CODE, consent } from "../contracts/story.ts";
import { bytes32, REASON } from "../support/world.ts";
import { anchor, asked, deposit, openScene, outcomes } from "./stage.ts";

const EMERGENCY = PERMISSIONS.emergency;
const ALL = 0b011 | EMERGENCY;

/** Ada's summary, deposited with her permission, and a case about her. */
async function openCase() {
  const scene = await openScene();
  const { stage, world, story, trialId, custodian, all, ada, ben } = scene;
  await consent(story, ada, { permissions: ALL, sequence: 2n });
  const mark = { collection: "summary", permission: EMERGENCY };
  const summary = await deposit(stage, all, ada, mark);
  const others = await deposit(stage, all, ben, mark);
  await anchor(stage);
  await custodian.catchUp();
  const pair = await hpke.kem.generateKeyPair();
  const key = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(pair.publicKey)));
  await world.as("clinician").emergency.breakGlass(trialId, ada.pseudonym, bytes32("why"), key);
  const registry = world.deployment.addresses.EmergencyAccess.toLowerCase();
  const asking = { registry, requestId: 0n };
  const ask = async (...of: (typeof summary)[]) =>
    await outcomes(custodian, asking, await Promise.all(of.map((one) => asked(custodian, one))));
  return { ...scene, asking, summary, others, ask };
}

test("the marked package of the named person is released, without a consent check", async () => {
  const { ask, world, trialId, summary } = await openCase();
  expect(await ask(summary)).toEqual(["Released"]);
  // Also while the trial stands still.
  await world.as("board").trials.suspend(trialId, REASON);
  expect(await ask(summary)).toEqual(["Released"]);
});

test("nothing of somebody else, and nothing that is not marked", async () => {
  const { ask, others, adas } = await openCase();
  expect(await ask(others, adas)).toEqual(["NotInCut", "OtherPermission"]);
});

test("an unknown case, and one that is over or closed", async () => {
  const { ask, custodian, asking, world, summary } = await openCase();
  const one = await asked(custodian, summary);
  expect(await outcomes(custodian, { ...asking, requestId: 9n }, [one])).toEqual([
    "UnknownRequest",
  ]);
  const snapshot = await world.snapshot();
  await world.as("board").emergency.closeCase(0n, bytes32("outcome"));
  expect(await ask(summary)).toEqual(["RequestEnded"]);
  await world.revert(snapshot);
});

test("a day after it was opened", async () => {
  const { ask, world, summary } = await openCase();
  await world.travel(86_401);
  await world.mine();
  expect(await ask(summary)).toEqual(["RequestEnded"]);
});

test("a clinician who is accredited no more", async () => {
  const { ask, world, summary } = await openCase();
  const { accreditation } = world.as("governance");
  await accreditation.deaccredit(ROLES.emergencyClinician, world.actors.clinician.address);
  expect(await ask(summary)).toEqual(["NotAccredited"]);
});

test("somebody who opted out, or withdrew, after the case was opened", async () => {
  const first = await openCase();
  await consent(first.story, first.ada, { permissions: 0b011, sequence: 3n });
  expect(await first.ask(first.summary)).toEqual(["OptedOut"]);
  const second = await openCase();
  const { enrollment } = second.world.as("anyone");
  await enrollment.withdrawByCode(second.trialId, second.ada.pseudonym, CODE);
  expect(await second.ask(second.summary)).toEqual(["OptedOut"]);
});
