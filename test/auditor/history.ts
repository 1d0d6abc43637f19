// A small honest history on a chain in the process: two clinics, one trial with an amendment, five
// people.
import { afterAll } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { consentMessage } from "../../circuits/statement/trial/consent.ts";
import { screeningMessage } from "../../circuits/statement/trial/trial.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import type { EventArgs, Part } from "../../client/auditor/node/event.ts";
import { connectProvider, type Request } from "../../client/auditor/node/rpc.ts";
import type { Source } from "../../client/auditor/node/source.ts";
import type { PublishedKeys } from "../../client/auditor/proof/published.ts";
import { arriveNew, openTrial, type Person, type Story } from "../contracts/story.ts";
import { keyOf, simulate } from "../contracts/trapdoor.ts";
import { createWorld, REASON, ROOT_WINDOW, TRAPDOORS, type World } from "../support/world.ts";
import { anchorTold, revokeTold, tellAmended, tellFirst } from "./told.ts";

/**
 * The keys that the chain in the process verifies with: their trapdoors make proofs in
 * milliseconds.
 */
export const KEYS: PublishedKeys = {
  "eligibility-8": keyOf(TRAPDOORS[8]),
  "eligibility-32": keyOf(TRAPDOORS[32]),
  semaphore: keyOf(TRAPDOORS.semaphore),
};

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
  await anchorTold(world);
  // The first root's window has ended when the first person is screened.
  await world.travel(2 * ROOT_WINDOW);
  await world.mine();
  const people = await tellFirst(story, arriveNew);
  await revokeTold(world);
  const [first] = story.published[0]!.sites;
  const sites = [first!, { siteId: 2, signer: world.actors.otherSite.address, capacity: 5 }];
  await story.publish({ requiresRescreening: true, capacity: 3, sites });
  await story.approve(2);
  const eve = await tellAmended(story, people.ann);
  await world.as("board").trials.suspend(story.trialId, REASON);
  await world.as("board").trials.resume(story.trialId);
  return { world, story, request: requestOf(world), people: { ...people, eve } };
}

/** The same for the tests of one file; the chain closes after the last of them. */
export async function openPlayed(): Promise<History> {
  const history = await playHistory();
  afterAll(() => history.world.close());
  return history;
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
