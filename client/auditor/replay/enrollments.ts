// Enrollment, arrival and what else sponsors and sites do. Mirrors contracts/Enrollment.sol.
import { FIELD_ORDER } from "../../../circuits/statement/encoding/field.ts";
import {
  enrollmentDomain,
  SITE_ACT_KINDS,
  SITE_ACT_TYPES,
  type SiteActName,
  SUCCESSION_TYPES,
} from "../../../circuits/statement/trial/consent.ts";
import { type ParticipantState, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../../contracts/connect.ts";
import type { Event } from "../node/event.ts";
import { checkGiver, isCodeOf } from "./consents.ts";
import { delegatorOf, isStaff } from "./exchangeStaff.ts";
import { explainMember } from "./groups.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { claimParts } from "./screenings.ts";
import { successorMessageOf } from "./signals.ts";
import { countAct, isAccredited, type Participant, type Trial } from "./state.ts";
import {
  announce,
  expectState,
  explain,
  freePlace,
  NO_CODE,
  participantOf,
  stateNumber,
  withdraw,
} from "./transitions.ts";
import { refuseRunning } from "./trials.ts";
import { hashTypedData, recovers } from "./typedData.ts";

const DAY_SECONDS = 86_400;

export const enrollmentHandlers = {
  Enrolled(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { siteId, arriveBy } = event.args;
    const sponsor = isAccredited(replay.world, "sponsor", trial.sponsor);
    expect(replay, event, sponsor, "trial/sponsor", "the sponsor was not accredited");
    const participant = participantOf(replay, event, trial);
    expectState(replay, event, participant, ["eligible"]);
    checkRunning(replay, event, trial, true);
    const gap = consentGap(trial, participant, event.time);
    expect(replay, event, gap === undefined, "enrollment/consent", gap ?? "");
    const isOwn = siteId === participant.siteId || participant.state === 0;
    expect(
      replay,
      event,
      isOwn,
      "site/act",
      `at site ${siteId}, consented to ${participant.siteId}`,
    );
    takePlace(replay, event, trial);
    const days = trial.versions.get(trial.current)?.terms.arrivalDays ?? 0;
    const due = BigInt(event.time + days * DAY_SECONDS);
    const late = `arrival by ${arriveBy}, by the version it is ${due}`;
    expect(replay, event, arriveBy === due, "enrollment/deadline", late);
    participant.arriveBy = arriveBy;
    participant.siteId = siteId;
    countAct(trial, event.time, "enrolled");
    explain(replay, event, participant, "pending-on-study");
  },

  NotEnrolled(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const sponsor = isAccredited(replay.world, "sponsor", trial.sponsor);
    expect(replay, event, sponsor, "trial/sponsor", "the sponsor was not accredited");
    const { pseudonym, reason } = event.args;
    const due = whyNot(trial, pseudonym, event.time);
    const said = SKIPPED.find((name) => selectorOf(name) === reason) ?? reason;
    const wrong = `pseudonym ${pseudonym} was skipped as ${said}, found is ${due ?? "no reason"}`;
    expect(replay, event, said === due, "enrollment/skipped", wrong);
  },

  NoShow(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const participant = participantOf(replay, event, trial);
    if (expectState(replay, event, participant, ["pending-on-study"]))
      freePlace(trial, participant);
    const isOver = BigInt(event.time) > participant.arriveBy;
    expect(replay, event, isOver, "site/late", "a no-show before the time to arrive had ended");
    explain(replay, event, participant, "eligible");
  },

  SiteSigned(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { kind, act } = event.args;
    const participant = participantOf(replay, event, trial);
    const name = SITE_ACT_KINDS.get(kind);
    if (!expect(replay, event, name !== undefined, "site/act", `an unknown act ${kind}`)) return;
    const isSame = act.trialId === event.args.trialId && act.pseudonym === event.args.pseudonym;
    expect(replay, event, isSame, "site/act", "the signed act is about somebody else");
    const signed = { types: SITE_ACT_TYPES[name!], message: act };
    checkSite(replay, event, trial, participant, { ...signed, byStaff: DESK_ACTS.has(name!) });
    ACTS[name!](replay, event, trial, participant);
  },

  Succeeded(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { succession, groupId, parts } = event.args;
    const { successorNullifier: nullifier, successorCommitment: commitment } = succession;
    const participant = participantOf(replay, event, trial);
    const message = succession;
    checkSite(replay, event, trial, participant, { types: SUCCESSION_TYPES, message });
    checkSpeaker(replay, event, participant);
    const before = participant.state;
    const from = ["eligible", "pending-on-study", "on-study"] as const;
    if (expectState(replay, event, participant, from) && before !== stateNumber("eligible")) {
      freePlace(trial, participant);
    }
    const inField = nullifier < FIELD_ORDER && commitment > 0n && commitment < FIELD_ORDER;
    const isFresh = !trial.screened.has(nullifier) && !trial.commitments.has(commitment);
    const used = "the successor's nullifier or commitment was used before";
    expect(replay, event, inField && isFresh, "site/successor", used);
    checkSuccessor(replay, event, trial);
    participant.permissions = 0;
    participant.validUntil = 0n;
    participant.withdrawalCodeHash = NO_CODE;
    explain(replay, event, participant, "off-study");
    explainMember(replay, event, { groupId, commitment });
    const issuerTags = parts.map(({ issuerTag }) => issuerTag);
    trial.screened.set(nullifier, { commitment, groups: new Set([groupId]), issuerTags });
    trial.commitments.add(commitment);
  },
} satisfies Handlers;

type Enrolling = Event<"Enrolled" | "SiteSigned" | "Succeeded">;
type Act = (replay: Replay, event: Event<"SiteSigned">, trial: Trial, who: Participant) => void;

const ACTS: Record<SiteActName, Act> = {
  Arrival(replay, event, trial, who) {
    expectState(replay, event, who, ["pending-on-study"]);
    checkEnrollment(replay, event, who);
    checkRunning(replay, event, trial, false);
    const gap = consentGap(trial, who, event.time);
    expect(replay, event, gap === undefined, "enrollment/consent", gap ?? "");
    const inTime = BigInt(event.time) <= who.arriveBy;
    expect(replay, event, inTime, "site/late", "arrived after the last moment to arrive");
    const due = trial.versions.get(trial.current)?.terms.attestationsHash;
    const { evidence } = event.args.act;
    expect(replay, event, evidence === due, "site/act", `attested ${evidence}, the list is ${due}`);
    checkGiver(replay, event, trial, who);
    countAct(trial, event.time, "arrived");
    announce(replay, event, who, "on-study");
  },
  ScreenFailure(replay, event, trial, who) {
    const wasPending = who.state === stateNumber("pending-on-study");
    expectState(replay, event, who, ["eligible", "pending-on-study"]);
    checkEnrollment(replay, event, who);
    if (wasPending) freePlace(trial, who);
    announce(replay, event, who, "ineligible");
  },
  Completion(replay, event, _trial, who) {
    expectState(replay, event, who, ["on-study"]);
    checkEnrollment(replay, event, who);
    announce(replay, event, who, "off-study");
  },
  Withdrawal(replay, event, trial, who) {
    const any: ParticipantState[] = ["eligible", "pending-on-study", "on-study", "off-study"];
    expectState(replay, event, who, [...any, "ineligible"]);
    countAct(trial, event.time, "withdrawn");
    withdraw(replay, event, trial, who);
  },
};

function checkRunning(replay: Replay, event: Enrolling, trial: Trial, recruiting: boolean): void {
  const problem = refuseRunning(replay.world, trial, { time: event.time, recruiting });
  expect(replay, event, problem === undefined, "enrollment/not-running", problem ?? "");
}

/** What a consent lacks: it is to a version that the one in force still accepts, and not expired. */
function consentGap(trial: Trial, who: Participant, time: number): string | undefined {
  // Without any consent the pseudonym is unknown, and reported as that.
  if (who.version === 0 && who.state === 0) return undefined;
  const required = trial.versions.get(trial.current)?.consentVersion ?? 0;
  if (who.version >= required && who.validUntil >= BigInt(time)) return undefined;
  return `consented to version ${who.version} until ${who.validUntil}, required is ${required}`;
}

/** What is signed about one enrollment says nothing about the next. */
function checkEnrollment(replay: Replay, event: Event<"SiteSigned">, who: Participant): void {
  const { arriveBy } = event.args.act;
  const reason = `signed for the enrollment until ${arriveBy}, it was until ${who.arriveBy}`;
  expect(replay, event, BigInt(arriveBy) === who.arriveBy, "site/act", reason);
}

/** Refusals that skip a participant, as Enrollment.sol's `_whyNot` names them. */
const SKIPPED = [
  "UnknownParticipant",
  "WrongState",
  "ConsentMissing",
  "ConsentExpired",
  "UnknownSite",
  "TrialFull",
  "SiteFull",
] as const;
type Skipped = (typeof SKIPPED)[number];

function selectorOf(name: Skipped): string {
  return interfaceOf("Enrollment").getError(name)!.selector;
}

/** Why the sponsor could not take a participant. */
function whyNot(trial: Trial, pseudonym: bigint, time: number): Skipped | undefined {
  const who = trial.participants.get(pseudonym);
  if (who === undefined || who.state === 0) return "UnknownParticipant";
  if (who.state !== stateNumber("eligible")) return "WrongState";
  const version = trial.versions.get(trial.current);
  if (who.version < (version?.consentVersion ?? 0)) return "ConsentMissing";
  if (who.validUntil < BigInt(time)) return "ConsentExpired";
  const site = version?.terms.sites.find(({ siteId }) => siteId === who.siteId);
  if (site === undefined) return "UnknownSite";
  if (trial.placesTaken >= (version?.terms.capacity ?? 0)) return "TrialFull";
  return (trial.sitePlaces.get(who.siteId) ?? 0) >= site.capacity ? "SiteFull" : undefined;
}

/** On study the site's word is enough; before, only who holds the printed code speaks. */
function checkSpeaker(replay: Replay, event: Event<"Succeeded">, who: Participant): void {
  const { code } = event.args;
  const isMet = who.state === stateNumber("on-study");
  const speaks = isMet ? code === ZERO_BYTES32 : isCodeOf(who, event.args);
  const reason = isMet ? "a code for one on study" : "without the participant's printed code";
  expect(replay, event, speaks, "site/successor", reason);
}

/** The successor's own proofs, of the criteria for successors of the version in force. */
function checkSuccessor(replay: Replay, event: Event<"Succeeded">, trial: Trial): void {
  const { succession, groupId, parts } = event.args;
  checkRunning(replay, event, trial, true);
  const version = trial.versions.get(trial.current);
  const due = trial.groups.get(version?.screeningVersion ?? 0);
  const reason = `the successor entered group ${groupId}, that of the version is ${due ?? "none"}`;
  expect(replay, event, groupId === due, "site/successor", reason);
  if (version === undefined) return;
  claimParts(replay, event, {
    ...{ version, parts, hashes: version.terms.successorHashes },
    nullifier: succession.successorNullifier,
    message: successorMessageOf(event.args, version.number),
  });
}

function takePlace(replay: Replay, event: Event<"Enrolled">, trial: Trial): void {
  const { siteId } = event.args;
  const terms = trial.versions.get(trial.current)?.terms;
  const site = terms?.sites.find((one) => one.siteId === siteId);
  expect(replay, event, site !== undefined, "site/act", `site ${siteId} is not the version's`);
  trial.placesTaken++;
  const taken = (trial.sitePlaces.get(siteId) ?? 0) + 1;
  trial.sitePlaces.set(siteId, taken);
  const capacity = terms?.capacity ?? 0;
  const full = `place ${trial.placesTaken} of ${capacity}`;
  expect(replay, event, trial.placesTaken <= capacity, "enrollment/capacity", full);
  if (site === undefined) return;
  const siteFull = `place ${taken} of ${site.capacity} at site ${siteId}`;
  expect(replay, event, taken <= site.capacity, "enrollment/site-capacity", siteFull);
}

type Signed = {
  types: Record<string, { name: string; type: string }[]>;
  message: { siteId: number; deadline: bigint };
  /** Whether staff with the desk's task sign it as well. */
  byStaff?: boolean;
};

/** What the desk signs: whoever ends a participation for good has the site's own key. */
const DESK_ACTS: ReadonlySet<SiteActName> = new Set(["Arrival", "ScreenFailure"]);

/** The participant's own site, in time, by the key registered for it now or staff at its desk. */
function checkSite(
  replay: Replay,
  event: Event<"SiteSigned" | "Succeeded">,
  trial: Trial,
  who: Participant,
  { types, message, byStaff = false }: Signed,
): void {
  const { signer, signature } = event.args;
  const { siteId, deadline } = message;
  const isOwn = siteId === who.siteId && BigInt(event.time) <= deadline;
  const reason = `site ${siteId} for a participant of site ${who.siteId}, deadline ${deadline}`;
  expect(replay, event, isOwn, "site/act", reason);
  // A site that the version in force does not list signs nothing.
  const due = delegatorOf(trial, siteId);
  const at = { siteId, key: signer, task: "arrive", time: event.time } as const;
  const signs = signer === due || (byStaff && isStaff(replay.world, trial, at));
  const other = `signed by ${signer}, the key of site ${siteId} was ${due ?? "none"}`;
  expect(replay, event, signs, "site/signature", other);
  const { chainId, addresses } = replay.deployment;
  const domain = enrollmentDomain(chainId, addresses.Enrollment);
  const digest = hashTypedData({ domain, types, message });
  replay.world.counts.signatures++;
  if (!recovers({ digest, signature, signer })) {
    replay.askSigner({ signer, digest, signature, place: event.place });
  }
}
