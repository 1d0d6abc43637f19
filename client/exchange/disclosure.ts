// Verified selective disclosure: facts of an attested record, each proven with the eligibility circuits under the trial's
// scope, and a proof that whoever was screened with that record stands behind the pseudonym. Made in the wallet, verified
// by whoever opens the package; it shows that recipient which screening is this participant's.
import { type CircuitName, hashProgram, SIZES } from "../../circuits/statement/criteria/program.ts";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import type {
  Disclosure,
  Payload,
  RecordContent,
} from "../../circuits/statement/exchange/payload.ts";
import { type VerificationKey, verifyOne } from "../../circuits/statement/proof/proof.ts";
import { verifySemaphore } from "../../circuits/statement/proof/semaphoreProof.ts";
import { listSignals, parseSignals, type Signals } from "../../circuits/statement/proof/signals.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { ProvingPhase } from "../../circuits/witness/prove.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import type { ArtifactSource } from "../artifacts/artifacts.ts";
import { deriveRecordSecret } from "../patient/derive.ts";
import { proveMembership } from "../patient/membership.ts";
import { findPath } from "../patient/path.ts";
import { type PartPhase, proveOrRefuse } from "../patient/screen.ts";
import type { Self } from "../patient/self.ts";
import type { Wallet } from "../patient/wallet.ts";
import type { ShownPart } from "./choose.ts";
import { disclosureMessage, disclosureProgram } from "./shown.ts";

/** A root may be superseded for so long before the day of the proof; the proof's day is at most three days old. */
const ROOT_SLACK_DAYS = 4;

/** What both sides know of a disclosure besides its facts. */
export type DisclosureTerms = {
  readonly pseudonym: bigint;
  /** `contextOf` the entry that it is deposited under. */
  readonly context: Bytes32;
  /** Address of the sponsor that it is shown to. */
  readonly recipient: string;
  /** The trial's. */
  readonly scope: bigint;
  /** Of the trial's document. */
  readonly dictionaryVersion: number;
  /** The entry's day: the one that is proven for. */
  readonly asOfDay: number;
};

/**
 * Proves what {@link chooseFacts} chose. Refuses with `NotEligible` when a record does not show it after all, and
 * `RecordNotAnchored`. Takes some seconds a part.
 */
export async function proveDisclosure(
  of: DisclosureTerms & {
    readonly wallet: Pick<Wallet, "seed">;
    readonly self: Pick<Self, "identity">;
    readonly parts: readonly ShownPart[];
    readonly registry: RecordsState;
    readonly artifacts: ArtifactSource;
    readonly onPhase?: (at: PartPhase) => void;
    readonly singleThread?: boolean;
  },
): Promise<{ content: RecordContent; proofs: Disclosure }> {
  const { self, parts, registry, artifacts, asOfDay, dictionaryVersion, onPhase } = of;
  const message = disclosureMessage(of);
  const identitySecret = await deriveRecordSecret(of.wallet.seed);
  const proven: Disclosure["parts"] = [];
  for (const [part, { record, facts }] of parts.entries()) {
    const program = disclosureProgram({ facts, asOfDay, message, dictionaryVersion });
    const { proof, signals } = await proveOrRefuse({
      program,
      record: record.record,
      identitySecret,
      path: findPath({ record, registry }).path,
      scope: of.scope as Field,
      message,
      asOf: packAsOf(asOfDay),
      artifacts: artifacts.load(SIZES[program.size].circuit),
      ...(onPhase && {
        onPhase: (phase: ProvingPhase) => onPhase({ phase, part, of: parts.length }),
      }),
      singleThread: of.singleThread ?? false,
    });
    proven.push({ facts: facts.length, proof, signals: listSignals(signals).map(String) });
  }
  const { identity } = self;
  const membership = await proveMembership({
    identity,
    members: [identity.commitment],
    message,
    scope: of.scope,
    artifacts,
  });
  const { merkleTreeDepth, merkleTreeRoot, nullifier, scope, points } = membership;
  return {
    content: { facts: parts.flatMap(({ facts }) => facts) },
    proofs: {
      participantCommitment: identity.commitment.toString(),
      membership: {
        merkleTreeDepth,
        merkleTreeRoot: String(merkleTreeRoot),
        nullifier: String(nullifier),
        message: String(membership.message),
        scope: String(scope),
        points: points.map(String),
      },
      parts: proven,
    },
  };
}

/** What a recipient checks a disclosure against: all of it public, and the program's own keys. */
export type DisclosureGround = {
  readonly state: Pick<PublicState, "screenings">;
  readonly registry: Pick<RecordsState, "roots">;
  readonly keys: Readonly<Record<CircuitName, VerificationKey>>;
};

