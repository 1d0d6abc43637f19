// What site and wallet exchange at the desk: a challenge, and the answer to it. Both travel as
// JSON, by cable, QR code or local network; the server never sees either.
import { z } from "zod";
import { type Groth16Proof, parseProof } from "../circuits/statement/proof.ts";
import { Refusal } from "../circuits/statement/refusal.ts";
import { parseSemaphoreProof, type SemaphoreProof } from "../circuits/statement/semaphoreProof.ts";
import { listSignals, parseSignals, type Signals } from "../circuits/statement/signals.ts";
import { bytes32, count, fieldCodec } from "./patient/codecs.ts";

const challenge = z.strictObject({
  format: z.literal("cohort-zero/challenge/1"),
  trialId: bytes32,
  siteId: count,
  /** 32 fresh random bytes. */
  challenge: bytes32,
  /** Unix seconds. */
  expiresAt: count,
  /** Whether the site asks for a fresh eligibility proof besides the person check. */
  freshEligibility: z.boolean(),
});
export type Challenge = z.output<typeof challenge>;

/** An eligibility circuit's proof with its signals. */
export type SignedProof = { readonly proof: Groth16Proof; readonly signals: Signals };

/** The wallet's answer: who the pseudonym is at the desk, proven and not said. */
export type ArrivalAnswer = {
  readonly format: "cohort-zero/arrival/1";
  readonly challenge: string;
  readonly participantCommitment: bigint;
  /** In the group holding only the participant commitment: its nullifier is the pseudonym. */
  readonly membership: SemaphoreProof;
  /** The person check, about the attested record. */
  readonly person: SignedProof;
  readonly idTagSalt: string;
  /** The trial's criteria, today. */
  readonly eligibility: SignedProof | null;
};

const signed = z.strictObject({ proof: z.unknown(), signals: z.array(z.string()).length(6) });
const answer = z.strictObject({
  format: z.literal("cohort-zero/arrival/1"),
  challenge: bytes32,
  participantCommitment: fieldCodec,
  membership: z.unknown(),
  person: signed,
  idTagSalt: bytes32,
  eligibility: signed.nullable(),
});

/** Reads a challenge. Refuses with `MalformedInput`. */
export function parseChallenge(json: unknown): Challenge {
  const parsed = challenge.safeParse(json);
  if (!parsed.success) throw new Refusal("MalformedInput", { what: "challenge" });
  return parsed.data;
}

/** Reads an answer, strictly. Refuses with `MalformedInput`, naming the part. */
export function parseAnswer(json: unknown): ArrivalAnswer {
  const parsed = answer.safeParse(json);
  if (!parsed.success) {
    const part = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new Refusal("MalformedInput", { what: "arrival answer", part });
  }
  const { membership, person, eligibility } = parsed.data;
  try {
    return {
      ...parsed.data,
      membership: parseSemaphoreProof(membership),
      person: parseSigned(person),
      eligibility: eligibility && parseSigned(eligibility),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("MalformedInput", { what: "arrival answer", part: error.message });
  }
}

function parseSigned({ proof, signals }: z.output<typeof signed>): SignedProof {
  return { proof: parseProof(proof), signals: parseSignals(signals) };
}

/** The answer as JSON text. */
export function writeAnswer(of: ArrivalAnswer): string {
  const listed = ({ proof, signals }: SignedProof) => ({
    proof,
    signals: listSignals(signals).map(String),
  });
  return JSON.stringify({
    ...of,
    participantCommitment: of.participantCommitment.toString(),
    person: listed(of.person),
    eligibility: of.eligibility && listed(of.eligibility),
  });
}
