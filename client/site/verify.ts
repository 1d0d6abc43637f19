// The site's check of the person at the desk: nothing the wallet says is taken on trust, only
// proofs over what the site knows itself (its challenge, the document on the desk) and what is
// public.

import { hashProgram } from "../../circuits/statement/criteria/program.ts";
import { dayOfAsOf } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { arrivalMessage } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicParticipant, PublicState } from "../api/trial.ts";
import type { ArrivalAnswer, Challenge, SignedProof } from "../desk/arrival.ts";
import { type Person, personProgram } from "../desk/person.ts";
import { type ChallengeBook, closeChallenge, openChallenge } from "./challenge.ts";
import { type Ground, verifyAboutRecord, verifyMembership } from "./deskProof.ts";
import { type DeskMemory, lookUp, type Note, type Sighting } from "./memory.ts";
import { isSuccessor } from "./retired.ts";
import { versionInForce } from "./roster.ts";

/** What a site checks arrivals and successions against. */
export type Desk = Ground & {
  readonly state: PublicState;
  /** The trial's events, fetched when a document was here before; without them it is refused. */
  readonly events?: () => Promise<readonly AuditEvent[]>;
  /** Set to ask those for a fresh eligibility proof whose screening is older. */
  readonly screenings?: {
    readonly maxAgeDays: number;
    /** Day of proof by nullifier (`screeningDays`); one that is missing counts as old. */
    readonly days: ReadonlyMap<bigint, number>;
  };
};

/** What came to the desk: an answer, the person as staff see them, and what the desk has kept. */
export type Visit = {
  readonly desk: Desk;
  readonly book: ChallengeBook;
  readonly memory: DeskMemory;
  readonly answer: ArrivalAnswer;
  /** As staff read it off the person and the document. */
  readonly person: Person;
};

type Verified = {
  readonly pseudonym: bigint;
  readonly participantCommitment: bigint;
  readonly screeningNullifier: bigint;
  /** The enrollment that the arrival belongs to, by its deadline on the chain. */
  readonly arriveBy: number;
  readonly book: ChallengeBook;
  /** To be kept before the arrival is sent. */
  readonly note: Note;
};

/**
 * Verifies an arrival: (a) the wallet owns the participant commitment and this pseudonym, (b) every
 * record behind the screening is about the person described, (c) where asked, that the criteria
 * hold today, (d) the document did not come here under another pseudonym. Refuses with
 * `ChallengeUsed`, `ChallengeExpired`, `InvalidProof`, `NotThisPerson`, `NotScreened`,
 * `CommitmentMismatch`, `OtherIssuer`, `UnknownParticipant`, `WrongSite`, `WrongState`,
 * `RegistryBlocked`, `UnknownRoot`, `DayOutOfRange`, `NotEligible`, `DocumentKnown`.
 */
export async function verifyArrival(visit: Visit): Promise<Verified> {
  const { desk, answer, book } = visit;
  const identified = await verifyIdentity(visit);
  const { challenge, screeningNullifier } = identified;
  if (challenge.succeeds !== null) throw new Refusal("ChallengeUsed");
  const pseudonym = BigInt(answer.membership.nullifier);
  const participant = requireExpected(desk, pseudonym, challenge);
  const screening = desk.state.screenings.find((s) => s.nullifier === screeningNullifier);
  if (screening === undefined) throw new Refusal("NotScreened");
  const { participantCommitment } = answer;
  if (screening.commitment !== participantCommitment) throw new Refusal("CommitmentMismatch");
  const shown = challenge.freshEligibility ? await verifyFresh(desk, answer, identified) : [];
  requireSameIssuers(answer, [...screening.issuerTags, ...shown]);
  if (!challenge.freshEligibility) requireRecentScreening(desk, screeningNullifier);
  const sighting = await requireFirstTime(visit, pseudonym);
  return {
    pseudonym,
    participantCommitment,
    screeningNullifier,
    arriveBy: participant.arriveBy ?? 0,
    book: closeChallenge(book, answer.challenge),
    note: { ...sighting, pseudonym },
  };
}

export type Identified = {
  readonly challenge: Challenge;
  readonly message: bigint;
  readonly screeningNullifier: bigint;
};

/**
 * The part that also admits a successor, who has neither pseudonym nor screening yet: the wallet
 * owns the commitment, and each record shown is of one identity and about the person described.
 */
export async function verifyIdentity(visit: Omit<Visit, "memory">): Promise<Identified> {
  const { desk, book, answer, person } = visit;
  const challenge = openChallenge({ book, challenge: answer.challenge, now: desk.now });
  if (challenge.trialId !== desk.trial.trialId) throw new Refusal("ChallengeUsed");
  const { trialId, siteId } = challenge;
  const { participantCommitment, persons } = answer;
  const of = { trialId, siteId, challenge: challenge.challenge, participantCommitment };
  const message = arrivalMessage(of);
  await verifyMembership(desk, answer, message);
  const screeningNullifier = persons[0]!.signals.nullifier;
  for (const shown of persons) {
    const { idTagSalt, signals } = shown;
    const program = personProgram({ person, idTagSalt, challenge: challenge.challenge });
    // Another document, birth date or sex compiles to another program.
    if (signals.criteriaHash !== hashProgram(program)) throw new Refusal("NotThisPerson");
    if (signals.nullifier !== screeningNullifier) {
      throw new Refusal("InvalidProof", { part: "person" });
    }
    await verifyAboutRecord(desk, shown, { message, circuit: "eligibility-8", part: "person" });
  }
  return { challenge, message, screeningNullifier };
}

