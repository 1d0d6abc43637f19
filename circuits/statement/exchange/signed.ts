// Whose signature something has. Of an account that signs again and again its public key is kept, after which a signature
// costs a third of recovering the key from it: a cut has a thousand signatures of few sites and custodians.
import { secp256k1 } from "@noble/curves/secp256k1.js";
import {
  computeAddress,
  concat,
  keccak256,
  Signature,
  SigningKey,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
} from "ethers";
import type { Bytes32 } from "../trial/trial.ts";

const { Point } = secp256k1;
const { Fn } = Point;
/** A table of an account's multiples is made for one that signs so often: it costs as much as ten signatures. */
const OFTEN = 20;
const TABLE_BITS = 6;
/** Accounts in memory: those seen last. */
const MOST_ACCOUNTS = 200;

type Known = { readonly point: InstanceType<typeof Point>; seen: number };
const known = new Map<string, Known>();

/** Whether a digest is signed (ECDSA, secp256k1) by this account. False for anything malformed. */
export function isDigestSignedBy(of: {
  readonly account: string;
  readonly digest: Bytes32;
  /** 65 bytes, or 64 (EIP-2098). */
  readonly signature: string;
}): boolean {
  const account = of.account.toLowerCase();
  try {
    const signature = Signature.from(of.signature);
    const signer = known.get(account);
    if (signer !== undefined) return isOf(signer, of.digest, signature);
    const key = SigningKey.recoverPublicKey(of.digest, signature);
    if (computeAddress(key).toLowerCase() !== account) return false;
    known.set(account, { point: Point.fromHex(key.slice(2)), seen: 1 });
    if (known.size > MOST_ACCOUNTS) known.delete(known.keys().next().value!);
    return true;
  } catch {
    // What ethers and the curve say of malformed signatures differs by place.
    return false;
  }
}

/**
 * Recovering gives this key if and only if the point that the signature names by r and the parity of y is
 * z/s * G + r/s * Q (SEC 1, 4.1.4 and 4.1.6).
 */
function isOf(signer: Known, digest: Bytes32, { r, s, yParity }: Signature): boolean {
  signer.seen += 1;
  if (signer.seen === OFTEN) signer.point.precompute(TABLE_BITS, false);
  const [rScalar, sScalar] = [BigInt(r), BigInt(s)];
  if (!Fn.isValidNot0(rScalar) || !Fn.isValidNot0(sScalar)) return false;
  const inverse = Fn.inv(sScalar);
  const ofBase = Point.BASE.multiplyUnsafe(Fn.mul(Fn.create(BigInt(digest)), inverse));
  const { x, y } = ofBase.add(signer.point.multiplyUnsafe(Fn.mul(rScalar, inverse))).toAffine();
  return x === rScalar && Number(y & 1n) === yParity;
}

type Types = Record<string, TypedDataField[]>;
const encoders = new WeakMap<Types, TypedDataEncoder>();
const separators = new WeakMap<Types, { readonly domain: string; readonly hash: string }>();

/** Whether an EIP-712 message is signed by this account. `types` is a constant: what follows from it is kept. */
export function isMessageSignedBy(of: {
  readonly account: string;
  readonly domain: TypedDataDomain;
  readonly types: Types;
  readonly message: Record<string, unknown>;
  readonly signature: string;
}): boolean {
  const { account, domain, types, message, signature } = of;
  try {
    const encoder = encoders.get(types) ?? TypedDataEncoder.from(types);
    encoders.set(types, encoder);
    const words = ["0x1901", separatorOf(types, domain), encoder.hash(message)];
    return isDigestSignedBy({ account, digest: keccak256(concat(words)), signature });
  } catch {
    // A message that does not fit its types.
    return false;
  }
}

function separatorOf(types: Types, domain: TypedDataDomain): string {
  const { name, version, chainId, verifyingContract } = domain;
  const text = [name, version, chainId, verifyingContract].join(" ");
  const last = separators.get(types);
  if (last?.domain === text) return last.hash;
  const hash = TypedDataEncoder.hashDomain(domain);
  separators.set(types, { domain: text, hash });
  return hash;
}
