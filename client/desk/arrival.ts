// What site and wallet exchange at the desk: a challenge, and the answer to it. Both travel as
// JSON, by cable, QR code or local network; the server never sees either.
import { z } from "zod";
import { type Groth16Proof, parseProof } from "../../circuits/statement/proof/proof.ts";
import {
  parseSemaphoreProof,
  type SemaphoreProof,
} from "../../circuits/statement/proof/semaphoreProof.ts";
import {
  listSignals,
  parseSignals,
  SIGNALS,
  type Signals,
} from "../../circuits/statement/proof/signals.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { bytes32, count, fieldCodec } from "../files/codecs.ts";
import { type RepresentativesWord, representativesWord } from "./representation.ts";

const CHALLENGE_FORMAT = "cohort-zero/challenge/2";
const ANSWER_FORMAT = "cohort-zero/arrival/2";
const FIRST_PROTOCOL = ["cohort-zero/challenge/1", "cohort-zero/arrival/1"];
/** A screening has at most this many parts, each perhaps from another clinic's record. */
const MAX_PARTS = 4;

const challenge = z.strictObject({
  format: z.literal(CHALLENGE_FORMAT),
  trialId: bytes32,
  siteId: count,
  /** 32 fresh random bytes. */
  challenge: bytes32,
  /** Unix seconds. */
  expiresAt: count,
  /** Whether the site asks for a fresh eligibility proof besides the person check. */
  freshEligibility: z.boolean(),
  /** The lost pseudonym that the wallet at the desk is to succeed, in decimal; null at an arrival. */
  succeeds: z
    .string()
    .regex(/^[1-9][0-9]{0,77}$/)
    .nullable(),
});
export type Challenge = z.output<typeof challenge>;

/** An eligibility circuit's proof with its signals. */
export type SignedProof = { readonly proof: Groth16Proof; readonly signals: Signals };

/** A person check: the proof that a clinic's record is about the person at the desk. */
export type PersonProof = SignedProof & {
  /** Salt of the record's hash of the identity document. */
  readonly idTagSalt: string;
};

/** The wallet's answer: who the pseudonym is at the desk, proven and not said. */
export type ArrivalAnswer = {
  readonly format: typeof ANSWER_FORMAT;
  readonly challenge: string;
  readonly participantCommitment: bigint;
  /** In the group holding only the participant commitment: its nullifier is the pseudonym. */
  readonly membership: SemaphoreProof;
  /** One for each clinic whose record was shown: each issuerTag once. */
  readonly persons: readonly PersonProof[];
  /**
   * One for each part of the criteria, in order. At an arrival the criteria of today, where asked
   * for; from a successor always, against the successor's programs and under successionMessage.
   */
  readonly eligibility: readonly SignedProof[] | null;
  /** What a representative signed; only where somebody else consented. */
  readonly representation?: RepresentativesWord | undefined;
};

const signed = { proof: z.unknown(), signals: z.array(z.string()).length(SIGNALS.length) };
const answer = z.strictObject({
  format: z.literal(ANSWER_FORMAT),
  challenge: bytes32,
  participantCommitment: fieldCodec,
  membership: z.unknown(),
  persons: z
    .array(z.strictObject({ ...signed, idTagSalt: bytes32 }))
    .min(1)
    .max(2 * MAX_PARTS),
  eligibility: z.array(z.strictObject(signed)).min(1).max(MAX_PARTS).nullable(),
  representation: representativesWord.optional(),
});

/** Reads a challenge. Refuses with `MalformedInput` and `FirstProtocol`. */
export function parseChallenge(json: unknown): Challenge {
  refuseFirstProtocol(json, "challenge");
  const parsed = challenge.safeParse(json);
  if (!parsed.success) throw new Refusal("MalformedInput", { what: "challenge" });
  return parsed.data;
}

/** Reads an answer, strictly. Refuses with `MalformedInput`, naming the part, and `FirstProtocol`. */
export function parseAnswer(json: unknown): ArrivalAnswer {
  refuseFirstProtocol(json, "arrival answer");
  const parsed = answer.safeParse(json);
  if (!parsed.success) {
    const part = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new Refusal("MalformedInput", { what: "arrival answer", part });
  }
  const { membership, persons, eligibility } = parsed.data;
  try {
    return {
      ...parsed.data,
      membership: parseSemaphoreProof(membership),
      persons: persons.map((one) => ({ ...parseSigned(one), idTagSalt: one.idTagSalt })),
      eligibility: eligibility?.map(parseSigned) ?? null,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("MalformedInput", { what: "arrival answer", part: error.message });
  }
}

function refuseFirstProtocol(json: unknown, what: string): void {
  const { format } = Object(json) as { format?: unknown };
  if (!FIRST_PROTOCOL.some((name) => name === format)) return;
  throw new Refusal("FirstProtocol", { what });
}

function parseSigned({ proof, signals }: { proof?: unknown; signals: string[] }): SignedProof {
  return { proof: parseProof(proof), signals: parseSignals(signals) };
}

/** The answer as JSON text. */
export function writeAnswer(of: ArrivalAnswer): string {
  return JSON.stringify({
    ...of,
    participantCommitment: of.participantCommitment.toString(),
    persons: of.persons.map((one) => ({ ...listed(one), idTagSalt: one.idTagSalt })),
    eligibility: of.eligibility?.map(listed) ?? null,
  });
}

function listed({ proof, signals }: SignedProof) {
  return { proof, signals: listSignals(signals).map(String) };
}
