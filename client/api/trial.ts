// A trial's public state, whole, as wallets and sites download it.
import { z } from "zod";
import type { CircuitName } from "../../circuits/statement/program.ts";
import {
  PARTICIPANT_STATES,
  type TrialStatus,
  type VersionTerms,
} from "../../circuits/statement/trial.ts";
import { address, bytes32, count, fhirCode, field, seconds, uint } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const STATUSES: Readonly<Record<string, TrialStatus>> = {
  IN_REVIEW: "in-review",
  ACTIVE: "active",
  SUSPENDED: "temporarily-closed-to-accrual",
  CLOSED: "closed-to-accrual",
  COMPLETED: "completed",
};
export const status = z.string().transform((name): TrialStatus => STATUSES[name] ?? "none");

const DOCUMENT = "{ hash mediaType content }";
const document = z.object({ hash: bytes32, mediaType: z.string(), content: z.string() });
/** A stored document. Its hash is the server's word until the reader computes it. */
export type StoredDocument = z.output<typeof document>;

export const VERSION = `{
  version circuit criteriaHashes successorHashes digest consentFormHash consentFormVersion requiredPermissions
  offeredPermissions capacity arrivalDays requiresReconsent requiresRescreening isSealed
  attestationsHash documentHash groupId members approvedAt approvedUntil
  sites { siteId signer capacity }
  document ${DOCUMENT} consentForm ${DOCUMENT} attestations ${DOCUMENT}
}`;
export const version = z
  .object({
    version: count,
    circuit: z.enum(["eligibility-8", "eligibility-32"]),
    criteriaHashes: z.array(field),
    successorHashes: z.array(field),
    digest: bytes32,
    consentFormHash: bytes32,
    consentFormVersion: count,
    requiredPermissions: count,
    offeredPermissions: count,
    capacity: count,
    arrivalDays: count,
    requiresReconsent: z.boolean(),
    requiresRescreening: z.boolean(),
    isSealed: z.boolean(),
    attestationsHash: bytes32,
    documentHash: bytes32,
    groupId: uint.nullable(),
    members: count,
    approvedAt: seconds.nullable(),
    approvedUntil: seconds.nullable(),
    sites: z.array(z.object({ siteId: count, signer: address, capacity: count })),
    document: document.nullable(),
    consentForm: document.nullable(),
    attestations: document.nullable(),
  })
  .transform((v) => {
    const { version: number, digest, groupId, members, approvedAt, approvedUntil } = v;
    const { document, consentForm, attestations, ...rest } = v;
    const terms: VersionTerms = pickTerms(rest);
    const documents = { document, consentForm, attestations };
    return {
      version: number,
      terms,
      digest,
      groupId,
      members,
      approvedAt,
      approvedUntil,
      documents,
    };
  });
/**
 * A version of a trial: its terms as the contract holds them, and the documents uploaded for it.
 */
export type TrialVersion = z.output<typeof version>;

/** Exactly the fields of the terms, so that their digest can be computed. */
function pickTerms(from: VersionTerms & { circuit: CircuitName }): VersionTerms {
  return {
    criteriaHashes: from.criteriaHashes,
    successorHashes: from.successorHashes,
    circuit: from.circuit,
    consentFormHash: from.consentFormHash,
    consentFormVersion: from.consentFormVersion,
    requiredPermissions: from.requiredPermissions,
    offeredPermissions: from.offeredPermissions,
    capacity: from.capacity,
    arrivalDays: from.arrivalDays,
    requiresReconsent: from.requiresReconsent,
    requiresRescreening: from.requiresRescreening,
    isSealed: from.isSealed,
    attestationsHash: from.attestationsHash,
    documentHash: from.documentHash,
    sites: from.sites,
  };
}

const SUMMARY = "{ trialId protocolNumber sponsor board status held currentVersion scope }";
const summary = z.object({
  trialId: bytes32,
  protocolNumber: z.string(),
  sponsor: address,
  board: address,
  status,
  /** Governance holds it: nothing goes on until governance lifts that. */
  held: z.boolean(),
  currentVersion: count,
  scope: field,
});
export type TrialSummary = z.output<typeof summary>;

const publicState = z.object({
  trialId: bytes32,
  blockNumber: count,
  status,
  held: z.boolean(),
  currentVersion: count,
  versions: z.array(version),
  groups: z.array(z.object({ version: count, groupId: uint.nullable(), members: z.array(field) })),
  screenings: z.array(
    z.object({
      nullifier: field,
      version: count,
      commitment: field,
      /** One a part, in the order of the version's criteria hashes. */
      issuerTags: z.array(field),
    }),
  ),
  participants: z.array(
    z.object({
      pseudonym: field,
      state: z.string().pipe(fhirCode(PARTICIPANT_STATES)),
      onHold: z.boolean(),
      sequence: uint,
      version: count,
      siteId: count,
      /** Last moment to arrive by the newest enrollment, as the chain stores it; null before any. */
      arriveBy: seconds.nullable(),
    }),
  ),
});
/** All public state of a trial as of one block. */
export type PublicState = z.output<typeof publicState>;
export type PublicParticipant = PublicState["participants"][number];

/** Trials, a page at a time. */
export const listTrials: Operation<{ trials: TrialSummary[]; next: string | undefined }> = {
  document: `query Trials($after: String) {
    trials(first: 100, after: $after) {
      edges { node ${SUMMARY} } pageInfo { hasNextPage endCursor }
    }
  }`,
  answer: z
    .object({
      trials: z.object({
        edges: z.array(z.object({ node: summary })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    .transform(({ trials: { edges, pageInfo } }) => ({
      trials: edges.map((edge) => edge.node),
      next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    })),
};

/** One trial by protocol number: which trial is asked about says nothing about who asks. */
export const findTrial: Operation<TrialSummary | null> = {
  document: `query Trial($protocolNumber: String!) {
    trial(protocolNumber: $protocolNumber) ${SUMMARY}
  }`,
  answer: z.object({ trial: summary.nullable() }).transform((answer) => answer.trial),
};

/** The whole public state of a trial. */
export const readPublicState: Operation<PublicState | null> = {
  document: `query PublicState($trialId: Bytes32!) {
    publicState(trialId: $trialId) {
      trialId blockNumber status held currentVersion versions ${VERSION}
      groups { version groupId members }
      screenings { nullifier version commitment issuerTags }
      participants { pseudonym state onHold sequence version siteId arriveBy }
    }
  }`,
  answer: z.object({ publicState: publicState.nullable() }).transform((a) => a.publicState),
};
