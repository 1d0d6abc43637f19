// Trials: registration, versions, approvals, status. Mirrors contracts/TrialRegistry.sol.
import { ZeroAddress } from "ethers";
import {
  isProtocolNumber,
  TRIAL_STATUSES,
  type TrialStatus,
  trialIdOf,
} from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import {
  type Capability,
  due,
  type Expectation,
  expect,
  type Handlers,
  isLeftOut,
  type Replay,
  trialOf,
} from "./handler.ts";
import { expectReason, hearOpinion, remember, requireRole } from "./opinions.ts";
import { termsDigest } from "./signals.ts";
import {
  isAccredited,
  noSteps,
  type Participant,
  type Trial,
  type Version,
  type World,
} from "./state.ts";
import { isSound } from "./terms.ts";

const LAPSE_SECONDS = 31_536_000n;
const NOBODY = ZeroAddress;
const status = (name: TrialStatus) => TRIAL_STATUSES.indexOf(name);
const [IN_REVIEW, ACTIVE, ON_HOLD, CLOSED, COMPLETED] = [
  status("in-review"),
  status("active"),
  status("temporarily-closed-to-accrual"),
  status("closed-to-accrual"),
  status("completed"),
];

/** Never approved, and released or a year old: any sponsor may take the number. */
function hasLapsed({ status, lapsesAt }: Trial, time: number): boolean {
  return status === IN_REVIEW && BigInt(time) >= lapsesAt;
}

/** Version numbers go on; the newest version of the sponsor before is gone, and what was said of it. */
function takeOver(trial: Trial, by: Pick<Trial, "sponsor" | "board" | "lapsesAt">): void {
  trial.versions.delete(trial.latest);
  trial.opinions.length = 0;
  Object.assign(trial, by);
}

const handlers = {
  TrialRegistered(replay, event) {
    const { world } = replay;
    const { trialId, protocolNumber, sponsor, board } = event.args;
    if (isLeftOut(replay, trialId)) return;
    const before = world.trials.get(trialId);
    const isFree = before === undefined || hasLapsed(before, event.time);
    const isNew =
      isFree && isProtocolNumber(protocolNumber) && trialIdOf(protocolNumber) === trialId;
    const reason = `trial ${trialId} as "${protocolNumber}"`;
    expect(replay, event, isNew, "trial/protocol", reason);
    requireRole(replay, event, "sponsor", sponsor);
    requireRole(replay, event, "board", board);
    const lapsesAt = BigInt(event.time) + LAPSE_SECONDS;
    if (before === undefined) world.trials.set(trialId, { ...newTrial(event), lapsesAt });
    else takeOver(before, { sponsor, board, lapsesAt });
    remember(replay, event, before === undefined ? "registered" : "registered by another sponsor");
  },

  ProtocolReleased(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const isUnapproved = trial.status === IN_REVIEW;
    const reason = `released while ${TRIAL_STATUSES[trial.status]}`;
    expect(replay, event, isUnapproved, "trial/protocol", reason);
    Object.assign(trial, { sponsor: NOBODY, board: NOBODY, lapsesAt: BigInt(event.time) });
    remember(replay, event, "protocol number released");
  },

  HeldByGovernance(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { held } = event.args;
    const reason = held ? "held twice" : "lifted without a hold";
    expect(replay, event, held !== trial.isHeld, "trial/status", reason);
    trial.isHeld = held;
    remember(replay, event, held ? "held by governance" : "let go on by governance");
  },

  BoardChanged(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    requireRole(replay, event, "board", event.args.board);
    trial.board = event.args.board;
    remember(replay, event, `handed to board ${event.args.board}`);
  },

  VersionPublished(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { version: number, digest, terms } = event.args;
    requireRole(replay, event, "sponsor", trial.sponsor);
    const isDue = number === trial.latest + 1 && trial.status !== COMPLETED;
    const reason = isDue ? "terms that contradict themselves" : `the next is ${trial.latest + 1}`;
    expect(
      replay,
      event,
      isDue && isSound(replay.world, event.args),
      "trial/version",
      `version ${number}: ${reason}`,
    );
    const due = termsDigest(replay.deployment, event.args);
    const wrong = `version ${number} says digest ${digest}, its terms have ${due}`;
    expect(replay, event, digest === due, "trial/digest", wrong);
    trial.latest = number;
    const publishedAt = event.time;
    const fresh = { number, digest, terms, publishedAt, screeningVersion: 0, consentVersion: 0 };
    trial.versions.set(number, fresh);
    remember(replay, event, `version ${number} published`);
  },

  VersionApproved(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { version: number, expiresAt } = event.args;
    requireRole(replay, event, "board", trial.board);
    const version = trial.versions.get(number);
    const problem = refuseApproval(trial, version, event);
    expect(replay, event, problem === undefined, "trial/approval", `version ${number}: ${problem}`);
    trial.approvedUntil = expiresAt;
    if (version !== undefined) {
      version.approvedAt ??= event.time;
      version.screeningVersion = event.args.screeningVersion;
      version.consentVersion = event.args.consentVersion;
      trial.current = number;
    }
    remember(replay, event, `version ${number} approved`);
  },

  OpinionGiven(replay, event) {
    const trial = trialOf(replay, event);
    if (trial !== undefined) hearOpinion(replay, event, trial);
  },

  StatusChanged(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { status: next, by } = event.args;
    const allowed = mayChange(replay, trial, next, by);
    if (next === ON_HOLD) expectReason(replay, event, trial);
    const [from, to] = [TRIAL_STATUSES[trial.status], TRIAL_STATUSES[next]];
    expect(replay, event, allowed, "trial/status", `from ${from} to ${to} by ${by}`);
    if (next === ON_HOLD) trial.beforeHold = trial.status;
    trial.status = next;
    remember(replay, event, `${to}`);
  },
} satisfies Handlers;

