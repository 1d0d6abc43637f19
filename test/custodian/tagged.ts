// An arrival as the desk makes it where custodians are named: with a tag of the person.
import { PERSON_TAG_TYPES, tagDomain } from "../../circuits/statement/exchange/personTag.ts";
import {
  CHAIN_ID,
  consent,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
} from "../contracts/story.ts";
import { bytes32 } from "../support/world.ts";

/** Takes somebody to on-study; they permit everything that is offered. */
export async function arriveTagged(story: Story, name: string): Promise<Person> {
  const { world, trialId, published } = story;
  const person = personOf(story, name);
  const { pseudonym } = person;
  await screen(story, person);
  await consent(story, person, { permissions: published.at(-1)!.offeredPermissions });
  await world.as("sponsor").enrollment.enroll(trialId, [pseudonym]);
  const { act, signature } = await signAct(story, "Arrival", { pseudonym });
  const { siteId, arriveBy, deadline } = act;
  const { site } = world.actors;
  const tag = { trialId, pseudonym, siteId, arriveBy, key: site.address, deadline };
  const signed = { ...tag, tag: bytes32(`tag of ${name}`) };
  const domain = tagDomain(CHAIN_ID, world.deployment.addresses.PersonTags);
  const signatureOfTag = await site.signTypedData(domain, PERSON_TAG_TYPES, signed);
  await world.as("anyone").tags.register(signed, signatureOfTag);
  await world.as("anyone").enrollment.arrive(act, signature);
  return person;
}
