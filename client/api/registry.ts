// The record registry and the deployment, as everybody downloads them.
import { z } from "zod";
import { address, bytes32, count, field, seconds, uint } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const recordsState = z.object({
  blockNumber: count,
  root: field,
  leaves: z.array(
    z.object({
      index: count,
      value: field,
      kind: z.enum(["record", "batch", "revoked"]),
      issuer: address,
      size: count,
      leavesHash: bytes32.nullable(),
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
      blockNumber root
      leaves { index value kind issuer size leavesHash published anchoredAt }
      roots { root createdAt supersededAt voided }
    }
  }`,
  answer: z.object({ recordsState }).transform((answer) => answer.recordsState),
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
