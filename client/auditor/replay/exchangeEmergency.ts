// Emergency cases: who broke the glass for whom, and whether the trial's board looked into it.
// Mirrors contracts/exchange/EmergencyAccess.sol.
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import type { CaseState, ExchangeState } from "./exchangeState.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { isAccredited } from "./state.ts";

/** PERMISSIONS.emergency: a participant who lacks it cannot be opened. */
export const EMERGENCY_PERMISSION = 1 << 7;
/** The time in which a board closes a case. */
export const CLOSE_SECONDS = 7 * 86_400;
/** The time in which custodians answer for a case. */
export const ANSWER_SECONDS = 86_400;
const MAX_A_DAY = 5;
const DAY_SECONDS = 86_400;

export const emergencyHandlers = {
  GlassBroken(replay, event) {
    const { exchange } = replay.world;
    const { caseId, trialId, pseudonym, clinician, reason, recipientKey } = event.args;
    const due = exchange.numbered.cases;
    const isWhole = reason !== ZERO_BYTES32 && recipientKey !== ZERO_BYTES32;
    const wrong = `case ${caseId}, due was ${due}; or without a reason or a key`;
    expect(replay, event, caseId === due && isWhole, "case/form", wrong);
    exchange.numbered.cases = caseId + 1n;
    checkClinician(replay, event);
    const { time: openedAt, place } = event;
    const opened = { caseId, trialId, pseudonym, clinician, reason, recipientKey };
    exchange.cases.set(caseId, { ...opened, openedAt, place });
    const open = exchange.openCases.get(clinician) ?? [];
    exchange.openCases.set(clinician, [...open, caseId]);
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const who = trial.participants.get(pseudonym);
    const permits = ((who?.permissions ?? 0) & EMERGENCY_PERMISSION) !== 0;
    const out = `participant ${pseudonym} had not permitted it`;
    expect(replay, event, permits, "case/opted-out", out);
  },

  CaseClosed(replay, event) {
    const { exchange, trials } = replay.world;
    const { caseId, by, outcome } = event.args;
    const found = exchange.cases.get(caseId);
    const isOpen = found !== undefined && found.closedAt === undefined;
    const none = `there was no open case ${caseId}, or no outcome was given`;
    expect(replay, event, isOpen && outcome !== ZERO_BYTES32, "case/board", none);
    if (!isOpen) return;
    found.closedAt = event.time;
    const open = exchange.openCases.get(found.clinician) ?? [];
    exchange.openCases.set(
      found.clinician,
      open.filter((one) => one !== caseId),
    );
    const isTimely = event.time <= found.openedAt + CLOSE_SECONDS;
    expect(
      replay,
      event,
      isTimely,
      "case/week",
      `case ${caseId} was closed after more than 7 days`,
    );
    const trial = trials.get(found.trialId);
    if (trial === undefined) return;
    const isBoard = by === trial.board && isAccredited(replay.world, "board", by);
    expect(replay, event, isBoard, "case/board", `${by} was not the trial's accredited board`);
  },
} satisfies Handlers;

/** Accredited, a few times a day, and with no case that a board has left open for a week. */
function checkClinician(replay: Replay, event: Event<"GlassBroken">): void {
  const { exchange } = replay.world;
  const { clinician } = event.args;
  const is = isAccredited(replay.world, "emergencyClinician", clinician);
  const other = `${clinician} was no accredited emergency clinician`;
  expect(replay, event, is, "case/clinician", other);
  const day = Math.floor(event.time / DAY_SECONDS);
  const before = exchange.casesOn.get(clinician);
  const count = (before?.day === day ? before.count : 0) + 1;
  exchange.casesOn.set(clinician, { day, count });
  const many = `case ${count} of ${clinician} on one day`;
  expect(replay, event, count <= MAX_A_DAY, "case/limit", many);
  const oldest = oldestOf(exchange, clinician);
  const isFree = oldest === undefined || event.time <= oldest.openedAt + CLOSE_SECONDS;
  const late = `${clinician} had case ${oldest?.caseId} open for more than 7 days`;
  expect(replay, event, isFree, "case/limit", late);
}

function oldestOf({ openCases, cases }: ExchangeState, clinician: string): CaseState | undefined {
  const [first] = openCases.get(clinician) ?? [];
  return first === undefined ? undefined : cases.get(first);
}
