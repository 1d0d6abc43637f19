// EIP-712 as the auditor needs it: digests, and who signed.
import { type TypedDataDomain, TypedDataEncoder } from "ethers";
import { isDigestSignedBy } from "../../../circuits/statement/exchange/signed.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";

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
  return isDigestSignedBy({ account: of.signer, digest: of.digest, signature: of.signature });
}
