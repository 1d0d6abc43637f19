// Screenings: everything that contracts/Screening.sol checks, recomputed, and the proof put up for
// verification.
import { FIELD_ORDER } from "../../circuits/statement/field.ts";
import { type CircuitName, SIZES } from "../../circuits/statement/program.ts";
import type { Event } from "./event.ts";
import { explainMember, openGroup } from "./groups.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { refuseRoot } from "./records.ts";
import { eligibilitySignals, refuseDay } from "./signals.ts";
import { countAct, type Trial, type Version } from "./state.ts";
import { refuseRunning } from "./trials.ts";

const CIRCUITS: readonly string[] = Object.values(SIZES).map(({ circuit }) => circuit);

export const screeningHandlers: Handlers = {
  Screened(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { version: number } = event.args;
    const version = trial.versions.get(number);
    const isCurrent = number === trial.current && version?.approvedAt !== undefined;
    const reason = `screened under version ${number}, approved and in force was ${trial.current}`;
    expect(replay, event, isCurrent, "screening/version", reason);
    // A version without approval is reported once, by that.
    const problem = isCurrent
      ? refuseRunning(trial, { time: event.time, recruiting: true })
      : undefined;
    expect(replay, event, problem === undefined, "screening/not-recruiting", problem ?? "");
    checkDay(replay, event);
    checkRoot(replay, event);
    const group = checkGroup(replay, event, trial, version);
    checkPerson(replay, event, trial);
    explainMember(replay, event, { groupId: group, commitment: event.args.participantCommitment });
    remember(event, trial, group);
    if (version) {
      version.firstScreeningAt ??= event.time;
      claimProof(replay, event, version);
    }
  },
};

type Screened = Event<"Screened">;

function checkDay(replay: Replay, event: Screened): void {
  const problem = refuseDay(event.args.asOf, event.time);
  expect(replay, event, problem === undefined, "screening/day", problem ?? "");
}

function checkRoot(replay: Replay, event: Screened): void {
  const { recordsRoot } = event.args;
  const windowSeconds = replay.deployment.rootWindowSeconds;
  const problem = refuseRoot(replay.world, recordsRoot, { time: event.time, windowSeconds });
  const rule =
    problem === "records root never seen" ? "screening/root-unknown" : "screening/root-expired";
  expect(replay, event, problem === undefined, rule, `${problem}: ${recordsRoot}`);
}

/**
 * The group that the screening must be in; where the event names another, that is reported and
 * believed.
 */
function checkGroup(
  replay: Replay,
  event: Screened,
  trial: Trial,
  version: Version | undefined,
): bigint {
  const { groupId } = event.args;
  const screeningVersion = version?.screeningVersion || event.args.version;
  const due = trial.groups.get(screeningVersion);
  const reason = `entered group ${groupId}, that of version ${screeningVersion} is ${due ?? "none"}`;
  expect(replay, event, groupId === due, "screening/group", reason);
  if (!replay.world.groups.has(groupId)) openGroup(replay, { trial, screeningVersion, groupId });
  return groupId;
}

/** One person, one commitment; once in each group. */
function checkPerson(replay: Replay, event: Screened, trial: Trial): void {
  const { nullifier, participantCommitment: commitment, groupId } = event.args;
  const inField = nullifier < FIELD_ORDER && commitment > 0n && commitment < FIELD_ORDER;
  expect(replay, event, inField, "screening/commitment", "a number outside the field");
  const before = trial.screened.get(nullifier);
  if (before === undefined) {
    const isFree = !trial.commitments.has(commitment);
    const taken = `commitment ${commitment} is another person's`;
    expect(replay, event, isFree, "screening/commitment", taken);
    return;
  }
  const isFirst = !before.groups.has(groupId);
  const twice = `nullifier ${nullifier} was screened in group ${groupId} before`;
  expect(replay, event, isFirst, "screening/nullifier", twice);
  const same = before.commitment === commitment;
  const other = `nullifier ${nullifier} came back with another commitment`;
  expect(replay, event, same, "screening/commitment", other);
}

function remember({ args, time }: Screened, trial: Trial, groupId: bigint): void {
  const { nullifier, participantCommitment: commitment } = args;
  const person = trial.screened.get(nullifier) ?? { commitment, groups: new Set() };
  person.groups.add(groupId);
  trial.screened.set(nullifier, person);
  trial.commitments.add(commitment);
  countAct(trial, time, "screened");
}

/** Signals are recomputed from the chain; none is taken from who submitted the proof. */
function claimProof(replay: Replay, event: Screened, version: Version): void {
  const name = replay.world.circuits.get(version.terms.circuit)?.name;
  // A circuit that nobody published is reported where it was registered.
  if (name === undefined || !CIRCUITS.includes(name)) return;
  replay.world.counts.screeningProofs++;
  replay.claim({
    key: name as CircuitName,
    points: event.args.points,
    signals: eligibilitySignals(replay.deployment, event.args, version.terms),
    rule: "screening/proof",
    place: event.place,
  });
}
