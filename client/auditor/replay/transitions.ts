// A participant's state machine, and the bookkeeping that pairs each act with the change of state
// it causes within one transaction. Mirrors `_setState` and its callers in Consents.sol and
// Enrollment.sol.
import {
  PARTICIPANT_STATES,
  type ParticipantState,
} from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { settleMembers } from "./groups.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { nothingPending, type Participant, type Trial } from "./state.ts";

/** The first half of no code's hash. */
export const NO_CODE = `0x${"0".repeat(32)}`;

/** The number of a state on the chain. */
export const stateNumber = (name: ParticipantState) => PARTICIPANT_STATES.indexOf(name);
const nameOf = (state: number) => PARTICIPANT_STATES[state] ?? String(state);
const WITHDRAWN = stateNumber("withdrawn");
const PENDING = stateNumber("pending-on-study");

export const transitionHandlers = {
  StateChanged(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { trialId, pseudonym, state } = event.args;
    const { announced, changed } = replay.world.pending;
    const key = keyOf(event.args);
    const at = announced.findIndex((one) => one.key === key);
    if (at < 0) {
      // Enrolled, NoShow and Succeeded follow the change that they explain.
      changed.push({ key, trialId, pseudonym, state, place: event.place });
      return;
    }
    const [{ state: due } = { state }] = announced.splice(at, 1);
    const reason = `the act leads to ${nameOf(due)}, the event says ${nameOf(state)}`;
    expect(replay, event, due === state, "participant/unexplained", reason);
  },
} satisfies Handlers;

type OfParticipant = { readonly trialId: string; readonly pseudonym: bigint };
const keyOf = ({ trialId, pseudonym }: OfParticipant) => `${trialId} ${pseudonym}`;
type ParticipantEvent = Event & { args: OfParticipant };

/** A pseudonym's state before an act; reports and makes one up when it never consented. */
export function participantOf(replay: Replay, event: ParticipantEvent, trial: Trial): Participant {
  const { pseudonym } = event.args;
  const known = trial.participants.get(pseudonym);
  if (known !== undefined) return known;
  const reason = `${event.name} for pseudonym ${pseudonym}, which never consented`;
  replay.report("participant/unknown", reason, event.place);
  const made = newParticipant();
  trial.participants.set(pseudonym, made);
  return made;
}

/** A pseudonym of which nothing is known. */
export function newParticipant(): Participant {
  return {
    ...{ state: 0, givenBy: 0, version: 0, permissions: 0, siteId: 0 },
    ...{ sequence: 0n, validUntil: 0n, arriveBy: 0n, withdrawalCodeHash: NO_CODE },
    consentedAt: 0,
    grantHours: [],
  };
}

/** Checks the state an act starts from. Returns false when reported. */
export function expectState(
  replay: Replay,
  event: ParticipantEvent,
  participant: Participant,
  from: readonly ParticipantState[],
): boolean {
  const now = participant.state;
  if (from.some((name) => stateNumber(name) === now)) return true;
  // A pseudonym made up by participantOf has been reported.
  if (now === 0) return false;
  const rule = now === WITHDRAWN ? "participant/after-withdrawal" : "participant/state";
  const { pseudonym } = event.args;
  replay.report(
    rule,
    `${event.name} for pseudonym ${pseudonym}, which was ${nameOf(now)}`,
    event.place,
  );
  return false;
}

/** Moves a participant; the change of state is still to come in the same transaction. */
export function announce(
  replay: Replay,
  event: ParticipantEvent,
  participant: Participant,
  to: ParticipantState,
): void {
  const state = stateNumber(to);
  replay.world.pending.announced.push({ key: keyOf(event.args), state, place: event.place });
  participant.state = state;
}

/** Moves a participant whose change of state came just before, in the same transaction. */
export function explain(
  replay: Replay,
  event: ParticipantEvent,
  participant: Participant,
  to: ParticipantState,
): void {
  const { changed } = replay.world.pending;
  const state = stateNumber(to);
  const key = keyOf(event.args);
  const at = changed.findIndex((one) => one.key === key && one.state === state);
  if (at >= 0) changed.splice(at, 1);
  const reason = `${event.name} without the change to ${to}`;
  expect(replay, event, at >= 0, "participant/unexplained", reason);
  participant.state = state;
}

/** Frees a place that was taken at enrollment. */
export function freePlace(trial: Trial, { siteId }: Participant): void {
  trial.placesTaken--;
  trial.sitePlaces.set(siteId, (trial.sitePlaces.get(siteId) ?? 0) - 1);
}

/** What a withdrawal does, however it was made: a place is freed before arrival, used after it. */
export function withdraw(
  replay: Replay,
  event: ParticipantEvent,
  trial: Trial,
  who: Participant,
): void {
  if (who.state === PENDING) freePlace(trial, who);
  who.permissions = 0;
  announce(replay, event, who, "withdrawn");
}

/** Ends a transaction: reports what it left unexplained, and believes it. */
export function settle(replay: Replay): void {
  const { world, report } = replay;
  const { announced, changed } = world.pending;
  for (const { state, place } of announced) {
    report("participant/unexplained", `an act to ${nameOf(state)} changed no state`, place);
  }
  for (const { trialId, pseudonym, state, place } of changed) {
    report(
      "participant/unexplained",
      `pseudonym ${pseudonym} became ${nameOf(state)} by no act`,
      place,
    );
    const trial = world.trials.get(trialId);
    const participant = trial?.participants.get(pseudonym) ?? newParticipant();
    participant.state = state;
    trial?.participants.set(pseudonym, participant);
  }
  settleMembers(replay);
  world.pending = nothingPending();
}
