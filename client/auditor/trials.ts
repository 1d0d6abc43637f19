// Trials: registration, versions, approvals, status. Mirrors contracts/TrialRegistry.sol.
import { ZeroAddress } from "ethers";
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import {
  isProtocolNumber,
  TRIAL_STATUSES,
  type TrialStatus,
  trialIdOf,
  ZERO_BYTES32,
} from "../../circuits/statement/trial.ts";
import type { Event, EventArgs } from "./event.ts";
import { expect, type Handlers, isLeftOut, type Replay, trialOf } from "./handler.ts";
import { termsDigest } from "./signals.ts";
import {
  isAccredited,
  noSteps,
  type Participant,
  type Trial,
  type Version,
  type World,
} from "./state.ts";

const MAX_PARTS = 4;
const LAPSE_SECONDS = 31_536_000n;
const NOBODY = ZeroAddress;
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

/** Never approved, and released or a year old: any sponsor may take the number. */
function hasLapsed({ status, lapsesAt }: Trial, time: number): boolean {
  return status === IN_REVIEW && BigInt(time) >= lapsesAt;
}

/** Version numbers go on; the newest version of the sponsor before is gone. */
function takeOver(trial: Trial, by: Pick<Trial, "sponsor" | "board" | "lapsesAt">): void {
  trial.versions.delete(trial.latest);
  Object.assign(trial, by);
}

export const trialHandlers: Handlers = {
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
      isDue && isSound(replay, event.args),
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

function isSound({ world }: Replay, { version: number, terms }: EventArgs["VersionPublished"]) {
  const { criteriaHashes, successorHashes, capacity, arrivalDays, sites } = terms;
  const hashes = [...criteriaHashes, ...successorHashes];
  const siteIds = new Set(sites.map(({ siteId }) => siteId));
  return (
    world.circuits.has(terms.circuit) &&
    criteriaHashes.length > 0 &&
    criteriaHashes.length <= MAX_PARTS &&
    successorHashes.length === criteriaHashes.length &&
    hashes.every((hash) => hash > 0n && hash < FIELD_ORDER) &&
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
    sites.every((site) => site.siteId > 0 && BigInt(site.signer) !== 0n) &&
    // Without places a site only signs for those it has.
    (number > 1 || sites.every((site) => site.capacity > 0))
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
  if (next === ON_HOLD) return isBoard && (from === ACTIVE || from === CLOSED);
  if (from === ON_HOLD) return isBoard && next === beforeHold;
  if (next === ACTIVE) return isBoard && from === IN_REVIEW && trial.current > 0;
  if (next === CLOSED) return isSponsor && from === ACTIVE;
  return next === COMPLETED && isSponsor && from === CLOSED;
}
