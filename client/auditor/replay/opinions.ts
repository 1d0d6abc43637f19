// What boards say in words, and why they suspend. Mirrors contracts/TrialBoard.sol.

import { ZERO_BYTES32 } from "../../../circuits/statement/trial/terms.ts";
import { OPINIONS, TRIAL_STATUSES } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { expect, type Replay } from "./handler.ts";
import { isAccredited, type Trial } from "./state.ts";

const COMPLETED = TRIAL_STATUSES.indexOf("completed");

/** Checks an opinion, and keeps what follows from it. */
export function hearOpinion(replay: Replay, event: Event<"OpinionGiven">, trial: Trial): void {
  const { version, opinion: number, textHash, by } = event.args;
  requireRole(replay, event, "board", by);
  const problem = refuseOpinion(trial, event.args);
  expect(replay, event, problem === undefined, "trial/opinion", `version ${version}: ${problem}`);
  const opinion = OPINIONS[number] ?? "comment";
  trial.opinions.push({ version, opinion, textHash, by, givenAt: event.time });
  if (opinion === "suspension") trial.suspendedBy = event.place.transaction;
  const said = trial.versions.get(version);
  if (opinion === "rejection" && said !== undefined) said.isRejected = true;
  // A suspension is told by the change of status.
  const what = MILESTONES[opinion];
  if (what !== undefined) remember(replay, event, `version ${version} ${what}`);
}

const MILESTONES: Readonly<Record<string, string>> = {
  comment: "commented on by the board",
  "changes-requested": "to be changed, as the board asks",
  rejection: "rejected by the board",
};

function refuseOpinion(
  trial: Trial,
  { version: number, opinion: kind, textHash, by }: Event<"OpinionGiven">["args"],
): string | undefined {
  const opinion = OPINIONS[kind];
  const version = trial.versions.get(number);
  if (opinion === undefined) return "an opinion of no known kind";
  if (by !== trial.board) return `said by ${by}, which is not the trial's board`;
  if (textHash === ZERO_BYTES32) return "said without words";
  if (opinion === "suspension") {
    return number === trial.current ? undefined : "suspended though it is not in force";
  }
  if (version === undefined) return "it was never published";
  if (opinion === "comment") return undefined;
  if (number !== trial.latest) return "a newer version was published";
  if (number === trial.current) return "it is in force";
  if (trial.status === COMPLETED) return "the trial was completed";
  return version.isRejected ? "the board had rejected it" : undefined;
}

/** Whoever suspends says why in the same transaction. */
export function expectReason(replay: Replay, event: Event<"StatusChanged">, trial: Trial): void {
  const isSaid = trial.suspendedBy === event.place.transaction;
  expect(replay, event, isSaid, "trial/opinion", "suspended without a reason");
}

/** Keeps what happened to a whole trial, for the timeline. */
export function remember(
  { world }: Replay,
  event: Event & { args: { trialId: string } },
  what: string,
): void {
  const { block } = event.place;
  world.trials.get(event.args.trialId)?.milestones.push({ time: event.time, block, what });
}

/** Names whoever acts without the role. */
export function requireRole(
  replay: Replay,
  event: Event,
  role: "sponsor" | "board",
  account: string,
): void {
  const is = isAccredited(replay.world, role, account);
  expect(replay, event, is, `trial/${role}`, `${account} was no accredited ${role}`);
}
