// A representative's own word on a consent: what the person's wallet asks for, and what the representative's wallet
// signs (representationProof.ts). Neither goes to the server or the chain; the word is shown to the site at arrival.
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { RELATION_NAMES } from "../../circuits/statement/trial/representation.ts";
import { bytes32, count, fieldCodec, lowerAddress } from "../files/codecs.ts";

const REQUEST_FORMAT = "cohort-zero/representation-request/1";
export const WORD_FORMAT = "cohort-zero/representation/1";

const request = z.strictObject({
  format: z.literal(REQUEST_FORMAT),
  protocolNumber: z.string(),
  chainId: count,
  enrollment: lowerAddress,
  trialId: bytes32,
  /** Of the version whose form is consented to. */
  digest: bytes32,
  /** Of the person represented. */
  pseudonym: fieldCodec,
  /** As the consent will have them; the consent may have fewer permissions later, never more. */
  permissions: count,
  siteId: count,
  givenBy: z.enum(["representative", "assentWithParent"]),
  relation: z.enum(RELATION_NAMES),
});
export type RepresentationRequest = Omit<z.output<typeof request>, "format">;

/** What a representative signed, as the person's wallet keeps it and the site is shown it. */
export const representativesWord = z.strictObject({
  format: z.literal(WORD_FORMAT),
  relation: z.enum(RELATION_NAMES),
  permissions: count,
  signer: lowerAddress,
  signature: z.string().regex(/^0x[0-9a-f]{130}$/),
});
export type RepresentativesWord = z.output<typeof representativesWord>;

/** Reads a request. Refuses with `MalformedInput`. */
export function readRequest(text: string): RepresentationRequest {
  const { format: _, ...rest } = read(request, text, "representation request");
  return rest;
}

/** The request as text, to be carried to the representative. */
export function writeRequest(of: RepresentationRequest): string {
  return JSON.stringify(z.encode(request, { format: REQUEST_FORMAT, ...of }));
}

/** Reads what a representative signed. Refuses with `MalformedInput`. */
export function readWord(text: string): RepresentativesWord {
  return read(representativesWord, text, "representative's signature");
}

function read<S extends z.ZodType>(schema: S, text: string, what: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal("MalformedInput", { what });
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Refusal("MalformedInput", { what });
  return parsed.data;
}
