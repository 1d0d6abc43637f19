// Screening: the eligibility proof under a fresh participant commitment, made on the device and
// sent by anyone.
import { packAsOf } from "../../circuits/statement/day.ts";
import type { Field } from "../../circuits/statement/field.ts";
import { toCalldata } from "../../circuits/statement/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Signals } from "../../circuits/statement/signals.ts";
import { screeningMessage } from "../../circuits/statement/trial.ts";
import { NotEligibleError, type ProvingPhase, prove } from "../../circuits/witness/prove.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState } from "../api/trial.ts";
import type { Api } from "../api.ts";
import type { ArtifactSource } from "./artifacts.ts";
import { withAnswer } from "./budget.ts";
import type { Check } from "./check.ts";
import { deriveParticipantIdentity, deriveRecordIdentity, screeningNullifier } from "./derive.ts";
import type { ReviewedTrial, TrialPlace } from "./review.ts";
import { findParticipation, type Participation, type Wallet, withParticipation } from "./wallet.ts";

/** What leaves the device: ScreeningInput of the schema. */
export type ScreeningInput = {
  readonly trialId: string;
  readonly version: number;
  readonly nullifier: bigint;
  readonly participantCommitment: bigint;
  readonly recordsRoot: bigint;
  readonly asOf: bigint;
  /**
   * The proof in Solidity's order. Scope, message and criteria hash are not sent: the contract
   * knows them.
   */
  readonly points: readonly bigint[];
};

/**
 * Proves eligibility. Throws the check's first refusal, or `AlreadyScreened` when the wallet's
 * person is in the group of the version in force. Nothing is sent.
 */
export async function proveScreening(options: {
  wallet: Wallet;
  reviewed: ReviewedTrial;
  state: PublicState;
  check: Check;
  artifacts: ArtifactSource;
  onPhase?: (phase: ProvingPhase) => void;
  singleThread?: boolean;
}): Promise<{ input: ScreeningInput; wallet: Wallet }> {
  const { wallet, reviewed, state, check } = options;
  const { trial, version } = reviewed;
  if (state.status !== "active") throw new Refusal("TrialClosed");
  const participation = participationIn(wallet, reviewed);
  const { trialId } = trial;
  const attempt = { seed: wallet.seed, trialId, retry: participation.retry };
  const participant = await deriveParticipantIdentity(attempt);
  refuseSecondScreening({ state, version: version.version, commitment: participant.commitment });
  const [refusal] = check.refusals;
  if (refusal !== undefined) throw refusal;
  const { record, path } = check.best!;
  const { proof, signals } = await proveOrRefuse({
    program: reviewed.compiled.program,
    record: record.record,
    identitySecret: (await deriveRecordIdentity(wallet.seed)).secretScalar,
    path: path!.path,
    scope: reviewed.scope as Field,
    message: screeningMessage({
      trialId,
      version: version.version,
      participantCommitment: participant.commitment,
    }),
    asOf: packAsOf(check.asOfDay),
    artifacts: options.artifacts.load(version.terms.circuit),
    ...(options.onPhase && { onPhase: options.onPhase }),
    singleThread: options.singleThread ?? false,
  });
  const input = screeningInput({ reviewed, commitment: participant.commitment, proof, signals });
  const screening = {
    version: version.version,
    day: check.asOfDay,
    commitment: record.commitment,
  };
  const screenings = [...participation.screenings, screening];
  const joined = withParticipation(wallet, { ...participation, screenings });
  return {
    input,
    wallet: withAnswer(joined, { sponsor: trial.sponsor, trialId, day: check.asOfDay }),
  };
}

/** Sends a screening. Sending it again after a lost answer is harmless. */
export async function submitScreening(api: Api, input: ScreeningInput): Promise<Submission> {
  return await api.submit("screening", input);
}

/** Proves, telling "not eligible" apart from faults. */
export async function proveOrRefuse(statement: Parameters<typeof prove>[0]) {
  try {
    return await prove(statement);
  } catch (error) {
    throw error instanceof NotEligibleError ? new Refusal("NotEligible") : error;
  }
}

function screeningInput(of: {
  reviewed: ReviewedTrial;
  commitment: bigint;
  proof: Parameters<typeof toCalldata>[0];
  signals: Signals;
}): ScreeningInput {
  return {
    trialId: of.reviewed.trial.trialId,
    version: of.reviewed.version.version,
    nullifier: of.signals.nullifier,
    participantCommitment: of.commitment,
    recordsRoot: of.signals.recordsRoot,
    asOf: of.signals.asOf,
    points: toCalldata(of.proof),
  };
}

/** Members of the group that a version's consents are proven in, oldest first. */
export function membersOf(state: PublicState, versionNumber: number): readonly bigint[] {
  const groupId = state.versions.find((v) => v.version === versionNumber)?.groupId ?? null;
  if (groupId === null) return [];
  return state.groups.find((group) => group.groupId === groupId)?.members ?? [];
}

function refuseSecondScreening(of: { state: PublicState; version: number; commitment: bigint }) {
  const members = membersOf(of.state, of.version);
  if (members.some((member) => member === of.commitment)) throw new Refusal("AlreadyScreened");
}

/** The wallet's participation in a trial, or a blank one. */
export function participationIn(wallet: Wallet, place: TrialPlace): Participation {
  const { trial, chainId, enrollment } = place;
  return (
    findParticipation(wallet, { trialId: trial.trialId, chainId, enrollment }) ?? {
      trialId: trial.trialId,
      protocolNumber: trial.protocolNumber,
      sponsor: trial.sponsor.toLowerCase(),
      chainId,
      enrollment: enrollment.toLowerCase(),
      retry: 0,
      screenings: [],
      consents: [],
    }
  );
}

/**
 * Whether the person was screened already, by what the chain says (a recovered wallet's diary may
 * be behind).
 */
export async function findScreening(options: {
  wallet: Wallet;
  scope: bigint;
  state: PublicState;
}) {
  const identity = await deriveRecordIdentity(options.wallet.seed);
  const nullifier = screeningNullifier({ identity, scope: options.scope });
  return options.state.screenings.find((screening) => screening.nullifier === nullifier);
}