export type VerifiedDisclosure = {
  /** Fact by fact, the tag of the clinic that attests it: equal tags are one clinic, which one stays hidden. */
  readonly issuerTags: readonly bigint[];
  /** A root that was used is void now: some record of that time was revoked since, perhaps this one. */
  readonly isRootVoid: boolean;
};

/**
 * Verifies a disclosure: it was made for this deposit and recipient, by the person behind the pseudonym, and every fact
 * holds on an anchored record of theirs on the entry's day. Refuses with `MalformedPackage`, `InvalidProof`,
 * `NotScreened`, `CommitmentMismatch`, `DayOutOfRange` and `UnknownRoot`.
 */
export async function verifyDisclosure(
  payload: Pick<Payload, "content" | "proofs">,
  terms: DisclosureTerms,
  ground: DisclosureGround,
): Promise<VerifiedDisclosure> {
  const { content, proofs } = payload;
  if (!("facts" in content) || proofs === undefined) {
    throw new Refusal("MalformedPackage", { part: "proofs" });
  }
  const counted = proofs.parts.reduce((sum, { facts }) => sum + facts, 0);
  if (counted !== content.facts.length)
    throw new Refusal("MalformedPackage", { part: "proofs.parts" });
  const message = disclosureMessage(terms);
  await verifyOwner(proofs, terms, message);
  const issuerTags: bigint[] = [];
  let isRootVoid = false;
  let at = 0;
  for (const part of proofs.parts) {
    const facts = content.facts.slice(at, at + part.facts);
    at += part.facts;
    const { asOfDay, dictionaryVersion } = terms;
    const program = disclosureProgram({ facts, asOfDay, message, dictionaryVersion });
    const signals = signalsOf(part.signals);
    const isBound =
      signals.criteriaHash === hashProgram(program) &&
      signals.scope === terms.scope &&
      signals.message === message;
    if (!isBound) throw new Refusal("InvalidProof", { part: "facts" });
    if (signals.asOf !== packAsOf(asOfDay)) throw new Refusal("DayOutOfRange");
    requireScreening(signals, proofs, ground);
    isRootVoid = requireRoot(signals.recordsRoot, asOfDay, ground) || isRootVoid;
    const key = ground.keys[SIZES[program.size].circuit];
    if (!(await verifyOne({ key, proof: part.proof, signals: part.signals }))) {
      throw new Refusal("InvalidProof", { part: "facts" });
    }
    issuerTags.push(...facts.map(() => signals.issuerTag));
  }
  return { issuerTags, isRootVoid };
}

/** The commitment that was screened is the pseudonym's: a group of one, as at the desk. */
async function verifyOwner(
  { membership, participantCommitment }: Disclosure,
  { pseudonym, scope }: DisclosureTerms,
  message: Field,
): Promise<void> {
  const isBound =
    membership.merkleTreeRoot === participantCommitment &&
    membership.nullifier === pseudonym.toString() &&
    membership.scope === scope.toString() &&
    membership.message === message.toString();
  if (!isBound || !(await verifySemaphore({ proof: membership }))) {
    throw new Refusal("InvalidProof", { part: "membership" });
  }
}

function signalsOf(listed: readonly string[]): Signals {
  try {
    return parseSignals(listed);
  } catch {
    throw new Refusal("MalformedPackage", { part: "proofs.parts.signals" });
  }
}

/** Whose record it is was screened, and as the participant that deposits. */
function requireScreening(
  { nullifier }: Signals,
  { participantCommitment }: Disclosure,
  { state }: DisclosureGround,
): void {
  const screenings = state.screenings.filter((one) => one.nullifier === nullifier);
  if (screenings.length === 0) throw new Refusal("NotScreened");
  const isTheirs = screenings.some(
    ({ commitment }) => commitment.toString() === participantCommitment,
  );
  if (!isTheirs) throw new Refusal("CommitmentMismatch");
}

/** The root was the registry's about the day of the proof. True when it was voided since. */
function requireRoot(
  root: bigint,
  asOfDay: number,
  { registry }: Pick<DisclosureGround, "registry">,
): boolean {
  const known = registry.roots.filter((one) => {
    const from = dayOfTimestamp(one.createdAt);
    const until = one.supersededAt === null ? from : dayOfTimestamp(one.supersededAt);
    const isOpen = one.supersededAt === null || until >= asOfDay - ROOT_SLACK_DAYS;
    return one.root === root && from <= asOfDay + ROOT_SLACK_DAYS && isOpen;
  });
  if (root === 0n || known.length === 0) throw new Refusal("UnknownRoot", { root });
  return known.every(({ voided }) => voided);
}
