// Every step of the journey, from the first accreditation to the last withdrawal. Each may be told again after a
// fault: it does what the chain does not show yet.
import { hashWithdrawalCode } from "../../circuits/statement/trial/consent.ts";
import { termsForContract, type VersionTerms } from "../../circuits/statement/trial/trial.ts";
import {
  CODE,
  consentProofOf,
  type Person,
  screeningOf,
  signAct,
  statementOf,
  termsOf,
  withdrawalOf,
} from "../contracts/story.ts";
import { number, REASON, ROLE } from "../support/world.ts";
import { perform, persist } from "./client.ts";
import { findEvent, happened, type Play, PROTOCOL, relay, sendDirectly } from "./play.ts";

export type Step = {
  readonly name: string;
  readonly act: (play: Play) => Promise<unknown>;
  /** Sent to the chain without the server: whoever did so looks again after a fault. */
  readonly isDirect?: boolean;
};

/** Changes of the trial's status once it is suspended: the first made it active. */
const SUSPENDED = 2;
const HOUR = 3_600;
const AMENDMENT: Partial<VersionTerms> = { requiresReconsent: true, consentFormVersion: 2 };

export const JOURNEY: readonly Step[] = [
  { name: "accredit", act: accreditAll },
  { name: "register the trial", act: register },
  { name: "anchor a record", act: anchor },
  { name: "publish", act: (play) => publish(play, 1) },
  { name: "approve", act: (play) => approve(play, 1) },
  { name: "screen", act: (play) => forEach(play, ["Anna", "Bert", "Cleo", "Dora"], screen) },
  { name: "consent", act: (play) => forEach(play, ["Anna", "Bert", "Cleo", "Dora"], consent) },
  { name: "an hour passes", act: (play) => waitAnHour(play, 1n), isDirect: true },
  {
    name: "narrow",
    act: (play) => state(play, play.people.Anna, { sequence: 2n, permissions: 1 }),
  },
  { name: "enroll", act: enroll },
  { name: "arrive", act: (play) => forEach(play, ["Anna", "Bert"], arrive) },
  { name: "suspend and resume", act: holdOnce, isDirect: true },
  { name: "amend", act: (play) => publish(play, 2, AMENDMENT) },
  { name: "approve the amendment", act: (play) => approve(play, 2) },
  { name: "another hour passes", act: (play) => waitAnHour(play, 2n), isDirect: true },
  { name: "consent anew", act: (play) => forEach(play, ["Anna", "Bert"], consentAnew) },
  { name: "withdraw by proof", act: withdrawByProof },
  { name: "withdraw by code", act: withdrawByCode },
  { name: "withdraw by site", act: withdrawBySite },
  { name: "anchor directly", act: anchorDirectly, isDirect: true },
];

/** What the chain's log holds after all of it, however often something was killed in between. */
export const EVENTS = {
  Accredited: 4,
  TrialRegistered: 1,
  Anchored: 2,
  VersionPublished: 2,
  VersionApproved: 2,
  StatusChanged: 3,
  OpinionGiven: 1,
  GroupOpened: 1,
  Screened: 4,
  Consented: 7,
  Enrolled: 3,
  SiteSigned: 3,
  WithdrawnByProof: 1,
  WithdrawnByCode: 1,
} as const;

/** Participants at the end: state and sequence number of their last statement. */
export const STANDING = {
  Anna: { state: "withdrawn", sequence: 9n },
  Bert: { state: "withdrawn", sequence: 3n },
  Cleo: { state: "withdrawn", sequence: 1n },
  Dora: { state: "eligible", sequence: 1n },
} as const;

async function forEach(
  play: Play,
  names: readonly (keyof Play["people"])[],
  act: (play: Play, person: Person) => Promise<void>,
): Promise<void> {
  // All at once, so that several are under way when the kill comes.
  await Promise.all(names.map((name) => act(play, play.people[name])));
}

async function accreditAll(play: Play): Promise<void> {
  const roles = { clinic: ROLE.clinic, otherClinic: ROLE.clinic, sponsor: ROLE.sponsor };
  for (const [name, role] of Object.entries({ ...roles, board: ROLE.board })) {
    const account = play.actors[name as "clinic"].address;
    const isDone = () =>
      happened(play, { contract: "Accreditation", name: "Accredited", with: { role, account } });
    const call = { method: "accredit", args: [role, account, name], isDone };
    await relay(play, "governance", { contract: "Accreditation", ...call });
  }
}

