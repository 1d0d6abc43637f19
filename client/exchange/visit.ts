// A site's form, from the response to what is sent: checked against the approved questionnaire, sealed for the participant
// and the custodians, signed by the site's signer or its staff.
import type { Signer } from "ethers";
import type { Problem } from "../../circuits/statement/criteria/problem.ts";
import type { SiteCollection } from "../../circuits/statement/exchange/collection.ts";
import type { At } from "../../circuits/statement/exchange/entry.ts";
import type { PackageProvenance } from "../../circuits/statement/exchange/payload.ts";
import {
  checkResponse,
  QuestionnaireResponse,
} from "../../circuits/statement/exchange/questionnaire.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { PublicEntry } from "../api/exchange.ts";
import type { PublicState } from "../api/trial.ts";
import { authorityCheck } from "./authority.ts";
import { draftEntry, type Prepared, sealDeposit, signDeposit } from "./deposit.ts";
import { type KeyRing, publishedRecipient } from "./keys.ts";
import { permissionOf } from "./own.ts";

export type Visited = {
  readonly signer: Signer;
  readonly siteId: number;
  readonly state: PublicState;
  readonly pseudonym: bigint;
  readonly collection: SiteCollection;
  /** JSON, already read. */
  readonly response: unknown;
  /** Of the visit, since 1900-01-01. */
  readonly day: number;
  readonly entries: readonly PublicEntry[];
  readonly keys: KeyRing;
  readonly at: At;
  /** The trial's, of its participants' proofs. */
  readonly scope: bigint;
  readonly provenance: Omit<PackageProvenance, "agent">;
  /** The chain's time, Unix seconds. */
  readonly now: number;
  readonly corrects?: Parameters<typeof draftEntry>[0]["corrects"];
};

/** What is wrong with a response; empty: it may be deposited. */
export function visitProblems({
  collection,
  response,
}: Pick<Visited, "collection" | "response">): Problem[] {
  return checkResponse(collection.questionnaire, response);
}

/**
 * The key that a participant published under their own proof, verified here: an operator that put another in its place
 * would read what is sealed to it. Undefined before the first. Refuses with `InvalidProof` or `UnknownRoot`.
 */
export async function provenRecipient(
  of: Pick<Visited, "entries" | "pseudonym" | "state" | "at" | "scope">,
): Promise<string | undefined> {
  const { entries, pseudonym, state, at, scope } = of;
  const recipient = await publishedRecipient(entries, pseudonym);
  const published = entries.findLast(
    (one) => one.entry.pseudonym === pseudonym && one.recipient === recipient,
  );
  if (recipient === undefined || published === undefined) return undefined;
  // Staff publish no keys, so no event of the delegation log is looked at.
  await authorityCheck({ at, scope, state, events: [] })(published);
  return recipient;
}

/**
 * Prepares a visit form. Refuses with `UnknownParticipant`, `WrongSite`, `MalformedInput` (a response with problems),
 * `NoParticipantKey` (their wallet has published none: they could not read it), `InvalidProof` (it is not theirs), `NotReplaceable`, `TooFewCustodians`.
 */
export async function prepareVisit(of: Visited): Promise<Prepared> {
  const { signer, siteId, state, pseudonym, collection, entries, keys, at, now, corrects } = of;
  const participant = state.participants.find((one) => one.pseudonym === pseudonym);
  if (participant === undefined) throw new Refusal("UnknownParticipant");
  if (participant.siteId !== siteId) throw new Refusal("WrongSite", { siteId: participant.siteId });
  const version = state.versions.find((one) => one.version === participant.version);
  if (version === undefined) throw new Refusal("UnknownParticipant");
  const [problem] = visitProblems(of);
  const response = QuestionnaireResponse.safeParse(of.response);
  if (problem !== undefined || !response.success) {
    throw new Refusal("MalformedInput", { what: "response", part: problem?.path ?? "" });
  }
  const recipient = await provenRecipient(of);
  if (recipient === undefined) throw new Refusal("NoParticipantKey");
  const draft = draftEntry({
    trialId: state.trialId,
    pseudonym,
    collection: collection.id,
    permission: permissionOf(collection),
    formVersion: version.terms.consentFormVersion,
    source: "site",
    day: of.day,
    entries,
    ...(corrects !== undefined && { corrects }),
  });
  const filling = {
    content: { resource: response.data },
    provenance: { ...of.provenance, agent: "staff" },
  } as const;
  const { entry, bytes } = await sealDeposit({ draft, at, filling, keys, recipient });
  const authority = await signDeposit({ signer, siteId, at, entry, now });
  return { entry, authority, bytes };
}
