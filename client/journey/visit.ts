// The visit at the site: challenge, proofs, document check, signed arrival. And a withdrawal.
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Api } from "../api/api.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { parseAnswer, parseChallenge, writeAnswer } from "../desk/arrival.ts";
import type { Person, Sex } from "../desk/person.ts";
import type { Custodian } from "../exchange/custodian.ts";
import { tagPlaceOf } from "../exchange/personTag.ts";
import { proveArrival } from "../patient/arrival.ts";
import { proveWithdrawal, submitWithdrawal } from "../patient/consent.ts";
import { findSelf } from "../patient/self.ts";
import { EMPTY_BOOK, issueChallenge } from "../site/challenge.ts";
import { openDesk } from "../site/desk.node.ts";
import { type DeskMemory, EMPTY_MEMORY, remember } from "../site/memory.ts";
import { signArrival, submitSiteAct } from "../site/sign.ts";
import { tagPerson } from "../site/tagging.ts";
import { verifyArrival } from "../site/verify.ts";
import { chainDay, downloadTrial, placeOf, reviewTrial } from "../trial/review.ts";
import type { Patient } from "./patient.ts";
import { type Cast, signerOfSite } from "./setting.ts";

type Visit = {
  readonly api: Api;
  readonly artifacts: ArtifactSource;
  readonly trial: TrialFile;
  readonly cast: Cast;
};

/** What each site's desk has kept, by the site's number. */
export type Memories = Map<number, DeskMemory>;

/** A patient who is enrolled goes to the site and is checked there. False when there is nothing to arrive for. */
export async function visitSite(
  patient: Patient,
  visit: Visit & {
    readonly memories: Memories;
    /** The trial's custodians: with them the person's tag is registered first. */
    readonly custodians?: readonly Custodian[];
  },
): Promise<boolean> {
  const { api, artifacts, trial, cast, memories } = visit;
  const downloads = await downloadTrial(api, trial.protocolNumber);
  const { state, registry, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads });
  const self = await findSelf({ wallet: patient.wallet, place: reviewed, state });
  if (self.participant?.state !== "pending-on-study") return false;
  const { siteId } = self.participant;
  const { trialId } = reviewed.trial;
  const now = deployment.chainTime;

  const issued = issueChallenge({ book: EMPTY_BOOK, trialId, siteId, now });
  const answer = await proveArrival({
    wallet: patient.wallet,
    reviewed,
    state,
    registry,
    challenge: parseChallenge(JSON.parse(JSON.stringify(issued.challenge))),
    document: patient.document,
    artifacts,
    now,
    asOfDay: chainDay(deployment),
  });

  const memory = memories.get(siteId) ?? EMPTY_MEMORY;
  const { pseudonym, arriveBy, note } = await verifyArrival({
    desk: await openDesk(downloads),
    book: issued.book,
    memory,
    answer: parseAnswer(JSON.parse(writeAnswer(answer))),
    person: personOf(patient),
  });
  memories.set(siteId, remember(memory, note));
  const signer = signerOfSite(cast, trial, siteId);
  const { custodians } = visit;
  if (custodians !== undefined) {
    const { document } = patient;
    const place = tagPlaceOf(deployment);
    await tagPerson({
      ...{ api, state, pinned: () => undefined, keep: () => {}, say: () => {} },
      desk: { signer, place, siteId, pseudonym, arriveBy, document, now },
      reach: async () => custodians,
    });
  }
  const signed = await signArrival({
    signer,
    domain: { chainId: reviewed.chainId, enrollment: reviewed.enrollment },
    state,
    siteId,
    pseudonym,
    arriveBy,
    attested: reviewed.version.terms.attestationsHash,
    now,
  });
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
  return true;
}

/** Withdraws a patient by proof. False when they are not in the trial, or are out already. */
export async function withdraw(patient: Patient, visit: Visit): Promise<boolean> {
  const { api, artifacts, trial } = visit;
  const downloads = await downloadTrial(api, trial.protocolNumber);
  const place = placeOf(downloads);
  const { state, deployment } = downloads;
  const { wallet } = patient;
  const { participant } = await findSelf({ wallet, place, state });
  if (participant === undefined || participant.state === "withdrawn") return false;
  const now = deployment.chainTime;
  const proven = await proveWithdrawal({ wallet, place, state, artifacts, now });
  await api.settle(await submitWithdrawal(api, proven.input));
  patient.wallet = proven.wallet;
  return true;
}

/** What staff read off the person and the identity document. */
function personOf({ source, document }: Patient): Person {
  const { birthDate, gender } = source.patient.resource as { birthDate?: string; gender?: Sex };
  return { birthDate: birthDate ?? "", sex: gender ?? "unknown", document };
}
