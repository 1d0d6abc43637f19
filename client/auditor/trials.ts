// Trials: registration, versions, approvals, status. Mirrors contracts/TrialRegistry.sol.
import { isBytesLike, keccak256 } from "ethers";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import {
  type Bytes32,
  TRIAL_STATUSES,
  type TrialStatus,
  trialIdOf,
  ZERO_BYTES32,
} from "../../circuits/statement/trial.ts";
import type { ChainTerms, Event } from "./event.ts";
import { expect, type Handlers, isLeftOut, type Replay, trialOf } from "./handler.ts";
import { termsDigest } from "./signals.ts";
import { isAccredited, noSteps, type Participant, type Trial, type Version } from "./state.ts";

const MAX_SITES = 256;
const MAX_ARRIVAL_DAYS = 3_650;
const status = (name: TrialStatus) => TRIAL_STATUSES.indexOf(name);
const [IN_REVIEW, ACTIVE, ON_HOLD, CLOSED, COMPLETED] = [
  status("in-review"),
  status("active"),
  status("temporarily-closed-to-accrual"),
  status("closed-to-accrual"),
  status("completed"),
];

/** A protocol number that is no text is given in hexadecimal, a very long one by its hash (`textOf`). */
function isNamed(protocolNumber: string, trialId: Bytes32): boolean {
  if (trialIdOf(protocolNumber) === trialId || protocolNumber === trialId) return true;
  return isBytesLike(protocolNumber) && keccak256(protocolNumber) === trialId;
}

export const trialHandlers: Handlers = {
  TrialRegistered(replay, event) {
    const { world } = replay;
    const { trialId, protocolNumber, sponsor, board } = event.args;
    if (isLeftOut(replay, trialId)) return;
    const isNew = !world.trials.has(trialId) && isNamed(protocolNumber, trialId);
    const reason = `trial ${trialId} as "${protocolNumber}"`;
    expect(replay, event, isNew, "trial/protocol", reason);
    requireRole(replay, event, "sponsor", sponsor);
    requireRole(replay, event, "board", board);
    world.trials.set(trialId, newTrial(event));
    remember(replay, event, "registered");
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
      isDue && isSound(replay, terms),
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

  StatusChanged(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { status: next, by } = event.args;
    const allowed = mayChange(replay, trial, next, by);
    const [from, to] = [TRIAL_STATUSES[trial.status], TRIAL_STATUSES[next]];
    expect(replay, event, allowed, "trial/status", `from ${from} to ${to} by ${by}`);
    if (next === ON_HOLD) trial.beforeHold = trial.status;
    trial.status = next;
    remember(replay, event, `${to}`);
  },
};

/**
 * Why nothing may happen in a trial at a time; undefined when it runs. `recruiting`: closed to
 * accrual counts too.
 */
export function refuseRunning(
  trial: Trial,
  { time, recruiting }: { time: number; recruiting: boolean },
): string | undefined {
  if (trial.current === 0 || trial.status === IN_REVIEW) return "no version was approved";
  if (trial.status === ON_HOLD) return "the trial was suspended";
  if (trial.status === COMPLETED) return "the trial was completed";
  if (recruiting && trial.status === CLOSED) return "the trial was closed to accrual";
  if (BigInt(time) > trial.approvedUntil) return "the board's approval had expired";
  return undefined;
}

/** Nothing may go on with a participant: the trial does not run, or the consent is outdated or over. */
export function isOnHold(
  trial: Trial,
  { version, validUntil }: Pick<Participant, "version" | "validUntil">,
  time: number,
): boolean {
  const required = trial.versions.get(trial.current)?.consentVersion ?? 0;
  const isRunning = refuseRunning(trial, { time, recruiting: false }) === undefined;
  return !isRunning || version < required || validUntil < BigInt(time);
}

function newTrial({ args }: Event<"TrialRegistered">): Trial {
  const { trialId, protocolNumber, sponsor, board } = args;
  return {
    ...{ trialId, protocolNumber, sponsor, board },
    ...{ status: IN_REVIEW, beforeHold: 0, latest: 0, current: 0, approvedUntil: 0n },
    ...{ versions: new Map(), groups: new Map(), screened: new Map(), commitments: new Set() },
    ...{ participants: new Map(), placesTaken: 0, sitePlaces: new Map() },
    ...{ milestones: [], steps: noSteps() },
  };
}

function remember({ world }: Replay, event: Event & { args: { trialId: string } }, what: string) {
  const { block } = event.place;
  world.trials.get(event.args.trialId)?.milestones.push({ time: event.time, block, what });
}

function requireRole(replay: Replay, event: Event, role: "sponsor" | "board", account: string) {
  const is = isAccredited(replay.world, role, account);
  expect(replay, event, is, `trial/${role}`, `${account} was no accredited ${role}`);
}

function isSound({ world }: Replay, terms: ChainTerms): boolean {
  const { criteriaHash, capacity, arrivalDays, sites } = terms;
  const siteIds = new Set(sites.map(({ siteId }) => siteId));
  return (
    world.circuits.has(terms.circuit) &&
    criteriaHash > 0n &&
    criteriaHash < FIELD_ORDER &&
    terms.consentFormHash !== ZERO_BYTES32 &&
    terms.documentHash !== ZERO_BYTES32 &&
    capacity > 0 &&
    arrivalDays > 0 &&
    arrivalDays <= MAX_ARRIVAL_DAYS &&
    terms.requiredPermissions !== 0 &&
    (terms.requiredPermissions & ~terms.offeredPermissions) === 0 &&
    sites.length > 0 &&
    sites.length <= MAX_SITES &&
    siteIds.size === sites.length &&
    sites.every((site) => site.siteId > 0 && site.capacity > 0 && BigInt(site.signer) !== 0n)
  );
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
  if (next === ON_HOLD)
    return (isBoard || by === world.owner) && (from === ACTIVE || from === CLOSED);
  if (from === ON_HOLD) return isBoard && next === beforeHold;
  if (next === ACTIVE) return isBoard && from === IN_REVIEW && trial.current > 0;
  if (next === CLOSED) return isSponsor && from === ACTIVE;
  return next === COMPLETED && isSponsor && from === CLOSED;
}
