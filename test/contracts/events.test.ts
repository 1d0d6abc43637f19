// Every act of an organisation tells all of itself: whoever rebuilds the state from the events (the
// index, an auditor) misses nothing.
import { keccak256, toUtf8Bytes } from "ethers";
import { describe, expect, test } from "vitest";
import {
  circuitIdOf,
  termsForContract,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { bytes32, DAY, number, REASON, ROLE } from "../support/world.ts";
import { told } from "./events.ts";
import { attest, registryOf } from "./registry.ts";
import { openScene } from "./scene.ts";
import { termsOf } from "./story.ts";

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
  const { records, leafOf, pathOf, root, tombstoneOf } = registryOf(world);
  const zero = ZERO_BYTES32;
  const [a, b, c] = [number("a"), number("b"), number("c")];
  const clinic = world.actors.clinic.address;
  const alone = { size: 1n, leavesHash: zero, uri: "" };
  const batch = { size: 7n, leavesHash: bytes32("leaves"), uri: "ipfs://a" };
  const told7 = [batch.size, batch.leavesHash, batch.uri] as const;

  test("name the batch, its leaf, place and size, and the new root", async () => {
    const events = await told(records().anchor(a));
    const first = { clinic, index: 1n, batchRoot: a, leaf: leafOf("a"), root: await root() };
    expect(events).toEqual([["Anchored", { ...first, ...alone }]]);
    const more = await told(records().anchorBatch(b, ...told7));
    const next = { clinic, index: 2n, batchRoot: b, leaf: leafOf("b"), root: await root() };
    expect(more).toEqual([["Anchored", { ...next, ...batch }]]);
  });

  test("are told alike when somebody else sends what the clinic signed", async () => {
    const deadline = BigInt((await world.now()) + 100);
    const signature = await attest(world, { commitment: a, deadline });
    const sent = await told(records("anyone").anchorSigned(a, clinic, deadline, signature));
    const about = { clinic, index: 1n, batchRoot: a, leaf: leafOf("a"), root: await root() };
    expect(sent).toEqual([["Anchored", { ...about, ...alone }]]);
  });

  test("name what was replaced by what, whether it voids, and who is barred", async () => {
    await records().anchor(a);
    const events = await told(records().replace(a, b, ...told7, await pathOf("a")));
    const about = { clinic, index: 1n, batchRoot: b, ...batch, voided: false, epoch: 0n };
    const [oldLeaf, leaf] = [leafOf("a"), leafOf("b")];
    const first = { ...about, oldLeaf, leaf, root: await root(), revoked: [] };
    expect(events).toEqual([["Replaced", first]]);
    const revoked = [number("left out"), number("left out too")];
    const sent = records().replaceAndVoid(b, c, ...told7, await pathOf("b"), revoked);
    const second = { oldLeaf: leafOf("b"), batchRoot: c, leaf: leafOf("c"), revoked };
    const voids = { ...about, ...second, voided: true, epoch: 1n };
    expect(await told(sent)).toEqual([["Replaced", { ...voids, root: await root() }]]);
  });

  test("name what was revoked, its tombstone and the epoch, and what takes its slot", async () => {
    await records().anchor(a);
    expect(await told(records().revokeEarly(c))).toEqual([
      ["RevokedEarly", { clinic, commitment: c }],
    ]);
    const events = await told(records().revoke(a, await pathOf("a")));
    const tombstone = await tombstoneOf("a");
    const about = { clinic, index: 1n, leaf: leafOf("a"), tombstone, root: await root() };
    expect(events).toEqual([["Revoked", { ...about, epoch: 1n }]]);
    const path = [leafOf("record for CZ-2030-001")];
    const sent = await told(records().anchorInto(tombstone, b, ...told7, path));
    const again = { clinic, index: 1n, oldLeaf: tombstone, batchRoot: b, leaf: leafOf("b") };
    const rest = { root: await root(), ...batch, voided: false, epoch: 1n, revoked: [] };
    expect(sent).toEqual([["Replaced", { ...again, ...rest }]]);
  });
});

describe("a trial's acts", () => {
  const status = (number: bigint, by: "sponsor" | "board") => [
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
    expect(given).toMatchObject({ capacity: 77n, criteriaHashes: terms.criteriaHashes });
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
    const by = world.actors.board.address;
    const said = { trialId, version: 1n, opinion: 3n, textHash: REASON, by };
    expect(await told(board.suspend(trialId, REASON))).toEqual([
      ["OpinionGiven", said],
      status(3n, "board"),
    ]);
    expect(await told(board.resume(trialId))).toEqual([status(2n, "board")]);
    expect(await told(sponsor.close(trialId))).toEqual([status(4n, "sponsor")]);
    expect(await told(sponsor.complete(trialId))).toEqual([status(5n, "sponsor")]);
  });

  test("tell governance's hold and the release of a protocol number", async () => {
    const { trialId } = story;
    const { trials } = world.as("governance");
    expect(await told(trials.hold(trialId))).toEqual([
      ["HeldByGovernance", { trialId, held: true }],
    ]);
    expect(await told(trials.lift(trialId))).toEqual([
      ["HeldByGovernance", { trialId, held: false }],
    ]);
    expect(await told(trials.release(trialId))).toEqual([["ProtocolReleased", { trialId }]]);
  });
});
