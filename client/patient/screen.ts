// Screening: eligibility proofs, one for each part of the trial, under a fresh participant
// commitment, made on the device and sent by anyone.

import type { Program } from "../../circuits/statement/criteria/program.ts";
import { packAsOf } from "../../circuits/statement/encoding/day.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { type Groth16Proof, toCalldata } from "../../circuits/statement/proof/proof.ts";
import type { Signals } from "../../circuits/statement/proof/signals.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { screeningMessage } from "../../circuits/statement/trial/trial.ts";
import { NotEligibleError, type ProvingPhase, prove } from "../../circuits/witness/prove.ts";
import type { Api } from "../api/api.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import type { ReviewedTrial } from "../trial/review.ts";
import { withAnswer } from "./budget.ts";
import type { Check } from "./check.ts";
import { deriveRecordSecret } from "./derive.ts";
import type { FoundPath } from "./path.ts";
import { findSelf, membersOf, participationIn, type Self } from "./self.ts";
import { type Wallet, type WalletRecord, withParticipation } from "./wallet.ts";

/** How often a screening is begun anew when somebody else screens its commitment first. */
export const MOST_ATTEMPTS = 4;

/** One part as it leaves the device. The contract knows scope, message and criteria hash. */
type ScreeningPart = {
  readonly issuerTag: bigint;
  readonly recordsRoot: bigint;
  readonly asOf: bigint;
  /** The proof in Solidity's order. */
  readonly points: readonly bigint[];
};

/** What leaves the device: ScreeningInput of the schema. */
type ScreeningInput = {
  readonly trialId: string;
  readonly version: number;
  readonly nullifier: bigint;
  readonly participantCommitment: bigint;
  /** In the order of the version's criteria hashes. */
  readonly parts: readonly ScreeningPart[];
};

/** Where proving is: a phase of one of the parts, counted from 0. */
export type PartPhase = {
  readonly phase: ProvingPhase;
  readonly part: number;
  readonly of: number;
};

type Proving = {
  readonly artifacts: ArtifactSource;
  readonly onPhase?: (at: PartPhase) => void;
  readonly singleThread?: boolean;
};

/**
 * Proves eligibility. Throws the check's first refusal, or `AlreadyScreened` when the wallet's
 * person is in the group of the version in force. Nothing is sent.
 */
export async function proveScreening(
  options: Proving & {
    wallet: Wallet;
    reviewed: ReviewedTrial;
    state: PublicState;
    check: Check;
  },
): Promise<{ input: ScreeningInput; wallet: Wallet }> {
  const { wallet, reviewed, state, check } = options;
  const { trial, version } = reviewed;
  if (state.status !== "active") throw new Refusal("TrialClosed");
  const { trialId } = trial;
  const self = await findSelf({ wallet, place: reviewed, state });
  refuseSecondScreening({ self, state, version: version.version });
  const [refusal] = check.refusals;
  if (refusal !== undefined) throw refusal;
  const participantCommitment = self.identity.commitment;
  const message = screeningMessage({ trialId, version: version.version, participantCommitment });
  const proven = await proveParts({
    ...options,
    programs: reviewed.compiled.programs,
    plan: check.plan!.map(({ record, path }) => ({ record, path: path! })),
    message,
    asOfDay: check.asOfDay,
  });
  const { nullifier } = proven[0]!.signals;
  const parts = proven.map(screeningPart);
  const input = { trialId, version: version.version, nullifier, participantCommitment, parts };
  const screening = {
    version: version.version,
    day: check.asOfDay,
    records: check.plan!.map(({ record }) => record.commitment),
  };
  const { participation } = self;
  const screenings = [...participation.screenings, screening];
  const joined = withParticipation(wallet, { ...participation, screenings });
  return {
    input,
    wallet: withAnswer(joined, { sponsor: trial.sponsor, trialId, day: check.asOfDay }),
  };
}

/** Sends a screening. Sending it again after a lost answer is harmless. */
export async function submitScreening(
  api: Pick<Api, "submit">,
  input: ScreeningInput,
): Promise<Submission> {
  return await api.submit("screening", input);
}

/**
 * Whether a refused screening is worth another attempt: its commitment, or this person, was
 * screened by somebody else meanwhile.
 */
export function isTaken(error: unknown): boolean {
  return error instanceof Refusal && error.code === "AlreadyScreened";
}

/** The wallet with the next participant of the trial, for when the present one was taken. */
export function withNextAttempt(wallet: Wallet, reviewed: ReviewedTrial): Wallet {
  const participation = participationIn(wallet, reviewed);
  return withParticipation(wallet, { ...participation, retry: participation.retry + 1 });
}

type SignedPart = { readonly proof: Groth16Proof; readonly signals: Signals };

/** Proves each part from its record, one after another: one alone takes all cores. */
export async function proveParts(
  of: Proving & {
    wallet: Pick<Wallet, "seed">;
    reviewed: ReviewedTrial;
    programs: readonly Program[];
    plan: readonly { readonly record: WalletRecord; readonly path: FoundPath }[];
    message: Field;
    asOfDay: number;
  },
): Promise<SignedPart[]> {
  const { reviewed, programs, plan, message, asOfDay, artifacts, onPhase } = of;
  const identitySecret = await deriveRecordSecret(of.wallet.seed);
  const proven: SignedPart[] = [];
  for (const [part, program] of programs.entries()) {
    const { record, path } = plan[part]!;
    const statement = {
      program,
      record: record.record,
      identitySecret,
      path: path.path,
      scope: reviewed.scope as Field,
      message,
      asOf: packAsOf(asOfDay),
      artifacts: artifacts.load(reviewed.version.terms.circuit),
      ...(onPhase && {
        onPhase: (phase: ProvingPhase) => onPhase({ phase, part, of: programs.length }),
      }),
      singleThread: of.singleThread ?? false,
    };
    proven.push(await proveOrRefuse(statement));
  }
  return proven;
}

/** Proves, telling "not eligible" apart from faults. */
export async function proveOrRefuse(statement: Parameters<typeof prove>[0]): Promise<SignedPart> {
  try {
    return await prove(statement);
  } catch (error) {
    throw error instanceof NotEligibleError ? new Refusal("NotEligible") : error;
  }
}

/** A proven part as the contract takes it. */
function screeningPart({ proof, signals }: SignedPart): ScreeningPart {
  const { issuerTag, recordsRoot, asOf } = signals;
  return { issuerTag, recordsRoot, asOf, points: toCalldata(proof) };
}

function refuseSecondScreening(of: { self: Self; state: PublicState; version: number }) {
  const { self, state, version } = of;
  const isMember = membersOf(state, version).some((member) => member === self.identity.commitment);
  if (isMember || self.isScreenedElsewhere) throw new Refusal("AlreadyScreened");
}
