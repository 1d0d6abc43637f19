// The acts of the exchange, as its tests need them: people who arrived, delegations, cuts, erasures.
import { beforeEach } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import {
  type Delegation,
  type Revocation,
  STAFF_TYPES,
  staffDomain,
  TASKS,
} from "../../circuits/statement/exchange/delegation.ts";
import { ERASURE_TYPES, erasureMessage } from "../../circuits/statement/exchange/erasure.ts";
import {
  PERSON_TAG_TYPES,
  type PersonTag,
  tagDomain,
} from "../../circuits/statement/exchange/personTag.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import type { ConsentStatement } from "../../circuits/statement/trial/consent.ts";
import { inOrder, PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import { type Actor, accreditExchange, bytes32, DAY, TRAPDOORS } from "../support/world.ts";
import { openWorld } from "./scene.ts";
import {
  CHAIN_ID,
  consent,
  openTrial,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
  standing,
} from "./story.ts";
import { simulate } from "./trapdoor.ts";

/** Permissions that everybody gives who is asked for nothing else. */
export const GIVEN = PERMISSIONS.participate | PERMISSIONS.shareRecord;

/** A trial with custodians, room for many, and an emergency permission to give. */
export async function openExchange() {
  const world = await openWorld();
  await accreditExchange(world);
  const { site, otherSite, custodian, otherCustodian } = world.actors;
  const change = {
    capacity: 100,
    offeredPermissions: 0b111 | PERMISSIONS.emergency,
    sites: [
      { siteId: 1, signer: site.address, capacity: 100 },
      { siteId: 2, signer: otherSite.address, capacity: 10 },
    ],
    custodians: inOrder([custodian.address, otherCustodian.address]),
    custodianThreshold: 2,
  };
  const story = await openTrial(world, { change });
  beforeEach(() => {
    story.published.length = 1;
  });
  return {
    world,
    story,
    ...peopleOf(story),
    ...staffOf(story),
    ...ordersOf(story),
    ...cutsOf(story),
  };
}

type Change = Partial<ConsentStatement>;

function peopleOf(story: Story) {
  const { world, trialId } = story;
  /** Screened, consented and enrolled. */
  const enrolled = async (name: string, change: Change = {}): Promise<Person> => {
    const person = personOf(story, name);
    await screen(story, person);
    await consent(story, person, { permissions: GIVEN, ...change });
    await world.as("sponsor").enrollment.enroll(trialId, [person.pseudonym]);
    return person;
  };
  const signed = async (person: Person, kind: "Arrival" | "Completion" | "Withdrawal") => {
    const siteId = Number((await standing(story, person)).participant.siteId);
    const signer: Actor = siteId === 1 ? "site" : "otherSite";
    return signAct(story, kind, { pseudonym: person.pseudonym, siteId }, signer);
  };
  return {
    enrolled,
    /** And arrived. */
    arrived: async (name: string, change: Change = {}): Promise<Person> => {
      const person = await enrolled(name, change);
      const { act, signature } = await signed(person, "Arrival");
      await world.as("anyone").enrollment.arrive(act, signature);
      return person;
    },
    finish: async (person: Person) => {
      const { act, signature } = await signed(person, "Completion");
      return world.as("anyone").enrollment.finish(act, signature);
    },
    withdraw: async (person: Person) => {
      const { act, signature } = await signed(person, "Withdrawal");
      return world.as("anyone").enrollment.withdrawBySite(act, signature);
    },
  };
}

let salts = 0;

function staffOf(story: Story) {
  const { world, trialId } = story;
  const { addresses } = world.deployment;
  const soon = async () => BigInt((await world.now()) + 3_600);
  const salt = () => bytes32(`salt ${++salts}`);
  const key = world.actors.staff.address;

  const delegationOf = async (change: Partial<Delegation> = {}, by: Actor = "site") => {
    const from = await world.now();
    const delegation: Delegation = {
      ...{ trialId, siteId: 1, key, tasks: TASKS.deposit, person: bytes32("Mary, study nurse") },
      ...{ from, until: from + 30 * DAY, salt: salt(), deadline: await soon() },
      ...change,
    };
    const domain = staffDomain(CHAIN_ID, addresses.StaffRegistry);
    const signature = await world.actors[by].signTypedData(
      domain,
      STAFF_TYPES.Delegation,
      delegation,
    );
    return { delegation, signature };
  };
  const revocationOf = async (change: Partial<Revocation> = {}, by: Actor = "site") => {
    const given = { trialId, siteId: 1, key, salt: salt(), deadline: await soon() };
    const revocation: Revocation = { ...given, ...change };
    const domain = staffDomain(CHAIN_ID, addresses.StaffRegistry);
    const signature = await world.actors[by].signTypedData(
      domain,
      STAFF_TYPES.Revocation,
      revocation,
    );
    return { revocation, signature };
  };
  return {
    delegationOf,
    revocationOf,
    /** Signs and sends, from anyone. */
    delegate: async (change: Partial<Delegation> = {}, by: Actor = "site") => {
      const { delegation, signature } = await delegationOf(change, by);
      return world.as("anyone").staff.delegate(delegation, signature);
    },
    revoke: async (change: Partial<Revocation> = {}, by: Actor = "site") => {
      const { revocation, signature } = await revocationOf(change, by);
      return world.as("anyone").staff.revoke(revocation, signature);
    },
  };
}

function ordersOf(story: Story) {
  const { world, trialId } = story;
  const { addresses } = world.deployment;
  const soon = async () => BigInt((await world.now()) + 3_600);
  return {
    /** What the desk signs about a person. */
    tagged: async (person: Person, change: Partial<PersonTag> = {}, by: Actor = "site") => {
      const { participant } = await standing(story, person);
      const tag: PersonTag = {
        ...{ trialId, pseudonym: person.pseudonym, siteId: 1, tag: bytes32("tag") },
        ...{ arriveBy: participant.arriveBy as bigint, key: world.actors[by].address },
        ...{ deadline: await soon(), ...change },
      };
      const domain = tagDomain(CHAIN_ID, addresses.PersonTags);
      const signature = await world.actors[by].signTypedData(domain, PERSON_TAG_TYPES, tag);
      return { tag, signature };
    },
    /** What the participant proves to have the own keys destroyed. */
    erasureProofOf: async (person: Person, change: { trialId?: string } = {}) => {
      const { screening, semaphore } = world.as("anyone");
      const groupId = (await screening.groupOf(trialId, 1)) as bigint;
      const groupRoot = (await semaphore.getMerkleTreeRoot(groupId)) as bigint;
      const about = { trialId, ...change };
      const at = { chainId: CHAIN_ID, custodyLog: addresses.CustodyLog };
      const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
      const message = hashed(erasureMessage({ ...at, trialId: about.trialId }));
      const signals = [groupRoot, person.pseudonym, message, hashed(story.scope)];
      const points = simulate(TRAPDOORS.semaphore, signals);
      return { pseudonym: person.pseudonym, groupRoot, points };
    },
    /** What the site signs to have them destroyed: the arguments of `eraseBySite`. */
    erasureOf: async (
      person: Person,
      change: { siteId?: number; key?: string; deadline?: bigint } = {},
      by: Actor = "site",
    ) => {
      const { pseudonym } = person;
      const own = { siteId: 1, key: world.actors[by].address, deadline: await soon() };
      const erasure = { trialId, pseudonym, ...own, ...change };
      const domain = custodianDomain(CHAIN_ID, addresses.CustodyLog);
      const signature = await world.actors[by].signTypedData(domain, ERASURE_TYPES, erasure);
      return [trialId, pseudonym, erasure.key, erasure.deadline, signature] as const;
    },
  };
}

type Sealing = {
  readonly permission?: number;
  readonly root?: string;
  readonly packages?: number;
  readonly by?: Actor;
  readonly trialId?: string;
};
type Asking = {
  readonly cutId?: number;
  readonly purpose?: string;
  readonly recipientKey?: string;
  readonly until?: number;
  readonly by?: Actor;
};

function cutsOf(story: Story) {
  const { world, trialId } = story;
  /** Exactly these, in this order. */
  const sealListed = (pseudonyms: readonly bigint[], of: Sealing = {}) => {
    const { permission = PERMISSIONS.shareRecord, root = bytes32("packages"), packages = 9 } = of;
    const { cuts } = world.as(of.by ?? "sponsor");
    return cuts.seal(of.trialId ?? trialId, permission, pseudonyms, root, packages);
  };
  return {
    sealListed,
    seal: (people: readonly Person[], of: Sealing = {}) => sealListed(ascending(people), of),
    request: async (of: Asking = {}) => {
      const { cutId = 0, purpose = bytes32("purpose"), recipientKey = bytes32("key") } = of;
      const until = of.until ?? (await world.now()) + 3_600;
      return world.as(of.by ?? "sponsor").cuts.request(cutId, purpose, recipientKey, until);
    },
  };
}

/** Pseudonyms as a cut lists them. */
export function ascending(people: readonly Person[]): bigint[] {
  return people.map(({ pseudonym }) => pseudonym).sort((a, b) => (a < b ? -1 : 1));
}
