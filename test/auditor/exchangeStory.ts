// An honest history of three people on study, and an exchange of their data told on top of it, event
// by event: what is wrong is what a test changes.
import { id, type Signer, Wallet } from "ethers";
import { afterAll } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import {
  DEPOSIT_TYPES,
  depositDomain,
  depositMessage,
  type Entry,
  hashEntry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import {
  PERSON_TAG_TYPES,
  type PersonTag,
  tagDomain,
} from "../../circuits/statement/exchange/personTag.ts";
import type { SiteAct } from "../../circuits/statement/trial/consent.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import {
  consent,
  openTrial,
  type Person,
  personOf,
  type Story,
  screen,
  signAct,
} from "../contracts/story.ts";
import { simulate } from "../contracts/trapdoor.ts";
import { bytes32, createWorld, TRAPDOORS, type World } from "../support/world.ts";
import { requestOf } from "./history.ts";
import { argsAt, find, type Recording, record } from "./recording.ts";

export const SHARE = 0b10;
export const EMERGENCY = 1 << 7;
const ROLE = { custodian: 4, emergencyClinician: 5, operator: 6 } as const;
const wallet = (name: string) => new Wallet(id(`key of ${name}`));
export const lower = ({ address }: { readonly address: string }) => address.toLowerCase();

export const CUSTODIANS = ["one", "two", "three"]
  .map((name) => wallet(`custodian ${name}`))
  .sort((a, b) => (lower(a) < lower(b) ? -1 : 1));
export const CLINICIAN = wallet("emergency clinician");
export const OPERATOR = wallet("operator");
/** Of site 1: deposits, corrects, orders erasures. */
export const NURSE = wallet("nurse");
/** Of the sponsor: seals and requests. */
export const ANALYST = wallet("analyst");

export type Scene = {
  readonly world: World;
  readonly story: Story;
  readonly honest: Recording;
  readonly people: { readonly ann: Person; readonly bob: Person; readonly cay: Person };
  readonly entries: readonly Deposited[];
  readonly roots: readonly string[];
};

/** Plays the history for the tests of one file. */
export async function openScene(): Promise<Scene> {
  const world = await createWorld();
  afterAll(() => world.close());
  const { accreditation } = world.as("governance");
  for (const { address } of CUSTODIANS) await accreditation.accredit(ROLE.custodian, address, "C");
  await accreditation.accredit(ROLE.emergencyClinician, CLINICIAN.address, "E");
  await accreditation.accredit(ROLE.operator, OPERATOR.address, "O");
  const custodians = CUSTODIANS.map(({ address }) => address);
  const story = await openTrial(world, {
    change: {
      ...{ offeredPermissions: 0b1000_0111, custodians, custodianThreshold: 2 },
      sites: [{ siteId: 1, signer: world.actors.site.address, capacity: 9 }],
    },
  });
  const people = {
    ann: await arrive(story, "Ann", 0b1000_0111),
    bob: await arrive(story, "Bob", 0b1000_0111),
    cay: await arrive(story, "Cay", 0b11),
  };
  const { deployment } = world;
  const honest = await record(await openChain({ request: requestOf(world), deployment }));
  const scene = { world, story, honest, people, entries: [], roots: [] };
  return { ...scene, ...(await makeEntries(scene)) };
}

async function arrive(story: Story, name: string, permissions: number): Promise<Person> {
  const person = personOf(story, name);
  await screen(story, person);
  await consent(story, person, { permissions });
  await story.world.as("sponsor").enrollment.enroll(story.trialId, [person.pseudonym]);
  const { act, signature } = await signAct(story, "Arrival", { pseudonym: person.pseudonym });
  await tag(story, name, act);
  await story.world.as("anyone").enrollment.arrive(act, signature);
  return person;
}

