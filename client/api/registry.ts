// The record registry and the deployment, as everybody downloads them.
import { z } from "zod";
import { address, bytes32, count, field, seconds, uint } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const recordsState = z.object({
  blockNumber: count,
  root: field,
  /** A clinic is voided and has leaves left: no root is good until anybody has cleared them. */
  blocked: z.boolean(),
  clinics: z.array(
    z.object({
      address,
      /** Slots of the tree that it has taken, revoked ones included: those it may use again. */
      slots: count,
      quota: count,
      /** Revocations a day that may void older roots. */
      revocationLimit: count,
      voided: z.boolean(),
    }),
  ),
  leaves: z.array(
    z.object({
      index: count,
      /** What stands in the tree: the registry's leaf, or a tombstone. */
      value: field,
      /** Root of the clinic's batch, or the commitment of a record alone; null once revoked. */
      batchRoot: field.nullable(),
      kind: z.enum(["record", "batch", "revoked"]),
      issuer: address,
      size: count,
      leavesHash: bytes32.nullable(),
      /** The clinic's word on where its leaves are published; may be empty. */
      uri: z.string(),
      published: z.boolean(),
      anchoredAt: seconds,
    }),
  ),
  roots: z.array(
    z.object({
      root: field,
      createdAt: seconds,
      supersededAt: seconds.nullable(),
      voided: z.boolean(),
    }),
  ),
});
/** The whole registry as of one block. Times are Unix seconds. */
export type RecordsState = z.output<typeof recordsState>;

export const readRecordsState: Operation<RecordsState> = {
  document: `query RecordsState {
    recordsState {
      blockNumber root blocked
      clinics { address slots quota revocationLimit voided }
      leaves { index value batchRoot kind issuer size leavesHash uri published anchoredAt }
      roots { root createdAt supersededAt voided }
    }
  }`,
  answer: z.object({ recordsState }).transform((answer) => answer.recordsState),
};

/** A batch's published leaves in order. Not to be believed: whoever uses them rebuilds the root. */
export const readBatchLeaves: Operation<bigint[] | undefined> = {
  document: "query BatchLeaves($root: Field!) { batch(root: $root) { leaves } }",
  answer: z
    .object({ batch: z.object({ leaves: z.array(field) }).nullable() })
    .transform(({ batch }) => batch?.leaves),
};

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

export const readDeployment: Operation<DeploymentInfo> = {
  document: `query Deployment {
    deployment {
      chainId contracts { name address } deployBlock keys dictionaryVersion rootWindowSeconds
      blockNumber chainTime signInDomain
    }
  }`,
  answer: z.object({ deployment }).transform((answer) => answer.deployment),
};

const accreditation = z.object({
  account: address,
  name: z.string(),
  role: z.enum(["CLINIC", "BOARD", "SPONSOR", "GOVERNANCE"]).transform((r) => r.toLowerCase()),
  active: z.boolean(),
  since: seconds,
});
export type AccreditationInfo = z.output<typeof accreditation>;

/** Accreditations, a page at a time. */
export const listAccreditations: Operation<{
  accreditations: AccreditationInfo[];
  next: string | undefined;
}> = {
  document: `query Accreditations($after: String) {
    accreditations(first: 200, after: $after) {
      edges { node { account name role active since } } pageInfo { hasNextPage endCursor }
    }
  }`,
  answer: z
    .object({
      accreditations: z.object({
        edges: z.array(z.object({ node: accreditation })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    })
    .transform(({ accreditations: { edges, pageInfo } }) => ({
      accreditations: edges.map((edge) => edge.node),
      next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
    })),
};
