// The site's check of the person at the desk: nothing the wallet says is taken on trust, only
// proofs over what the site knows itself (its challenge, the document on the desk) and what is
// public.
import { dayOfAsOf } from "../../circuits/statement/day.ts";
import { hashProgram } from "../../circuits/statement/program.ts";
import { type VerificationKey, verifyOne } from "../../circuits/statement/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { verifySemaphore } from "../../circuits/statement/semaphoreProof.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import { arrivalMessage } from "../../circuits/statement/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicParticipant, PublicState } from "../api/trial.ts";
import type { ArrivalAnswer, Challenge, SignedProof } from "../arrival.ts";
import { type Person, personProgram } from "../person.ts";
import { type ChallengeBook, closeChallenge, openChallenge } from "./challenge.ts";

/** A proof's day may be the chain's or up to this many days before, as in the contract. */
const MAX_PROOF_AGE_DAYS = 3;

/** What a site checks an arrival against. */
export type Desk = {
  readonly trial: { readonly trialId: string; readonly scope: bigint };
  readonly state: PublicState;
  readonly registry: RecordsState;
  /** Seconds for which a superseded root stays good. */
  readonly rootWindowSeconds: number;
  readonly keys: Readonly<Record<"eligibility-8" | "eligibility-32", VerificationKey>>;
  /** The chain's time (Unix seconds) and day. */
  readonly now: number;
  readonly today: number;
  /** Set to ask those for a fresh eligibility proof whose screening is older. */
  readonly screenings?: {
    readonly maxAgeDays: number;
    /** Day of proof by nullifier (`screeningDays`); one that is missing counts as old. */
    readonly days: ReadonlyMap<bigint, number>;
  };
};

export type Verified = {
  readonly pseudonym: bigint;
  readonly participantCommitment: bigint;
  readonly screeningNullifier: bigint;
  readonly book: ChallengeBook;
};

/**
 * Verifies an arrival: (a) the wallet owns the participant commitment and this pseudonym, (b) the
 * record behind the screening is about the person described, (c) where asked, that the criteria
 * hold today. Refuses with `ChallengeUsed`, `ChallengeExpired`, `InvalidProof`, `NotThisPerson`,
 * `NotScreened`, `CommitmentMismatch`, `UnknownParticipant`, `WrongSite`, `WrongState`,
 * `UnknownRoot`, `DayOutOfRange`, `NotEligible`.
 */
export async function verifyArrival(options: {
  desk: Desk;
  book: ChallengeBook;
  answer: ArrivalAnswer;
  /** As staff read it off the person and the document. */
  person: Person;
}): Promise<Verified> {
  const { desk, answer } = options;
  const identified = await verifyIdentity(options);
  const pseudonym = BigInt(answer.membership.nullifier);
  const participant = desk.state.participants.find((p) => p.pseudonym === pseudonym);
  checkParticipant(participant, identified.challenge);
  const { screeningNullifier } = identified;
  const screening = desk.state.screenings.find((s) => s.nullifier === screeningNullifier);
  if (screening === undefined) throw new Refusal("NotScreened");
  if (screening.commitment !== answer.participantCommitment) {
    throw new Refusal("CommitmentMismatch");
  }
  if (identified.challenge.freshEligibility) await verifyFresh(desk, answer, identified);
  else requireRecentScreening(desk, screeningNullifier);
  const book = closeChallenge(options.book, answer.challenge);
  const { participantCommitment } = answer;
  return { pseudonym, participantCommitment, screeningNullifier, book };
}

type Identified = {
  readonly challenge: Challenge;
  readonly message: bigint;
  readonly screeningNullifier: bigint;
};

/**
 * The part that also admits a successor, who has neither pseudonym nor screening yet: the wallet
 * owns the commitment, and a record that is about the person described.
 */
