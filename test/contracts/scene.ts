// What most tests of the contracts open with: a world, a trial in it, and both as they were before each test.
import { afterAll, beforeEach, expect } from "vitest";
import type { ConsentStatement } from "../../circuits/statement/trial/consent.ts";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import {
  type Actor,
  createWorld,
  expectRefusal,
  type LocalWorld,
  type World,
} from "../support/world.ts";
import { told } from "./events.ts";
import {
  consent,
  openTrial,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
  standing,
} from "./story.ts";

type Code = Parameters<typeof expectRefusal>[1];

/** A world that every test of the file finds as it is when the first one begins. */
export async function openWorld(): Promise<LocalWorld> {
  const world = await createWorld();
  let clean: string | undefined;
  beforeEach(async () => {
    if (clean !== undefined) await world.revert(clean);
    clean = await world.snapshot();
  });
  afterAll(() => world.close());
  return world;
}

/** The same with a trial of one version, and what is often done with its people. */
export async function openScene(options: { readonly approved?: boolean } = {}) {
  const world = await openWorld();
  const story = await openTrial(world, options);
  beforeEach(() => {
    story.published.length = 1;
  });
  return { world, story, ...actsOf(world, story) };
}

/** And Alice in it, who was screened. */
export async function openAlice() {
  const scene = await openScene();
  const { story } = scene;
  const alice = personOf(story, "Alice");
  await screen(story, alice);
  const refuseGrant = (change: Partial<ConsentStatement>, code: Code) =>
    expectRefusal(consent(story, alice, change), code);
  return { ...scene, alice, refuseGrant };
}

function actsOf(world: World, story: Story) {
  const enrollment = (actor: Actor = "anyone") => world.as(actor).enrollment;
  const enroll = (...people: Person[]) =>
    enrollment("sponsor").enroll(
      story.trialId,
      people.map(({ pseudonym }) => pseudonym),
    );
  return {
    enrollment,
    screening: (actor: Actor = "anyone") => world.as(actor).screening,
    enroll,
    /** Expects that the sponsor cannot take this one, and is told why. */
    expectSkipped: async (person: Person, code: Code): Promise<void> => {
      const reason = interfaceOf("Enrollment").getError(code)!.selector;
      const about = { trialId: story.trialId, pseudonym: person.pseudonym };
      expect(await told(enroll(person))).toEqual([["NotEnrolled", { ...about, reason }]]);
    },
    stateName: async (person: Person): Promise<ParticipantState> =>
      PARTICIPANT_STATES[(await standing(story, person)).state]!,
    /** Somebody screened who consented, for this site. */
    joined: async (name: string, siteId = 1): Promise<Person> => {
      const person = personOf(story, name);
      await screen(story, person);
      await consent(story, person, { siteId });
      return person;
    },
    /** The site's signature about an arrival, changed where asked, and sent. */
    arrive: async ({ pseudonym }: Person, change = {}, signer: Actor = "site") => {
      const { act, signature } = await signAct(story, "Arrival", { pseudonym, ...change }, signer);
      return enrollment().arrive(act, signature);
    },
  };
}
