// What is still owed in the exchange of data, out of the chain alone: cases that a board has yet to close, keys
// that custodians have yet to destroy, copies that recipients have yet to destroy.
import { counted } from "../../../circuits/statement/encoding/print.ts";
import { type Bytes32, PARTICIPANT_STATES } from "../../../circuits/statement/trial/trial.ts";
import type { Report } from "../finding/finding.ts";
import { CLOSE_SECONDS } from "./exchangeEmergency.ts";
import { personKey } from "./exchangeState.ts";
import type { Trial, World } from "./state.ts";

const DAY_SECONDS = 86_400;
/** Custodians destroy without being asked: a week is for one that is away. */
const DESTROY_SECONDS = 7 * DAY_SECONDS;
/** A month, as the GDPR gives for answering (article 12, 3). */
const PURGE_SECONDS = 30 * DAY_SECONDS;

/** An emergency that no board has closed yet. */
export type OpenCase = {
  readonly caseId: bigint;
  readonly trialId: Bytes32;
  readonly clinician: string;
  readonly board: string;
  readonly openedAt: number;
  /** Open for more than its 7 days: the clinician is suspended. */
  readonly isOverdue: boolean;
};

/** An erasure that somebody asked for, and how far it came. */
export type ErasureStanding = {
  readonly trialId: Bytes32;
  readonly pseudonym: bigint;
  readonly by: "proof" | "code" | "site";
  readonly askedAt: number;
  /** Custodians that say they destroyed their keys. */
  readonly destroyed: readonly string[];
  /** Those that any approved version names and that have not. */
  readonly outstanding: readonly string[];
  /** So few keys are left that nothing opens any more. */
  readonly isUnreadable: boolean;
  /** Outstanding for more than 7 days. */
  readonly isOverdue: boolean;
};

/** A recipient that has not said that it destroyed what it had of somebody who has left. */
export type OwedPurge = {
  readonly requestId: bigint;
  readonly cutId: bigint;
  readonly trialId: Bytes32;
  readonly staff: string;
  /** Participants of the cut who withdrew, or asked for their erasure, after the request. */
  readonly left: readonly bigint[];
  /** When the first of them left. */
  readonly since: number;
  /** Owed for more than 30 days. */
  readonly isOverdue: boolean;
  /** Of one who only withdrew, what was collected until then may have to be kept. */
  readonly isForErasure: boolean;
};

export type Standing = {
  readonly openCases: readonly OpenCase[];
  readonly erasures: readonly ErasureStanding[];
  readonly owedPurges: readonly OwedPurge[];
};

/** All that is owed. `now`: time of the last block audited. */
export function standingOf(world: World, now: number): Standing {
  return {
    openCases: openCasesOf(world, now),
    erasures: erasuresOf(world, now),
    owedPurges: owedPurgesOf(world, now),
  };
}

/** Names who has let the time pass in which it was due. */
export function checkStanding(world: World, now: number, report: Report): void {
  const { openCases, erasures, owedPurges } = standingOf(world, now);
  const { cases, erasures: asked, requests } = world.exchange;
  const daysSince = (time: number) => Math.floor((now - time) / DAY_SECONDS);
  for (const { caseId, board, openedAt, isOverdue } of openCases) {
    if (!isOverdue) continue;
    const reason = `board ${board} has left case ${caseId} open for ${counted(daysSince(openedAt), "day")}`;
    report("case/week", reason, cases.get(caseId)?.place);
  }
  for (const { trialId, pseudonym, askedAt, outstanding, isOverdue } of erasures) {
    if (!isOverdue) continue;
    const who = `${outstanding.join(", ")} for ${counted(daysSince(askedAt), "day")}`;
    const reason = `the keys of pseudonym ${pseudonym} are not said to be destroyed by ${who}`;
    report("custody/outstanding", reason, asked.get(personKey(trialId, pseudonym))?.place);
  }
  for (const { requestId, staff, since, isOverdue, isForErasure } of owedPurges) {
    // Who only withdrew: what was collected until then may have to be kept. It stays listed.
    if (!isOverdue || !isForErasure) continue;
    const reason = `for ${counted(daysSince(since), "day")} ${staff} has owed the destruction of what request ${requestId} opened`;
    report("custody/purge", reason, requests.get(requestId)?.place);
  }
}

