// One visit at the desk: what was given out, what came back, and the check of both against the person.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../../circuits/statement/trial.ts";
import type { Actor } from "../../actor.ts";
import type { PublicState } from "../../api/trial.ts";
import { type ArrivalAnswer, parseAnswer } from "../../arrival.ts";
import { downloadTrial, type ReviewedTrial, reviewTrial } from "../../patient/review.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../../patient/withdrawal-code.ts";
import type { Person } from "../../person.ts";
import type { ChallengeBook } from "../../site/challenge.ts";
import { deskOf } from "../../site/desk.ts";
import type { DeskMemory, Note } from "../../site/memory.ts";
import { requireSite } from "../../site/roster.ts";
import { signArrival, signSuccession, submitSiteAct, submitSuccession } from "../../site/sign.ts";
import { type VerifiedSuccession, verifySuccession } from "../../site/succession.ts";
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
  /** The enrollment that an arrival belongs to. */
  readonly arriveBy: number;
  /** Set for a new wallet that takes the place of a lost one. */
  readonly succession?: VerifiedSuccession;
  readonly state: PublicState;
  readonly attestations: ReturnType<typeof siteAttestations>;
  /** To be kept once the act is on the chain; until then the same answer may be shown again. */
  readonly book: ChallengeBook;
  /** What the desk remembers of the person. */
  readonly note: Note;
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
  const common = { reviewed, siteId, state, now: desk.now };
  if (of.kind === "succession") {
    const succession = await verifySuccession({ ...check, code: readCode(of.code) });
    const { pseudonym } = succession.succession;
    const { book: next, note } = succession;
    const nothing = { arriveBy: 0, attestations: [] };
    return { ...common, ...nothing, pseudonym, succession, book: next, note };
  }
  const verified = await verifyArrival(check);
  return { ...common, ...verified, attestations: siteAttestations(reviewed.compiled) };
}

/** A printed code as typed; undefined for none. Refuses with `WrongCode`. */
function readCode(printed: string): Bytes32 | undefined {
  if (printed.trim() === "") return undefined;
  const secret = parseWithdrawalCode(printed);
  if (secret === undefined) throw new Refusal("WrongCode");
  return withdrawalCodeWord(secret);
}

/**
 * Signs and sends, and waits until it is final. Refuses with `UnknownSite` for another key than the site's, and with
 * `SiteDropped`.
 */
export async function signVisit(
  { api, signer }: Actor,
  passed: Passed,
  keepNote: (note: Note) => void,
): Promise<void> {
  const { reviewed, state, siteId, pseudonym, arriveBy, succession, note, now } = passed;
  const { chainId, enrollment, version } = reviewed;
  const signing = { signer, domain: { chainId, enrollment }, state };
  if (succession !== undefined) {
    const signed = await signSuccession({ ...signing, succession: succession.succession });
    await api.settle(await submitSuccession(api, signed, succession));
    // Not before: a succession that failed must not open this document to a second pseudonym.
    keepNote(note);
    return;
  }
  const attested = version.terms.attestationsHash;
  const signed = await signArrival({ ...signing, siteId, pseudonym, arriveBy, attested, now });
  // First: whatever happens to the arrival, this document comes back under no other pseudonym.
  keepNote(note);
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
}
