// What an audit of a dataset is told by others than whoever made it: the chain, and the trial's public entries.
import type { Deposited } from "../../../circuits/statement/exchange/authority.ts";
import type { Payload } from "../../../circuits/statement/exchange/payload.ts";
import type { Bytes32, TrialId } from "../../../circuits/statement/trial/trial.ts";

/** A cut as the chain has it. */
export type SealedCut = {
  readonly trialId: TrialId;
  readonly permission: number;
  readonly pseudonyms: readonly bigint[];
  readonly packagesRoot: Bytes32;
  /** Unix seconds. */
  readonly sealedAt: number;
  readonly block: number;
};

/** A request as the chain has it. */
export type MadeRequest = {
  /** Decimal. */
  readonly cutId: string;
  readonly purpose: Bytes32;
  readonly staff: string;
  /** Unix seconds. */
  readonly until: number;
  readonly block: number;
};

export type DatasetEvidence = {
  /** Decimal. */
  readonly chainId: string;
  readonly cutRegistry: string;
  readonly cutOf: (cutId: string) => SealedCut | undefined;
  readonly requestOf: (requestId: string) => MadeRequest | undefined;
  /** All of the trial's public entries, each with its authority verified. */
  readonly deposited: Iterable<Deposited>;
  /** The block in which a batch of entries was anchored. */
  readonly anchoredIn: (batch: Bytes32) => number | undefined;
  /** Why a consent did not cover a permission in a block, by the refusal's name; undefined: it did. */
  readonly uncovered: (of: {
    pseudonym: bigint;
    permission: number;
    block: number;
  }) => string | undefined;
  /** Hashes of manifests that were anchored for a request, each with its block. */
  readonly manifestsOf: (requestId: string) => ReadonlyMap<Bytes32, number>;
  /** The manifest's hash where it was published besides. */
  readonly manifestHash?: Bytes32;
  /** The package of an entry, opened again from its ciphertext; undefined where it can no longer be. */
  readonly openAgain?: (entry: Bytes32) => Promise<Payload | undefined>;
};
