// Many screenings of one trial in one transaction: all or none, each person once.
import { describe, expect, test } from "vitest";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { DAY, expectRefusal, number } from "../support/world.ts";
import { told } from "./events.ts";
import { openScene } from "./scene.ts";
import { consent, type Person, personOf, screen, screeningOf } from "./story.ts";

const { world, story, screening, stateName } = await openScene();
const NAMES = ["Alice", "Bob", "Carol", "Dave", "Eve"];
const ascending = (people: readonly Person[]) =>
  people.toSorted((a, b) => (a.nullifier < b.nullifier ? -1 : 1));
const people = ascending(NAMES.map((name) => personOf(story, name)));

type Options = Parameters<typeof screeningOf>[2];
const submit = async (of: readonly Person[], options: Options = {}) =>
  Promise.all(of.map(async (person) => (await screeningOf(story, person, options)).proof));
type Submission = Awaited<ReturnType<typeof submit>>[number];
const send = (proofs: readonly Submission[], version = story.published.length) =>
  screening().screenMany(
    story.trialId,
    version,
    proofs.map(({ trialId: _, version: __, ...person }) => person),
  );
const known = (person: Person) => screening().commitmentOf(story.trialId, person.nullifier);

describe("many screenings at once", () => {
  test("stand as if each had come alone, in one group and in the order of nullifiers", async () => {
    const proofs = await submit(people);
    const events = await told(send(proofs));
    const groupId = await screening().groupOf(story.trialId, 1);
    expect(events.map(([name]) => name)).toEqual(["GroupOpened", ...people.map(() => "Screened")]);
    for (const [i, person] of people.entries()) {
      const { nullifier, commitment: participantCommitment } = person;
      const about = { trialId: story.trialId, nullifier, version: 1n, groupId };
      const told = { ...about, participantCommitment, parts: proofs[i]!.parts };
      expect(events[i + 1]).toEqual(["Screened", told]);
      expect(await known(person)).toBe(participantCommitment);
      const { semaphore } = world.as("anyone");
      expect(await semaphore.indexOf(groupId, participantCommitment)).toBe(BigInt(i));
    }
    await consent(story, people[3]!);
    expect(await stateName(people[3]!)).toBe("eligible");
  });

  test("may be one, or twenty for at most 250,000 gas each, everything included", async () => {
    await send(await submit(people.slice(0, 1)));
    const twenty = Array.from({ length: 20 }, (_, i) => personOf(story, `person ${i}`));
    const receipt = await (await send(await submit(ascending(twenty)))).wait();
    expect(Number(receipt.gasUsed) / 20).toBeLessThanOrEqual(250_000);
  });

  test("refuses one bad proof of many, and admits none of the others", async () => {
    const proofs = await submit(people);
    for (const i of proofs.keys()) {
      const [part] = proofs[i]!.parts;
      const points = part!.points.with(6, part!.points[0]!).with(7, part!.points[1]!);
      const bad = { ...proofs[i]!, parts: [{ ...part!, points }] };
      await expectRefusal(send(proofs.with(i, bad)), "InvalidProof");
    }
    for (const person of people) expect(await known(person)).toBe(0n);
    await send(proofs);
  });

  test("refuses a nullifier twice in one call, next to each other or not", async () => {
    const [first, second, third] = await submit(people);
    await expectRefusal(send([first!, first!]), "AlreadyScreened");
    await expectRefusal(send([first!, second!, second!, third!]), "AlreadyScreened");
    await expectRefusal(send([first!, second!, first!]), "NotInOrder");
    const other = { ...people[0]!, commitment: number("another wallet") };
    const [again] = await submit([other]);
    await expectRefusal(send([first!, again!]), "AlreadyScreened");
    await expectRefusal(send([first!, again!, second!]), "AlreadyScreened");
  });

  test("refuses a participant commitment twice in one call, next to each other or not", async () => {
    const { commitment } = people[0]!;
    for (const i of [1, 2, 4]) {
      const proofs = await submit(people.with(i, { ...people[i]!, commitment }));
      await expectRefusal(send(proofs), "AlreadyScreened");
    }
  });

  test("refuses another order than that of nullifiers, which would tell who came first", async () => {
    await expectRefusal(send((await submit(people)).toReversed()), "NotInOrder");
  });

  test("refuses who was screened before, among others who were not", async () => {
    await screen(story, people[2]!);
    await expectRefusal(send(await submit(people)), "AlreadyScreened");
    await send(await submit(people.toSpliced(2, 1)));
  });

  test("refuses a commitment that was screened before under another nullifier", async () => {
    await screen(story, people[2]!);
    const thief = { ...people[0]!, commitment: people[2]!.commitment };
    await expectRefusal(send(await submit([thief, people[1]!])), "AlreadyScreened");
  });

  test("refuses one number outside its range among many", async () => {
    const proofs = await submit(people);
    const last = proofs.length - 1;
    const withLast = (change: Partial<Submission>) =>
      send(proofs.with(last, { ...proofs[last]!, ...change }));
    const nullifier = proofs[last]!.nullifier + FIELD_ORDER;
    await expectRefusal(withLast({ nullifier }), "NotInField");
    const participantCommitment = proofs[last]!.participantCommitment + FIELD_ORDER;
    await expectRefusal(withLast({ participantCommitment }), "NotInField");
    await expectRefusal(withLast({ participantCommitment: 0n }), "NotInField");
    const [part] = proofs[last]!.parts;
    const parts = (change: object) => withLast({ parts: [{ ...part!, ...change }] });
    await expectRefusal(parts({ issuerTag: part!.issuerTag + FIELD_ORDER }), "InvalidProof");
    await expectRefusal(parts({ recordsRoot: part!.recordsRoot + FIELD_ORDER }), "UnknownRoot");
    await expectRefusal(parts({ asOf: part!.asOf | (1n << 44n) }), "DayOutOfRange");
  });

  test("refuses nobody at all", async () => {
    await expectRefusal(send([]), "InvalidProof");
  });

  test("refuses proofs of a version that is not in force, and those of another trial's message", async () => {
    const proofs = await submit(people);
    await expectRefusal(send(proofs, 2), "VersionSuperseded", { current: 1n });
    await story.publish({ capacity: 20 });
    await story.approve(2);
    await expectRefusal(send(proofs, 1), "VersionSuperseded", { current: 2n });
    await expectRefusal(send(proofs, 2), "InvalidProof");
  });

  test("hold to days and roots like one", async () => {
    const day = dayOfTimestamp(await world.now());
    const late = packAsOf(day - 4);
    const proofs = await submit(people);
    const [old] = await submit([people[0]!], { asOf: late });
    await expectRefusal(send(proofs.with(0, old!)), "DayOutOfRange");
    const root = number("no root");
    const [foreign] = await submit([people[4]!], { root });
    await expectRefusal(send(proofs.with(4, foreign!)), "UnknownRoot", { root });
  });

  test("take the screened once more under an amendment that asks for it, beside new people", async () => {
    await screen(story, people[1]!);
    await screen(story, people[3]!);
    await story.publish({ requiresRescreening: true, criteriaHashes: [number("tighter")] });
    await story.approve(2);
    const other = { ...people[3]!, commitment: number("another wallet") };
    await expectRefusal(send(await submit(people.with(3, other))), "CommitmentMismatch");
    await send(await submit(people));
    const { semaphore } = world.as("anyone");
    const group = await screening().groupOf(story.trialId, 2);
    expect(await semaphore.getMerkleTreeSize(group)).toBe(5n);
    await expectRefusal(send(await submit(people)), "AlreadyScreened");
  });

  test("work from any sender, and once", async () => {
    const proofs = await submit(people);
    const { trialId: _, version: __, ...alone } = proofs[0]!;
    const { screening: byOther } = world.as("otherSponsor");
    await byOther.screenMany(story.trialId, 1, [alone]);
    await expectRefusal(send(proofs), "AlreadyScreened");
  });
});

