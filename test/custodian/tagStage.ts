// A desk, two people expected at it, and custodians behind HTTP who hold the key of their trial's tags.
import type { AddressInfo } from "node:net";
import { hexlify, randomBytes } from "ethers";
import { afterEach, beforeAll } from "vitest";
import { STAFF_TYPES, staffDomain } from "../../circuits/statement/exchange/delegation.ts";
import { type Custodian, reachCustodian } from "../../client/exchange/custodian.ts";
import { openTagKey, type TagDesk, tagSetOf } from "../../client/exchange/personTag.ts";
import type { TagService } from "../../client/exchange/personTagService.ts";
import { listen, serve } from "../../custodian/service/http.ts";
import { CHAIN_ID, enrollNew, type Person } from "../contracts/story.ts";
import { type Actor, bytes32 } from "../support/world.ts";
import { CUSTODIANS, openCustodian, openStage, type Stage } from "./stage.ts";

type Desk = { readonly stage: Stage; readonly ada: Person; readonly ben: Person };
export let desk: Desk;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  const stage = await openStage([]);
  const [ada, ben] = [await enrollNew(stage.story, "ada"), await enrollNew(stage.story, "ben")];
  desk = { stage, ada, ben };
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A fresh custodian of the stage behind HTTP, as a desk reaches it. */
export async function serveOne(index: number) {
  const opened = await openCustodian(desk.stage, { wallet: CUSTODIANS[index]! });
  const server = await listen(0, "127.0.0.1");
  serve(server, { services: opened, perMinute: 1e6, trustedProxies: 0 });
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { opened, reached: await reachCustodian({ url, retries: 0 }) };
}

export async function serveAll() {
  const all = await Promise.all([0, 1, 2].map(serveOne));
  return { all, custodians: all.map(({ reached }) => reached) };
}

export const placeOf = ({ world }: Stage) => ({
  chainId: CHAIN_ID,
  custodyLog: world.deployment.addresses.CustodyLog,
  personTags: world.deployment.addresses.PersonTags,
});

/** The set as a desk reads it from the trial's public state. */
export function setOf({ trialId, story }: Stage) {
  const versions = story.published.map((terms, i) => ({
    ...{ version: i + 1, terms, approvedAt: 1 },
  }));
  return tagSetOf({ trialId, versions } as never)!;
}

export const open = (custodians: readonly Custodian[], pinned?: string) =>
  openTagKey({ set: setOf(desk.stage), custodians, place: placeOf(desk.stage), pinned });

export async function deskOf(
  person: Person,
  document: string,
  by: Actor = "site",
): Promise<TagDesk> {
  const { world, trialId } = desk.stage;
  const [{ arriveBy }] = await world
    .as("anyone")
    .enrollment.participantOf(trialId, person.pseudonym);
  return {
    ...{ signer: world.actors[by], place: placeOf(desk.stage), siteId: 1, document },
    ...{ pseudonym: person.pseudonym, arriveBy: Number(arriveBy), now: await world.now() },
  };
}

/** A custodian in whose place somebody answers. */
export const instead = (
  of: Custodian,
  change: (tags: TagService) => Partial<TagService>,
): Custodian => ({
  ...of,
  tags: { ...of.tags!, ...change(of.tags!) },
});
export const away = (of: Custodian): Custodian => {
  const silent = () => Promise.reject(new Error("away"));
  return instead(of, () => ({ key: silent, dealing: silent, evaluate: silent, keep: silent }));
};

export const NO_ASK = { trialId: bytes32("no"), blinded: bytes32("no"), siteId: 0, pseudonym: 0n };

export async function delegate(to: Actor, tasks: number): Promise<void> {
  const { world, trialId } = desk.stage;
  const now = await world.now();
  const delegation = {
    ...{ trialId, siteId: 1, key: world.actors[to].address, tasks, person: bytes32("person") },
    ...{ from: now - 10, until: now + 86_400, salt: hexlify(randomBytes(32)) },
    deadline: BigInt(now + 3_600),
  };
  const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
  const { site } = world.actors;
  const signature = await site.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
  await world.as("anyone").staff.delegate(delegation, signature);
}

export async function revoke(key: Actor): Promise<void> {
  const { world, trialId } = desk.stage;
  const revocation = {
    ...{ trialId, siteId: 1, key: world.actors[key].address, salt: hexlify(randomBytes(32)) },
    deadline: BigInt((await world.now()) + 3_600),
  };
  const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
  const { site } = world.actors;
  const signature = await site.signTypedData(domain, STAFF_TYPES.Revocation, revocation);
  await world.as("anyone").staff.revoke(revocation, signature);
}