function register(play: Play): Promise<void> {
  const isDone = () => happened(play, ofTrial(play, "TrialRegistry", "TrialRegistered"));
  const args = [PROTOCOL, play.actors.board.address];
  return relay(play, "sponsor", { contract: "TrialRegistry", method: "register", args, isDone });
}

function anchor(play: Play): Promise<void> {
  return relay(play, "clinic", anchorCall(play, number("record of the faults")));
}

function anchorDirectly(play: Play): Promise<void> {
  const { otherClinic } = play.actors;
  return sendDirectly(play, otherClinic, [anchorCall(play, number("record sent directly"))]);
}

function anchorCall(play: Play, commitment: bigint) {
  const contract = "RecordRegistry" as const;
  const said = { batchRoot: commitment };
  const isDone = () => happened(play, { contract, name: "Anchored", with: said });
  return { contract, method: "anchor", args: [commitment], isDone };
}

function publish(play: Play, version: number, change: Partial<VersionTerms> = {}): Promise<void> {
  const { story } = play;
  story.published[version - 1] = termsOf(story.world, change);
  const args = [story.trialId, termsForContract(story.published[version - 1]!)];
  const event = ofTrial(play, "TrialRegistry", "VersionPublished", { version });
  const isDone = () => happened(play, event);
  const call = { method: "publishVersion", args, isDone };
  return relay(play, "sponsor", { contract: "TrialRegistry", ...call });
}

async function approve(play: Play, version: number): Promise<void> {
  const { story } = play;
  const event = ofTrial(play, "TrialRegistry", "VersionApproved", { version });
  const isDone = () => happened(play, event);
  const until = Math.floor(Date.now() / 1000) + 365 * 86_400;
  const args = [story.trialId, version, story.digestOf(version), until];
  await relay(play, "board", { contract: "TrialRegistry", method: "approve", args, isDone });
}

function screen(play: Play, person: Person): Promise<void> {
  const { diary, api, story } = play;
  const { nullifier } = person;
  const isDone = () => happened(play, ofTrial(play, "Screening", "Screened", { nullifier }));
  const make = async () => (await screeningOf(story, person, { version: 1 })).proof;
  return perform(diary, { api, kind: "screening", make, isDone });
}

/** A pseudonym grants once in an hour of the clock. A chain that lost the next hour gets it again, and keeps it. */
async function waitAnHour(play: Play, sequence: bigint): Promise<void> {
  const { diary, people, stand, story } = play;
  const { provider } = stand.chain;
  const { pseudonym } = people.Anna;
  const said = { pseudonym, "statement.sequence": sequence };
  await persist(diary, async () => {
    const grant = await findEvent(play, ofTrial(play, "Enrollment", "Consented", said));
    if (grant === undefined) throw new Error("the grant is not on the chain");
    const { timestamp } = (await provider.getBlock(grant.blockNumber))!;
    const due = (Math.floor(timestamp / HOUR) + 1) * HOUR;
    if ((await story.world.now()) < due) {
      await provider.send("evm_setNextBlockTimestamp", [due]);
      await provider.send("evm_mine", []);
    }
    if ((await story.world.now()) < due) throw new Error("the hour is not over yet");
    // No chain goes back by an hour and keeps what was sent after it: what is sent again would come too soon.
    await stand.save();
  });
}

type Change = Parameters<typeof statementOf>[1];

async function state(play: Play, person: Person, change: Change): Promise<void> {
  const { diary, api, story } = play;
  const { pseudonym } = person;
  const said = { pseudonym, "statement.sequence": change?.sequence };
  const isDone = () => happened(play, ofTrial(play, "Enrollment", "Consented", said));
  const make = async () => {
    const statement = await statementOf(story, change);
    return { statement, proof: await consentProofOf(story, person, statement) };
  };
  await perform(diary, { api, kind: "consent", make, isDone });
}

/** A code of each person's own would be a secret; here one serves all. */
const withdrawalCodeHash = (play: Play) => hashWithdrawalCode(play.story.trialId, CODE);

