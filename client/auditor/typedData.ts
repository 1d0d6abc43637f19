// EIP-712 as the auditor needs it: digests, who signed, and the type hashes that tell a site's
// acts apart.
import { id, recoverAddress, type TypedDataDomain, TypedDataEncoder } from "ethers";
import { SITE_ACT_TYPES, type SiteActName } from "../../circuits/statement/consent.ts";
import type { Bytes32 } from "../../circuits/statement/trial.ts";

type Types = Record<string, { name: string; type: string }[]>;

/** The digest that is signed for typed data (EIP-712). */
export function hashTypedData(of: {
  domain: TypedDataDomain;
  types: Types;
  message: object;
}): Bytes32 {
  return TypedDataEncoder.hash(of.domain, of.types, of.message as Record<string, unknown>);
}

/** True when the signature is by that key (address in lower case). */
export function recovers(of: { digest: Bytes32; signature: string; signer: string }): boolean {
  try {
    return recoverAddress(of.digest, of.signature).toLowerCase() === of.signer;
  } catch {
    return false;
  }
}

/** A site's acts by the hash of their EIP-712 type, as the contract logs them. */
export const SITE_ACT_KINDS: ReadonlyMap<Bytes32, SiteActName> = new Map(
  (Object.keys(SITE_ACT_TYPES) as SiteActName[]).map((name) => [
    id(TypedDataEncoder.from(SITE_ACT_TYPES[name] as Types).encodeType(name)),
    name,
  ]),
);