export const trials = {
  handlers,
  begin: () => ({ trials: new Map() }),
  expectations: ({ trials }) => [...trials.values()].flatMap(expectationsOf),
} satisfies Capability<"trials">;

function expectationsOf(trial: Trial): Expectation[] {
  const { trialId, sponsor, latest, current, status, isHeld, board } = trial;
  const { approvedUntil, beforeHold, lapsesAt } = trial;
  const times = [approvedUntil, beforeHold, lapsesAt];
  const summary = [sponsor, latest, current, status, isHeld, board, ...times];
  const versions = [...trial.versions.values()].map(({ number, terms }) => {
    const hashes = [terms.criteriaHashes, terms.successorHashes];
    return due("TrialRegistry", "hashesOf", [trialId, number], hashes);
  });
  return [due("TrialRegistry", "trialOf", [trialId], [summary]), ...versions];
}

/**
 * Why nothing may happen in a trial at a time; undefined when it runs. `recruiting`: closed to
 * accrual counts too.
 */
export function refuseRunning(
  world: World,
  trial: Trial,
  { time, recruiting }: { time: number; recruiting: boolean },
): string | undefined {
  if (trial.current === 0 || trial.status === IN_REVIEW) return "no version was approved";
  if (trial.isHeld) return "governance held the trial";
  if (trial.status === ON_HOLD) return "the trial was suspended";
  if (trial.status === COMPLETED) return "the trial was completed";
  if (recruiting && trial.status === CLOSED) return "the trial was closed to accrual";
  if (BigInt(time) > trial.approvedUntil) return "the board's approval had expired";
  if (!isAccredited(world, "sponsor", trial.sponsor)) return "its sponsor was not accredited";
  if (!isAccredited(world, "board", trial.board)) return "its board was not accredited";
  return undefined;
}

/** Nothing may go on with a participant: the trial does not run, or the consent is outdated or over. */
export function isOnHold(
  world: World,
  trial: Trial,
  { version, validUntil }: Pick<Participant, "version" | "validUntil">,
  time: number,
): boolean {
  const required = trial.versions.get(trial.current)?.consentVersion ?? 0;
  const isRunning = refuseRunning(world, trial, { time, recruiting: false }) === undefined;
  return !isRunning || version < required || validUntil < BigInt(time);
}

function newTrial({ args }: Event<"TrialRegistered">): Trial {
  const { trialId, protocolNumber, sponsor, board } = args;
  return {
    ...{ trialId, protocolNumber, sponsor, board },
    ...{ status: IN_REVIEW, isHeld: false, beforeHold: 0, lapsesAt: 0n },
    ...{ latest: 0, current: 0, approvedUntil: 0n },
    ...{ versions: new Map(), groups: new Map(), screened: new Map(), commitments: new Set() },
    ...{ participants: new Map(), placesTaken: 0, sitePlaces: new Map() },
    ...{ opinions: [], milestones: [], steps: noSteps() },
  };
}

function refuseApproval(
  trial: Trial,
  version: Version | undefined,
  { args, time }: Event<"VersionApproved">,
): string | undefined {
  const { version: number, digest, expiresAt, screeningVersion, consentVersion } = args;
  if (version === undefined) return "it was never published";
  if (number !== trial.latest && number !== trial.current)
    return "it is neither newest nor in force";
  if (number < trial.current) return "a later version is in force";
  if (version.isRejected) return "the board had rejected it";
  if (digest !== version.digest)
    return `approved with digest ${digest}, published as ${version.digest}`;
  if (expiresAt <= BigInt(time)) return "the approval expired before it was given";
  if (trial.status === COMPLETED) return "the trial was completed";
  const due = bindingOf(trial, version);
  const isDue = screeningVersion === due.screening && consentVersion === due.consent;
  return isDue ? undefined : "it binds other screening or consent versions than its terms say";
}

/** The versions under which one must be screened and have consented once this one is in force. */
function bindingOf(trial: Trial, version: Version): { screening: number; consent: number } {
  const { number, terms } = version;
  if (number === trial.current) {
    return { screening: version.screeningVersion, consent: version.consentVersion };
  }
  const before = trial.versions.get(trial.current);
  const rescreen = before === undefined || terms.requiresRescreening;
  const reconsent = rescreen || terms.requiresReconsent;
  return {
    screening: rescreen ? number : before.screeningVersion,
    consent: reconsent ? number : before!.consentVersion,
  };
}

function mayChange({ world }: Replay, trial: Trial, next: number, by: string): boolean {
  const isBoard = by === trial.board && isAccredited(world, "board", by);
  const isSponsor = by === trial.sponsor && isAccredited(world, "sponsor", by);
  const { status: from, beforeHold } = trial;
  if (next === ON_HOLD) return isBoard && (from === ACTIVE || from === CLOSED);
  if (from === ON_HOLD) return isBoard && next === beforeHold;
  if (next === ACTIVE) return isBoard && from === IN_REVIEW && trial.current > 0;
  if (next === CLOSED) return isSponsor && from === ACTIVE;
  return next === COMPLETED && isSponsor && from === CLOSED;
}
