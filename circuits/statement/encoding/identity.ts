// What is published of a person's secret: the identity commitment to their clinic, and two numbers a proof. The secret
// is any number of the field; a wallet derives it from its seed (witness/identity.ts).
import { type Field, toField } from "./field.ts";
import { hash } from "./hash.ts";
import { hashLabel } from "./keccak.ts";

/** Keeps identity commitments apart from nullifiers: no scope is this number. */
const IDENTITY: Field = hashLabel("cohort-zero/identity/2");

/** What a clinic writes into the record, and nobody else sees. */
export function identityCommitmentOf(secret: bigint): Field {
  return hash([IDENTITY, checkSecret(secret)]);
}

/** One for each person and scope: the same person cannot answer twice. */
export function nullifierOf(scope: bigint, secret: bigint): Field {
  return hash([scope, checkSecret(secret)]);
}

/** Equal in all proofs of one person, scope and clinic. Says nothing else to anybody who lacks the secret. */
export function issuerTagOf({
  scope,
  secret,
  issuer,
}: {
  readonly scope: bigint;
  readonly secret: bigint;
  /** Address of the clinic that issued the record. */
  readonly issuer: string;
}): Field {
  return hash([scope, checkSecret(secret), BigInt(issuer)]);
}

/** Refuses 0 and what is no field element: the circuit takes secrets modulo the field's order. */
export function checkSecret(secret: bigint): Field {
  if (secret === 0n) throw new RangeError("an identity secret is not 0");
  return toField(secret);
}
