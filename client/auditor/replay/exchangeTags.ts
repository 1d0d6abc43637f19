// Tags of persons: one person, one arrival in a trial. The chain demands none, so whoever arrived
// without one, where the version in force names custodians, is named here. Mirrors
// contracts/exchange/PersonTags.sol.
import { PERSON_TAG_TYPES, tagDomain } from "../../../circuits/statement/exchange/personTag.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { isStaff } from "./exchangeStaff.ts";
import { type ExchangeState, personKey } from "./exchangeState.ts";
import { due, type Expectation, expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import type { Participant, Trial } from "./state.ts";
import { participantOf, stateNumber } from "./transitions.ts";
import { hashTypedData, recovers } from "./typedData.ts";

export const tagHandlers = {
  PersonTagged(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { exchange } = replay.world;
    const { trialId, pseudonym, tag, signed, heldBefore } = event.args;
    const who = participantOf(replay, event, trial);
    const isSame =
      signed.trialId === trialId && signed.pseudonym === pseudonym && signed.tag === tag;
    const isPending = who.state === stateNumber("pending-on-study");
    const other = "no tag, somebody else's, or of one who was not expected at the desk";
    const isSound = isSame && isPending && tag !== ZERO_BYTES32;
    expect(replay, event, isSound, "tag/desk", other);
    checkSigned(replay, event, trial, who);
    const key = tagKey(trialId, tag);
    const holder = exchange.tags.get(key) ?? 0n;
    const told = `the event says that ${heldBefore} held the tag, ${holder} did`;
    expect(replay, event, heldBefore === holder, "tag/taken", told);
    const isFree = holder === 0n || isRetired(trial.participants.get(holder));
    const taken = `the tag of pseudonym ${pseudonym} is that of ${holder}`;
    expect(replay, event, isFree, "tag/taken", taken);
    exchange.tags.set(key, pseudonym);
    exchange.tagOf.set(personKey(trialId, pseudonym), tag);
  },
} satisfies Handlers;

const tagKey = (trialId: Bytes32, tag: Bytes32) => `${trialId} ${tag}`;

/** Somebody who lost a wallet and goes on under another pseudonym. */
function isRetired(who: Participant | undefined): boolean {
  return who?.state === stateNumber("off-study") && who.validUntil === 0n;
}

/** By the desk of the participant's own site, for this enrollment, in time. */
function checkSigned(
  replay: Replay,
  event: Event<"PersonTagged">,
  trial: Trial,
  who: Participant,
): void {
  const { signed, signature } = event.args;
  const { siteId, key, deadline, arriveBy } = signed;
  const isOwn =
    siteId === who.siteId && BigInt(arriveBy) === who.arriveBy && BigInt(event.time) <= deadline;
  const reason = `site ${siteId} for a participant of site ${who.siteId}, or of another enrollment`;
  expect(replay, event, isOwn, "tag/desk", reason);
  const at = { siteId, key, task: "arrive", time: event.time } as const;
  const acts = isStaff(replay.world, trial, at);
  expect(replay, event, acts, "tag/desk", `${key} was not at the desk of site ${siteId}`);
  const { chainId, addresses } = replay.deployment;
  const domain = tagDomain(chainId, addresses.PersonTags);
  const digest = hashTypedData({ domain, types: PERSON_TAG_TYPES, message: signed });
  replay.world.counts.signatures++;
  if (!recovers({ digest, signature, signer: key })) {
    replay.askSigner({ signer: key, digest, signature, place: event.place });
  }
}

/** Ends a transaction: nobody has arrived untagged where custodians could have evaluated a tag. */
export function settleTags({ world, report }: Replay): void {
  const { exchange, trials } = world;
  for (const { trialId, pseudonym, place } of exchange.arrived) {
    const trial = trials.get(trialId);
    const terms = trial?.versions.get(trial.current)?.terms;
    if (terms === undefined || terms.custodians.length === 0) continue;
    if (exchange.tagOf.has(personKey(trialId, pseudonym))) continue;
    report("tag/arrival", `pseudonym ${pseudonym} arrived without a person's tag`, place);
  }
  exchange.arrived = [];
}

/** What the contract must hold. */
export function expectTags({ tags, tagOf }: ExchangeState): Expectation[] {
  return [
    ...[...tags].map(([key, pseudonym]) => {
      const [trialId, tag] = key.split(" ");
      return due("PersonTags", "holderOf", [trialId, tag], [pseudonym]);
    }),
    ...[...tagOf].map(([key, tag]) => {
      const [trialId, pseudonym] = key.split(" ");
      return due("PersonTags", "tagOf", [trialId, pseudonym], [tag]);
    }),
  ];
}
