// Everything the contracts can do that the small history does not: none of it may look wrong to
// the auditor.

import { ContractFactory } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import {
  enrollmentDomain,
  SITE_ACT_TYPES,
  SUCCESSION_TYPES,
} from "../../circuits/statement/trial/consent.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { compileSolidity } from "../contracts/compile.ts";
import { registryOf } from "../contracts/registry.ts";
import {
  arriveNew,
  CHAIN_ID,
  consent,
  enrollNew,
  midnightAfter,
  openTrial,
  personOf,
  type Story,
  screen,
  signAct,
  standing,
  state,
  statementOf,
} from "../contracts/story.ts";
import { ON_STUDY, succeed } from "../contracts/succession.ts";
import { bytes32, createWorld, number, REASON, type World } from "../support/world.ts";
import { end } from "./falsify.ts";
import { KEYS, requestOf } from "./history.ts";
import { argsAt, auditFalsified, change, find, insert, record, rulesOf } from "./recording.ts";

/** A wallet that stands by every signature of its owner (ERC-1271). */
const WALLET = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;
contract SiteWallet {
    address private immutable owner;
    constructor(address owner_) { owner = owner_; }
    function isValidSignature(bytes32 digest, bytes calldata s) external view returns (bytes4) {
        address by = ecrecover(digest, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64]));
        return by == owner ? this.isValidSignature.selector : bytes4(0);
    }
}`;

/** A participant grants once an hour at most. */
const HOUR = 3_600;

let world: World;
let result: Audit;
beforeAll(async () => {
  world = await createWorld();
  const story = await openTrial(world, { change: { sites: await sites() } });
  await peopleComeAndGo(story);
  await narrowOnHold(story);
  await registryChanges();
  await boardsAndRoles(story);
  result = await audit({ source: await source(), keys: KEYS });
});
afterAll(() => world.close());

const source = () => openChain({ request: requestOf(world), deployment: world.deployment });

/** Site 1 signs with a key, site 2 with a contract whose owner is `otherSite`. */
async function sites() {
  const { abi, bytecode } = compileSolidity("SiteWallet", WALLET);
  const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
  const wallet = await (await factory.deploy(world.actors.otherSite.address)).waitForDeployment();
  return [
    { siteId: 1, signer: world.actors.site.address, capacity: 5 },
    { siteId: 2, signer: await wallet.getAddress(), capacity: 5 },
  ];
}

async function peopleComeAndGo(story: Story): Promise<void> {
  const { enrollment } = world.as("anyone");
  const act = async (
    kind: "Completion" | "Withdrawal" | "Arrival",
    pseudonym: bigint,
    siteId = 1,
  ) => signAct(story, kind, { pseudonym, siteId }, siteId === 1 ? "site" : "otherSite");
  const done = await arriveNew(story, "Done");
  const completion = await act("Completion", done.pseudonym);
  await enrollment.finish(completion.act, completion.signature);
  const leaver = await enrollNew(story, "Leaver");
  const leave = await act("Withdrawal", leaver.pseudonym);
  await enrollment.withdrawBySite(leave.act, leave.signature);
  const guest = await enrollNew(story, "Guest of a wallet", 2);
  const arrival = await act("Arrival", guest.pseudonym, 2);
  await enrollment.arrive(arrival.act, arrival.signature);
  await replaceWallet(story);
  await staffAtTheDesk(story);
}

/** What the site signs for its staff: the desk, or less. */
async function delegationOf({ trialId }: Story, tasks: number = TASKS.arrive) {
  const { staff, site } = world.actors;
  const delegation = {
    ...{ trialId, siteId: 1, key: staff.address, tasks, person: bytes32("nurse") },
    ...{ from: 0, until: 2 ** 32 - 1, salt: bytes32("salt"), deadline: 2n ** 64n },
  };
  const { chainId, addresses } = world.deployment;
  const domain = staffDomain(chainId, addresses.StaffRegistry);
  const types = STAFF_TYPES.Delegation;
  return { delegation, signature: await site.signTypedData(domain, types, delegation) };
}

/** Somebody who took a permission back in the hour of the consent arrives by the signature of staff. */
async function staffAtTheDesk(story: Story): Promise<void> {
  const { delegation, signature: delegated } = await delegationOf(story);
  await world.as("anyone").staff.delegate(delegation, delegated);
  const guest = await enrollNew(story, "Guest of staff");
  const { validUntil } = (await standing(story, guest)).participant;
  await state(story, guest, await statementOf(story, { permissions: 1, sequence: 2n, validUntil }));
  const { act, signature } = await signAct(story, "Arrival", guest, "staff");
  await world.as("anyone").enrollment.arrive(act, signature);
}

/** Somebody lost the wallet after arriving; the new one goes the whole way again. */
async function replaceWallet(story: Story): Promise<void> {
  const lost = await arriveNew(story, "Lost");
  const found = personOf(story, "Found");
  await succeed(story, lost, found, ON_STUDY);
  await consent(story, found);
  await world.as("sponsor").enrollment.enroll(story.trialId, [found.pseudonym]);
  const { act, signature: arrived } = await signAct(story, "Arrival", {
    pseudonym: found.pseudonym,
  });
  await world.as("anyone").enrollment.arrive(act, arrived);
}

/**
 * Giving up permissions is possible while the trial is suspended; and two are enrolled in one
 * transaction.
 */
async function narrowOnHold(story: Story): Promise<void> {
  const [one, two] = [personOf(story, "One"), personOf(story, "Two")];
  for (const person of [one, two]) {
    await screen(story, person);
    await consent(story, person, { siteId: 2 });
  }
  await world.travel(HOUR);
  await consent(story, two, { siteId: 1, sequence: 3n, withdrawalCodeHash: ZERO_BYTES32 });
  const pseudonyms = [one.pseudonym, two.pseudonym];
  await world.as("sponsor").enrollment.enroll(story.trialId, pseudonyms);
  await world.as("board").trials.suspend(story.trialId, REASON);
  const until = midnightAfter(await world.now(), 30);
  await world.travel(HOUR);
  await consent(story, one, { siteId: 2, permissions: 1, sequence: 7n, validUntil: until });
  await world.as("board").trials.resume(story.trialId);
}

async function registryChanges(): Promise<void> {
  const registry = registryOf(world);
  await registry.anchor("second");
  await registry.anchor("third", "otherClinic");
  await registry.replace("second", "rebuilt");
  await registry.replaceAndVoid("rebuilt", "without one", [number("left out")]);
  await registry.revoke("without one");
  // The slot is used again.
  await registry.anchorInto(await registry.tombstoneOf("without one"), "again");
  await registry.records().revokeEarly(number("never anchored"));
  const { clinic, otherClinic } = world.actors;
  const governance = world.as("governance");
  await governance.records.setQuota(clinic.address, 100);
  await governance.records.setRevocationLimit(clinic.address, 3);
  await governance.accreditation.deaccredit(1, otherClinic.address);
  await governance.records.voidClinic(otherClinic.address);
  const third = registry.leafOf("third", "otherClinic");
  await world.as("anyone").records.clearLeaf(third, await registry.pathTo(third));
}

async function boardsAndRoles(story: Story): Promise<void> {
  const governance = world.as("governance");
  await governance.trials.changeBoard(story.trialId, world.actors.otherBoard.address);
  await governance.trials.hold(story.trialId);
  await governance.trials.lift(story.trialId);
  await governance.accreditation.registerDictionary(2, `0x${"d2".repeat(32)}`);
  await governance.accreditation.transferOwnership(world.actors.deployer.address);
  await world.as("deployer").accreditation.acceptOwnership();
  await world.as("sponsor").trials.close(story.trialId);
  await world.as("sponsor").trials.complete(story.trialId);
}

test("finds nothing wrong with anything the contracts can do", () => {
  expect(result.findings).toEqual([]);
  const [trial] = result.world.trials.values();
  const states = [...trial!.participants.values()].map(({ state }) => state).sort();
  expect(states).toEqual([2, 2, 3, 3, 3, 4, 4, 6]);
  expect(result.world.records.tombstones.size).toBe(1);
  expect(result.world.dictionaries.size).toBe(2);
});

test("asks a contract wallet about its site's signature, and names one that it disowns", async () => {
  const disowned = await auditFalsified(await record(await source()), ({ calls }) => {
    for (const [key, answer] of calls) {
      if (answer.startsWith("0x1626ba7e")) calls.set(key, `0xffffffff${"00".repeat(28)}`);
    }
  });
  expect(rulesOf(disowned)).toEqual(["site/signature"]);
  expect(disowned.findings[0]!.reason).toContain("does not stand by its signature");
});

test("names an arrival signed by staff with another task, or of an act that is not the desk's", async () => {
  const honest = await record(await source());
  const { trialId } = argsAt(honest, "Delegated", find(honest, "Delegated"));
  const other = await delegationOf({ trialId } as Story, TASKS.deposit);
  const undelegated = await auditFalsified(honest, (h) => change(h, ["Delegated", 0], () => other));
  // The contract, asked what the key may do, says more than the changed event.
  expect(rulesOf(undelegated)).toEqual(["site/signature", "state/differs"]);
  expect(undelegated.findings[0]!.reason).toContain(world.actors.staff.address.toLowerCase());
  const done = find(honest, "SiteSigned", 1);
  const { act } = argsAt(honest, "SiteSigned", done);
  const domain = enrollmentDomain(CHAIN_ID, world.deployment.addresses.Enrollment);
  const types: Record<string, { name: string; type: string }[]> = SITE_ACT_TYPES.Completion;
  const signature = await world.actors.staff.signTypedData(domain, types, act);
  const signer = world.actors.staff.address.toLowerCase();
  const completed = await auditFalsified(honest, (h) =>
    change(h, ["SiteSigned", 1], () => ({ signer, signature })),
  );
  expect(rulesOf(completed)).toEqual(["site/signature"]);
});

test("names a succession that the site did not sign, and a successor who was screened before", async () => {
  const honest = await record(await source());
  const succeeded = argsAt(honest, "Succeeded", find(honest, "Succeeded"));
  const screened = argsAt(honest, "Screened", find(honest, "Screened"));
  const succession = { ...succeeded.succession, successorNullifier: screened.nullifier };
  const unsigned = await auditFalsified(honest, (h) =>
    change(h, ["Succeeded", 0], () => ({ succession })),
  );
  expect(new Set(rulesOf(unsigned))).toEqual(
    new Set(["site/signature", "site/successor", "screening/proof"] as const),
  );
  const domain = enrollmentDomain(CHAIN_ID, world.deployment.addresses.Enrollment);
  const types: Record<string, { name: string; type: string }[]> = SUCCESSION_TYPES;
  const signature = await world.actors.site.signTypedData(domain, types, succession);
  const signed = await auditFalsified(honest, (h) =>
    change(h, ["Succeeded", 0], () => ({ succession, signature })),
  );
  expect(new Set(rulesOf(signed))).toEqual(new Set(["site/successor", "screening/proof"] as const));
});

test("names a succession before arrival without the printed code, and proofs that are not the successor's", async () => {
  const honest = await record(await source());
  const withCode = await auditFalsified(honest, (h) =>
    change(h, ["Succeeded", 0], () => ({ code: `0x${"12".repeat(32)}` })),
  );
  expect(rulesOf(withCode)).toEqual(["site/successor"]);
  const { parts } = argsAt(honest, "Screened", find(honest, "Screened"));
  const unproven = await auditFalsified(honest, (h) =>
    change(h, ["Succeeded", 0], () => ({ parts })),
  );
  expect(rulesOf(unproven)).toContain("screening/proof");
});

test("names who was skipped though a place was free", async () => {
  const skipped = await auditFalsified(await record(await source()), (h) => {
    const { trialId, pseudonym } = argsAt(h, "Consented", find(h, "Consented"));
    insert(h, end(h), [["NotEnrolled", { trialId, pseudonym, reason: "0x12345678" }]]);
  });
  expect(rulesOf(skipped)).toEqual(["enrollment/skipped"]);
});

test("names a consent of a pseudonym that a succession retired", async () => {
  const honest = await record(await source());
  const { pseudonym } = argsAt(honest, "Succeeded", find(honest, "Succeeded"));
  const last = argsAt(honest, "Consented", find(honest, "Consented", -1));
  const statement = { ...last.statement, sequence: 99n };
  const { findings } = await auditFalsified(honest, (h) =>
    insert(h, end(h), [["Consented", { ...last, pseudonym, statement }]]),
  );
  const reasons = findings.map(({ reason }) => reason);
  expect(reasons).toContain(`pseudonym ${pseudonym} was retired when its wallet was lost`);
});