export async function verifyIdentity(options: {
  desk: Desk;
  book: ChallengeBook;
  answer: ArrivalAnswer;
  person: Person;
}): Promise<Identified> {
  const { desk, book, answer, person } = options;
  const challenge = openChallenge({ book, challenge: answer.challenge, now: desk.now });
  if (challenge.trialId !== desk.trial.trialId) throw new Refusal("ChallengeUsed");
  const { trialId, siteId } = challenge;
  const { participantCommitment } = answer;
  const of = { trialId, siteId, challenge: challenge.challenge, participantCommitment };
  const message = arrivalMessage(of);
  await verifyMembership(desk, answer, message);
  const { idTagSalt } = answer;
  const program = personProgram({ person, idTagSalt, challenge: challenge.challenge });
  const { signals } = answer.person;
  // Another document, birth date or sex compiles to another program.
  if (signals.criteriaHash !== hashProgram(program)) throw new Refusal("NotThisPerson");
  await verifyEligibility(desk, answer.person, { message, circuit: "eligibility-8" });
  return { challenge, message, screeningNullifier: signals.nullifier };
}

async function verifyMembership(
  { trial }: Desk,
  { membership, participantCommitment }: ArrivalAnswer,
  message: bigint,
): Promise<void> {
  // A group with one member: its root is the member.
  const bound =
    BigInt(membership.merkleTreeRoot) === participantCommitment &&
    BigInt(membership.scope) === trial.scope &&
    BigInt(membership.message) === message;
  if (!bound || !(await verifySemaphore({ proof: membership }))) {
    throw new Refusal("InvalidProof", { part: "membership" });
  }
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

/** The day of each person's newest screening, from the trial's audit events. */
export function screeningDays(events: readonly AuditEvent[]): Map<bigint, number> {
  const days = new Map<bigint, number>();
  for (const { name, arguments: values } of events) {
    if (name !== "Screened") continue;
    days.set(BigInt(values.nullifier ?? 0), dayOfAsOf(BigInt(values.asOf ?? 0)));
  }
  return days;
}

async function verifyFresh(
  desk: Desk,
  { eligibility }: ArrivalAnswer,
  { message, screeningNullifier }: Identified,
): Promise<void> {
  if (eligibility === null) throw new Refusal("NotEligible");
  const { signals } = eligibility;
  const version = desk.state.versions.find((v) => v.version === desk.state.currentVersion);
  const same =
    signals.criteriaHash === version?.terms.criteriaHash &&
    signals.nullifier === screeningNullifier;
  if (!same) throw new Refusal("InvalidProof", { part: "eligibility" });
  await verifyEligibility(desk, eligibility, { message, circuit: version!.terms.circuit });
}

async function verifyEligibility(
  desk: Desk,
  { proof, signals }: SignedProof,
  { message, circuit }: { message: bigint; circuit: "eligibility-8" | "eligibility-32" },
): Promise<void> {
  if (signals.scope !== desk.trial.scope || signals.message !== message) {
    throw new Refusal("InvalidProof", { part: circuit });
  }
  checkDay(signals.asOf, desk.today);
  checkRoot(signals.recordsRoot, desk);
  const listed = listSignals(signals).map(String);
  if (!(await verifyOne({ key: desk.keys[circuit], proof, signals: listed }))) {
    throw new Refusal("InvalidProof", { part: circuit });
  }
}

function checkDay(asOf: bigint, today: number): void {
  try {
    const age = today - dayOfAsOf(asOf);
    if (age >= 0 && age <= MAX_PROOF_AGE_DAYS) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new Refusal("DayOutOfRange");
}

/** The registry's rule: current, or superseded within the window and not voided. */
function checkRoot(root: bigint, { registry, rootWindowSeconds, now }: Desk): void {
  if (root !== 0n && root === registry.root) return;
  const good = registry.roots.some(
    (old) =>
      old.root === root &&
      !old.voided &&
      old.supersededAt !== null &&
      now <= old.supersededAt + rootWindowSeconds,
  );
  if (!good) throw new Refusal("UnknownRoot", { root });
}

function checkParticipant(participant: PublicParticipant | undefined, { siteId }: Challenge): void {
  if (participant === undefined) throw new Refusal("UnknownParticipant");
  if (participant.siteId !== siteId) throw new Refusal("WrongSite", { siteId: participant.siteId });
  if (participant.state !== "pending-on-study") {
    throw new Refusal("WrongState", { state: participant.state });
  }
}
