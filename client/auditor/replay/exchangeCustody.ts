// What custodians did and what recipients owe: roots of receipts, erasures, destroyed keys and copies,
// corrections taken note of, datasets. Mirrors contracts/exchange/CustodyLog.sol.

import { SPONSOR_SITE } from "../../../circuits/statement/exchange/delegation.ts";
import { ERASURE_TYPES, erasureMessage } from "../../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../../circuits/statement/exchange/receipt.ts";
import { semaphoreSignals } from "../../../circuits/statement/proof/semaphoreProof.ts";
import { CONSENT_PROOF_DEPTH } from "../../../circuits/statement/trial/consent.ts";
import { type Bytes32, scopeOf, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Event } from "../node/event.ts";
import { isStaff } from "./exchangeStaff.ts";
import { type ErasureState, personKey } from "./exchangeState.ts";
import { expect, type Handlers, type Replay, trialOf } from "./handler.ts";
import { isAccredited, type Trial } from "./state.ts";
import { hashTypedData, recovers } from "./typedData.ts";

export const custodyHandlers = {
  ReceiptsAnchored(replay, event) {
    const { receiptRoots } = replay.world.exchange;
    const { custodian, root, count, last } = event.args;
    requireCustodian(replay, event, custodian);
    const before = receiptRoots.findLast((one) => one.custodian === custodian)?.last ?? 0n;
    const isSound = root !== ZERO_BYTES32 && count > 0 && last > before && BigInt(count) <= last;
    const wrong = `receipts up to number ${last}, ${count} of them, after number ${before}`;
    expect(replay, event, isSound, "custody/receipts", wrong);
    const { time: anchoredAt, place } = event;
    receiptRoots.push({ custodian, root, count, last, anchoredAt, place });
  },

  ErasureByProof(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { pseudonym, groupId, groupRoot, points } = event.args;
    requireKnown(replay, event, trial);
    const isOurs = [...trial.groups.values()].includes(groupId);
    const hadRoot = replay.world.groups.get(groupId)?.roots.has(groupRoot) === true;
    const reason = `a proof about group ${groupId} with root ${groupRoot}, not the trial's`;
    expect(replay, event, isOurs && hadRoot, "erasure/authority", reason);
    const { trialId } = trial;
    const signals = erasureSignals(replay.deployment, { trialId, pseudonym, groupRoot });
    replay.world.counts.consentProofs++;
    const { place } = event;
    replay.claim({ key: "semaphore", points, signals, rule: "erasure/proof", place });
    ask(replay, event, "proof");
  },

  ErasureByCode(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    requireKnown(replay, event, trial);
    const { trialId, pseudonym } = event.args;
    const due = `${event.place.transaction} ${personKey(trialId, pseudonym)}`;
    const isSame = replay.world.exchange.byCode === due;
    const reason = "no withdrawal by the same code in the same transaction";
    expect(replay, event, isSame, "erasure/authority", reason);
    ask(replay, event, "code");
  },

  ErasureBySite(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    requireKnown(replay, event, trial);
    checkSiteErasure(replay, event, trial);
    ask(replay, event, "site");
  },

  KeyDestroyed(replay, event) {
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { pseudonym, custodian } = event.args;
    requireCustodian(replay, event, custodian);
    const erasure = replay.world.exchange.erasures.get(personKey(trial.trialId, pseudonym));
    const asked = `keys of ${pseudonym}, whose erasure nobody asked for`;
    expect(replay, event, erasure !== undefined, "custody/destroyed", asked);
    const twice = `${custodian} had said so before`;
    const isNew = erasure?.destroyed.has(custodian) !== true;
    expect(replay, event, isNew, "custody/destroyed", twice);
    erasure?.destroyed.set(custodian, event.time);
  },

  CopyPurged(replay, event) {
    const request = requireRecipient(replay, event);
    if (request !== undefined) request.purgedAt ??= event.time;
  },

  CorrectionAcknowledged(replay, event) {
    const request = requireRecipient(replay, event);
    const { requestId, entry } = event.args;
    if (request !== undefined) replay.world.exchange.acknowledged.add(`${requestId} ${entry}`);
  },

  DatasetAnchored(replay, event) {
    const request = requireRecipient(replay, event);
    if (request === undefined) return;
    const { requestId, manifest } = event.args;
    const isNew = manifest !== ZERO_BYTES32 && !request.manifests.has(manifest);
    const wrong = `manifest ${manifest} of request ${requestId} is none, or was anchored before`;
    expect(replay, event, isNew, "custody/dataset", wrong);
    if (isNew) request.manifests.set(manifest, event.place.block);
  },
} satisfies Handlers;

