// A consent for somebody else, on both devices: the person's wallet asks, the representative's own wallet signs, and the
// consent is good only with that signature. When it ends is a public day, so it is rounded: see `representedUntil`.
import { hexlify, Wallet as Key } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  majorityIn,
  RELATIONS,
  type Relation,
  reaches,
  relationsOf,
} from "../../circuits/statement/trial/representation.ts";
import type { RepresentationRequest, RepresentativesWord } from "../desk/representation.ts";
import { isTheirWord, signRequest } from "../desk/representationProof.ts";
import type { ReviewedTrial } from "../trial/review.ts";
import { representedUntil } from "./calendar.ts";
import { checkGrant, type Grant } from "./consent.ts";
import { representativeKey } from "./derive.ts";
import { birthDateIn } from "./document.ts";
import type { Self } from "./self.ts";
import type { Mandate, Wallet } from "./wallet.ts";

type Asked = {
  readonly wallet: Wallet;
  readonly reviewed: ReviewedTrial;
  readonly self: Self;
  readonly now: number;
};

/**
 * When the wallet's person comes of age, Unix seconds; undefined where the representative speaks for an adult. Refuses
 * with `NotRepresentable` when the form lets nobody of this relation speak for them, and with `OwnConsentNeeded`.
 */
function ofAgeIn(
  { wallet, reviewed, now }: Asked,
  { givenBy }: Pick<Grant, "givenBy">,
  relation: Relation,
): number | undefined {
  const form = reviewed.document.trial.consentForm;
  const birthDate = birthDateIn(wallet);
  if (birthDate === undefined || !relationsOf(form, givenBy).includes(relation)) {
    throw new Refusal("NotRepresentable");
  }
  const ofAgeAt = reaches(birthDate, majorityIn(form));
  const isMinor = now < ofAgeAt;
  if (RELATIONS[relation].of === "minors") {
    if (!isMinor) throw new Refusal("OwnConsentNeeded");
    return ofAgeAt;
  }
  if (isMinor) throw new Refusal("NotRepresentable");
  return undefined;
}

/** What the person's wallet asks of the representative. Refuses as `checkGrant` does, and when nobody may speak so. */
export function representationRequest(
  asked: Asked,
  grant: Omit<Grant, "mandate">,
  relation: Relation,
): RepresentationRequest {
  const { reviewed, self, now } = asked;
  const { givenBy, siteId } = grant;
  if (givenBy === "self") throw new Refusal("NotRepresentable");
  const ofAgeAt = ofAgeIn(asked, grant, relation);
  // Nobody is asked for a signature that is of no use.
  representedUntil({ now, years: grant.years, ofAgeAt });
  const { trial, chainId, version } = reviewed;
  return {
    protocolNumber: trial.protocolNumber,
    chainId,
    enrollment: reviewed.enrollment.toLowerCase(),
    trialId: trial.trialId,
    digest: version.digest,
    pseudonym: self.pseudonym as RepresentationRequest["pseudonym"],
    permissions: checkGrant(grant, version),
    siteId,
    givenBy,
    relation,
  };
}

/** In the representative's own wallet: signs a request that was read and agreed to. */
export async function representPerson(
  { seed }: Pick<Wallet, "seed">,
  request: RepresentationRequest,
): Promise<RepresentativesWord> {
  return await signRequest(await keyFor(seed, request), request);
}

async function keyFor(
  seed: Uint8Array,
  { trialId, pseudonym }: Pick<RepresentationRequest, "trialId" | "pseudonym">,
): Promise<Key> {
  const key = await representativeKey({ seed, trialId, pseudonym });
  return new Key(hexlify(key));
}

/** In the person's wallet: what the representative signed, if it is for this consent. Refuses with `NoRepresentative`. */
export async function acceptWord(
  asked: Asked,
  grant: Omit<Grant, "mandate">,
  word: RepresentativesWord,
): Promise<Mandate> {
  const { wallet } = asked;
  const request = representationRequest(asked, grant, word.relation);
  // Their own wallet, and not the person's.
  const own = await keyFor(wallet.seed, request);
  const isOther = own.address.toLowerCase() !== word.signer;
  const isWhole = word.permissions === request.permissions;
  if (!isOther || !isWhole || !isTheirWord(word, request)) throw new Refusal("NoRepresentative");
  const ofAgeAt = ofAgeIn(asked, grant, word.relation);
  return { word, ...(ofAgeAt !== undefined && { ofAgeAt }) };
}

/**
 * Checks who gives a consent, before it is queued or proven. Refuses with `NoRepresentative` when somebody under age
 * consents alone or a representative's signature is missing or for another consent, and as `acceptWord` does.
 */
export async function requireGiver(asked: Asked, { mandate, ...grant }: Grant): Promise<void> {
  const { wallet, reviewed, now } = asked;
  if (grant.givenBy !== "self") {
    if (mandate === undefined) throw new Refusal("NoRepresentative");
    const due = await acceptWord(asked, grant, mandate.word);
    if (due.ofAgeAt !== mandate.ofAgeAt) throw new Refusal("NoRepresentative");
    return;
  }
  if (mandate !== undefined) throw new Refusal("NotRepresentable");
  const age = reviewed.document.trial.consentForm.representation?.minors?.ageOfMajority;
  const birthDate = birthDateIn(wallet);
  if (age === undefined || birthDate === undefined) return;
  if (now < reaches(birthDate, age)) throw new Refusal("NoRepresentative");
}