function consent(play: Play, person: Person): Promise<void> {
  const siteId = person === play.people.Cleo ? 2 : 1;
  const hash = { withdrawalCodeHash: withdrawalCodeHash(play) };
  return state(play, person, { sequence: 1n, version: 1, siteId, ...hash });
}

function consentAnew(play: Play, person: Person): Promise<void> {
  return state(play, person, { sequence: 3n, version: 2 });
}

function enroll(play: Play): Promise<void> {
  const { Anna, Bert, Cleo } = play.people;
  const pseudonyms = [Anna, Bert, Cleo].map(({ pseudonym }) => pseudonym);
  const event = ofTrial(play, "Enrollment", "Enrolled", { pseudonym: Cleo.pseudonym });
  const isDone = () => happened(play, event);
  const args = [play.story.trialId, pseudonyms];
  return relay(play, "sponsor", { contract: "Enrollment", method: "enroll", args, isDone });
}

function arrive(play: Play, { pseudonym }: Person): Promise<void> {
  const { diary, api, story } = play;
  const isDone = () => happened(play, ofTrial(play, "Enrollment", "SiteSigned", { pseudonym }));
  const make = async () => {
    const { act, signature } = await signAct(story, "Arrival", { pseudonym });
    return { act: "ARRIVAL", signed: { ...act, signature } };
  };
  return perform(diary, { api, kind: "siteAct", make, isDone });
}

/** What the chain lost before the hold would be sent again into it, and refused for good: it is kept first. */
async function holdOnce(play: Play): Promise<void> {
  const { contracts, story, actors, diary, people, stand } = play;
  await persist(diary, async () => {
    for (const { pseudonym } of [people.Anna, people.Bert]) {
      const arrival = ofTrial(play, "Enrollment", "SiteSigned", { pseudonym });
      if (!(await happened(play, arrival))) throw new Error("an arrival is not on the chain");
    }
    await stand.save();
  });
  const changes = async () => {
    const { filters } = contracts.trials;
    const { deployBlock } = play.stand.chain.deployment;
    return (await contracts.trials.queryFilter(filters.StatusChanged(), deployBlock)).length;
  };
  const call = { contract: "TrialRegistry" as const };
  const args = [story.trialId];
  const isDone = (due: number) => async () => (await changes()) >= due;
  await sendDirectly(play, actors.board, [
    { ...call, method: "suspend", args: [...args, REASON], isDone: isDone(SUSPENDED) },
    { ...call, method: "resume", args, isDone: isDone(SUSPENDED + 1) },
  ]);
}

function withdrawByProof(play: Play): Promise<void> {
  const { diary, api, story, people } = play;
  const { pseudonym } = people.Anna;
  const event = ofTrial(play, "Enrollment", "WithdrawnByProof", { pseudonym });
  const make = async () => {
    const statement = withdrawalOf(story, { sequence: 9n });
    const proof = await consentProofOf(story, people.Anna, statement);
    return { byProof: { statement, proof } };
  };
  return perform(diary, { api, kind: "withdrawal", make, isDone: () => happened(play, event) });
}

function withdrawByCode(play: Play): Promise<void> {
  const { diary, api, story, people } = play;
  const { pseudonym } = people.Bert;
  const event = ofTrial(play, "Enrollment", "WithdrawnByCode", { pseudonym });
  const make = async () => ({ byCode: { trialId: story.trialId, pseudonym, code: CODE } });
  return perform(diary, { api, kind: "withdrawal", make, isDone: () => happened(play, event) });
}

function withdrawBySite(play: Play): Promise<void> {
  const { diary, api, story, people } = play;
  const { pseudonym } = people.Cleo;
  const event = ofTrial(play, "Enrollment", "SiteSigned", { pseudonym });
  const make = async () => {
    const of = { pseudonym, siteId: 2 };
    const { act, signature } = await signAct(story, "Withdrawal", of, "otherSite");
    return { bySite: { ...act, signature } };
  };
  return perform(diary, { api, kind: "withdrawal", make, isDone: () => happened(play, event) });
}

function ofTrial(
  { story }: Play,
  contract: "TrialRegistry" | "Screening" | "Enrollment",
  name: string,
  more: Record<string, unknown> = {},
) {
  return { contract, name, with: { trialId: story.trialId, ...more } };
}
