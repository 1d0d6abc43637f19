// What every told story has in it, on whatever chain: clinics that anchor and revoke, and people who come and go.
import { buildBatch } from "../../client/clinic/registry/batch.ts";
import { registryOf } from "../contracts/registry.ts";
import {
  arriveNew,
  CODE,
  consent,
  enrollNew,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
  state,
  withdrawalOf,
} from "../contracts/story.ts";
import { DAY, number, type World } from "../support/world.ts";

/** A batch of five records, drawn the same way each time. */
export const BATCH = buildBatch(
  [1, 2, 3, 4, 5].map((i) => number(`record ${i}`)),
  (below) => below - 1,
);

/** A clinic anchors the batch. */
export async function anchorTold(world: World): Promise<void> {
  const { records } = world.as("clinic");
  await records.anchorBatch(BATCH.root, BATCH.leaves.length, BATCH.leavesHash, "leaves.json");
}

/** One clinic revokes a record, the other one that it never anchored. */
export async function revokeTold(world: World): Promise<void> {
  const registry = registryOf(world);
  await registry.anchor("record to revoke", "otherClinic");
  await registry.revoke("record to revoke", "otherClinic");
  await world.as("clinic").records.revokeEarly(number("never anchored"));
}

/**
 * Ann arrives, Ben withdraws by proof once he has come as far as told, Cay does not pass the site's screening, and Dee
 * withdraws by the printed code.
 */
export async function tellFirst(story: Story, comes: typeof enrollNew | typeof arriveNew) {
  const { enrollment } = story.world.as("anyone");
  const ann = await arriveNew(story, "Ann");
  const ben = await comes(story, "Ben");
  await state(story, ben, withdrawalOf(story));
  const cay = await enrollNew(story, "Cay", 2);
  const about = { pseudonym: cay.pseudonym, siteId: 2 };
  const failure = await signAct(story, "ScreenFailure", about, "otherSite");
  await enrollment.failScreening(failure.act, failure.signature);
  const dee = personOf(story, "Dee");
  await screen(story, dee);
  await consent(story, dee);
  await enrollment.withdrawByCode(story.trialId, dee.pseudonym, CODE);
  return { ann, ben, cay, dee };
}

/** Under the amendment Ann is screened again and consents; Eve is enrolled and never comes. Returns Eve. */
export async function tellAmended(story: Story, ann: Person): Promise<Person> {
  await screen(story, ann, 2);
  await consent(story, ann, { sequence: 5n });
  const eve = await enrollNew(story, "Eve", 2);
  await story.world.travel(15 * DAY);
  await story.world.as("anyone").enrollment.reportNoShow(story.trialId, eve.pseudonym);
  return eve;
}
