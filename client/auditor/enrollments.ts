// Enrollment, arrival and what else sponsors and sites do. Mirrors contracts/Enrollment.sol.

import {
  enrollmentDomain,
  SITE_ACT_TYPES,
  type SiteActName,
  SUCCESSION_TYPES,
} from "../../circuits/statement/consent.ts";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import type { ParticipantState } from "../../circuits/statement/trial.ts";
import type { Event } from "./event.ts";
import { explainMember } from "./groups.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { countAct, isAccredited, type Participant, type Trial } from "./state.ts";
import {
  announce,
  expectState,
  explain,
  freePlace,
  participantOf,
  stateNumber,
  withdraw,
} from "./transitions.ts";
import { refuseRunning } from "./trials.ts";
import { hashTypedData, recovers, SITE_ACT_KINDS } from "./typedData.ts";

const DAY_SECONDS = 86_400;

export const enrollmentHandlers: Handlers = {
  Enrolled(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { siteId, arriveBy } = event.args;
    const sponsor = isAccredited(replay.world, "sponsor", trial.sponsor);
    expect(replay, event, sponsor, "trial/sponsor", "the sponsor was not accredited");
    const participant = participantOf(replay, event, trial);
    expectState(replay, event, participant, ["eligible"]);
    checkRunning(replay, event, trial, true);
    checkConsent(replay, event, trial, participant);
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
    checkSite(replay, event, trial, participant, { types: SITE_ACT_TYPES[name!], message: act });
    ACTS[name!](replay, event, trial, participant);
  },

  Succeeded(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { succession, groupId } = event.args;
    const { successorNullifier: nullifier, successorCommitment: commitment } = succession;
    const participant = participantOf(replay, event, trial);
    const message = succession;
    checkSite(replay, event, trial, participant, { types: SUCCESSION_TYPES, message });
    const before = participant.state;
    const from = ["eligible", "pending-on-study", "on-study"] as const;
    if (expectState(replay, event, participant, from) && before !== stateNumber("eligible")) {
      freePlace(trial, participant);
    }
    const inField = nullifier < FIELD_ORDER && commitment > 0n && commitment < FIELD_ORDER;
    const isFresh = !trial.screened.has(nullifier) && !trial.commitments.has(commitment);
    const used = "the successor's nullifier or commitment was used before";
    expect(replay, event, inField && isFresh, "site/successor", used);
    const due = trial.groups.get(trial.versions.get(participant.version)?.screeningVersion ?? 0);
    const reason = `the successor entered group ${groupId}, the old one's is ${due ?? "none"}`;
    expect(replay, event, groupId === due, "site/successor", reason);
    participant.permissions = 0;
    participant.validUntil = 0n;
    explain(replay, event, participant, "off-study");
    explainMember(replay, event, { groupId, commitment });
    trial.screened.set(nullifier, { commitment, groups: new Set([groupId]) });
    trial.commitments.add(commitment);
  },
};

type Enrolling = Event<"Enrolled" | "SiteSigned">;
type Act = (replay: Replay, event: Event<"SiteSigned">, trial: Trial, who: Participant) => void;

const ACTS: Record<SiteActName, Act> = {
  Arrival(replay, event, trial, who) {
    expectState(replay, event, who, ["pending-on-study"]);
    checkRunning(replay, event, trial, false);
    checkConsent(replay, event, trial, who);
    const inTime = BigInt(event.time) <= who.arriveBy;
    expect(replay, event, inTime, "site/late", "arrived after the last moment to arrive");
    const due = trial.versions.get(trial.current)?.terms.attestationsHash;
    const { evidence } = event.args.act;
    expect(replay, event, evidence === due, "site/act", `attested ${evidence}, the list is ${due}`);
    countAct(trial, event.time, "arrived");
    announce(replay, event, who, "on-study");
  },
  ScreenFailure(replay, event, trial, who) {
    const wasPending = who.state === stateNumber("pending-on-study");
    expectState(replay, event, who, ["eligible", "pending-on-study"]);
    if (wasPending) freePlace(trial, who);
    announce(replay, event, who, "ineligible");
  },
  Completion(replay, event, _trial, who) {
    expectState(replay, event, who, ["on-study"]);
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
  const problem = refuseRunning(trial, { time: event.time, recruiting });
  expect(replay, event, problem === undefined, "enrollment/not-running", problem ?? "");
}

/** A consent that is current: to a version that the one in force still accepts, and not expired. */
function checkConsent(replay: Replay, event: Enrolling, trial: Trial, who: Participant): void {
  // Without any consent the pseudonym is unknown, and reported as that.
  if (who.version === 0 && who.state === 0) return;
  const required = trial.versions.get(trial.current)?.consentVersion ?? 0;
  const isCurrent = who.version >= required && who.validUntil >= BigInt(event.time);
  const reason = `consented to version ${who.version} until ${who.validUntil}, required is ${required}`;
  expect(replay, event, isCurrent, "enrollment/consent", reason);
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
};

/** The participant's own site, in time, by the key registered for it now. */
function checkSite(
  replay: Replay,
  event: Event<"SiteSigned" | "Succeeded">,
  trial: Trial,
  who: Participant,
  { types, message }: Signed,
): void {
  const { signer, signature } = event.args;
  const { siteId, deadline } = message;
  const isOwn = siteId === who.siteId && BigInt(event.time) <= deadline;
  const reason = `site ${siteId} for a participant of site ${who.siteId}, deadline ${deadline}`;
  expect(replay, event, isOwn, "site/act", reason);
  const due = signerOf(trial, siteId, who.version);
  const other = `signed by ${signer}, the key of site ${siteId} was ${due ?? "none"}`;
  expect(replay, event, signer === due, "site/signature", other);
  const { chainId, addresses } = replay.deployment;
  const domain = enrollmentDomain(chainId, addresses.Enrollment);
  const digest = hashTypedData({ domain, types, message });
  replay.world.counts.signatures++;
  if (!recovers({ digest, signature, signer })) {
    replay.askSigner({ signer, digest, signature, place: event.place });
  }
}

/** As TrialRegistry.signerOf: of the version in force, else of the one consented to. */
function signerOf(trial: Trial, siteId: number, fallback: number): string | undefined {
  const under = (version: number) =>
    trial.versions.get(version)?.terms.sites.find((site) => site.siteId === siteId)?.signer;
  return under(trial.current) ?? under(fallback);
}
