// A desk's document, blinded, evaluated with this custodian's share: for staff of the participant's own site, about
// somebody who is expected there, so many a day. Neither document nor tag can be told from what is asked here.
import { TypedDataEncoder, verifyTypedData } from "ethers";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { tagDomain } from "../../circuits/statement/exchange/personTag.ts";
import {
  evaluateBlinded,
  isBlinded,
  TAG_ASK_TYPES,
  type TagAnswer,
  type TagAsk,
  type TagSet,
} from "../../circuits/statement/exchange/tagKey.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import type { Releasing } from "../answers/release.ts";
import type { Now } from "../chain/blocks.ts";
import type { Store, StoredReceipt } from "../store/store.ts";
import type { TagKeys } from "./tagKeys.ts";

/** Documents a day (UTC) of one site of a trial; one asked again is not counted again. */
const TAGS_A_DAY = 50;
/** Of them about one participant: somebody mistypes, nobody tries a whole list. */
const TAGS_OF_ONE = 5;
/** A signature is good for a day at most; clocks, and chains without new blocks, may be another day apart. */
const LONGEST_SECONDS = 2 * 86_400;
const EXPECTED = PARTICIPANT_STATES.indexOf("pending-on-study");

export type Tagging = Pick<Releasing, "node" | "deployment" | "custodian" | "receipts" | "log"> & {
  readonly store: Store;
  readonly tagKeys: TagKeys;
};

export type SignedAsk = TagAsk & { readonly signature: string };

/** Who holds a trial's key of tags. Refuses with `NoTagKey` for a trial of which this custodian is none of them. */
export function tagSetOf({ node, custodian }: Tagging, trialId: Bytes32): TagSet {
  const holders = node.facts.trial(trialId)?.tagHolders;
  if (holders?.members.includes(custodian) !== true) throw new Refusal("NoTagKey");
  return { trialId, ...holders };
}

/**
 * Evaluates. Refuses with `ChainUnavailable`, `HeadOld`, `NodeContradicts`, `NoTagKey`, `MalformedInput`,
 * `DeadlinePassed`, `InvalidSignature`, `NotStaff`, `UnknownParticipant`, `WrongSite`, `WrongState`, `TooManyTags`, and
 * `StorageUnavailable` when the receipt cannot be kept.
 */
export async function evaluateAsk(at: Tagging, ask: SignedAsk): Promise<TagAnswer & StoredReceipt> {
  const now = await at.node.refresh();
  const held = at.tagKeys.held(tagSetOf(at, ask.trialId));
  if (held === undefined) throw new Refusal("NoTagKey");
  if (!isBlinded(ask.blinded)) throw new Refusal("MalformedInput", { field: "blinded" });
  requireSigned(at, ask, now);
  await requireDesk(at, ask, now);
  await requireExpected(at, ask, now);
  count(at, ask, now);
  const { PersonTags: registry } = at.deployment.addresses;
  // Kept before anything goes out, as for a share.
  const [receipt] = at.receipts.give([
    {
      ...{ registry, requestId: ask.pseudonym, entry: digestOf(at, ask), outcome: "Evaluated" },
      blockNumber: now.final.number,
    },
  ]);
  at.log.info({ siteId: ask.siteId }, "evaluated a person's tag");
  return { ...evaluateBlinded(held.share, held.point, ask.blinded), ...receipt! };
}

function domainOf({ deployment }: Tagging) {
  return tagDomain(deployment.chainId, deployment.addresses.PersonTags);
}

function messageOf({ signature: _, ...ask }: SignedAsk): TagAsk {
  return ask;
}

const digestOf = (at: Tagging, ask: SignedAsk): Bytes32 =>
  TypedDataEncoder.hash(domainOf(at), TAG_ASK_TYPES, messageOf(ask));

function requireSigned(at: Tagging, ask: SignedAsk, { seconds }: Now): void {
  const { deadline, key, signature } = ask;
  if (deadline < BigInt(seconds)) throw new Refusal("DeadlinePassed", { deadline });
  if (deadline > BigInt(seconds + LONGEST_SECONDS)) {
    throw new Refusal("MalformedInput", { field: "deadline" });
  }
  let signer: string | undefined;
  try {
    signer = verifyTypedData(domainOf(at), TAG_ASK_TYPES, messageOf(ask), signature).toLowerCase();
  } catch {
    signer = undefined;
  }
  if (signer !== key.toLowerCase()) throw new Refusal("InvalidSignature");
}

/** At both blocks: who was revoked in the newest one asks no more. */
async function requireDesk({ node }: Tagging, ask: SignedAsk, now: Now): Promise<void> {
  const { trialId, siteId, key } = ask;
  await node.requireCode(now.head, "StaffRegistry");
  const acts = await node.both(now, [
    "StaffRegistry",
    "isStaff",
    trialId,
    siteId,
    key,
    TASKS.arrive,
  ]);
  if (!acts.every((one) => one === true)) throw new Refusal("NotStaff", { key });
}

async function requireExpected({ node }: Tagging, ask: SignedAsk, now: Now): Promise<void> {
  const { trialId, siteId, pseudonym } = ask;
  const found = await node.both(now, ["Enrollment", "participantOf", trialId, pseudonym]);
  for (const one of found) {
    const [participant] = one as [{ state: bigint; siteId: bigint }];
    const own = Number(participant.siteId);
    if (own !== siteId) throw new Refusal("WrongSite", { siteId: own });
    if (Number(participant.state) !== EXPECTED) throw new Refusal("WrongState");
  }
}

/** By the chain's day, which no desk can turn back. */
function count({ store }: Tagging, ask: SignedAsk, { head }: Now): void {
  const day = Math.floor(head.timestamp / 86_400);
  const { trialId, blinded, siteId, pseudonym } = ask;
  const asked = { trialId, blinded, siteId, pseudonym, day };
  const { site, own, isKnown } = store.tagAsks(asked);
  if (isKnown) return;
  if (site >= TAGS_A_DAY || own >= TAGS_OF_ONE) throw new Refusal("TooManyTags");
  store.addTagAsk(asked);
}
