// Where the wallet's person stands in a trial, found on the device in the trial's whole public
// state.

import { Refusal } from "../../circuits/statement/refusal.ts";
import { hashWithdrawalCode } from "../../circuits/statement/trial/consent.ts";
import type { ParticipantState } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../api/api.ts";
import type { AuditEvent } from "../api/event.ts";
import type { Submission } from "../api/submission.ts";
import type { PublicState, TrialSummary } from "../api/trial.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../handover/withdrawalCode.ts";
import type { TrialPlace } from "../trial/review.ts";
import { findSelf } from "./self.ts";
import type { Participation, Wallet } from "./wallet.ts";

export type Status = {
  /** FHIR ResearchSubject.status; "screening" before consent, "none" before screening. */
  readonly state: ParticipantState | "screening";
  /** An amendment waits for this person's consent or screening, or the trial does not run. */
  readonly onHold: boolean;
  readonly siteId: number | undefined;
  /** The wallet's own diary. */
  readonly participation: Participation;
};

/**
 * The wallet's standing in a trial. Nothing is asked of the server but the public state given here.
 */
export async function statusIn(options: {
  wallet: Wallet;
  place: TrialPlace;
  state: PublicState;
}): Promise<Status> {
  const { participant, participation, screening } = await findSelf(options);
  if (participant !== undefined) {
    const { state, onHold, siteId } = participant;
    return { state, onHold, siteId, participation };
  }
  const before = screening === undefined ? "none" : "screening";
  return { state: before, onHold: false, siteId: undefined, participation };
}

type ByCode = {
  readonly api: Api;
  readonly trial: Pick<TrialSummary, "trialId" | "protocolNumber">;
  readonly printed: string;
};

/**
 * Whose printed code it is, without a wallet: found on the device, by the code's hash among all of the trial's consents.
 * Refuses with `WrongCode` when the code was mistyped or belongs to no participant of the trial.
 */
export async function holderOfCode({ api, trial, printed }: ByCode) {
  const secret = parseWithdrawalCode(printed);
  if (secret === undefined) throw new Refusal("WrongCode");
  const { trialId } = trial;
  const code = withdrawalCodeWord(secret);
  const hash = hashWithdrawalCode(trialId, code);
  const events = await api.trialEvents(trial.protocolNumber);
  const consented = events.find((event) => withdrawalHashIn(event) === hash);
  const pseudonym = consented?.arguments.pseudonym;
  if (pseudonym === undefined) throw new Refusal("WrongCode");
  return { trialId, pseudonym, code };
}

/** Withdraws with the printed code. Refuses as {@link holderOfCode}. */
export async function withdrawByCode(of: ByCode): Promise<Submission> {
  return await of.api.submit("withdrawal", { byCode: await holderOfCode(of) });
}

function withdrawalHashIn({ name, arguments: values }: AuditEvent): unknown {
  if (name !== "Consented") return undefined;
  const statement = JSON.parse(values.statement ?? "{}") as { withdrawalCodeHash?: unknown };
  return statement.withdrawalCodeHash;
}
