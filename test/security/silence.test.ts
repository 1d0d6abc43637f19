// An exchange where nothing happens for a month: an honest proof against the last root must still be good, and one
// against a root that a revocation voided must not become good again.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { registryOf } from "../contracts/registry.ts";
import {
  consent,
  openTrial,
  personOf,
  type Story,
  screen,
  screeningOf,
  standing,
} from "../contracts/story.ts";
import { createWorld, DAY, expectRefusal, number, type World } from "../support/world.ts";

const ELIGIBLE = 1;
const MONTH = 31 * DAY;
let world: World;
let story: Story;

beforeEach(async () => {
  world = await createWorld();
  story = await openTrial(world);
});
afterEach(() => world.close());

describe("after a month of silence", () => {
  test("an honest screening against the root of a month ago is accepted, and a consent in its group", async () => {
    const root = (await world.as("anyone").records.root()) as bigint;
    const alice = personOf(story, "Alice");
    await screen(story, alice);
    await world.travel(MONTH);
    await world.mine();
    const bob = personOf(story, "Bob");
    const { proof } = await screeningOf(story, bob, { root });
    await world.as("anyone").screening.screen(proof);
    await consent(story, alice);
    expect((await standing(story, alice)).state).toBe(ELIGIBLE);
  });

  test("refuses a root that was superseded a month ago, and one voided by a revocation", async () => {
    const { records } = world.as("clinic");
    const first = (await records.root()) as bigint;
    await records.anchor(number("another record"));
    const second = (await records.root()) as bigint;
    await world.travel(MONTH);
    await world.mine();
    const of = async (root: bigint, name: string) =>
      (await screeningOf(story, personOf(story, name), { root })).proof;
    const { screening } = world.as("anyone");
    await expectRefusal(screening.screen(await of(first, "Cid")), "UnknownRoot");
    await registryOf(world).revoke("record for CZ-2030-001");
    await expectRefusal(screening.screen(await of(second, "Dan")), "UnknownRoot");
    await screening.screen(await of((await records.root()) as bigint, "Eve"));
  });
});
