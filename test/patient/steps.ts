// The patient's steps against a running exchange, each from fresh downloads, as a wallet program
// does them.
import type { Permission } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "../../client/api/api.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { prefetch } from "../../client/artifacts/artifacts.ts";
import type { Challenge } from "../../client/desk/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { checkTrial } from "../../client/patient/check.ts";
import {
  type Consented,
  proveConsent,
  proveWithdrawal,
  submitConsent,
  submitWithdrawal,
} from "../../client/patient/consent.ts";
import { proveScreening, submitScreening } from "../../client/patient/screen.ts";
import { statusIn } from "../../client/patient/status.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { chainDay, downloadTrial, placeOf, reviewTrial } from "../../client/trial/review.ts";
import { DOCUMENT } from "./support.ts";

export const artifacts = localArtifacts();

/** A patient at their device. */
export type Patient = { wallet: Wallet; readonly api: Api };

/** Everything public, and the trial recomputed from it. */
export async function look({ wallet, api }: Patient, protocolNumber: string) {
  const downloads = await downloadTrial(api, protocolNumber);
  const reviewed = await reviewTrial({ downloads });
  const { registry, deployment, state } = downloads;
  const asOfDay = chainDay(deployment);
  const check = checkTrial({ wallet, reviewed, registry, asOfDay });
  return { downloads, reviewed, registry, state, asOfDay, now: deployment.chainTime, check };
}

/** Screens, and waits until it is final. */
export async function screen(patient: Patient, protocolNumber: string) {
  const { reviewed, state, check } = await look(patient, protocolNumber);
  await prefetch({ source: artifacts, circuit: reviewed.version.terms.circuit });
  const { wallet } = patient;
  const proven = await proveScreening({ wallet, reviewed, state, check, artifacts });
  patient.wallet = proven.wallet;
  await patient.api.settle(await submitScreening(patient.api, proven.input));
  return proven.input;
}

/** Makes a grant without sending it. */
export async function makeConsent(
  patient: Patient,
  protocolNumber: string,
  permissions: readonly Permission[] = ["participate"],
) {
  const { reviewed, state, now } = await look(patient, protocolNumber);
  const proven = await proveConsent({
    wallet: patient.wallet,
    place: reviewed,
    state,
    artifacts,
    now,
    version: reviewed.version,
    grant: { permissions, siteId: 1, years: 1, givenBy: "self" },
  });
  patient.wallet = proven.wallet;
  return proven;
}

/** Sends a grant and waits until it is final. */
export async function sendConsent({ api }: Patient, input: Consented["input"]): Promise<void> {
  await api.settle(await submitConsent(api, input));
}

/** Withdraws by proof. */
export async function withdraw(patient: Patient, protocolNumber: string): Promise<void> {
  const downloads = await downloadTrial(patient.api, protocolNumber);
  const { state, deployment } = downloads;
  const place = placeOf(downloads);
  const now = deployment.chainTime;
  const { wallet } = patient;
  const proven = await proveWithdrawal({ wallet, place, state, artifacts, now });
  patient.wallet = proven.wallet;
  await patient.api.settle(await submitWithdrawal(patient.api, proven.input));
}

/** Answers a site's challenge. */
export async function answer(patient: Patient, protocolNumber: string, challenge: Challenge) {
  const { reviewed, state, registry, now, asOfDay } = await look(patient, protocolNumber);
  const { wallet } = patient;
  const shared = { wallet, reviewed, state, registry, challenge, artifacts, now, asOfDay };
  return await proveArrival({ ...shared, document: DOCUMENT });
}

/** The patient's standing. */
export async function status({ wallet, api }: Patient, protocolNumber: string) {
  const downloads = await downloadTrial(api, protocolNumber);
  return await statusIn({ wallet, place: placeOf(downloads), state: downloads.state });
}