type Asked = Event<"ErasureByProof" | "ErasureByCode" | "ErasureBySite">;

function requireCustodian(
  replay: Replay,
  event: Event<"ReceiptsAnchored" | "KeyDestroyed">,
  account: string,
): void {
  const is = isAccredited(replay.world, "custodian", account);
  expect(replay, event, is, "custody/custodian", `${account} was no accredited custodian`);
}

function requireKnown(replay: Replay, event: Asked, trial: Trial): void {
  const { pseudonym } = event.args;
  const who = trial.participants.get(pseudonym);
  const is = who !== undefined && who.state !== 0;
  const reason = `an erasure for pseudonym ${pseudonym}, which never consented`;
  expect(replay, event, is, "participant/unknown", reason);
}

/** It can be asked for once: what is destroyed does not come back. */
function ask(replay: Replay, event: Asked, by: ErasureState["by"]): void {
  const { erasures } = replay.world.exchange;
  const key = personKey(event.args.trialId, event.args.pseudonym);
  const isNew = !erasures.has(key);
  expect(replay, event, isNew, "erasure/twice", "it had been asked for before");
  if (!isNew) return;
  const { time: askedAt, place } = event;
  erasures.set(key, { by, askedAt, place, destroyed: new Map() });
}

function checkSiteErasure(replay: Replay, event: Event<"ErasureBySite">, trial: Trial): void {
  const { trialId, pseudonym, siteId, key, deadline, signature } = event.args;
  const own = trial.participants.get(pseudonym)?.siteId;
  const isOwn = siteId === own && BigInt(event.time) <= deadline;
  const reason = `site ${siteId} for a participant of site ${own ?? "none"}, or too late`;
  expect(replay, event, isOwn, "erasure/authority", reason);
  const at = { siteId, key, task: "erase", time: event.time } as const;
  const acts = siteId !== SPONSOR_SITE && isStaff(replay.world, trial, at);
  const other = `${key} does not order erasures for site ${siteId}`;
  expect(replay, event, acts, "erasure/authority", other);
  const { chainId, addresses } = replay.deployment;
  const domain = custodianDomain(chainId, addresses.CustodyLog);
  const message = { trialId, pseudonym, siteId, key, deadline };
  const digest = hashTypedData({ domain, types: ERASURE_TYPES, message });
  replay.world.counts.signatures++;
  if (!recovers({ digest, signature, signer: key })) {
    replay.askSigner({ signer: key, digest, signature, place: event.place });
  }
}

/** Signals of the membership proof with which a participant asks for the erasure. */
function erasureSignals(
  { chainId, addresses }: Deployment,
  of: { readonly trialId: Bytes32; readonly pseudonym: bigint; readonly groupRoot: bigint },
): string[] {
  const { trialId } = of;
  const message = erasureMessage({ chainId, custodyLog: addresses.CustodyLog, trialId });
  const scope = scopeOf({ chainId, screening: addresses.Screening, trialId: of.trialId });
  return semaphoreSignals({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: of.groupRoot.toString(),
    nullifier: of.pseudonym.toString(),
    message: message.toString(),
    scope: scope.toString(),
    points: [],
  });
}

/** Whoever may open a cut, for a request that was for it. */
function requireRecipient(
  replay: Replay,
  event: Event<"CopyPurged" | "CorrectionAcknowledged" | "DatasetAnchored">,
) {
  const { exchange, trials } = replay.world;
  const { cutId, requestId, by } = event.args;
  const cut = exchange.cuts.get(cutId);
  // Of a trial that --trial leaves out, nothing but the number of its cuts is known.
  if (cut === undefined && replay.only !== undefined && cutId < exchange.numbered.cuts) return;
  const request = exchange.requests.get(requestId);
  const isOfCut = cut !== undefined && request?.cutId === cutId;
  const other = `request ${requestId} was none for cut ${cutId}`;
  expect(replay, event, isOfCut, "custody/recipient", other);
  const trial = cut === undefined ? undefined : trials.get(cut.trialId);
  if (trial === undefined) return;
  const at = { siteId: SPONSOR_SITE, key: by, task: "request", time: event.time } as const;
  const acts = isStaff(replay.world, trial, at);
  expect(replay, event, acts, "custody/recipient", `${by} may not open cut ${cutId}`);
  return isOfCut ? request : undefined;
}
