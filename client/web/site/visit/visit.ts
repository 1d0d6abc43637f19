// One visit at the desk: what was given out, what came back, and the check of both against the person.
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../../../circuits/statement/trial/trial.ts";
import type { Actor } from "../../../actor/actor.ts";
import type { PublicState } from "../../../api/trial.ts";
import { type ArrivalAnswer, parseAnswer } from "../../../desk/arrival.ts";
import type { Person } from "../../../desk/person.ts";
import { tagPlaceOf, tagSetOf } from "../../../exchange/personTag.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../../../handover/withdrawalCode.ts";
import type { ChallengeBook } from "../../../site/challenge.ts";
import { deskOf } from "../../../site/desk.ts";
import { requireDeskKey } from "../../../site/deskStaff.ts";
import { type Representative, verifyGiver } from "../../../site/giver.ts";
import type { DeskMemory, Note } from "../../../site/memory.ts";
import { requireSite } from "../../../site/roster.ts";
import {
  signArrival,
  signSuccession,
  submitSiteAct,
  submitSuccession,
} from "../../../site/sign.ts";
import { type VerifiedSuccession, verifySuccession } from "../../../site/succession.ts";
import { type Tagged, tagPerson } from "../../../site/tagging.ts";
import { verifyArrival } from "../../../site/verify.ts";
import { siteAttestations } from "../../../trial/document.ts";
import { downloadTrial, type ReviewedTrial, reviewTrial } from "../../../trial/review.ts";
import { answering, reachCustodians } from "../../auditor/exchange/custodians.ts";
import { pinnedTagKey, pinTagKey } from "../data/keptKeys.ts";
import { deskKeys } from "./keys.ts";

export type VisitKind = "arrival" | "succession";

/** A person who passed every check, and what is then signed about them. */
export type Passed = {
  readonly reviewed: ReviewedTrial;
  readonly siteId: number;
  /** Who arrived, or whose lost pseudonym is retired. */
  readonly pseudonym: bigint;
  /** The enrollment that an arrival belongs to. */
  readonly arriveBy: number;
  /** Set for a new wallet that takes the place of a lost one. */
  readonly succession?: VerifiedSuccession;
  readonly state: PublicState;
  readonly attestations: ReturnType<typeof siteAttestations>;
  /** Who consented for the person, where they did not themselves. */
  readonly representative?: Representative;
  /** To be kept once the act is on the chain; until then the same answer may be shown again. */
  readonly book: ChallengeBook;
  /** What the desk remembers of the person. */
  readonly note: Note;
  /** As staff read it: in this page only, for the person's tag. */
  readonly document: string;
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

/** Checks everything, from fresh downloads. Refuses as `verifyArrival`, `verifyGiver` and `verifySuccession` do. */
export async function checkVisit(of: {
  actor: Actor;
  protocolNumber: string;
  siteId: number;
  documentKey: string;
  kind: VisitKind;
  book: ChallengeBook;
  memory: DeskMemory;
  answer: ArrivalAnswer;
  person: Person;
  /** The lost pseudonym's printed code as typed; empty where none is asked for. */
  code: string;
}): Promise<Passed> {
  const { actor, protocolNumber, siteId, documentKey, book, memory, answer, person } = of;
  const downloads = await downloadTrial(actor.api, protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: documentKey || undefined });
  const { state } = downloads;
  requireSite(state, siteId);
  const desk = deskOf(downloads, await deskKeys(), actor.api);
  const check = { desk, book, memory, answer, person };
  const common = { reviewed, siteId, state, document: person.document, now: desk.now };
  if (of.kind === "succession") {
    const succession = await verifySuccession({ ...check, code: readCode(of.code) });
    const { pseudonym } = succession.succession;
    const { book: next, note } = succession;
    const nothing = { arriveBy: 0, attestations: [] };
    return { ...common, ...nothing, pseudonym, succession, book: next, note };
  }
  const verified = await verifyArrival(check);
  const { pseudonym } = verified;
  const events = await actor.api.trialEvents(protocolNumber);
  const { versions } = state;
  const giving = { reviewed, events, versions, pseudonym, answer, person, now: desk.now };
  const representative = verifyGiver(giving);
  const attestations = siteAttestations(reviewed.compiled);
  return { ...common, ...verified, attestations, ...(representative && { representative }) };
}

/** A printed code as typed; undefined for none. Refuses with `WrongCode`. */
function readCode(printed: string): Bytes32 | undefined {
  if (printed.trim() === "") return undefined;
  const secret = parseWithdrawalCode(printed);
  if (secret === undefined) throw new Refusal("WrongCode");
  return withdrawalCodeWord(secret);
}

/** Whether the trial has custodians, so that an arrival comes with the person's tag. */
export function hasTags({ state }: Pick<Passed, "state">): boolean {
  return tagSetOf(state) !== undefined;
}

type Signing = {
  readonly keepNote: (note: Note) => void;
  /** Staff chose to go on without the person's tag, which the auditor will name. */
  readonly withoutTag: boolean;
  readonly say: (step: string) => void;
};

/**
 * Signs and sends, and waits until it is final. Answers with custodians who were wrong about the tag. Refuses as
 * `requireDeskKey`, for a succession as `requireSiteKey`, and as `tagPerson` does before anything is signed.
 */
export async function signVisit(
  actor: Actor,
  passed: Passed,
  { keepNote, withoutTag, say }: Signing,
): Promise<readonly string[]> {
  const { api, signer } = actor;
  const { reviewed, state, siteId, pseudonym, arriveBy, succession, note } = passed;
  const { chainId, enrollment, version } = reviewed;
  const signing = { signer, domain: { chainId, enrollment }, state };
  if (succession !== undefined) {
    say("Signing and sending, and waiting until it is final…");
    const signed = await signSuccession({ ...signing, succession: succession.succession });
    await api.settle(await submitSuccession(api, signed, succession));
    // Not before: a succession that failed must not open this document to a second pseudonym.
    keepNote(note);
    return [];
  }
  // Asked again: a delegation may have ended while the person was checked.
  const [events, { chainTime: now }] = await Promise.all([
    api.trialEvents(reviewed.trial.protocolNumber),
    api.deployment(),
  ]);
  await requireDeskKey({ signer, state, siteId, events, now });
  const tagged = withoutTag ? undefined : await tagAtDesk(actor, passed, say);
  say("Signing and sending, and waiting until it is final…");
  const attested = version.terms.attestationsHash;
  const arrival = { siteId, pseudonym, arriveBy, attested, events, now };
  const signed = await signArrival({ ...signing, ...arrival });
  // First: whatever happens to the arrival, this document comes back under no other pseudonym.
  keepNote(note);
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
  return tagged?.wrong ?? [];
}

async function tagAtDesk(
  { api, signer }: Actor,
  { state, siteId, pseudonym, arriveBy, document }: Passed,
  say: (step: string) => void,
): Promise<Tagged | undefined> {
  const deployment = await api.deployment();
  const place = tagPlaceOf(deployment);
  const desk = { signer, place, siteId, pseudonym, arriveBy, document, now: deployment.chainTime };
  return await tagPerson({
    ...{ api, desk, state, say },
    reach: async (accounts) => answering(await reachCustodians(accounts)),
    pinned: pinnedTagKey,
    keep: pinTagKey,
  });
}
