import { describe, expect, test } from "vitest";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { buildTree, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { SIGNALS, type Signals } from "../../circuits/statement/proof/signals.ts";
import { scopeOf } from "../../circuits/statement/trial/trial.ts";
import {
  DAY,
  expectRefusal,
  number,
  REASON,
  ROLE,
  ROOT_WINDOW,
  type World,
} from "../support/world.ts";
import { openScene } from "./scene.ts";
import { CHAIN_ID, enrollNew, openTrial, personOf, screen, screeningOf } from "./story.ts";

const { world, story } = await openScene();

type Sent = Awaited<ReturnType<typeof screeningOf>>["proof"];
const send = (proof: Sent, actor: Parameters<World["as"]>[0] = "anyone") =>
  world.as(actor).screening.screen(proof);
const alice = () => personOf(story, "Alice");

describe("a screening", () => {
  test("stores the participant commitment and adds it to the version's group", async () => {
    const { proof } = await screeningOf(story, alice());
    await send(proof);
    const { screening, semaphore } = world.as("anyone");
    expect(await screening.commitmentOf(story.trialId, alice().nullifier)).toBe(alice().commitment);
    const group = await screening.groupOf(story.trialId, 1);
    expect(await semaphore.hasMember(group, alice().commitment)).toBe(true);
  });

  test("emits all that an auditor needs to verify the proof again", async () => {
    const { proof } = await screeningOf(story, alice());
    const receipt = await (await send(proof)).wait();
    const { interface: abi, filters } = world.as("anyone").screening;
    const topic = (await filters.Screened().getTopicFilter())[0];
    const log = receipt.logs.find((l: { topics: string[] }) => l.topics[0] === topic);
    const event = abi.parseLog(log)!.args.toObject();
    const { parts, ...rest } = proof;
    expect(event).toMatchObject(Object.fromEntries(Object.entries(rest).map(toChain)));
    const told = event.parts.map((part: { toObject(): object }) => part.toObject());
    expect(told).toMatchObject(parts.map(({ points: _, ...shown }) => shown));
    expect([...event.parts[0].points]).toEqual(parts[0]!.points);
  });
  const toChain = ([name, value]: [string, unknown]) => [
    name,
    typeof value === "number" ? BigInt(value) : value,
  ];

  test("works from any sender with the same calldata, once: front-running gains nothing", async () => {
    const { proof } = await screeningOf(story, alice());
    await send(proof, "otherSponsor");
    await expectRefusal(send(proof), "AlreadyScreened");
    const commitment = await world
      .as("anyone")
      .screening.commitmentOf(story.trialId, alice().nullifier);
    expect(commitment).toBe(alice().commitment);
  });

  test("refuses the malleated form of an accepted proof, which verifies as well", async () => {
    const { proof, malleated } = await screeningOf(story, alice());
    const unspent = await world.snapshot();
    await send(malleated);
    await world.revert(unspent);
    await send(proof);
    await expectRefusal(send(malleated), "AlreadyScreened");
  });

  test.each(SIGNALS)("refuses a proof made for another %s", async (name) => {
    const signals: Partial<Signals> = { [name]: number("another") };
    const { proof } = await screeningOf(story, alice(), { signals });
    await expectRefusal(send(proof), "InvalidProof");
  });

  test("refuses a proof with any number or point tampered with", async () => {
    const { proof } = await screeningOf(story, alice());
    await expectRefusal(send({ ...proof, nullifier: proof.nullifier + 1n }), "InvalidProof");
    const other = { ...proof, participantCommitment: proof.participantCommitment + 1n };
    await expectRefusal(send(other), "InvalidProof");
    const [part] = proof.parts;
    const withPart = (change: object) => send({ ...proof, parts: [{ ...part!, ...change }] });
    await expectRefusal(withPart({ issuerTag: part!.issuerTag + 1n }), "InvalidProof");
    for (let i = 0; i < 8; i++) {
      const points = part!.points.map((p, j) => (i === j ? p + 1n : p));
      await expectRefusal(withPart({ points }), "InvalidProof");
    }
    await send(proof);
  });

  test("refuses numbers at or above the field order, also as aliases of accepted ones", async () => {
    const { proof } = await screeningOf(story, alice());
    const nullifier = proof.nullifier + FIELD_ORDER;
    await expectRefusal(send({ ...proof, nullifier }), "NotInField");
    const participantCommitment = proof.participantCommitment + FIELD_ORDER;
    await expectRefusal(send({ ...proof, participantCommitment }), "NotInField");
    await expectRefusal(send({ ...proof, participantCommitment: 0n }), "NotInField");
    const [part] = proof.parts;
    const withPart = (change: object) => send({ ...proof, parts: [{ ...part!, ...change }] });
    const recordsRoot = part!.recordsRoot + FIELD_ORDER;
    await expectRefusal(withPart({ recordsRoot }), "UnknownRoot");
    const issuerTag = part!.issuerTag + FIELD_ORDER;
    await expectRefusal(withPart({ issuerTag }), "InvalidProof");
  });

  test("refuses a commitment that another person has taken; a fresh one works", async () => {
    const mallory = { ...personOf(story, "Mallory"), commitment: alice().commitment };
    await send((await screeningOf(story, mallory)).proof);
    await expectRefusal(send((await screeningOf(story, alice())).proof), "AlreadyScreened");
    const retry = { ...alice(), commitment: number("retry 1") };
    await send((await screeningOf(story, retry)).proof);
  });
});

describe("the day of a proof", () => {
  const today = async () => dayOfTimestamp(await world.now());
  const on = async (asOf: bigint) => send((await screeningOf(story, alice(), { asOf })).proof);

  test("may be today or up to three days before, never after", async () => {
    const day = await today();
    await expectRefusal(on(packAsOf(day + 1)), "DayOutOfRange", { today: BigInt(day) });
    await expectRefusal(on(packAsOf(day - 4)), "DayOutOfRange");
    await on(packAsOf(day - 3));
  });

  test("turns at midnight UTC, to the second", async () => {
    const day = await today();
    const midnight = (day + 1 - 25_567) * DAY;
    const { proof } = await screeningOf(story, alice(), { asOf: packAsOf(day + 1) });
    await world.at(midnight - 1);
    await world.mine();
    await expectRefusal(world.as("anyone").screening.screen.staticCall(proof), "DayOutOfRange");
    await world.at(midnight);
    await send(proof);
  });

  test("refuses a date that is not the day's, and bits above", async () => {
    const asOf = packAsOf(await today());
    await expectRefusal(on(asOf + 1n), "DayOutOfRange");
    await expectRefusal(on(asOf | (1n << 44n)), "DayOutOfRange");
    await expectRefusal(on(asOf | (1n << 240n)), "DayOutOfRange");
  });
});

describe("the records root of a proof", () => {
  test("may be superseded, until its window ends", async () => {
    const root = await world.as("anyone").records.root();
    const { proof } = await screeningOf(story, alice(), { root });
    const { proof: late } = await screeningOf(story, personOf(story, "Bob"), { root });
    await world.as("clinic").records.anchor(number("next record"));
    const superseded = await world.now();
    await world.at(superseded + ROOT_WINDOW);
    await send(proof);
    await world.at(superseded + ROOT_WINDOW + 1);
    await world.mine();
    await expectRefusal(send(late), "UnknownRoot", { root });
  });

  test("refuses zero, another tree's root and a root from before a revocation", async () => {
    const other = buildTree([number("a"), number("b")]).root;
    for (const root of [0n, other]) {
      await expectRefusal(send((await screeningOf(story, alice(), { root })).proof), "UnknownRoot");
    }
    const { proof } = await screeningOf(story, alice());
    await world.as("clinic").records.revokeEarly(number("never anchored"));
    await send(proof);
    const { proof: before } = await screeningOf(story, personOf(story, "Bob"));
    await world.as("clinic").records.revoke(number(`record for CZ-2030-001`), []);
    await expectRefusal(send(before), "UnknownRoot");
  });

  test("refuses every root while a voided clinic's leaves are left", async () => {
    const { clinic } = world.actors;
    await world.as("governance").accreditation.deaccredit(ROLE.clinic, clinic.address);
    await world.as("governance").records.voidClinic(clinic.address);
    const { proof } = await screeningOf(story, alice());
    await expectRefusal(send(proof), "UnknownRoot");
    const leaf = registryLeafOf(number("record for CZ-2030-001"), clinic.address);
    await world.as("anyone").records.clearLeaf(leaf, []);
    await expectRefusal(send(proof), "UnknownRoot");
    await send((await screeningOf(story, alice())).proof);
  });
});

describe("one person in one protocol", () => {
  test("gives one answer: refuses a second screening with another root, commitment or day", async () => {
    await screen(story, alice());
    await world.as("clinic").records.anchor(number("re-issued record"));
    await world.travel(DAY);
    const again = { ...alice(), commitment: number("another wallet") };
    await expectRefusal(send((await screeningOf(story, again)).proof), "AlreadyScreened");
  });

  test("finds no second protocol number by cloning: the clone has the same id", async () => {
    const { trials } = world.as("otherSponsor");
    const clone = trials.register("CZ-2030-001", world.actors.otherBoard.address);
    await expectRefusal(clone, "ProtocolTaken", { trialId: story.trialId });
  });

  test("cannot use a proof in another trial or on another deployment", async () => {
    const { proof } = await screeningOf(story, alice());
    const other = await openTrial(world, { protocol: "CZ-2030-002" });
    await expectRefusal(send({ ...proof, trialId: other.trialId }), "InvalidProof");
    const twin = await world.twin();
    await openTrial(twin);
    expect(await twin.as("anyone").records.root()).toBe(proof.parts[0]!.recordsRoot);
    await expectRefusal(twin.as("anyone").screening.screen(proof), "InvalidProof");
    await send(proof);
  });

  test("has another scope on another chain", () => {
    const at = { screening: world.deployment.addresses.Screening, trialId: story.trialId };
    expect(scopeOf({ ...at, chainId: CHAIN_ID })).toBe(story.scope);
    expect(scopeOf({ ...at, chainId: 1 })).not.toBe(story.scope);
  });
});

describe("status", () => {
  test("a draft, suspended, closed, completed or expired trial takes no screening, each saying so", async () => {
    const draft = await openTrial(world, { protocol: "DRAFT", approved: false });
    const drafted = await screeningOf(draft, personOf(draft, "Alice"));
    await expectRefusal(send(drafted.proof), "TrialNotApproved");
    const { proof } = await screeningOf(story, alice());
    await world.as("board").trials.suspend(story.trialId, REASON);
    await expectRefusal(send(proof), "TrialOnHold");
    await world.as("board").trials.resume(story.trialId);
    const open = await world.snapshot();
    await world.as("sponsor").trials.close(story.trialId);
    await expectRefusal(send(proof), "TrialClosed");
    await world.as("sponsor").trials.complete(story.trialId);
    await expectRefusal(send(proof), "TrialClosed");
    const rules = world.as("anyone").trials.enrollmentRules(story.trialId, false);
    await expectRefusal(rules, "TrialClosed");
    await world.revert(open);
    await world.travel(3650 * DAY + 60);
    await world.mine();
    await expectRefusal(send(proof), "ApprovalExpired");
    const unknown = { ...proof, trialId: `0x${"77".repeat(32)}` };
    await expectRefusal(send(unknown), "UnknownTrial");
  });
});

describe("an amendment that asks for re-screening", () => {
  const amend = async () => {
    await story.publish({ criteriaHashes: [number("tighter")], requiresRescreening: true });
    await story.approve(story.published.length);
  };

  test("takes each earlier person once more, with the same commitment, under the new criteria", async () => {
    await screen(story, alice());
    await amend();
    const old = await screeningOf(story, personOf(story, "Bob"), { version: 1 });
    await expectRefusal(send(old.proof), "VersionSuperseded", { current: 2n });
    const other = { ...alice(), commitment: number("another") };
    await expectRefusal(send((await screeningOf(story, other)).proof), "CommitmentMismatch");
    await screen(story, alice());
    await expectRefusal(send((await screeningOf(story, alice())).proof), "AlreadyScreened");
    const { screening } = world.as("anyone");
    const groups = [1, 2].map((version) => screening.groupOf(story.trialId, version));
    const [first, second] = await Promise.all(groups);
    expect(first).not.toBe(second);
  });

  test("a friend's proof cannot stand in for someone's re-screening", async () => {
    const victim = await enrollNew(story, "Victim");
    await amend();
    const friend = { ...personOf(story, "Friend"), commitment: victim.commitment };
    await expectRefusal(send((await screeningOf(story, friend)).proof), "AlreadyScreened");
  });
});
