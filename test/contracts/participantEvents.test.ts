// Every act about a participant tells all of itself, and every change of state is told.
import { id } from "ethers";
import { describe, expect, test } from "vitest";
import { SITE_ACT_TYPES, type SiteActName } from "../../circuits/statement/trial/consent.ts";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial/trial.ts";
import { DAY } from "../support/world.ts";
import { told } from "./events.ts";
import { openScene } from "./scene.ts";
import {
  arriveNew,
  CODE,
  consent,
  consentProofOf,
  enrollNew,
  type Person,
  personOf,
  screen,
  screeningOf,
  signAct,
  statementOf,
  withdrawalOf,
} from "./story.ts";
import { ON_STUDY, successionOf } from "./succession.ts";

const { world, story, enrollment, screening } = await openScene();
const alice = personOf(story, "Alice");

const about = (person: Person) => ({ trialId: story.trialId, pseudonym: person.pseudonym });
const became = (person: Person, state: ParticipantState) => [
  "StateChanged",
  { ...about(person), state: BigInt(PARTICIPANT_STATES.indexOf(state)) },
];
/** Numbers as the chain gives them. */
const onChain = (values: object) =>
  Object.fromEntries(
    Object.entries(values).map(([k, v]) => [k, typeof v === "number" ? BigInt(v) : v]),
  );

describe("a patient's acts", () => {
  test("tell a screening, and its group when it is the first", async () => {
    const { proof } = await screeningOf(story, alice);
    const events = await told(screening().screen(proof));
    const groupId = await screening().groupOf(story.trialId, 1);
    expect(events).toEqual([
      ["GroupOpened", { trialId: story.trialId, screeningVersion: 1n, groupId }],
      ["Screened", { ...onChain(proof), groupId }],
    ]);
    const second = await screeningOf(story, personOf(story, "Bob"));
    expect((await told(screening().screen(second.proof))).map(([name]) => name)).toEqual([
      "Screened",
    ]);
  });

  test("tell a grant with its proof, and the state only when it is the first", async () => {
    await screen(story, alice);
    const groupId = await screening().groupOf(story.trialId, 1);
    for (const sequence of [1n, 2n]) {
      await world.travel(3_600);
      await world.mine();
      const statement = await statementOf(story, { sequence, permissions: Number(sequence) | 1 });
      const proof = await consentProofOf(story, alice, statement);
      const events = await told(enrollment().consent(statement, proof));
      const granted = ["Consented", { ...proof, trialId: story.trialId, groupId }];
      const full = [granted[0], { ...(granted[1] as object), statement: onChain(statement) }];
      expect(events).toEqual(sequence === 1n ? [full, became(alice, "eligible")] : [full]);
    }
  });

  test("tell a withdrawal by proof and by code", async () => {
    await screen(story, alice);
    await consent(story, alice);
    const before = await world.snapshot();
    const statement = withdrawalOf(story);
    const proof = await consentProofOf(story, alice, statement);
    const groupId = await screening().groupOf(story.trialId, 1);
    const withdrawn = { ...proof, trialId: story.trialId, groupId, statement: onChain(statement) };
    expect(await told(enrollment().consent(statement, proof))).toEqual([
      ["WithdrawnByProof", withdrawn],
      became(alice, "withdrawn"),
    ]);
    await world.revert(before);
    expect(await told(enrollment().withdrawByCode(story.trialId, alice.pseudonym, CODE))).toEqual([
      ["WithdrawnByCode", { ...about(alice), code: CODE }],
      became(alice, "withdrawn"),
    ]);
  });
});

describe("sponsors' and sites' acts", () => {
  test("tell an enrolment with the last moment to arrive, and a no-show", async () => {
    await screen(story, alice);
    await consent(story, alice);
    const { enrollment: bySponsor } = world.as("sponsor");
    const events = await told(bySponsor.enroll(story.trialId, [alice.pseudonym]));
    const arriveBy = BigInt((await world.now()) + 14 * DAY);
    expect(events).toEqual([
      became(alice, "pending-on-study"),
      ["Enrolled", { ...about(alice), siteId: 1n, arriveBy }],
    ]);
    await world.travel(14 * DAY + 1);
    expect(await told(enrollment().reportNoShow(story.trialId, alice.pseudonym))).toEqual([
      became(alice, "eligible"),
      ["NoShow", about(alice)],
    ]);
  });

  const acts = [
    { kind: "Arrival", send: "arrive", start: enrollNew, to: "on-study" },
    { kind: "ScreenFailure", send: "failScreening", start: enrollNew, to: "ineligible" },
    { kind: "Completion", send: "finish", start: arriveNew, to: "off-study" },
    { kind: "Withdrawal", send: "withdrawBySite", start: arriveNew, to: "withdrawn" },
  ] as const;
  const typeHashOf = (kind: SiteActName) => {
    const fields: readonly { name: string; type: string }[] = Object.values(
      SITE_ACT_TYPES[kind],
    )[0]!;
    return id(`${kind}(${fields.map(({ type, name }) => `${type} ${name}`).join(",")})`);
  };

  test.each(acts)("tell what the site signed: $kind", async ({ kind, send, start, to }) => {
    const person = await start(story, "Alice");
    const { act, signature } = await signAct(story, kind, { pseudonym: person.pseudonym });
    const signer = world.actors.site.address;
    expect(await told(enrollment()[send](act, signature))).toEqual([
      [
        "SiteSigned",
        { ...about(person), kind: typeHashOf(kind), act: onChain(act), signer, signature },
      ],
      became(person, to),
    ]);
  });

  test("tell a succession with the successor's proofs and group, and the code it took", async () => {
    const old = await arriveNew(story, "Alice");
    const next = personOf(story, "Alice's new wallet");
    for (const code of [ON_STUDY.code, CODE]) {
      const before = await world.snapshot();
      const person = code === CODE ? await enrollNew(story, "Bob") : old;
      const made = await successionOf(story, person, next, { code });
      const { succession, proof, signature } = made;
      const groupId = await screening().groupOf(story.trialId, 1);
      const signer = world.actors.site.address;
      const rest = { succession: onChain(succession), code, groupId, signer, signature };
      expect(await told(enrollment().succeed(succession, code, proof, signature))).toEqual([
        became(person, "off-study"),
        ["Succeeded", { ...about(person), ...rest, parts: proof.parts }],
      ]);
      expect(await screening().commitmentOf(story.trialId, next.nullifier)).toBe(next.commitment);
      await world.revert(before);
    }
  });
});
