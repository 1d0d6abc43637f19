// A person's tag, from the desk: the document's number is blinded here, evaluated by t of the trial's custodians, and what
// comes out is registered before the arrival is signed. One person has one tag in a trial, and another one elsewhere; neither
// custodians nor exchange learn the document.
import { type Signer, verifyTypedData } from "ethers";
import {
  PERSON_TAG_TYPES,
  type PersonTag,
  tagDomain,
} from "../../circuits/statement/exchange/personTag.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import {
  blindDocument,
  combineTag,
  dealingMessage,
  hashTagKey,
  isRightAnswer,
  publicShare,
  TAG_ASK_TYPES,
  TAG_DEALING_TYPES,
  type TagAnswer,
  type TagAsk,
  type TagDealing,
  type TagSet,
} from "../../circuits/statement/exchange/tagKey.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { addressOf } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import type { DeploymentInfo } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import { normaliseDocument } from "../desk/idTag.ts";
import { type Custodian, type CustodyPlace, isSignedBy } from "./custodian.ts";
import type { TagService, TagShare } from "./personTagService.ts";

/** A signature is good for this long. */
const SIGNATURE_SECONDS = 3_600;

/** Where signatures about tags count. */
export type TagPlace = CustodyPlace & { readonly personTags: string };

/** The contracts of a deployment that signatures about tags name. */
export function tagPlaceOf(deployment: DeploymentInfo): TagPlace {
  const custodyLog = addressOf(deployment, "CustodyLog");
  const personTags = addressOf(deployment, "PersonTags");
  return { chainId: deployment.chainId, custodyLog, personTags };
}

/** The trial's key of tags, as a desk goes by it. */
export type TagKey = {
  readonly set: TagSet;
  readonly dealings: readonly TagDealing[];
  /** Names it: kept by the desk, which takes no other one for this trial again. */
  readonly hash: Bytes32;
};

/**
 * Who holds a trial's key of tags: the custodians of the first approved version that names any, through all amendments,
 * or a person would have two tags. Undefined for a trial without.
 */
export function tagSetOf({
  trialId,
  versions,
}: Pick<PublicState, "trialId" | "versions">): TagSet | undefined {
  const approved = versions
    .filter(({ approvedAt, terms }) => approvedAt !== null && terms.custodians.length > 0)
    .sort((a, b) => (a.approvedAt ?? 0) - (b.approvedAt ?? 0) || a.version - b.version);
  const terms = approved[0]?.terms;
  if (terms === undefined) return undefined;
  const members = terms.custodians.map((one) => one.toLowerCase());
  return { trialId, members, threshold: terms.custodianThreshold };
}

type Services = ReadonlyMap<string, TagService>;

/** The holders that can be reached, by account. */
function servicesOf(set: TagSet, custodians: readonly Custodian[]): Services {
  return new Map(
    custodians.flatMap(({ address, tags }) =>
      tags !== undefined && set.members.includes(address.toLowerCase())
        ? [[address.toLowerCase(), tags] as const]
        : [],
    ),
  );
}

/**
 * The trial's key, as all custodians who answer keep it; dealt now, if all are there and none keeps one. Refuses with
 * `TooFewCustodians`, `WrongKeys` (what a custodian shows is not signed by all holders), `WrongTagShare`, and with
 * `TagKeysDiffer` when two keep different ones, or another than `pinned`.
 */
