// The signature (EIP-712) of a representative on a consent for somebody else, made in the representative's own wallet.
import { type TypedDataDomain, verifyTypedData } from "ethers";
import { GIVEN_BY, type GivenBy } from "../../circuits/statement/trial/consent.ts";
import type { Relation } from "../../circuits/statement/trial/representation.ts";
import { typedFields } from "../../circuits/statement/trial/struct.ts";
import {
  type RepresentationRequest,
  type RepresentativesWord,
  WORD_FORMAT,
} from "./representation.ts";

const REPRESENTATION = {
  trialId: "bytes32",
  digest: "bytes32",
  pseudonym: "uint256",
  permissions: "uint32",
  siteId: "uint32",
  givenBy: "uint8",
  relation: "string",
} as const;
const TYPES = { Representation: typedFields(REPRESENTATION) };

/** What is signed: which consent, for whom, as what. */
type Represented = {
  readonly chainId: number;
  readonly enrollment: string;
  readonly trialId: string;
  readonly digest: string;
  readonly pseudonym: bigint;
  readonly permissions: number;
  readonly siteId: number;
  readonly givenBy: GivenBy;
  readonly relation: Relation;
};

function typedDataOf(of: Represented) {
  const { trialId, digest, pseudonym, permissions, siteId, relation } = of;
  const domain: TypedDataDomain = {
    name: "Representation",
    version: "1",
    chainId: of.chainId,
    verifyingContract: of.enrollment,
  };
  const givenBy = GIVEN_BY[of.givenBy];
  const value = { trialId, digest, pseudonym, permissions, siteId, givenBy, relation };
  return { domain, value };
}

/** Whoever signs typed data: a key out of the representative's wallet. */
type Signer = {
  readonly address: string;
  signTypedData: (
    domain: TypedDataDomain,
    types: typeof TYPES,
    value: Record<string, unknown>,
  ) => Promise<string>;
};

/** Signs a request with the representative's key. */
export async function signRequest(
  signer: Signer,
  of: RepresentationRequest,
): Promise<RepresentativesWord> {
  const { domain, value } = typedDataOf(of);
  return {
    format: WORD_FORMAT,
    relation: of.relation,
    permissions: of.permissions,
    signer: signer.address.toLowerCase(),
    signature: await signer.signTypedData(domain, TYPES, value),
  };
}

/** Whether a word is its signer's, on just this consent. */
export function isTheirWord(
  word: RepresentativesWord,
  of: Omit<Represented, "permissions" | "relation">,
): boolean {
  const { relation, permissions, signer, signature } = word;
  const { domain, value } = typedDataOf({ ...of, relation, permissions });
  try {
    return verifyTypedData(domain, TYPES, value, signature).toLowerCase() === signer;
  } catch {
    return false;
  }
}
