// One visit at the desk: what was given out, what came back, and the check of both against the person.
import type { Succession } from "../../../circuits/statement/consent.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Actor } from "../../actor.ts";
import { type ArrivalAnswer, parseAnswer } from "../../arrival.ts";
import { downloadTrial, type ReviewedTrial, reviewTrial } from "../../patient/review.ts";
import type { Person } from "../../person.ts";
import type { ChallengeBook } from "../../site/challenge.ts";
import { deskOf } from "../../site/desk.ts";
import { signArrival, signSuccession, submitSiteAct, submitSuccession } from "../../site/sign.ts";
import { verifySuccession } from "../../site/succession.ts";
import { verifyArrival } from "../../site/verify.ts";
import { siteAttestations } from "../../trial-file.ts";
import { deskKeys } from "./keys.ts";

export type VisitKind = "arrival" | "succession";

/** A person who passed every check, and what is then signed about them. */
export type Passed = {
  readonly reviewed: ReviewedTrial;
  readonly siteId: number;
  /** Who arrived, or whose lost pseudonym is retired. */
  readonly pseudonym: bigint;
  /** Set for a new wallet that takes the place of a lost one. */
  readonly succession?: Succession;
  readonly attestations: ReturnType<typeof siteAttestations>;
  /** To be kept once the act is on the chain; until then the same answer may be shown again. */
  readonly book: ChallengeBook;
  readonly now: number;
};

/** Reads what the wallet shows. Refuses with `MalformedInput`. */
export function readAnswer(text: string): ArrivalAnswer {
  try {
    return parseAnswer(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal("MalformedInput", { what: "arrival answer" });
  }
}

/** Checks everything, from fresh downloads. Refuses as `verifyArrival` and `verifySuccession` do. */
export async function checkVisit(of: {
  actor: Actor;
  protocolNumber: string;
  siteId: number;
  documentKey: string;
  book: ChallengeBook;
  answer: ArrivalAnswer;
  person: Person;
  /** The lost pseudonym, for a succession. */
  lost: bigint | undefined;
}): Promise<Passed> {
  const { actor, protocolNumber, siteId, documentKey, book, answer, person, lost } = of;
  const downloads = await downloadTrial(actor.api, protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: documentKey || undefined });
  const desk = deskOf(downloads, await deskKeys());
  const check = { desk, book, answer, person };
  const common = { reviewed, siteId, now: desk.now };
  if (lost !== undefined) {
    const { succession, book: next } = await verifySuccession({ ...check, pseudonym: lost });
    return { ...common, pseudonym: lost, succession, attestations: [], book: next };
  }
  const verified = await verifyArrival(check);
  const attestations = siteAttestations(reviewed.compiled);
  return { ...common, pseudonym: verified.pseudonym, attestations, book: verified.book };
}

/** Signs and sends, and waits until it is final. Refuses with `UnknownSite` for another key than the site's. */
export async function signVisit({ api, signer }: Actor, passed: Passed): Promise<void> {
  const { reviewed, siteId, pseudonym, succession, now } = passed;
  const { chainId, enrollment, version } = reviewed;
  const domain = { chainId, enrollment };
  if (succession !== undefined) {
    const signed = await signSuccession({ signer, domain, succession });
    await api.settle(await submitSuccession(api, signed));
    return;
  }
  const { trialId } = reviewed.trial;
  const attested = version.terms.attestationsHash;
  const of = { trialId, siteId, pseudonym, attested, now };
  const signed = await signArrival({ signer, domain, version, ...of });
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
}