/** The desk registers the tag of the person before it. */
async function tag({ world, trialId }: Story, name: string, act: SiteAct): Promise<void> {
  const { site } = world.actors;
  const { pseudonym, siteId, arriveBy, deadline } = act;
  const of = { trialId, pseudonym, siteId, arriveBy, key: site.address, deadline };
  const signed = { ...of, tag: bytes32(`tag of ${name}`) };
  await world.as("anyone").tags.register(signed, await signTag(world, signed));
}

/** What the site's signer, or another, signs as a tag. */
export function signTag(
  { deployment, actors }: World,
  signed: PersonTag,
  by: Pick<Signer, "signTypedData"> = actors.site,
): Promise<string> {
  const domain = tagDomain(deployment.chainId, deployment.addresses.PersonTags);
  return by.signTypedData(domain, PERSON_TAG_TYPES, signed);
}

/** Ann's diary and emergency summary, a visit of Bob's; then a correction of the diary. */
async function makeEntries(scene: Omit<Scene, "entries" | "roots">) {
  const { ann, bob } = scene.people;
  const diary = byPerson(scene, entryOf(scene, ann, { collection: "diary" }));
  const summary = byPerson(
    scene,
    entryOf(scene, ann, { collection: "summary", permission: EMERGENCY }),
  );
  const visit = await byStaff(scene, entryOf(scene, bob, { source: SOURCES.site }));
  const replaces = hashEntry(diary.entry);
  const correction = byPerson(
    scene,
    entryOf(scene, ann, { collection: "diary", sequence: 2, replaces, correction: 1 }),
  );
  const first = [diary, summary, visit];
  const roots = [first, [correction]].map((rows) => rootOf(rows));
  const batched = [...first.map((row) => ({ ...row, batch: roots[0]! }))];
  return { entries: [...batched, { ...correction, batch: roots[1]! }], roots };
}

export const rootOf = (rows: readonly Deposited[]) =>
  entryTree(rows.map(({ entry }) => hashEntry(entry))).root;

/** An entry of somebody's, in the collection "visit" unless told otherwise. */
export function entryOf(
  { story }: Pick<Scene, "story">,
  { pseudonym }: Person,
  change: Partial<Entry> = {},
): Entry {
  return {
    ...{ trialId: story.trialId, pseudonym, collection: "visit", permission: SHARE },
    ...{ formVersion: 1, sequence: 1, ciphertextHash: bytes32("ciphertext"), sizeStep: 0 },
    ...{ day: 47_000, source: SOURCES.participant, replaces: ZERO_BYTES32, correction: 0 },
    ...change,
  };
}

/** An entry with its participant's proof: the trapdoor proves anything. */
export function byPerson(
  { story, honest }: Pick<Scene, "story" | "honest">,
  entry: Entry,
): Deposited {
  const { groupRoot } = argsAt(honest, "Consented", find(honest, "Consented", -1));
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const about = [groupRoot, entry.pseudonym, hashed(depositMessage(entry)), hashed(story.scope)];
  const points = simulate(TRAPDOORS.semaphore, about);
  return { entry, authority: { kind: "participant", version: 1, groupRoot, points } };
}

/** An entry signed by staff of site 1. */
export async function byStaff(
  { honest, world }: Pick<Scene, "honest" | "world">,
  entry: Entry,
  { key = NURSE, siteId = 1 } = {},
): Promise<Deposited> {
  const deadline = BigInt(now(honest) + 3_600);
  const { DepositLog: depositLog } = world.deployment.addresses;
  const domain = depositDomain({ chainId: world.deployment.chainId, depositLog });
  const message = { entry: hashEntry(entry), siteId, deadline };
  const signature = await key.signTypedData(domain, DEPOSIT_TYPES, message);
  return { entry, authority: { kind: "staff", siteId, key: lower(key), deadline, signature } };
}

/** Unix seconds of the last log's block. */
export const now = (h: Recording) => h.blocks.get(h.logs.at(-1)!.blockNumber)!.timestamp;
