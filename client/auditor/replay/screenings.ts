// Screenings: everything that contracts/Screening.sol checks, recomputed, and the proof put up for
// verification.

import { type CircuitName, SIZES } from "../../../circuits/statement/criteria/program.ts";
import { FIELD_ORDER } from "../../../circuits/statement/encoding/field.ts";
import type { Event, Part } from "../node/event.ts";
import { explainMember, openGroup } from "./groups.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { refuseRoot } from "./records.ts";
import { eligibilitySignals, messageOf, refuseDay } from "./signals.ts";
import { countAct, type Trial, type Version } from "./state.ts";
import { refuseRunning } from "./trials.ts";

const CIRCUITS: readonly string[] = Object.values(SIZES).map(({ circuit }) => circuit);

export const screeningHandlers = {
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
      ? refuseRunning(replay.world, trial, { time: event.time, recruiting: true })
      : undefined;
    expect(replay, event, problem === undefined, "screening/not-recruiting", problem ?? "");
    const group = checkGroup(replay, event, trial, version);
    checkPerson(replay, event, trial);
    explainMember(replay, event, { groupId: group, commitment: event.args.participantCommitment });
    remember(event, trial, group);
    if (version) {
      version.firstScreeningAt ??= event.time;
      const { nullifier, parts } = event.args;
      const hashes = version.terms.criteriaHashes;
      claimParts(replay, event, {
        version,
        hashes,
        nullifier,
        message: messageOf(event.args),
        parts,
      });
    }
  },
} satisfies Handlers;

type Screened = Event<"Screened">;
type Proving = Event<"Screened" | "Succeeded">;

/** What the proofs of a screening or succession are about. */
export type Claimed = {
  readonly version: Version;
  readonly hashes: readonly bigint[];
  readonly nullifier: bigint;
  readonly message: bigint;
  readonly parts: readonly Part[];
};

/** Checks each part's day and root, and puts its proof up for verification. */
export function claimParts(replay: Replay, event: Proving, claimed: Claimed): void {
  const { hashes, parts } = claimed;
  const reason = `${parts.length} proofs for ${hashes.length} parts`;
  expect(replay, event, parts.length === hashes.length, "screening/parts", reason);
  parts.forEach((part, i) => {
    checkDay(replay, event, part);
    checkRoot(replay, event, part);
    const criteriaHash = hashes[i];
    if (criteriaHash !== undefined) claimProof(replay, event, claimed, { criteriaHash, part });
  });
}

function checkDay(replay: Replay, event: Proving, { asOf }: Part): void {
  const problem = refuseDay(asOf, event.time);
  expect(replay, event, problem === undefined, "screening/day", problem ?? "");
}

function checkRoot(replay: Replay, event: Proving, { recordsRoot }: Part): void {
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
  const { nullifier, participantCommitment: commitment, parts } = args;
  const groups = trial.screened.get(nullifier)?.groups ?? new Set<bigint>();
  groups.add(groupId);
  const issuerTags = parts.map(({ issuerTag }) => issuerTag);
  const before = trial.screened.get(nullifier)?.commitment ?? commitment;
  trial.screened.set(nullifier, { commitment: before, groups, issuerTags });
  trial.commitments.add(commitment);
  countAct(trial, time, "screened");
}

/** Signals are recomputed from the chain; none is taken from who submitted the proof. */
function claimProof(
  replay: Replay,
  event: Proving,
  { version, nullifier, message }: Claimed,
  of: { criteriaHash: bigint; part: Part },
): void {
  const { trialId } = event.args;
  const name = replay.world.circuits.get(version.terms.circuit)?.name;
  // A circuit that nobody published is reported where it was registered.
  if (name === undefined || !CIRCUITS.includes(name)) return;
  replay.world.counts.screeningProofs++;
  replay.claim({
    key: name as CircuitName,
    points: of.part.points,
    signals: eligibilitySignals(replay.deployment, { trialId, nullifier, message, ...of }),
    rule: "screening/proof",
    place: event.place,
  });
}
