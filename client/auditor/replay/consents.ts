// Consent statements and withdrawals by proof or code. Mirrors contracts/Consents.sol.
import {
  DECISIONS,
  giverOf,
  hashWithdrawalCode,
  isWholeDay,
  latestSubmitBy,
} from "../../../circuits/statement/trial/consent.ts";
import { mayGive } from "../../../circuits/statement/trial/representation.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { membershipSignals } from "./signals.ts";
import { countAct, type Participant, type Trial, type Version } from "./state.ts";
import {
  announce,
  expectState,
  NO_CODE,
  newParticipant,
  participantOf,
  stateNumber,
  withdraw,
} from "./transitions.ts";
import { refuseRunning } from "./trials.ts";

const LAST_GIVEN_BY = 3;
/** Grants in thirty days. */
const MOST_GRANTS = 12;
const GRANT_HOURS = 720;
/** Taken by a withdrawal only: a grant with it would leave none. */
const LAST_SEQUENCE = 2n ** 64n - 1n;

export const consentHandlers = {
  Consented(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { pseudonym } = event.args;
    const isNew = !trial.participants.has(pseudonym);
    const participant = trial.participants.get(pseudonym) ?? newParticipant();
    trial.participants.set(pseudonym, participant);
    if (!isNew) {
      expectState(replay, event, participant, [
        "eligible",
        "pending-on-study",
        "on-study",
        "off-study",
      ]);
    }
    const isRetired =
      participant.state === stateNumber("off-study") && participant.validUntil === 0n;
    const retired = `pseudonym ${pseudonym} was retired when its wallet was lost`;
    expect(replay, event, !isRetired, "participant/state", retired);
    checkSequence(replay, event, participant);
    checkGrant(replay, event, trial, participant);
    checkChange(replay, event, participant);
    checkOften(replay, event, trial, participant);
    checkMembership(replay, event, trial);
    record(event, participant);
    if (isNew || participant.state === 0) {
      announce(replay, event, participant, "eligible");
      countAct(trial, event.time, "consented");
    }
  },

  WithdrawnByProof(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { statement } = event.args;
    const participant = participantOf(replay, event, trial);
    requireInTrial(replay, event, participant);
    checkSequence(replay, event, participant);
    const isBare =
      statement.decision === DECISIONS.withdraw &&
      BigInt(statement.formHash) === 0n &&
      BigInt(statement.withdrawalCodeHash) === 0n &&
      (statement.permissions | statement.siteId | statement.givenBy) === 0 &&
      statement.validUntil === 0n &&
      statement.submitBy === 0n;
    expect(replay, event, isBare, "consent/statement", "a withdrawal that says more than that");
    checkMembership(replay, event, trial);
    participant.sequence = statement.sequence;
    countAct(trial, event.time, "withdrawn");
    withdraw(replay, event, trial, participant);
  },

  WithdrawnByCode(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const participant = participantOf(replay, event, trial);
    requireInTrial(replay, event, participant);
    const isCode = isCodeOf(participant, event.args);
    expect(replay, event, isCode, "consent/code", "the code is not the one whose hash was given");
    countAct(trial, event.time, "withdrawn");
    withdraw(replay, event, trial, participant);
  },
} satisfies Handlers;

type Statement = Event<"Consented" | "WithdrawnByProof">;

function requireInTrial(
  replay: Replay,
  event: Event<"WithdrawnByProof" | "WithdrawnByCode">,
  participant: Participant,
): void {
  const any = ["eligible", "pending-on-study", "on-study", "off-study", "ineligible"] as const;
  expectState(replay, event, participant, any);
}

function checkSequence(replay: Replay, event: Statement, { sequence: last }: Participant): void {
  const { sequence } = event.args.statement;
  const reason = `statement ${sequence} after statement ${last}`;
  expect(replay, event, sequence > last, "consent/sequence", reason);
}

function checkGrant(
  replay: Replay,
  event: Event<"Consented">,
  trial: Trial,
  who: Participant,
): void {
  const { statement } = event.args;
  const now = BigInt(event.time);
  const isTimely =
    statement.submitBy >= now &&
    statement.submitBy <= latestSubmitBy(now) &&
    statement.validUntil > now &&
    isWholeDay(statement.submitBy) &&
    isWholeDay(statement.validUntil);
  expect(
    replay,
    event,
    isTimely,
    "consent/time",
    "submitted out of its days, expired when given, or times that are no whole days",
  );
  const isFirst = who.state === 0;
  const isSound =
    statement.decision === DECISIONS.grant &&
    statement.givenBy >= 1 &&
    statement.givenBy <= LAST_GIVEN_BY &&
    statement.trialId === event.args.trialId &&
    !(isFirst && halfOf(statement.withdrawalCodeHash) === NO_CODE);
  expect(replay, event, isSound, "consent/statement", "decision, giver, trial or withdrawal code");
  const isLast = statement.sequence === LAST_SEQUENCE;
  expect(replay, event, !isLast, "consent/sequence", "it leaves no number for a withdrawal");
  const version = trial.versions.get(statement.version);
  if (isNarrowing(event, who, version)) return;
  const problem = refuseRunning(replay.world, trial, { time: event.time, recruiting: isFirst });
  const isCurrent = statement.version === trial.current && problem === undefined;
  const reason = problem ?? `to version ${statement.version}, in force was ${trial.current}`;
  expect(replay, event, isCurrent, "consent/version", reason);
  const wrong = version === undefined ? "an unknown version" : refuseTerms(event, who, version);
  expect(replay, event, wrong === undefined, "consent/terms", wrong ?? "");
}

