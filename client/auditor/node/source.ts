// Where an audit gets its facts: a chain's node, or a bundle made from one. Nothing else is asked.
import type { Deployment } from "../../../contracts/deployment.ts";
import type { RawLog } from "./event.ts";

export type Block = {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
};

/** All logs of a range of blocks, in order, with the blocks they are in. */
export type Chunk = {
  readonly from: number;
  readonly to: number;
  readonly logs: readonly RawLog[];
  readonly blocks: ReadonlyMap<number, Block>;
};

export type Source = {
  readonly deployment: Deployment;
  /** The block up to which the audit goes, and as of which calls are answered. */
  readonly head: Block;
  /** The history from a block to the head. Throws ServerUnavailable when the node is lost. */
  readonly chunks: (from: number) => AsyncIterable<Chunk>;
  /** Answer of a contract call (hex). To be asked only when the history has been read. */
  readonly call: (to: string, data: string) => Promise<string>;
  /** keccak256 of the code at an address. */
  readonly codeHash: (address: string) => Promise<string>;
  /** Hash of a block that a checkpoint ends with; undefined when the source does not have it. */
  readonly blockHash: (number: number) => Promise<string | undefined>;
  /**
   * Unix seconds of a block up to the head; undefined when the source does not have it, or cannot prove it as it
   * proves all else.
   */
  readonly blockTime: (number: number) => Promise<number | undefined>;
  /** Whether logs and times follow from the head's hash, or are the node's word. */
  readonly isProven: boolean;
};

/** What an audit is limited to: one trial, by id or protocol number; what is from a block on. */
export type Limits = { readonly trial?: string | undefined; readonly from?: number | undefined };

/** Addresses (lower case) by contract name. */
export function addressesOf({ addresses }: Deployment): Readonly<Record<string, string>> {
  const entries = Object.entries(addresses).map(([name, at]) => [name, at.toLowerCase()]);
  return Object.fromEntries(entries);
}