export async function openTagKey(of: {
  readonly set: TagSet;
  readonly custodians: readonly Custodian[];
  readonly place: CustodyPlace;
  /** Name of the key that this desk went by before. */
  readonly pinned?: Bytes32 | undefined;
}): Promise<TagKey> {
  const { set, place, pinned } = of;
  const services = servicesOf(set, of.custodians);
  const kept = new Map<string, readonly TagDealing[]>();
  const lacking: string[] = [];
  await Promise.all(
    [...services].map(async ([address, service]) => {
      const dealings = await service.key(set.trialId).catch(absent);
      if (dealings === "none") lacking.push(address);
      else if (dealings !== "away") kept.set(address, dealings);
    }),
  );
  for (const [custodian, dealings] of kept) requireDealings({ set, place, dealings, custodian });
  const isWhole =
    services.size === set.members.length && kept.size + lacking.length === services.size;
  if (lacking.length > 0 && isWhole) {
    const dealings = await dealKey({ set, place, services, lacking });
    for (const address of lacking) kept.set(address, dealings);
  }
  const [dealings] = kept.values();
  if (dealings === undefined) {
    throw new Refusal("TooFewCustodians", { needed: set.members.length, found: lacking.length });
  }
  const hash = hashTagKey(set, dealings);
  const others = [...kept].filter(([, other]) => hashTagKey(set, other) !== hash);
  if (others.length > 0 || (pinned !== undefined && pinned !== hash)) {
    throw new Refusal("TagKeysDiffer", {
      custodians: others.map(([address]) => address).join(", "),
    });
  }
  return { set, dealings, hash };
}

/** A custodian that keeps none, or says nothing of use. */
function absent(problem: unknown): "none" | "away" {
  return problem instanceof Refusal && problem.code === "NoTagKey" ? "none" : "away";
}

/** The three rounds, carried from one custodian to the other: what is secret in them is sealed. */
async function dealKey(of: {
  readonly set: TagSet;
  readonly place: CustodyPlace;
  readonly services: Services;
  readonly lacking: readonly string[];
}): Promise<readonly TagDealing[]> {
  const { set, place, services, lacking } = of;
  const { trialId } = set;
  const all = set.members.map((address) => [address, services.get(address)!] as const);
  const dealings = await Promise.all(all.map(([, service]) => service.dealing(trialId)));
  requireDealings({ set, place, dealings, custodian: "" });
  const dealt = await Promise.all(
    all.map(async ([from, service]) =>
      (await service.dealShares(trialId, dealings)).map((share) => ({ from, share })),
    ),
  );
  const sharesTo = (address: string): TagShare[] =>
    dealt.flat().flatMap(({ from, share }) =>
      // Each opens what is sealed to it and says from whom.
      share.custodian === address ? [{ ...share, custodian: from }] : [],
    );
  await Promise.all(
    lacking.map((address) => services.get(address)!.keep(trialId, dealings, sharesTo(address))),
  );
  return dealings;
}

/** Refuses with `WrongKeys` unless each holder, in order, has signed what it deals. */
function requireDealings(of: {
  readonly set: TagSet;
  readonly place: CustodyPlace;
  readonly dealings: readonly TagDealing[];
  /** Who showed them. */
  readonly custodian: string;
}): void {
  const { set, place, dealings, custodian } = of;
  const domain = custodianDomain(place.chainId, place.custodyLog);
  const isSound = set.members.every((member, i) => {
    const dealing = dealings[i];
    if (dealing?.custodian !== member || dealing.commitments.length !== set.threshold) return false;
    const message = dealingMessage(set, dealing);
    return isSignedBy(member, () =>
      verifyTypedData(domain, TAG_DEALING_TYPES, message, dealing.signature),
    );
  });
  if (!isSound || dealings.length !== set.members.length) {
    throw new Refusal("WrongKeys", { custodian });
  }
}

/** Whose document it is, and who asks about it. */
export type TagDesk = {
  readonly signer: Signer;
  readonly place: TagPlace;
  readonly siteId: number;
  readonly pseudonym: bigint;
  /** Names the enrollment: its deadline of arrival, Unix seconds. */
  readonly arriveBy: number;
  /** As staff read it. */
  readonly document: string;
  /** The chain's time, Unix seconds. */
  readonly now: number;
};

export type Evaluated = {
  readonly tag: Bytes32;
  /** Custodians who answered with another share than theirs: they are to be reported. */
  readonly wrong: readonly string[];
};

