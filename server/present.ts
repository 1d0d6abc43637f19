// Rows to shapes, field by field: what is not named here does not leave the server.

import { DECISIONS, type Decision, GIVEN_BY, type GivenBy } from "../circuits/statement/consent.ts";
import { scopeOf } from "../circuits/statement/trial.ts";
import type { Deployment } from "../contracts/deployment.ts";
import type {
  ConsentShape,
  DeploymentShape,
  EventShape,
  ParticipantShape,
  PublicParticipantShape,
  SubmissionShape,
  TrialShape,
  VersionShape,
} from "./shapes.ts";
import type { outbox } from "./store/ownTables.ts";
import type { consents, events, participants, trials, versions } from "./store/tables.ts";

export function presentSubmission(row: typeof outbox.$inferSelect): SubmissionShape {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    transactionHash: row.transactionHash,
    blockNumber: row.blockNumber,
    refusal: row.refusal,
    createdAt: row.createdAt,
  };
}

export function presentEvent(row: typeof events.$inferSelect): EventShape {
  return {
    id: `${row.blockNumber}-${row.logIndex}`,
    contract: row.contract,
    name: row.name,
    arguments: Object.entries(row.arguments).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value : JSON.stringify(value),
    })),
    blockNumber: row.blockNumber,
    blockTime: row.blockTime,
    logIndex: row.logIndex,
    transactionHash: row.transactionHash,
  };
}

export function presentTrial(row: typeof trials.$inferSelect, deployment: Deployment): TrialShape {
  const { chainId, addresses } = deployment;
  const { trialId } = row;
  return {
    trialId,
    protocolNumber: row.protocolNumber,
    sponsor: row.sponsor,
    board: row.board,
    status: row.status as TrialShape["status"],
    held: row.held,
    currentVersion: row.currentVersion,
    scope: scopeOf({ chainId, screening: addresses.Screening, trialId }).toString(),
  };
}

type Group = { readonly groupId: string; readonly members: number } | undefined;

export function presentVersion(row: typeof versions.$inferSelect, group: Group): VersionShape {
  const { terms } = row;
  return {
    trialId: row.trialId,
    version: row.version,
    circuit: terms.circuit,
    criteriaHashes: terms.criteriaHashes,
    successorHashes: terms.successorHashes,
    digest: row.digest,
    consentFormHash: terms.consentFormHash,
    consentFormVersion: terms.consentFormVersion,
    requiredPermissions: terms.requiredPermissions,
    offeredPermissions: terms.offeredPermissions,
    capacity: terms.capacity,
    arrivalDays: terms.arrivalDays,
    isSealed: terms.isSealed,
    documentHash: terms.documentHash,
    attestationsHash: terms.attestationsHash,
    sites: terms.sites.map(({ siteId, signer, capacity }) => ({ siteId, signer, capacity })),
    requiresReconsent: terms.requiresReconsent,
    requiresRescreening: terms.requiresRescreening,
    screeningVersion: row.screeningVersion,
    consentVersion: row.consentVersion,
    groupId: group?.groupId ?? null,
    members: group?.members ?? 0,
    approvedAt: row.approvedAt,
    approvedUntil: row.approvedUntil,
  };
}

/**
 * What decides whether participants of a trial are on hold (Enrollment.participantOf says the
 * same).
 */
export type HoldRule = {
  readonly running: boolean;
  readonly consentVersion: number;
  readonly now: Date;
};

export function presentPublicParticipant(
  row: typeof participants.$inferSelect,
  rule: HoldRule,
): PublicParticipantShape {
  const expired = row.validUntil !== null && row.validUntil < rule.now;
  return {
    pseudonym: row.pseudonym,
    state: row.state as ParticipantShape["state"],
    onHold: !rule.running || row.version < rule.consentVersion || expired,
    sequence: row.sequence,
    version: row.version,
    siteId: row.siteId,
    arriveBy: row.arriveBy,
  };
}

export function presentParticipant(
  row: typeof participants.$inferSelect,
  rule: HoldRule,
): ParticipantShape {
  return {
    ...presentPublicParticipant(row, rule),
    trialId: row.trialId,
    enrolledAt: row.enrolledAt,
    arrivedAt: row.arrivedAt,
    endedAt: row.endedAt,
  };
}

function nameOf<Name extends string>(names: Record<Name, number>, number: number): Name | null {
  return (Object.keys(names) as Name[]).find((name) => names[name] === number) ?? null;
}

export function presentConsent(
  row: typeof consents.$inferSelect,
  isInForce: boolean,
): ConsentShape {
  return {
    sequence: row.sequence,
    state: isInForce ? "active" : "inactive",
    decision: nameOf<Decision>(DECISIONS, row.decision)!,
    version: row.version,
    formHash: row.formHash,
    permissions: row.permissions,
    siteId: row.siteId,
    givenBy: nameOf<GivenBy>(GIVEN_BY, row.givenBy),
    validUntil: row.validUntil,
    recordedAt: row.recordedAt,
    blockNumber: row.blockNumber,
    transactionHash: row.transactionHash,
  };
}

export function presentDeployment(
  deployment: Deployment,
  known: {
    readonly dictionaryVersion: number;
    readonly signInDomain: string;
    forwarderName: string;
  },
): DeploymentShape {
  return {
    chainId: String(deployment.chainId),
    contracts: Object.entries(deployment.addresses).map(([name, address]) => ({
      name,
      address: address.toLowerCase(),
    })),
    deployBlock: deployment.deployBlock,
    keys: deployment.keys,
    rootWindowSeconds: deployment.rootWindowSeconds,
    forwarderName: known.forwarderName,
    dictionaryVersion: known.dictionaryVersion,
    signInDomain: known.signInDomain,
  };
}