/** Relayers pay for what changes something. */
function checkChange(replay: Replay, event: Event<"Consented">, who: Participant): void {
  if (who.state === 0) return;
  const { statement } = event.args;
  const code = halfOf(statement.withdrawalCodeHash);
  const isSame =
    statement.version === who.version &&
    statement.permissions === who.permissions &&
    statement.siteId === who.siteId &&
    statement.validUntil === who.validUntil &&
    statement.givenBy === who.givenBy &&
    (code === NO_CODE || code === who.withdrawalCodeHash);
  expect(replay, event, !isSame, "consent/unchanged", "a grant of what was granted before");
}

/**
 * As GrantLimit.sol: in whole hours, a gap of thirty days or more ends every wait. Taking a permission back counts,
 * and never waits.
 */
function checkOften(
  replay: Replay,
  event: Event<"Consented">,
  trial: Trial,
  who: Participant,
): void {
  const { permissions, version } = event.args.statement;
  const hour = Math.floor(event.time / 3_600);
  const { grantHours } = who;
  const [twelfth] = grantHours.slice(-MOST_GRANTS);
  const isSpaced = hour > (grantHours.at(-1) ?? 0);
  const isFew = grantHours.length < MOST_GRANTS || hour >= twelfth! + GRANT_HOURS;
  const reason = `a grant in hour ${hour} after those in ${grantHours.join(", ")}`;
  const takesBack =
    isNarrowing(event, who, trial.versions.get(version)) && permissions !== who.permissions;
  expect(replay, event, takesBack || (isSpaced && isFew), "consent/often", reason);
  who.grantHours = [...grantHours, hour].slice(-MOST_GRANTS);
}

/** Giving up permissions or time under the version consented to, always possible. */
function isNarrowing(event: Event<"Consented">, who: Participant, version?: Version): boolean {
  const { statement } = event.args;
  if (who.state === 0 || statement.version !== who.version || version === undefined) return false;
  return (
    statement.formHash === version.terms.consentFormHash &&
    statement.siteId === who.siteId &&
    statement.validUntil <= who.validUntil &&
    (statement.permissions & ~who.permissions) === 0 &&
    (version.terms.requiredPermissions & ~statement.permissions) === 0
  );
}

function refuseTerms(event: Event<"Consented">, who: Participant, { terms }: Version) {
  const { formHash, permissions, siteId } = event.args.statement;
  if (formHash !== terms.consentFormHash) return `another form than the version's: ${formHash}`;
  if ((terms.requiredPermissions & ~permissions) !== 0) return "a required permission is missing";
  if ((permissions & ~terms.offeredPermissions) !== 0) return "a permission that was not asked for";
  const mayChoose = who.state <= 1;
  if (mayChoose && !terms.sites.some((site) => site.siteId === siteId)) {
    return `site ${siteId} is not the version's`;
  }
  return mayChoose || siteId === who.siteId ? undefined : `site ${siteId} instead of ${who.siteId}`;
}

/** The group of the statement's version, its root among those the group has had, and the proof. */
function checkMembership(replay: Replay, event: Statement, trial: Trial): void {
  const { statement, groupId, groupRoot, points } = event.args;
  const screeningVersion = trial.versions.get(statement.version)?.screeningVersion ?? 0;
  const due = trial.groups.get(screeningVersion);
  const hadRoot = due !== undefined && replay.world.groups.get(due)?.roots.has(groupRoot) === true;
  const reason =
    groupId === due
      ? `group ${groupId} never had root ${groupRoot}`
      : `a proof about group ${groupId}, that of version ${statement.version} is ${due ?? "none"}`;
  expect(replay, event, groupId === due && hadRoot, "consent/group", reason);
  const signals = membershipSignals(replay.deployment, event.args);
  replay.world.counts.consentProofs++;
  replay.claim({ key: "semaphore", points, signals, rule: "consent/proof", place: event.place });
}

function record({ args: { statement }, time }: Event<"Consented">, participant: Participant): void {
  const { givenBy, version, permissions, siteId, sequence, validUntil } = statement;
  Object.assign(participant, { givenBy, version, permissions, siteId, sequence, validUntil });
  participant.consentedAt = time;
  const code = halfOf(statement.withdrawalCodeHash);
  if (code !== NO_CODE) participant.withdrawalCodeHash = code;
}

/** Whether a printed code is the one whose hash the last grant to name one named. */
export function isCodeOf(
  { withdrawalCodeHash }: Participant,
  { trialId, code }: { trialId: Bytes32; code: Bytes32 },
): boolean {
  return halfOf(hashWithdrawalCode(trialId, code)) === withdrawalCodeHash;
}

/**
 * Somebody else consented only where the terms consented to have it. The contract does not ask; the site that admits the
 * person does.
 */
export function checkGiver(
  replay: Replay,
  event: Event<"SiteSigned">,
  trial: Trial,
  { givenBy, version }: Participant,
): void {
  const giver = giverOf(givenBy);
  if (giver === undefined) return;
  const offered = trial.versions.get(version)?.terms.offeredPermissions ?? 0;
  const reason = `admitted on a consent given by ${giver}, which version ${version} does not allow`;
  expect(replay, event, mayGive(giver, offered), "site/giver", reason);
}

/** The contract keeps the first 16 bytes of a code's hash. */
function halfOf(hash: Bytes32): string {
  return hash.slice(0, NO_CODE.length);
}