/**
 * Each clinic whose record was shown to the trial has a person check here, and no other clinic has.
 * Else a bought secret passes with the buyer's own record beside the seller's screening. Refuses
 * with `OtherIssuer`.
 */
export function requireSameIssuers({ persons }: ArrivalAnswer, tags: readonly bigint[]): void {
  const checked = new Set<bigint>(persons.map(({ signals }) => signals.issuerTag));
  const wanted = new Set(tags);
  const unchecked = [...wanted].filter((tag) => !checked.has(tag)).length;
  const foreign = [...checked].filter((tag) => !wanted.has(tag)).length;
  // A screening without tags names no clinic: nothing could cover it.
  if (wanted.size > 0 && unchecked === 0 && foreign === 0) return;
  throw new Refusal("OtherIssuer", { unchecked, foreign });
}

/**
 * Checks a proof for each part of the criteria, in order; returns their issuer tags. Refuses with
 * `NotEligible` when there is none, and as every proof at the desk is.
 */
export async function verifyParts(
  desk: Desk,
  parts: readonly SignedProof[] | null,
  expected: { hashes: readonly bigint[]; nullifier: bigint; message: bigint },
): Promise<bigint[]> {
  if (parts === null) throw new Refusal("NotEligible");
  const { hashes, nullifier, message } = expected;
  const circuit = versionInForce(desk.state)?.terms.circuit;
  const isWhole = hashes.length > 0 && parts.length === hashes.length;
  if (!isWhole || circuit === undefined) throw new Refusal("InvalidProof", { part: "eligibility" });
  for (const [i, part] of parts.entries()) {
    const { signals } = part;
    if (signals.criteriaHash !== hashes[i] || signals.nullifier !== nullifier) {
      throw new Refusal("InvalidProof", { part: "eligibility" });
    }
    await verifyAboutRecord(desk, part, { message, circuit, part: "eligibility" });
  }
  return parts.map(({ signals }) => signals.issuerTag);
}

function verifyFresh(
  desk: Desk,
  { eligibility }: ArrivalAnswer,
  { message, screeningNullifier: nullifier }: Identified,
): Promise<bigint[]> {
  const hashes = versionInForce(desk.state)?.terms.criteriaHashes ?? [];
  return verifyParts(desk, eligibility, { hashes, nullifier, message });
}

/** A document comes under one pseudonym, or under that of a lost wallet's successor. */
async function requireFirstTime(visit: Visit, pseudonym: bigint): Promise<Sighting> {
  const { desk, memory, person, answer } = visit;
  const { document } = person;
  const sighting = await lookUp({ memory, trialId: desk.trial.trialId, document });
  const others = sighting.known.filter((known) => known !== pseudonym);
  if (others.length === 0) return sighting;
  const events = (await desk.events?.()) ?? [];
  const { participantCommitment } = answer;
  const isTheirs = others.every((lost) => isSuccessor(events, { lost, participantCommitment }));
  if (!isTheirs) throw new Refusal("DocumentKnown");
  return sighting;
}

/**
 * Refuses with `DayOutOfRange`: the site then issues a challenge that asks for a fresh eligibility
 * proof.
 */
function requireRecentScreening({ screenings, today }: Desk, nullifier: bigint): void {
  if (screenings === undefined) return;
  const day = screenings.days.get(nullifier);
  if (day !== undefined && today - day <= screenings.maxAgeDays) return;
  throw new Refusal("DayOutOfRange", { maxAgeDays: screenings.maxAgeDays });
}

function requireExpected(
  { state }: Desk,
  pseudonym: bigint,
  { siteId }: Challenge,
): PublicParticipant {
  const participant = state.participants.find((p) => p.pseudonym === pseudonym);
  if (participant === undefined) throw new Refusal("UnknownParticipant");
  if (participant.siteId !== siteId) throw new Refusal("WrongSite", { siteId: participant.siteId });
  if (participant.state !== "pending-on-study") {
    throw new Refusal("WrongState", { state: participant.state });
  }
  return participant;
}

/** The day of each person's newest screening, from the trial's audit events. */
export function screeningDays(events: readonly AuditEvent[]): Map<bigint, number> {
  const days = new Map<bigint, number>();
  for (const { name, arguments: values } of events) {
    if (name !== "Screened") continue;
    const parts = JSON.parse(values.parts ?? "[]") as { asOf: string }[];
    // Of several parts the oldest counts.
    const shown = parts.map(({ asOf }) => dayOfAsOf(BigInt(asOf)));
    days.set(BigInt(values.nullifier ?? 0), Math.min(...shown));
  }
  return days;
}
