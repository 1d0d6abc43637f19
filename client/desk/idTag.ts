// The salted hash of an identity document, as a fact of the record (written by the clinic) and as a
// criterion of the person check (built by the site from the document on its desk).
import { DOMAINS, SYSTEMS } from "../../circuits/statement/encoding/code.ts";
import { type Bytes32, digestEncoded } from "../../circuits/statement/trial/trial.ts";

const LABEL = "cohort-zero/id-tag/1";
const PAYLOAD_BITS = 60n;
const VALUE_BITS = 37n;

/** Code and value of the fact (demographic, idTag, 60 bits) with 37 more bits as its value. */
export type IdTag = { readonly code: bigint; readonly value: bigint };

/**
 * The document's text as both sides write it: compatibility-normalised capitals and digits, nothing
 * between.
 */
export function normaliseDocument(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The first 97 bits of keccak256(abi.encode(label, salt, normalised text)). Throws RangeError when
 * nothing is left of the text, or when the payload is zero (one salt in 2^60: draw another).
 */
export function idTagOf(of: { salt: Bytes32; document: string }): IdTag {
  const document = normaliseDocument(of.document);
  if (document.length === 0) throw new RangeError("the document's text holds no letter or digit");
  const digest = BigInt(digestEncoded(["string", "bytes32", "string"], [LABEL, of.salt, document]));
  const tag = digest >> (256n - PAYLOAD_BITS - VALUE_BITS);
  const payload = tag >> VALUE_BITS;
  if (payload === 0n) throw new RangeError("unusable salt: draw another");
  const system = BigInt(SYSTEMS.idTag.id) << PAYLOAD_BITS;
  const domain = BigInt(DOMAINS.demographic) << (PAYLOAD_BITS + 4n);
  return { code: domain | system | payload, value: tag & ((1n << VALUE_BITS) - 1n) };
}
