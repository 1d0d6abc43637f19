// Every act of an organisation tells all of itself: whoever rebuilds the state from the events (the
// index, an auditor) misses nothing.
import { keccak256, toUtf8Bytes } from "ethers";
import { describe, expect, test } from "vitest";
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/consent.ts";
import { circuitIdOf, termsForContract, ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import { told } from "./events.ts";
import { openScene } from "./scene.ts";
import { termsOf } from "./story.ts";
import { bytes32, DAY, number, ROLE } from "./world.ts";

const { world, story } = await openScene({ approved: false });

describe("governance's acts", () => {
  test("name the role, the account and its public name", async () => {
    const { accreditation } = world.as("governance");
    const account = world.actors.anyone.address;
    const role = BigInt(ROLE.clinic);
    expect(await told(accreditation.accredit(ROLE.clinic, account, "New Clinic"))).toEqual([
      ["Accredited", { role, account, name: "New Clinic" }],
    ]);
    expect(await told(accreditation.deaccredit(ROLE.clinic, account))).toEqual([
      ["Deaccredited", { role, account }],
    ]);
  });

  test("name the dictionary, from the deployment on", async () => {
    const { accreditation } = world.as("governance");
    expect(await told(accreditation.registerDictionary(2, bytes32("d")))).toEqual([
      ["DictionaryRegistered", { version: 2n, hash: bytes32("d") }],
    ]);
    const filter = accreditation.filters.DictionaryRegistered();
    const [first] = await accreditation.queryFilter(filter);
    expect(first!.topics[1]).toBe(`0x${"1".padStart(64, "0")}`);
  });

  test("name the circuit, its verifier and the hash of its key", async () => {
    const { circuits } = world.as("governance");
    const verifier = world.deployment.addresses.EligibilityVerifier8;
    const keyHash = await circuits.keyHashOf(circuitIdOf("eligibility-8"));
    const circuit = keccak256(toUtf8Bytes("eligibility-16"));
    expect(await told(circuits.register("eligibility-16", verifier))).toEqual([
      ["CircuitRegistered", { circuit, name: "eligibility-16", verifier, keyHash }],
    ]);
  });
});

describe("a clinic's acts", () => {
  const zero = ZERO_BYTES32;
  const [a, b, c] = [number("a"), number("b"), number("c")];
  const records = () => world.as("clinic").records;
  const clinic = () => world.actors.clinic.address;

  test("name the leaf, its place, its size and the new root", async () => {
    const events = await told(records().anchor(a));
    const root = await records().root();
    const rest = { size: 1n, leavesHash: zero, uri: "" };
    expect(events).toEqual([["Anchored", { clinic: clinic(), index: 1n, leaf: a, root, ...rest }]]);
    const batch = { size: 7n, leavesHash: bytes32("leaves"), uri: "ipfs://a" };
    const more = await told(records().anchorBatch(b, batch.size, batch.leavesHash, batch.uri));
    const next = { clinic: clinic(), index: 2n, leaf: b, root: await records().root() };
    expect(more).toEqual([["Anchored", { ...next, ...batch }]]);
  });

  test("are told alike when somebody else sends what the clinic signed", async () => {
    const deadline = BigInt((await world.now()) + 100);
    const domain = recordDomain(31337, world.deployment.addresses.RecordRegistry);
    const value = { commitment: a, clinic: clinic(), deadline };
    const signature = await world.actors.clinic.signTypedData(
      domain,
      RECORD_ATTESTATION_TYPES,
      value,
    );
    const sent = world.as("anyone").records.anchorSigned(a, clinic(), deadline, signature);
    const rest = { size: 1n, leavesHash: zero, uri: "" };
    expect(await told(sent)).toEqual([
      ["Anchored", { clinic: clinic(), index: 1n, leaf: a, root: await records().root(), ...rest }],
    ]);
  });

  test("name what was replaced by what", async () => {
    await records().anchor(a);
    const first = number("record for CZ-2030-001");
    const batch = { size: 9n, leavesHash: bytes32("rebuilt"), uri: "ipfs://b" };
    const { size, leavesHash, uri } = batch;
    const events = await told(records().replace(a, b, size, leavesHash, uri, [first]));
    const root = await records().root();
    const about = { clinic: clinic(), index: 1n, oldLeaf: a, leaf: b, root };
    expect(events).toEqual([["Replaced", { ...about, ...batch }]]);
  });

  test("name what was revoked, its tombstone and the epoch that voids older roots", async () => {
    await records().anchor(a);
    expect(await told(records().revoke(c, []))).toEqual([
      ["RevokedEarly", { clinic: clinic(), leaf: c, epoch: 1n }],
    ]);
    const events = await told(records().revoke(a, [number("record for CZ-2030-001")]));
    const [root, tombstone] = [await records().root(), await records().tombstoneOf(a)];
    const about = { clinic: clinic(), index: 1n, leaf: a, tombstone, root, epoch: 2n };
    expect(events).toEqual([["Revoked", about]]);
  });
});

describe("a trial's acts", () => {
  const status = (number: bigint, by: "sponsor" | "board" | "governance") => [
    "StatusChanged",
    { trialId: story.trialId, status: number, by: world.actors[by].address },
  ];

  test("name the protocol number, sponsor and board, and later another board", async () => {
    const { sponsor, board, otherBoard } = world.actors;
    const trialId = keccak256(toUtf8Bytes("CZ-9"));
    const about = { trialId, protocolNumber: "CZ-9", sponsor: sponsor.address };
    expect(await told(world.as("sponsor").trials.register("CZ-9", board.address))).toEqual([
      ["TrialRegistered", { ...about, board: board.address }],
    ]);
    const { trials } = world.as("governance");
    expect(await told(trials.changeBoard(trialId, otherBoard.address))).toEqual([
      ["BoardChanged", { trialId, board: otherBoard.address }],
    ]);
  });

  test("tell all terms of a version, so that its digest can be computed again", async () => {
    const terms = termsForContract(termsOf(world, { capacity: 77 }));
    const [event] = await told(world.as("sponsor").trials.publishVersion(story.trialId, terms));
    story.published.push(termsOf(world, { capacity: 77 }));
    const about = { trialId: story.trialId, version: 2n, digest: story.digestOf(2) };
    expect(event).toMatchObject(["VersionPublished", about]);
    const given = event![1].terms as Record<string, unknown>;
    expect(given).toMatchObject({ capacity: 77n, criteriaHash: terms.criteriaHash });
  });

  test("tell an approval, what it asks of participants, and every change of status", async () => {
    const { trialId } = story;
    const [board, sponsor] = [world.as("board").trials, world.as("sponsor").trials];
    const expiresAt = BigInt((await world.now()) + DAY);
    const digest = story.digestOf(1);
    const approval = { trialId, version: 1n, digest, expiresAt };
    const needs = { screeningVersion: 1n, consentVersion: 1n };
    const approve = () => told(board.approve(trialId, 1, digest, expiresAt));
    expect(await approve()).toEqual([
      ["VersionApproved", { ...approval, ...needs }],
      status(2n, "board"),
    ]);
    expect(await approve()).toEqual([["VersionApproved", { ...approval, ...needs }]]);
    expect(await told(world.as("governance").trials.suspend(trialId))).toEqual([
      status(3n, "governance"),
    ]);
    expect(await told(board.resume(trialId))).toEqual([status(2n, "board")]);
    expect(await told(sponsor.close(trialId))).toEqual([status(4n, "sponsor")]);
    expect(await told(sponsor.complete(trialId))).toEqual([status(5n, "sponsor")]);
  });
});
