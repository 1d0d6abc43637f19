// The acts of a trial's story, with simulated proofs: publish, screen, consent, enroll, arrive.

import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { listSignals, type Signals } from "../../circuits/statement/proof/signals.ts";
import {
  type ConsentStatement,
  consentMessage,
  DECISIONS,
  enrollmentDomain,
  GIVEN_BY,
  hashWithdrawalCode,
  SITE_ACT_TYPES,
  type SiteAct,
  type SiteActName,
} from "../../circuits/statement/trial/consent.ts";
import {
  scopeOf,
  screeningMessage,
  termsForContract,
  trialIdOf,
  type VersionTerms,
  versionDigest,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { type Actor, bytes32, DAY, number, TRAPDOORS, type World } from "../support/world.ts";
import { malleate, simulate } from "./trapdoor.ts";

export const CHAIN_ID = 31_337;
export const PROTOCOL = "CZ-2030-001";
export const CODE = bytes32("printed code");

/** Terms of a small trial: sites 1 (2 places, signed by `site`) and 2 (1, by `otherSite`). */
export function termsOf(world: World, change: Partial<VersionTerms> = {}): VersionTerms {
  return {
    criteriaHashes: [number("criteria")],
    successorHashes: [number("criteria for successors")],
    circuit: "eligibility-8",
    consentFormHash: bytes32("form"),
    consentFormVersion: 1,
    requiredPermissions: 0b001,
    offeredPermissions: 0b111,
    capacity: 10,
    arrivalDays: 14,
    requiresReconsent: false,
    requiresRescreening: false,
    isSealed: false,
    attestationsHash: bytes32("attestations"),
    documentHash: bytes32("document"),
    sites: [
      { siteId: 1, signer: world.actors.site.address, capacity: 2 },
      { siteId: 2, signer: world.actors.otherSite.address, capacity: 1 },
    ],
    ...{ custodians: [], custodianThreshold: 0 },
    ...change,
  };
}

export type Story = Awaited<ReturnType<typeof openTrial>>;

/**
 * Registers, publishes and has approved a first version; anchors one record so that there is a
 * root.
 */
export async function openTrial(
  world: World,
  { protocol = PROTOCOL, change = {} as Partial<VersionTerms>, approved = true } = {},
) {
  const trialId = trialIdOf(protocol);
  await world.as("sponsor").trials.register(protocol, world.actors.board.address);
  await world.as("clinic").records.anchor(number(`record for ${protocol}`));
  const story = storyOf(world, trialId);
  await story.publish(change);
  if (approved) await story.approve(1);
  return story;
}

/** A trial's story before it is told: nothing is on the chain yet. */
export function storyOf(world: World, trialId: string) {
  const { TrialRegistry: trialRegistry, Screening: screening } = world.deployment.addresses;
  const scope = scopeOf({ chainId: CHAIN_ID, screening, trialId });
  const published: VersionTerms[] = [];
  const digestOf = (version: number) =>
    versionDigest({
      chainId: CHAIN_ID,
      trialRegistry,
      trialId,
      version,
      terms: published[version - 1]!,
    });

  async function publish(change: Partial<VersionTerms> = {}): Promise<number> {
    const terms = termsOf(world, change);
    await world.as("sponsor").trials.publishVersion(trialId, termsForContract(terms));
    return published.push(terms);
  }
  async function approve(version: number): Promise<void> {
    const until = (await world.now()) + 3650 * DAY;
    await world.as("board").trials.approve(trialId, version, digestOf(version), until);
  }
  return { world, trialId, scope, published, digestOf, publish, approve };
}

/** One person in a trial: their numbers follow from the name. */
export function personOf(story: Story, name: string) {
  const at = `${name} in ${story.trialId}`;
  return {
    nullifier: number(`nullifier of ${at}`),
    commitment: number(`commitment of ${at}`),
    pseudonym: number(`pseudonym of ${at}`),
    issuerTag: number(`issuer tag of ${at}`),
  };
}
export type Person = ReturnType<typeof personOf>;

/** What a part shows and submits; the rest of its signals is the contract's. */
type Shown = { readonly issuerTag?: bigint; readonly root?: bigint; readonly asOf?: bigint };
type ScreeningOptions = Shown & {
  readonly version?: number;
  /** Other values that the proofs are about, while what is submitted stays. */
  readonly signals?: Partial<Signals>;
  /** What single parts show instead. */
  readonly each?: readonly Shown[];
  /** Instead of a screening's. */
  readonly message?: bigint;
  readonly hashes?: readonly bigint[];
};

/** What a screening contains; every part may be changed before or after the proofs are made. */
export async function screeningOf(story: Story, person: Person, options: ScreeningOptions = {}) {
  const { trialId, published } = story;
  const version = options.version ?? published.length;
  const { criteriaHashes, circuit } = published[version - 1]!;
  const participantCommitment = person.commitment;
  const common = { trialId, version, nullifier: person.nullifier, participantCommitment };
  const message = options.message ?? screeningMessage({ trialId, version, participantCommitment });
  const trapdoor = TRAPDOORS[circuit === "eligibility-8" ? 8 : 32];
  const made = await Promise.all(
    (options.hashes ?? criteriaHashes).map(async (criteriaHash, i) => {
      const shown = await shownBy(story, person, { ...options, ...options.each?.[i] });
      const { nullifier } = person;
      const base = { nullifier, criteriaHash, scope: story.scope, message, ...shown };
      const signals = listSignals({ ...base, ...options.signals } as Signals);
      return { shown, points: simulate(trapdoor, signals), other: malleate(trapdoor, signals, 5n) };
    }),
  );
  return {
    proof: { ...common, parts: made.map(({ shown, points }) => ({ ...shown, points })) },
    malleated: { ...common, parts: made.map(({ shown, other }) => ({ ...shown, points: other })) },
  };
}

async function shownBy({ world }: Story, person: Person, { issuerTag, root, asOf }: Shown) {
  return {
    issuerTag: issuerTag ?? person.issuerTag,
    recordsRoot: root ?? ((await world.as("anyone").records.root()) as bigint),
    asOf: asOf ?? packAsOf(dayOfTimestamp(await world.now())),
  };
}

export async function screen(story: Story, person: Person, version?: number): Promise<void> {
  const { proof } = await screeningOf(story, person, version === undefined ? {} : { version });
  await story.world.as("anyone").screening.screen(proof);
}

/** Midnight (UTC) of the day that is so many after the one of a time. */
export function midnightAfter(seconds: number, days: number): bigint {
  return BigInt((Math.floor(seconds / DAY) + days) * DAY);
}

/** A grant to the newest version, in the group of its screening version. */
export async function statementOf(
  story: Story,
  change: Partial<ConsentStatement> = {},
): Promise<ConsentStatement> {
  const now = await story.world.now();
  const version = change.version ?? story.published.length;
  return {
    trialId: story.trialId,
    version,
    formHash: story.published[version - 1]!.consentFormHash,
    permissions: 0b011,
    siteId: 1,
    validUntil: midnightAfter(now, 365),
    givenBy: GIVEN_BY.self,
    sequence: 1n,
    decision: DECISIONS.grant,
    submitBy: midnightAfter(now, 2),
    withdrawalCodeHash: hashWithdrawalCode(story.trialId, CODE),
    ...change,
  };
}

/** A withdrawal: everything zero but trial, version, sequence and decision. */
export function withdrawalOf(story: Story, change: Partial<ConsentStatement> = {}) {
  return {
    trialId: story.trialId,
    version: story.published.length,
    formHash: ZERO_BYTES32,
    permissions: 0,
    siteId: 0,
    validUntil: 0n,
    givenBy: 0,
    sequence: 2n,
    decision: DECISIONS.withdraw,
    submitBy: 0n,
    withdrawalCodeHash: ZERO_BYTES32,
    ...change,
  } satisfies ConsentStatement;
}

/** The Semaphore proof that makes a statement. */
export async function consentProofOf(
  story: Story,
  person: Person,
  statement: ConsentStatement,
  change: { groupRoot?: bigint; scope?: bigint } = {},
) {
  const { screening, semaphore } = story.world.as("anyone");
  const groupRoot =
    change.groupRoot ??
    ((await semaphore.getMerkleTreeRoot(
      await screening.groupOf(story.trialId, statement.version),
    )) as bigint);
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const scope = hashed(change.scope ?? story.scope);
  const signals = [groupRoot, person.pseudonym, hashed(consentMessage(statement)), scope];
  const points = simulate(TRAPDOORS.semaphore, signals);
  return { pseudonym: person.pseudonym, groupRoot, points };
}

/** Sends a statement with a fresh proof, from anyone. */
export async function state(story: Story, person: Person, statement: ConsentStatement) {
  const proof = await consentProofOf(story, person, statement);
  return story.world.as("anyone").enrollment.consent(statement, proof);
}

/** A grant; an hour later when it is not the person's first, so that it is not too soon. */
export async function consent(
  story: Story,
  person: Person,
  change: Partial<ConsentStatement> = {},
) {
  const isKnown = await standing(story, person).catch(() => undefined);
  if (isKnown) await waitAnHour(story);
  return state(story, person, await statementOf(story, change));
}

async function waitAnHour({ world }: Story): Promise<void> {
  await world.travel(3_600);
  await world.mine();
}

/** Signs what a site says about a participant, in the enrollment of now. */
export async function signAct(
  story: Story,
  kind: SiteActName,
  change: Partial<SiteAct> & { pseudonym: bigint },
  signer: Actor = "site",
) {
  const { world, trialId } = story;
  const { participantOf } = world.as("anyone").enrollment;
  const [known] = await participantOf(trialId, change.pseudonym).catch(() => [{ arriveBy: 0n }]);
  const act: SiteAct = {
    trialId,
    siteId: 1,
    arriveBy: known.arriveBy as bigint,
    evidence: story.published.at(-1)!.attestationsHash,
    deadline: BigInt((await world.now()) + 3_600),
    ...change,
  };
  const domain = enrollmentDomain(CHAIN_ID, world.deployment.addresses.Enrollment);
  const types: Record<string, { name: string; type: string }[]> = SITE_ACT_TYPES[kind];
  return { act, signature: await world.actors[signer].signTypedData(domain, types, act) };
}

/** Takes a person from nothing to pending-on-study. */
export async function enrollNew(story: Story, name: string, siteId = 1): Promise<Person> {
  const person = personOf(story, name);
  await screen(story, person);
  await consent(story, person, { siteId });
  await story.world.as("sponsor").enrollment.enroll(story.trialId, [person.pseudonym]);
  return person;
}

/** And to on-study. */
export async function arriveNew(story: Story, name: string): Promise<Person> {
  const person = await enrollNew(story, name);
  const { act, signature } = await signAct(story, "Arrival", { pseudonym: person.pseudonym });
  await story.world.as("anyone").enrollment.arrive(act, signature);
  return person;
}

/** State by number on the chain, and whether the participant is on hold. */
export async function standing(story: Story, { pseudonym }: Person) {
  const { enrollment } = story.world.as("anyone");
  const [participant, onHold] = await enrollment.participantOf(story.trialId, pseudonym);
  return { state: Number(participant.state), onHold: onHold as boolean, participant };
}