function openCasesOf({ exchange, trials }: World, now: number): OpenCase[] {
  return [...exchange.cases.values()].flatMap((one) => {
    const { caseId, trialId, clinician, openedAt, closedAt } = one;
    const trial = trials.get(trialId);
    // Of a trial that --trial leaves out, no board is known.
    if (closedAt !== undefined || trial === undefined) return [];
    const isOverdue = now > openedAt + CLOSE_SECONDS;
    return [{ caseId, trialId, clinician, board: trial.board, openedAt, isOverdue }];
  });
}

function erasuresOf({ exchange, trials }: World, now: number): ErasureStanding[] {
  return [...exchange.erasures].map(([key, { by, askedAt, destroyed }]) => {
    const [trialId, pseudonym] = key.split(" ") as [Bytes32, string];
    const sets = custodianSets(trials.get(trialId));
    const has = (one: string) => !destroyed.has(one);
    const outstanding = [...new Set(sets.flatMap(({ custodians }) => custodians))].filter(has);
    // A package may be of any version that was in force: none may open any more.
    const isUnreadable = sets.every(
      ({ custodians, threshold }) => custodians.filter(has).length < threshold,
    );
    const isOverdue = outstanding.length > 0 && now > askedAt + DESTROY_SECONDS;
    const of = { trialId, pseudonym: BigInt(pseudonym), by, askedAt };
    return { ...of, destroyed: [...destroyed.keys()], outstanding, isUnreadable, isOverdue };
  });
}

/** Who held keys under each version that was ever approved, in lower case. */
function custodianSets(trial: Trial | undefined) {
  const approved = [...(trial?.versions.values() ?? [])].filter(
    ({ approvedAt, terms }) => approvedAt !== undefined && terms.custodians.length > 0,
  );
  return approved.map(({ terms }) => ({
    custodians: terms.custodians.map((one) => one.toLowerCase()),
    threshold: terms.custodianThreshold,
  }));
}

/** All whom any approved version of an audited trial names, in lower case. */
export function custodiansNamed({ trials }: World): Set<string> {
  return new Set(
    [...trials.values()].flatMap((trial) =>
      custodianSets(trial).flatMap(({ custodians }) => custodians),
    ),
  );
}

const WITHDRAWN = PARTICIPANT_STATES.indexOf("withdrawn");

function owedPurgesOf(world: World, now: number): OwedPurge[] {
  const { requests, cuts } = world.exchange;
  return [...requests.values()].flatMap((request) => {
    const { requestId, cutId, trialId, staff, requestedAt, purgedAt } = request;
    if (purgedAt !== undefined) return [];
    // Of who had left before, custodians gave out nothing.
    const left = [...(cuts.get(cutId)?.pseudonyms ?? [])].flatMap((pseudonym) => {
      const leaving = leavingOf(world, trialId, pseudonym);
      return leaving !== undefined && leaving.at >= requestedAt ? [{ pseudonym, ...leaving }] : [];
    });
    if (left.length === 0) return [];
    const isForErasure = left.some(({ isErased }) => isErased);
    const due = isForErasure ? left.filter(({ isErased }) => isErased) : left;
    const since = Math.min(...due.map(({ at }) => at));
    const isOverdue = now > since + PURGE_SECONDS;
    const of = { requestId, cutId, trialId, staff, since, isOverdue, isForErasure };
    return [{ ...of, left: left.map(({ pseudonym }) => pseudonym) }];
  });
}

/** When somebody withdrew or asked for erasure; undefined for one who has not. */
function leavingOf({ exchange }: World, trialId: Bytes32, pseudonym: bigint) {
  const key = personKey(trialId, pseudonym);
  const erasure = exchange.erasures.get(key);
  if (erasure !== undefined) return { at: erasure.askedAt, isErased: true };
  const withdrawal = exchange.consentsAt.get(key)?.find(({ state }) => state === WITHDRAWN);
  return withdrawal === undefined ? undefined : { at: withdrawal.time, isErased: false };
}
