// A small honest history on a chain in the process: two clinics, one trial with an amendment, five
// people.

import { consentMessage } from "../../circuits/statement/consent.ts";
import { hashEncoded } from "../../circuits/statement/hash.ts";
import { screeningMessage } from "../../circuits/statement/trial.ts";
import { openChain } from "../../client/auditor/chain.ts";
import type { EventArgs, Part } from "../../client/auditor/event.ts";
import type { PublishedKeys } from "../../client/auditor/published.ts";
import { connectProvider, type Request } from "../../client/auditor/rpc.ts";
import type { Source } from "../../client/auditor/source.ts";
import { buildBatch } from "../../client/clinic/batch.ts";
import { registryOf } from "../contracts/registry.ts";
import {
  arriveNew,
  CODE,
  consent,
  enrollNew,
  openTrial,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
  state,
  withdrawalOf,
} from "../contracts/story.ts";
import { keyOf, simulate } from "../contracts/trapdoor.ts";
import {
  createWorld,
  DAY,
  number,
  ROOT_WINDOW,
  TRAPDOORS,
  type World,
} from "../contracts/world.ts";

/**
 * The keys that the chain in the process verifies with: their trapdoors make proofs in
 * milliseconds.
 */
export const KEYS: PublishedKeys = {
  "eligibility-8": keyOf(TRAPDOORS[8]),
  "eligibility-32": keyOf(TRAPDOORS[32]),
  semaphore: keyOf(TRAPDOORS.semaphore),
};

/** A batch of five records, drawn the same way each time. */
export const BATCH = buildBatch(
  [1, 2, 3, 4, 5].map((i) => number(`record ${i}`)),
  (below) => below - 1,
);

export type History = {
  readonly world: World;
  readonly story: Story;
  readonly request: Request;
  readonly people: Readonly<Record<string, Person>>;
};

/** Plays the history and leaves the chain open. */
export async function playHistory(): Promise<History> {
  const world = await createWorld();
  const story = await openTrial(world, { change: { capacity: 3 } });
  const { enrollment } = world.as("anyone");
  const clinic = world.as("clinic").records;
  await clinic.anchorBatch(BATCH.root, BATCH.leaves.length, BATCH.leavesHash, "leaves.json");
  // The first root's window has ended when the first person is screened.
  await world.travel(2 * ROOT_WINDOW);
  await world.mine();
  const ann = await arriveNew(story, "Ann");
  const ben = await arriveNew(story, "Ben");
  await state(story, ben, withdrawalOf(story));
  const cay = await enrollNew(story, "Cay", 2);
  const failure = await signAct(
    story,
    "ScreenFailure",
    { pseudonym: cay.pseudonym, siteId: 2 },
    "otherSite",
  );
  await enrollment.failScreening(failure.act, failure.signature);
  const dee = personOf(story, "Dee");
  await screen(story, dee);
  await consent(story, dee);
  await enrollment.withdrawByCode(story.trialId, dee.pseudonym, CODE);

  const registry = registryOf(world);
  await registry.anchor("record to revoke", "otherClinic");
  await registry.revoke("record to revoke", "otherClinic");
  await clinic.revokeEarly(number("never anchored"));
  const [first] = story.published[0]!.sites;
  const sites = [first!, { siteId: 2, signer: world.actors.otherSite.address, capacity: 5 }];
  await story.publish({ requiresRescreening: true, capacity: 3, sites });
  await story.approve(2);
  await screen(story, ann, 2);
  await consent(story, ann, { sequence: 5n });
  const eve = await enrollNew(story, "Eve", 2);
  await world.travel(15 * DAY);
  await enrollment.reportNoShow(story.trialId, eve.pseudonym);
  await world.as("board").trials.suspend(story.trialId);
  await world.as("board").trials.resume(story.trialId);
  return { world, story, request: requestOf(world), people: { ann, ben, cay, dee, eve } };
}

/** The chain in the process as a node. */
export function requestOf(world: World): Request {
  return connectProvider({
    request: ({ method, params }) => world.request(method, ...params),
  });
}

export function openHistory({ world, request }: History): Promise<Source> {
  return openChain({ request, deployment: world.deployment });
}

/** A screening's parts with points that hold, whatever they say: the trapdoor proves anything. */
export function proveScreened(history: History, args: EventArgs["Screened"]): Part[] {
  const { story } = history;
  const { nullifier, participantCommitment, trialId, version } = args;
  const { criteriaHashes } = story.published[version - 1]!;
  const message = screeningMessage({ trialId, version, participantCommitment });
  return args.parts.map((part, i) => {
    const { issuerTag, recordsRoot, asOf } = part;
    const about = [nullifier, issuerTag, criteriaHashes[i] ?? 0n, recordsRoot, story.scope];
    return { ...part, points: simulate(TRAPDOORS[8], [...about, message, asOf]) };
  });
}

/** The same for a consent. */
export function proveConsented(history: History, args: EventArgs["Consented"]): bigint[] {
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const message = hashed(consentMessage(args.statement));
  const signals = [args.groupRoot, args.pseudonym, message, hashed(history.story.scope)];
  return simulate(TRAPDOORS.semaphore, signals);
}