describe("a screening of several parts", () => {
  const PARTS = ["laboratory", "vaccinations", "history", "encounters"].map(number);
  const amend = async (count: number) => {
    await story.publish({
      criteriaHashes: PARTS.slice(0, count),
      successorHashes: PARTS.slice(0, count).map((hash) => hash + 1n),
    });
    await story.approve(story.published.length);
  };
  const [alice, bob] = people as [Person, Person];

  test.each([2, 3, 4])("takes %i proofs, also from records of different clinics", async (count) => {
    await amend(count);
    const each = Array.from({ length: count }, (_, i) => ({ issuerTag: number(`clinic ${i}`) }));
    const { proof } = await screeningOf(story, alice, { each });
    const events = await told(screening().screen(proof));
    expect(events.at(-1)![1].parts).toEqual(proof.parts);
    expect(new Set(proof.parts.map(({ issuerTag }) => issuerTag)).size).toBe(count);
    await send(await submit(people.filter((person) => person !== alice)));
  });

  test("refuses too few, too many and no proofs", async () => {
    await amend(2);
    const { proof } = await screeningOf(story, alice);
    const [first, second] = proof.parts;
    for (const parts of [[], [first!], [first!, second!, second!]]) {
      const changed = { ...proof, parts };
      await expectRefusal(screening().screen(changed), "WrongParts", { expected: 2n });
      await expectRefusal(send([changed]), "WrongParts", { expected: 2n });
    }
  });

  test("refuses a part's proof under another part's hash", async () => {
    await amend(2);
    const { proof } = await screeningOf(story, alice);
    const [first, second] = proof.parts;
    for (const parts of [
      [second!, first!],
      [first!, first!],
      [second!, second!],
    ]) {
      await expectRefusal(screening().screen({ ...proof, parts }), "InvalidProof");
      await expectRefusal(send([{ ...proof, parts }]), "InvalidProof");
    }
    await screening().screen(proof);
  });

  test("refuses parts of two people", async () => {
    await amend(2);
    const [mine, theirs] = await submit([alice, bob]);
    const parts = [mine!.parts[0]!, theirs!.parts[1]!];
    for (const whose of [mine!, theirs!]) {
      await expectRefusal(screening().screen({ ...whose, parts }), "InvalidProof");
    }
    const swapped = { ...theirs!, parts: [theirs!.parts[0]!, mine!.parts[1]!] };
    await expectRefusal(send([{ ...mine!, parts }, swapped]), "InvalidProof");
  });

  test("refuses one part of a day or a root outside the window, and takes different ones within", async () => {
    await amend(2);
    const day = dayOfTimestamp(await world.now());
    const on = async (second: object) =>
      screening().screen((await screeningOf(story, alice, { each: [{}, second] })).proof);
    for (const outside of [day + 1, day - 4]) {
      await expectRefusal(on({ asOf: packAsOf(outside) }), "DayOutOfRange");
    }
    await expectRefusal(on({ root: number("no root") }), "UnknownRoot");
    const before = (await world.as("anyone").records.root()) as bigint;
    await world.as("clinic").records.anchor(number("another record"));
    await on({ asOf: packAsOf(day - 3), root: before });
  });

  test("refuses one bad part of many people's", async () => {
    await amend(2);
    const proofs = await submit(people);
    const [first, second] = proofs[4]!.parts;
    const parts = [first!, { ...second!, issuerTag: second!.issuerTag + 1n }];
    await expectRefusal(send(proofs.with(4, { ...proofs[4]!, parts })), "InvalidProof");
    await send(proofs);
  });

  test("refuses the single proof of an earlier version", async () => {
    const { proof } = await screeningOf(story, alice);
    await amend(2);
    await expectRefusal(screening().screen({ ...proof, version: 2 }), "WrongParts");
  });

  test("costs as many proofs as it has parts, and no more", async () => {
    await amend(4);
    await world.travel(DAY);
    const { proof } = await screeningOf(story, alice);
    const receipt = await (await screening().screen(proof)).wait();
    expect(Number(receipt.gasUsed)).toBeLessThan(900_000);
  });
});
