// The patient's side of an arrival, or of a succession: proofs made for one fresh challenge, shown to
// the site and to nobody else.

import { type Program, successorProgram } from "../../circuits/statement/criteria/program.ts";
import { packAsOf } from "../../circuits/statement/encoding/day.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { issuerTagOf } from "../../circuits/statement/encoding/identity.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { arrivalMessage, successionMessage } from "../../circuits/statement/trial/trial.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import { type ArtifactSource, PERSON_CHECK_CIRCUIT } from "../artifacts/artifacts.ts";
import type { ArrivalAnswer, Challenge, PersonProof, SignedProof } from "../desk/arrival.ts";
import { personProgram } from "../desk/person.ts";
import type { ReviewedTrial } from "../trial/review.ts";
import { checkTrial } from "./check.ts";
import { mandateIn } from "./consent.ts";
import { deriveRecordSecret } from "./derive.ts";
import { type About, recordAbout } from "./document.ts";
import { proveMembership } from "./membership.ts";
import { findPath } from "./path.ts";
import { type PartPhase, proveOrRefuse, proveParts } from "./screen.ts";
import { findSelf, type Self } from "./self.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

type Options = {
  readonly wallet: Wallet;
  readonly reviewed: ReviewedTrial;
  readonly state: PublicState;
  readonly registry: RecordsState;
  readonly challenge: Challenge;
  /** The identity document's text as the clinic took it down; spelling is normalised. */
  readonly document: string;
  readonly artifacts: ArtifactSource;
  /** The chain's time (Unix seconds) and day. */
  readonly now: number;
  readonly asOfDay: number;
  readonly onPhase?: (at: PartPhase) => void;
};

/**
 * Answers a site's challenge: as a participant, or, where the challenge names a lost pseudonym, as
 * the wallet that is to succeed it. Refuses with `ChallengeExpired`, `NotParticipating`,
 * `NoDocumentTag`, `OtherIssuer` (no record by a clinic whose record was screened), `NotThisPerson`
 * (the document's text does not match the record's), `RecordNotAnchored` and `NotEligible`.
 */
export async function proveArrival(options: Options): Promise<ArrivalAnswer> {
  const { wallet, reviewed, state, challenge, artifacts } = options;
  const { trialId } = reviewed.trial;
  if (challenge.trialId !== trialId) throw new Refusal("UnknownTrial");
  if (options.now > challenge.expiresAt) throw new Refusal("ChallengeExpired");
  if (options.registry.blocked) throw new Refusal("RegistryBlocked");
  const self = await findSelf({ wallet, place: reviewed, state });
  if (challenge.succeeds === null && self.participant === undefined) {
    throw new Refusal("NotParticipating");
  }
  const { identity } = self;
  const participantCommitment = identity.commitment;
  const of = { trialId, siteId: challenge.siteId, challenge: challenge.challenge };
  const message = arrivalMessage({ ...of, participantCommitment });
  const secret = await deriveRecordSecret(wallet.seed);
  const eligible = planEligibility(options, { self, message });
  const issuers = issuersToShow({ ...options, self, secret, plan: eligible?.plan ?? [] });
  // Nobody should wait for proofs only to be told that the document is someone else's.
  const about = issuers.map((record) => recordAbout(record, options.document));
  const persons: PersonProof[] = [];
  for (const one of about) persons.push(await provePerson(options, { ...one, message, secret }));
  const members = [participantCommitment];
  const word = mandateIn(self.participation).mandate?.word;
  return {
    format: "cohort-zero/arrival/2",
    challenge: challenge.challenge,
    participantCommitment,
    membership: await proveMembership({
      identity,
      members,
      message,
      scope: reviewed.scope,
      artifacts,
    }),
    persons,
    eligibility: eligible === undefined ? null : await proveEligibility(options, eligible),
    ...(word !== undefined && { representation: word }),
  };
}

type Eligibility = {
  readonly programs: readonly Program[];
  readonly plan: readonly WalletRecord[];
  readonly message: Field;
};

/** The criteria again, today, where the site asks; from a successor always, by its own programs. */
function planEligibility(
  options: Options,
  { self, message }: { self: Self; message: Field },
): Eligibility | undefined {
  const { reviewed, challenge } = options;
  const { compiled, trial, version } = reviewed;
  if (challenge.succeeds === null) {
    if (!challenge.freshEligibility) return undefined;
    return { programs: compiled.programs, plan: planOf(options, reviewed), message };
  }
  const programs = compiled.programs.map(successorProgram);
  return {
    programs,
    plan: planOf(options, { ...reviewed, compiled: { ...compiled, programs } }),
    message: successionMessage({
      trialId: trial.trialId,
      version: version.version,
      pseudonym: BigInt(challenge.succeeds),
      successorCommitment: self.identity.commitment,
    }),
  };
}

function planOf(options: Options, reviewed: ReviewedTrial): WalletRecord[] {
  const { plan, refusals } = checkTrial({ ...options, reviewed });
  if (plan !== undefined) return plan.map(({ record }) => record);
  const codes = ["RegistryBlocked", "RecordNotAnchored", "NotEligible"];
  throw refusals.find(({ code }) => codes.includes(code)) ?? new Refusal("NotEligible");
}

async function proveEligibility(
  options: Options,
  { programs, plan, message }: Eligibility,
): Promise<SignedProof[]> {
  const { registry } = options;
  return await proveParts({
    ...options,
    programs,
    message,
    plan: plan.map((record) => ({ record, path: findPath({ record, registry }) })),
  });
}

/** A record of each clinic whose tag stands in the screening or will stand in the proofs. */
function issuersToShow(
  of: Options & { self: Self; secret: bigint; plan: readonly WalletRecord[] },
): WalletRecord[] {
  const { wallet, reviewed, self, secret, plan } = of;
  const tagOf = ({ record }: WalletRecord) =>
    issuerTagOf({ scope: reviewed.scope, secret, issuer: record.header.issuer });
  const screened = of.challenge.succeeds === null ? (self.screening?.issuerTags ?? []) : [];
  const wanted = new Set<bigint>([...screened, ...plan.map(tagOf)]);
  return [...wanted].map((tag) => {
    const record = wallet.records.find((one) => tagOf(one) === tag);
    if (record === undefined) throw new Refusal("OtherIssuer");
    return record;
  });
}

async function provePerson(
  options: Options,
  of: About & { message: Field; secret: Field },
): Promise<PersonProof> {
  const { reviewed, registry, challenge, artifacts, asOfDay } = options;
  const { record, person, idTagSalt, message, secret } = of;
  const proof = await proveOrRefuse({
    program: personProgram({ person, idTagSalt, challenge: challenge.challenge }),
    record: record.record,
    identitySecret: secret,
    path: findPath({ record, registry }).path,
    scope: reviewed.scope as Field,
    message,
    asOf: packAsOf(asOfDay),
    artifacts: artifacts.load(PERSON_CHECK_CIRCUIT),
  });
  return { ...proof, idTagSalt };
}
