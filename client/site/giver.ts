// Who consented for the person at the desk. Whether a representative's papers are good is for staff to see; that the
// trial allows such a one, that they signed just this consent and that it ends in time is checked here.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type GivenBy, giverOf } from "../../circuits/statement/trial/consent.ts";
import {
  majorityIn,
  mayGive,
  RELATIONS,
  type Relation,
  reaches,
  relationsOf,
} from "../../circuits/statement/trial/representation.ts";
import type { AuditEvent } from "../api/event.ts";
import type { ArrivalAnswer } from "../desk/arrival.ts";
import type { Person } from "../desk/person.ts";
import { isTheirWord } from "../desk/representationProof.ts";
import type { ReviewedTrial } from "../trial/review.ts";

/** Somebody else than the person, with the key that signed. */
export type Representative = { readonly relation: Relation; readonly signer: string };

/** How staff see a representative named: "parent; signed with 0x1234...". */
export function representativeWords({ relation, signer }: Representative): string {
  return `${RELATIONS[relation].words}; signed with ${signer}`;
}

type Given = {
  readonly version: number;
  readonly permissions: number;
  readonly siteId: number;
  readonly givenBy: GivenBy | undefined;
  readonly validUntil: number;
};

/** The newest consent of a pseudonym, by the trial's events. */
function consentOf(events: readonly AuditEvent[], pseudonym: bigint): Given {
  const own = events.findLast(
    ({ name, arguments: said }) =>
      name === "Consented" && BigInt(said.pseudonym ?? 0) === pseudonym,
  );
  if (own === undefined) throw new Refusal("UnknownParticipant");
  const said: Record<string, unknown> = JSON.parse(own.arguments.statement ?? "{}");
  const [version, permissions, siteId] = [said.version, said.permissions, said.siteId].map(Number);
  return {
    ...{ version: version!, permissions: permissions!, siteId: siteId! },
    givenBy: giverOf(Number(said.givenBy)),
    validUntil: Number(said.validUntil),
  };
}

/**
 * Checks who consented for the person that staff see; undefined when they did so themselves. Refuses with
 * `NotRepresentable` (the trial lets nobody speak so for this person, or for so long), `NoRepresentative` (nobody signed
 * for just this consent, or somebody under age consented alone) and `OwnConsentNeeded` (of age by now).
 */
export function verifyGiver(of: {
  readonly reviewed: ReviewedTrial;
  readonly events: readonly AuditEvent[];
  readonly versions: readonly { readonly version: number; readonly digest: string }[];
  readonly pseudonym: bigint;
  readonly answer: Pick<ArrivalAnswer, "representation">;
  readonly person: Pick<Person, "birthDate">;
  readonly now: number;
}): Representative | undefined {
  const { reviewed, events, versions, pseudonym, answer, person, now } = of;
  const form = reviewed.document.trial.consentForm;
  const given = consentOf(events, pseudonym);
  const ofAgeAt = reaches(person.birthDate, majorityIn(form));
  const isMinor = now < ofAgeAt;
  const { givenBy } = given;
  if (givenBy === "self") {
    if (isMinor && form.representation?.minors !== undefined) throw new Refusal("NoRepresentative");
    return undefined;
  }
  const { offeredPermissions } = reviewed.version.terms;
  if (givenBy === undefined || !mayGive(givenBy, offeredPermissions)) {
    throw new Refusal("NotRepresentable");
  }
  const word = answer.representation;
  if (word === undefined) throw new Refusal("NoRepresentative");
  if (!relationsOf(form, givenBy).includes(word.relation)) throw new Refusal("NotRepresentable");
  const isForMinor = RELATIONS[word.relation].of === "minors";
  if (isForMinor && !isMinor) throw new Refusal("OwnConsentNeeded");
  if (isForMinor ? given.validUntil > ofAgeAt : isMinor) throw new Refusal("NotRepresentable");
  const digest = versions.find(({ version }) => version === given.version)?.digest ?? "";
  const { siteId, permissions } = given;
  const { chainId, enrollment, trial } = reviewed;
  const consent = { chainId, enrollment, trialId: trial.trialId, digest, pseudonym, siteId };
  const isWithin = (permissions & ~word.permissions) === 0;
  if (!isWithin || !isTheirWord(word, { ...consent, givenBy })) {
    throw new Refusal("NoRepresentative");
  }
  return { relation: word.relation, signer: word.signer };
}
