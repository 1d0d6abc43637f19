// What the exchange's contracts say: anchored batches, cuts and requests, emergencies, erasures, delegations.
import { and, eq, isNull } from "drizzle-orm";
import type { Handlers } from "../indexer/derive.ts";
import { dateOf } from "../store/columns.ts";
import type { Transaction } from "../store/database.ts";
import type { EventOf, EventRow } from "../store/events.ts";
import { countCovered } from "./covered.ts";
import {
  acknowledgements,
  anchors,
  caseClosures,
  cutRequests,
  cuts,
  datasetAnchors,
  delegations,
  destroyedKeys,
  emergencyCases,
  erasures,
  personTags,
  purges,
  receiptRoots,
} from "./tables.ts";

type Erasure = "ErasureByProof" | "ErasureByCode" | "ErasureBySite";

function askErasure(
  tx: Transaction,
  event: EventOf<Erasure>,
  by: (typeof erasures.$inferInsert)["by"],
) {
  const { trialId, pseudonym } = event.arguments;
  return tx.insert(erasures).values({
    ...{ trialId, pseudonym, by },
    askedAt: event.blockTime,
    blockNumber: event.blockNumber,
    position: event.position,
  });
}

type Key = { readonly trialId: string; readonly siteId: string; readonly key: string };

/** Ends what is delegated to a key for a site. */
async function endDelegation(tx: Transaction, of: Key, { blockTime }: EventRow): Promise<void> {
  const { trialId, siteId, key } = of;
  const is = and(
    eq(delegations.trialId, trialId),
    eq(delegations.siteId, Number(siteId)),
    eq(delegations.key, key),
    isNull(delegations.endedAt),
  );
  await tx.update(delegations).set({ endedAt: blockTime }).where(is);
}

async function addCut(tx: Transaction, event: EventOf<"Sealed">): Promise<void> {
  const { cutId, trialId, packagesRoot, by, pseudonyms } = event.arguments;
  const permission = Number(event.arguments.permission);
  await tx.insert(cuts).values({
    ...{ cutId, trialId, permission, packagesRoot, by },
    packages: Number(event.arguments.packages),
    pseudonyms: [...pseudonyms],
    coverable: await countCovered(tx, { trialId, permission, at: event.blockTime }),
    sealedAt: event.blockTime,
    position: event.position,
  });
}

const aboutCuts: Handlers = {
  Sealed: addCut,
  Requested: (tx, { arguments: said, blockTime, position }) => {
    const { requestId, cutId, trialId, purpose, staff, recipientKey } = said;
    const until = dateOf(said.until);
    return tx.insert(cutRequests).values({
      ...{ requestId, cutId, trialId, purpose, staff, recipientKey, until },
      ...{ requestedAt: blockTime, position },
    });
  },
  CopyPurged: (tx, { arguments: said, blockTime, position }) => {
    const { cutId, requestId, by, statement } = said;
    const row = { cutId, requestId, by, statement, purgedAt: blockTime, position };
    return tx.insert(purges).values(row);
  },
  CorrectionAcknowledged: (tx, { arguments: said, blockTime, position }) => {
    const { cutId, requestId, entry, by } = said;
    const row = { cutId, requestId, entry, by, acknowledgedAt: blockTime, position };
    return tx.insert(acknowledgements).values(row);
  },
  DatasetAnchored: (tx, { arguments: said, blockTime, position }) => {
    const { cutId, requestId, manifest, by } = said;
    const row = { cutId, requestId, manifest, by, anchoredAt: blockTime, position };
    return tx.insert(datasetAnchors).values(row);
  },
};

const aboutCustody: Handlers = {
  ReceiptsAnchored: (tx, { arguments: said, blockTime, position }) => {
    const { custodian, root, last } = said;
    const row = { custodian, root, count: Number(said.count), last };
    return tx.insert(receiptRoots).values({ ...row, anchoredAt: blockTime, position });
  },
  ErasureByProof: (tx, event) => askErasure(tx, event, "proof"),
  ErasureByCode: (tx, event) => askErasure(tx, event, "code"),
  ErasureBySite: (tx, event) => askErasure(tx, event, "site"),
  KeyDestroyed: (tx, { arguments: said, blockTime, position }) => {
    const { trialId, pseudonym, custodian } = said;
    const row = { trialId, pseudonym, custodian, destroyedAt: blockTime, position };
    return tx.insert(destroyedKeys).values(row);
  },
};

export const events: Handlers = {
  ...aboutCuts,
  ...aboutCustody,
  DepositsAnchored: (tx, { arguments: said, blockNumber, blockTime, position }) => {
    const { root, operator, count } = said;
    const row = { root, operator, count: Number(count), blockNumber, position };
    return tx.insert(anchors).values({ ...row, anchoredAt: blockTime });
  },
  GlassBroken: (tx, { arguments: said, blockTime, position }) => {
    const { caseId, trialId, pseudonym, clinician, reason, recipientKey } = said;
    const row = { caseId, trialId, pseudonym, clinician, reason, recipientKey };
    return tx.insert(emergencyCases).values({ ...row, openedAt: blockTime, position });
  },
  CaseClosed: (tx, { arguments: { caseId, by, outcome }, blockTime }) =>
    tx.insert(caseClosures).values({ caseId, by, outcome, closedAt: blockTime }),
  Delegated: async (tx, event) => {
    const { trialId, siteId, key, delegation, by } = event.arguments;
    await endDelegation(tx, { trialId, siteId, key }, event);
    await tx.insert(delegations).values({
      ...{ trialId, siteId: Number(siteId), key, by, person: delegation.person },
      tasks: Number(delegation.tasks),
      from: dateOf(delegation.from),
      until: dateOf(delegation.until),
      position: event.position,
    });
  },
  PersonTagged: (tx, { arguments: said, blockTime, position }) => {
    const { trialId, pseudonym, tag, signed } = said;
    const row = { trialId, pseudonym, tag, siteId: Number(signed.siteId), key: signed.key };
    return tx.insert(personTags).values({ ...row, taggedAt: blockTime, position });
  },
  DelegationRevoked: (tx, event) => endDelegation(tx, event.arguments, event),
};
