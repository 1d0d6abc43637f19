// The record registry and the deployment, as everybody downloads them.
import { z } from "zod";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import type { RoleName } from "../../circuits/statement/trial/trial.ts";
import { operation, pageOf } from "./operation.ts";
import { address, count, field, seconds, uint } from "./scalars.ts";

/** The whole registry as of one block. Times are Unix seconds. */
export type RecordsState = {
  blockNumber: number;
  root: Field;
  /** A clinic is voided and has leaves left: no root is good until anybody has cleared them. */
  blocked: boolean;
  clinics: {
    address: string;
    /** Slots of the tree that it has taken, revoked ones included: those it may use again. */
    slots: number;
    quota: number;
    /** Revocations a day that may void older roots. */
    revocationLimit: number;
    voided: boolean;
  }[];
  leaves: {
    index: number;
    /** What stands in the tree: the registry's leaf, or a tombstone. */
    value: Field;
    /** Root of the clinic's batch, or the commitment of a record alone; null once revoked. */
    batchRoot: Field | null;
    kind: "record" | "batch" | "revoked";
    issuer: string;
    size: number;
    leavesHash: string | null;
    /** The clinic's word on where its leaves are published; may be empty. */
    uri: string;
    published: boolean;
    anchoredAt: number;
  }[];
  roots: { root: Field; createdAt: number; supersededAt: number | null; voided: boolean }[];
};

/** A batch's published leaves in order. Not to be believed: whoever uses them rebuilds the root. */
export const readBatchLeaves = operation(
  "query BatchLeaves($root: Field!)",
  "batch(root: $root)",
  z
    .object({ leaves: z.array(field) })
    .nullable()
    .transform((batch) => batch?.leaves),
);

const deployment = z
  .object({
    chainId: uint,
    contracts: z.array(z.object({ name: z.string(), address })),
    deployBlock: count,
    keys: z.string(),
    dictionaryVersion: count,
    rootWindowSeconds: count,
    blockNumber: count,
    chainTime: seconds,
    signInDomain: z.string(),
  })
  .transform(({ chainId, contracts, ...rest }) => ({
    ...rest,
    chainId: Number(chainId),
    contracts: Object.fromEntries(contracts.map((c) => [c.name, c.address])),
  }));
/** The chain and contracts that a server works on; contracts by name. */
export type DeploymentInfo = z.output<typeof deployment>;

export const readDeployment = operation("query Deployment", "deployment", deployment);

/** A role's name in the schema, and here. */
const ROLE_NAMES = {
  CLINIC: "clinic",
  SPONSOR: "sponsor",
  BOARD: "board",
  CUSTODIAN: "custodian",
  EMERGENCY_CLINICIAN: "emergencyClinician",
  OPERATOR: "operator",
  GOVERNANCE: "governance",
} as const satisfies Record<string, RoleName | "governance">;
const nameOfRole = (role: keyof typeof ROLE_NAMES) => ROLE_NAMES[role];

const accreditation = z.object({
  account: address,
  name: z.string(),
  role: z.enum(Object.keys(ROLE_NAMES) as (keyof typeof ROLE_NAMES)[]).transform(nameOfRole),
  active: z.boolean(),
  since: seconds,
});
export type AccreditationInfo = z.output<typeof accreditation>;

/** Accreditations, a page at a time. */
export const listAccreditations = operation(
  "query Accreditations($after: String)",
  "accreditations(first: 200, after: $after)",
  pageOf(accreditation),
);
