// The key of a trial's person tags: shared by t of n custodians, dealt by themselves without a dealer (Pedersen's DKG with
// proofs of possession, as FROST's reference has it), used as the key of an oblivious pseudorandom function (RFC 9497,
// VOPRF, ristretto255-SHA512). Any t custodians give the tag of a document, fewer learn and compute nothing.
//
// A custodian's answer is the RFC's own: blinded point times its share, with the RFC's DLEQ proof against the public point of
// that share. Interpolation in the exponent then gives what one holder of the whole key would have answered.
//
// What it does not do: t custodians together compute the tag of any document they like. Whoever biases the key by dealing
// last still does not know it. A custodian that deals wrongly stops the set-up, and is named.
import { ristretto255, ristretto255_FROST, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { getBytes, hexlify, TypedDataEncoder, toUtf8Bytes } from "ethers";
import { type StructOf, typedFields } from "../trial/struct.ts";
import { type Bytes32, digestEncoded, type TrialId } from "../trial/trial.ts";
import { custodianDomain } from "./receipt.ts";

const { Point } = ristretto255;
const { Fn } = Point;
const { DKG, Identifier } = ristretto255_FROST;
const { oprf, voprf } = ristretto255_oprf;

/** Who holds the key: the custodians of the first version in force that names any, for as long as the trial lasts. */
export type TagSet = {
  readonly trialId: TrialId;
  /** Lower case, in the version's order. */
  readonly members: readonly string[];
  readonly threshold: number;
};

const DEALING = {
  trialId: "bytes32",
  /** {@link hashSet} of those who deal. */
  holders: "bytes32",
  /** X25519: what others deal to this custodian is sealed to it. */
  transport: "bytes32",
  /** keccak256 of the commitments and the proof, ABI-encoded. */
  dealt: "bytes32",
} as const;
/** EIP-712 type of a custodian's part of a trial's tag key, in the custodians' domain. */
export const TAG_DEALING_TYPES = { TagDealing: typedFields(DEALING) };

/** A custodian's public part of the key. */
export type TagDealing = {
  /** Lower case. */
  readonly custodian: string;
  readonly transport: Bytes32;
  /** To the coefficients of its polynomial, the constant one first. */
  readonly commitments: readonly Bytes32[];
  /** That it knows the constant coefficient, in hexadecimal. */
  readonly proof: string;
  /** EIP-712, by the custodian. */
  readonly signature: string;
};

const ASK = {
  trialId: "bytes32",
  pseudonym: "uint256",
  siteId: "uint32",
  /** Who asks: the site's signer, or staff with the task "arrive". */
  key: "address",
  /** The document's point, blinded. */
  blinded: "bytes32",
  deadline: "uint256",
} as const;
/** What a desk signs (EIP-712) to have a document evaluated. */
export type TagAsk = StructOf<typeof ASK>;
/** In the domain of persons' tags. */
export const TAG_ASK_TYPES = { TagAsk: typedFields(ASK) };

/** Name of a set of holders. */
export function hashSet({ trialId, members, threshold }: TagSet): Bytes32 {
  return digestEncoded(
    ["string", "bytes32", "address[]", "uint32"],
    ["cohort-zero/tag-holders/1", trialId, members, threshold],
  );
}

/** What a custodian signs of its dealing. */
export function dealingMessage(
  set: TagSet,
  { transport, commitments, proof }: Omit<TagDealing, "custodian" | "signature">,
): StructOf<typeof DEALING> {
  const dealt = digestEncoded(["bytes32[]", "bytes"], [commitments, proof]);
  return { trialId: set.trialId, holders: hashSet(set), transport, dealt };
}

/** The digest that a custodian signs of its dealing. */
export function dealingDigest(
  at: { readonly chainId: number; readonly custodyLog: string },
  set: TagSet,
  dealing: Omit<TagDealing, "custodian" | "signature">,
): Bytes32 {
  const domain = custodianDomain(at.chainId, at.custodyLog);
  return TypedDataEncoder.hash(domain, TAG_DEALING_TYPES, dealingMessage(set, dealing));
}

/** Names a whole key: every custodian and desk of the trial goes by the same. */
export function hashTagKey(set: TagSet, dealings: readonly TagDealing[]): Bytes32 {
  const commitments = dealings.map((one) => one.commitments);
  return digestEncoded(
    ["string", "bytes32", "bytes32[][]"],
    ["cohort-zero/tag-key/1", hashSet(set), commitments],
  );
}

/** A holder's place: never zero, of this set and of no other. */
function placeOfHolder(set: TagSet, custodian: string): string {
  return Identifier.derive(`${hashSet(set)} ${custodian.toLowerCase()}`);
}

/** What a custodian keeps to itself between the rounds of the set-up. */
type Dealt = ReturnType<typeof DKG.round1>;

/**
 * A custodian's polynomial, always the same for a seed of its own that is bound to the set: nothing has to be kept
 * between the rounds, and no second run deals another one.
 */
function dealFrom(set: TagSet, custodian: string, random: (bytes: number) => Uint8Array): Dealt {
  const signers = { min: set.threshold, max: set.members.length };
  // Drawn in order: coefficients, then the proof's nonce.
  return DKG.round1(placeOfHolder(set, custodian), signers, undefined, (length) =>
    random(length ?? 32),
  );
}

/** Random bytes that are the same for every run: each call gives the next ones. */
export type Drawing = () => (bytes: number) => Uint8Array;

/** The public part of a dealing. */
export function deal(
  set: TagSet,
  custodian: string,
  draw: Drawing,
): Pick<TagDealing, "commitments" | "proof"> {
  const { public: told } = dealFrom(set, custodian, draw());
  const commitments = told.commitment.map((one) => hexlify(one));
  return { commitments, proof: hexlify(told.proofOfKnowledge) };
}

/**
 * What a custodian deals to each other one, by account, in the clear: to be sealed. Throws when somebody's dealing has no
 * proof of possession, or not as many commitments as the threshold.
 */
export function dealShares(
  set: TagSet,
  own: { readonly custodian: string; readonly draw: Drawing },
  dealings: readonly TagDealing[],
): Map<string, Uint8Array> {
  const { secret } = dealFrom(set, own.custodian, own.draw());
  const others = dealings.filter((one) => one.custodian !== own.custodian);
  const shares = DKG.round2(
    secret,
    others.map((one) => roundOf(set, one)),
  );
  return new Map(
    others.map(({ custodian }) => {
      const { signingShare } = shares[placeOfHolder(set, custodian)]!;
      return [custodian, signingShare];
    }),
  );
}

/** A custodian's own share of the key, out of what all others dealt to it. Throws when one does not fit its commitments. */
export function joinShares(
  set: TagSet,
  own: { readonly custodian: string; readonly draw: Drawing },
  dealt: {
    readonly dealings: readonly TagDealing[];
    readonly shares: ReadonlyMap<string, Uint8Array>;
  },
): Uint8Array {
  const { secret } = dealFrom(set, own.custodian, own.draw());
  const others = dealt.dealings.filter((one) => one.custodian !== own.custodian);
  const rounds = others.map((one) => roundOf(set, one));
  DKG.round2(secret, rounds);
  const shares = others.map(({ custodian }) => ({
    identifier: placeOfHolder(set, custodian),
    signingShare: dealt.shares.get(custodian) ?? new Uint8Array(),
  }));
  return DKG.round3(secret, rounds, shares).secret.signingShare;
}

function roundOf(set: TagSet, { custodian, commitments, proof }: TagDealing) {
  return {
    identifier: placeOfHolder(set, custodian),
    commitment: commitments.map((one) => getBytes(one)),
    proofOfKnowledge: getBytes(proof),
  };
}

/** The public point of a custodian's share. Throws for commitments that are no points. */
export function publicShare(
  set: TagSet,
  dealings: readonly TagDealing[],
  custodian: string,
): Uint8Array {
  const place = scalarOf(placeOfHolder(set, custodian));
  let sum = Point.ZERO;
  for (const { commitments } of dealings) {
    let power = Fn.ONE;
    for (const one of commitments) {
      sum = sum.add(Point.fromBytes(getBytes(one)).multiply(power));
      power = Fn.mul(power, place);
    }
  }
  return sum.toBytes();
}

const scalarOf = (place: string): bigint => Fn.fromBytes(getBytes(`0x${place}`));

/** What a desk keeps to itself while custodians evaluate. */
export type Blinded = {
  readonly input: Uint8Array;
  readonly blind: Uint8Array;
  readonly blinded: Bytes32;
};

/** Blinds a document's text, normalised. */
export function blindDocument(text: string): Blinded {
  const input = toUtf8Bytes(text);
  const { blind, blinded } = voprf.blind(input);
  return { input, blind, blinded: hexlify(blinded) };
}

/** A custodian's answer; the proof is that it used its share. */
export type TagAnswer = { readonly evaluated: Bytes32; readonly proof: string };

/** Evaluates a blinded point with a share. Throws when it is no point. */
export function evaluateBlinded(
  share: Uint8Array,
  publicPoint: Uint8Array,
  blinded: Bytes32,
): TagAnswer {
  const { evaluated, proof } = voprf.blindEvaluate(share, publicPoint, getBytes(blinded));
  return { evaluated: hexlify(evaluated), proof: hexlify(proof) };
}

/** Whether a blinded point can be evaluated. */
export function isBlinded(blinded: Bytes32): boolean {
  try {
    return !Point.fromBytes(getBytes(blinded)).equals(Point.ZERO);
  } catch {
    return false;
  }
}

/** Whether an answer was made with the share that this public point belongs to. */
export function isRightAnswer(
  of: Blinded,
  { evaluated, proof }: TagAnswer,
  publicPoint: Uint8Array,
): boolean {
  try {
    const [point, blinded] = [getBytes(evaluated), getBytes(of.blinded)];
    voprf.finalize(of.input, of.blind, point, blinded, publicPoint, getBytes(proof));
    return true;
  } catch {
    return false;
  }
}

/** The tag, out of t custodians' answers that were found right: the same whichever they are. */
export function combineTag(
  set: TagSet,
  of: Blinded,
  answers: ReadonlyMap<string, TagAnswer>,
): Bytes32 {
  const places = [...answers.keys()].map((one) => scalarOf(placeOfHolder(set, one)));
  let sum = Point.ZERO;
  for (const [i, { evaluated }] of [...answers.values()].entries()) {
    sum = sum.add(Point.fromBytes(getBytes(evaluated)).multiply(lagrange(places, i)));
  }
  const output = oprf.finalize(of.input, of.blind, sum.toBytes());
  return digestEncoded(["string", "bytes"], ["cohort-zero/person-tag/1", output]);
}

/** Lagrange's coefficient of a place at zero. */
function lagrange(places: readonly bigint[], own: number): bigint {
  const at = places[own]!;
  let [above, below] = [Fn.ONE, Fn.ONE];
  for (const [i, other] of places.entries()) {
    if (i === own) continue;
    above = Fn.mul(above, other);
    below = Fn.mul(below, Fn.sub(other, at));
  }
  return Fn.mul(above, Fn.inv(below));
}
