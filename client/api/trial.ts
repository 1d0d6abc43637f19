// A trial's public state, whole, as wallets and sites download it.
import { z } from "zod";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import type { Struct, StructOf } from "../../circuits/statement/trial/struct.ts";
import {
  type ParticipantState,
  type TrialStatus,
  VERSION_TERMS,
} from "../../circuits/statement/trial/terms.ts";
import { operation, pageOf } from "./operation.ts";
import { address, bytes32, count, field, seconds, uint } from "./scalars.ts";

const STATUSES: Readonly<Record<string, TrialStatus>> = {
  IN_REVIEW: "in-review",
  ACTIVE: "active",
  SUSPENDED: "temporarily-closed-to-accrual",
  CLOSED: "closed-to-accrual",
  COMPLETED: "completed",
};
export const status = z.string().transform((name): TrialStatus => STATUSES[name] ?? "none");

/** A stored document. Its hash is the server's word until the reader computes it. */
const document = z.object({ hash: bytes32, mediaType: z.string(), content: z.string() });

const SCALARS: Readonly<Record<string, z.ZodType>> = {
  address,
  bytes32,
  bool: z.boolean(),
  uint32: count,
  uint256: field,
};

/** The fields of a struct of terms, as the schema gives them. */
function termsShape<S extends Struct>(struct: S) {
  const fields = Object.entries(struct).map(([name, type]) => [name, shapeOf(type)] as const);
  return Object.fromEntries(fields) as { [F in keyof S]: z.ZodType<StructOf<S>[F]> };
}

function shapeOf(type: Struct[string]): z.ZodType {
  if (typeof type !== "string") return z.array(z.object(termsShape(type[0])));
  if (type.endsWith("[]")) return z.array(shapeOf(type.slice(0, -2)));
  return SCALARS[type]!;
}

export const version = z
  .object({
    version: count,
    ...termsShape(VERSION_TERMS),
    circuit: z.enum(["eligibility-8", "eligibility-32"]),
    digest: bytes32,
    groupId: uint.nullable(),
    members: count,
    approvedAt: seconds.nullable(),
    approvedUntil: seconds.nullable(),
    document: document.nullable(),
    consentForm: document.nullable(),
    attestations: document.nullable(),
  })
  .transform(({ version, digest, groupId, members, approvedAt, approvedUntil, ...rest }) => {
    // What is left are exactly the fields of the terms, so that their digest can be computed.
    const { document, consentForm, attestations, ...terms } = rest;
    const documents = { document, consentForm, attestations };
    return { version, terms, digest, groupId, members, approvedAt, approvedUntil, documents };
  });
/**
 * A version of a trial: its terms as the contract holds them, and the documents uploaded for it.
 */
export type TrialVersion = z.output<typeof version>;

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

/** All public state of a trial as of one block. */
export type PublicState = {
  trialId: string;
  blockNumber: number;
  status: TrialStatus;
  held: boolean;
  currentVersion: number;
  versions: TrialVersion[];
  groups: { version: number; groupId: bigint | null; members: Field[] }[];
  screenings: {
    nullifier: Field;
    version: number;
    commitment: Field;
    /** One a part, in the order of the version's criteria hashes. */
    issuerTags: Field[];
  }[];
  participants: {
    pseudonym: Field;
    state: ParticipantState;
    onHold: boolean;
    sequence: bigint;
    version: number;
    siteId: number;
    /** Last moment to arrive by the newest enrollment, as the chain stores it; null before any. */
    arriveBy: number | null;
  }[];
};
export type PublicParticipant = PublicState["participants"][number];

/** Trials, a page at a time. */
export const listTrials = operation(
  "query Trials($after: String)",
  "trials(first: 100, after: $after)",
  pageOf(summary),
);

/** One trial by protocol number: which trial is asked about says nothing about who asks. */
export const findTrial = operation(
  "query Trial($protocolNumber: String!)",
  "trial(protocolNumber: $protocolNumber)",
  summary.nullable(),
);