/**
 * Has a document evaluated. Any t right answers give the same tag; wrong ones are left out and named. Refuses with
 * `TooFewCustodians`, or by what a custodian refused with (`NotStaff`, `WrongState`, `TooManyTags` ...).
 */
export async function evaluateTag(
  desk: TagDesk,
  key: TagKey,
  custodians: readonly Custodian[],
): Promise<Evaluated> {
  const { set, dealings } = key;
  const blinded = blindDocument(normaliseDocument(desk.document));
  const signed = await signAsk(desk, set, blinded.blinded);
  const answers = new Map<string, TagAnswer>();
  const wrong: string[] = [];
  const refusals: Refusal[] = [];
  await Promise.all(
    [...servicesOf(set, custodians)].map(async ([address, service]) => {
      const answer = await service.evaluate(signed).catch((problem: unknown) => {
        if (problem instanceof Refusal) refusals.push(problem);
        return undefined;
      });
      if (answer === undefined) return;
      const isRight = isRightAnswer(blinded, answer, publicShare(set, dealings, address));
      if (isRight) answers.set(address, answer);
      else wrong.push(address);
    }),
  );
  if (answers.size < set.threshold) {
    const found = answers.size;
    if (wrong.length > 0) throw new Refusal("WrongTagAnswer", { custodians: wrong.join(", ") });
    throw refusals[0] ?? new Refusal("TooFewCustodians", { needed: set.threshold, found });
  }
  const enough = new Map([...answers].slice(0, set.threshold));
  return { tag: combineTag(set, blinded, enough), wrong };
}

async function signAsk(
  { signer, place, siteId, pseudonym, now }: TagDesk,
  { trialId }: TagSet,
  blinded: Bytes32,
): Promise<TagAsk & { readonly signature: string }> {
  const key = (await signer.getAddress()).toLowerCase();
  const deadline = BigInt(now + SIGNATURE_SECONDS);
  const ask: TagAsk = { trialId, pseudonym, siteId, key, blinded, deadline };
  const domain = tagDomain(place.chainId, place.personTags);
  return { ...ask, signature: await signer.signTypedData(domain, TAG_ASK_TYPES, ask) };
}

/**
 * Registers a tag, and waits until it is final; again for the same person, nothing happens. Refuses with `TagTaken` naming
 * the pseudonym under which the person is in the trial, `NotStaff`, `WrongState`, `WrongEnrollment`.
 */
export async function registerTag(
  api: Api,
  desk: TagDesk,
  of: { trialId: Bytes32; tag: Bytes32 },
): Promise<void> {
  const { signer, place, siteId, pseudonym, arriveBy, now } = desk;
  const key = (await signer.getAddress()).toLowerCase();
  const deadline = BigInt(now + SIGNATURE_SECONDS);
  const signed: PersonTag = {
    ...{ ...of, pseudonym, siteId, key, deadline },
    arriveBy: BigInt(arriveBy),
  };
  const domain = tagDomain(place.chainId, place.personTags);
  const signature = await signer.signTypedData(domain, PERSON_TAG_TYPES, signed);
  try {
    await api.settle(await api.submit("staffAct", { personTag: { ...signed, signature } }));
  } catch (problem) {
    // Registered before the arrival broke off.
    const isOwn =
      problem instanceof Refusal &&
      problem.code === "TagTaken" &&
      String(problem.details.pseudonym) === pseudonym.toString();
    if (!isOwn) throw problem;
  }
}

/** Refusals after which an arrival can still be signed without a tag, in the open: the auditor lists it. */
export function isOutstanding(problem: unknown): boolean {
  const codes = [
    "TooFewCustodians",
    "NoTagKey",
    "WrongTagShare",
    "WrongTagAnswer",
    "HeadOld",
    "ChainUnavailable",
  ];
  return problem instanceof Refusal && codes.includes(problem.code);
}
