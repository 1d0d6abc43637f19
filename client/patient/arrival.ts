// The patient's side of an arrival: proofs made for one fresh challenge, shown to the site and to
// nobody else.
import { decodeCode } from "../../circuits/statement/code.ts";
import { packAsOf } from "../../circuits/statement/day.ts";
import { unpackFact } from "../../circuits/statement/fact.ts";
import type { Field } from "../../circuits/statement/field.ts";
import type { Program } from "../../circuits/statement/program.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { arrivalMessage } from "../../circuits/statement/trial.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArrivalAnswer, Challenge, SignedProof } from "../arrival.ts";
import { type Person, personProgram, SEX_VALUES, type Sex } from "../person.ts";
import { type ArtifactSource, PERSON_CHECK_CIRCUIT } from "./artifacts.ts";
import { deriveRecordIdentity } from "./derive.ts";
import { proveMembership } from "./membership.ts";
import { findPath } from "./path.ts";
import type { ReviewedTrial } from "./review.ts";
import { proveOrRefuse } from "./screen.ts";
import { findSelf } from "./self.ts";
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
};

/**
 * Answers a site's challenge. Refuses with `ChallengeExpired`, `NotParticipating`, `NoDocumentTag`,
 * `NotThisPerson` (the document's text does not match the record's), `RecordNotAnchored` and
 * `NotEligible`.
 */
export async function proveArrival(options: Options): Promise<ArrivalAnswer> {
  const { wallet, reviewed, state } = options;
  const { participant } = await findSelf({ wallet, place: reviewed, state });
  if (participant === undefined) throw new Refusal("NotParticipating");
  return await proveIdentity(options);
}

/** The same answer from a wallet that is to succeed a lost one, and so is no participant yet. */
export async function proveIdentity(options: Options): Promise<ArrivalAnswer> {
  const { wallet, reviewed, state, challenge, artifacts } = options;
  const { trialId } = reviewed.trial;
  if (challenge.trialId !== trialId) throw new Refusal("UnknownTrial");
  if (options.now > challenge.expiresAt) throw new Refusal("ChallengeExpired");
  const { record, person, idTagSalt } = pickRecord(options);
  const { identity } = await findSelf({ wallet, place: reviewed, state });
  const participantCommitment = identity.commitment;
  const { siteId } = challenge;
  const of = { trialId, siteId, challenge: challenge.challenge, participantCommitment };
  const message = arrivalMessage(of);
  const program = personProgram({ person, idTagSalt, challenge: challenge.challenge });
  const { scope } = reviewed;
  const members = [participantCommitment];
  return {
    format: "cohort-zero/arrival/1",
    challenge: challenge.challenge,
    participantCommitment,
    membership: await proveMembership({ identity, members, message, scope, artifacts }),
    person: await proveAbout({ ...options, record, message, program }),
    idTagSalt,
    eligibility: challenge.freshEligibility ? await proveFresh({ ...options, message }) : null,
  };
}

/** The criteria again, today, with whichever record meets them. */
async function proveFresh(options: Options & { message: Field }): Promise<SignedProof> {
  let refusal = new Refusal("NotEligible");
  for (const record of options.wallet.records) {
    try {
      return await proveAbout({ ...options, record, program: options.reviewed.compiled.program });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

async function proveAbout(
  options: Options & { record: WalletRecord; program: Program; message: Field },
): Promise<SignedProof> {
  const { wallet, reviewed, registry, record, program, message, artifacts, asOfDay } = options;
  const circuit = program.size === 8 ? PERSON_CHECK_CIRCUIT : reviewed.version.terms.circuit;
  return await proveOrRefuse({
    program,
    record: record.record,
    identitySecret: (await deriveRecordIdentity(wallet.seed)).secretScalar,
    path: findPath({ record, registry }).path,
    scope: reviewed.scope as Field,
    message,
    asOf: packAsOf(asOfDay),
    artifacts: artifacts.load(circuit),
  });
}

/** The first record with a document tag that matches the text typed in. */
function pickRecord({ wallet, document }: Options) {
  const tagged = wallet.records.filter(({ idTagSalt }) => idTagSalt !== null);
  if (tagged.length === 0) throw new Refusal("NoDocumentTag");
  for (const record of tagged) {
    const about = readPerson(record);
    if (about === undefined) continue;
    const person: Person = { ...about, document };
    const idTagSalt = record.idTagSalt!;
    const program = personProgram({ person, idTagSalt, challenge: `0x${"11".repeat(32)}` });
    const tag = program.leaves[2]!;
    const matches = record.record.facts.some((packed) => {
      const { code, value } = unpackFact(packed);
      return code === tag.codeLo && value === tag.valueLo;
    });
    if (matches) return { record, person, idTagSalt };
  }
  throw new Refusal("NotThisPerson");
}

/** Birth date and sex as the record has them. */
function readPerson({ record }: WalletRecord): Omit<Person, "document"> | undefined {
  const values = new Map<string, bigint>();
  for (const packed of record.facts) {
    const { code, value } = unpackFact(packed);
    const { domain, code: name } = decodeCode(code);
    if (domain !== "demographic") break;
    values.set(name, value);
  }
  const birth = values.get("21112-8")?.toString().padStart(8, "0");
  const sexes = Object.entries(SEX_VALUES) as [Sex, bigint][];
  const sex = sexes.find(([, value]) => value === values.get("46098-0"))?.[0];
  if (birth === undefined || sex === undefined) return undefined;
  return { birthDate: `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`, sex };
}
