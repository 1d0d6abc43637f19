// What collecting needs: whom it asks for what, and where it keeps what has come, so that nothing is asked for twice.
import type { At } from "../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { ExchangeApi, PublicEntry } from "../api/exchange.ts";
import type { Custodian, CustodyPlace, Released } from "./custodian.ts";
import type { OpenRequest } from "./cut.ts";

/** A custodian's answer as it is kept: sealed to the request's key. */
export type HeldAnswer = { readonly custodian: string; readonly released: Released };

/** Where what has come is kept, so that a fetch goes on after it was broken off. */
export type FetchStore = {
  readonly package: (hash: Bytes32) => Promise<Uint8Array | undefined>;
  readonly keepPackage: (hash: Bytes32, bytes: Uint8Array) => Promise<void>;
  readonly answers: () => Promise<readonly HeldAnswer[]>;
  readonly keepAnswers: (answers: readonly HeldAnswer[]) => Promise<void>;
};

/** In memory: for small cuts and for pages. */
export function memoryStore(): FetchStore {
  const packages = new Map<Bytes32, Uint8Array>();
  const answers: HeldAnswer[] = [];
  return {
    package: async (hash) => packages.get(hash),
    keepPackage: async (hash, bytes) => void packages.set(hash, bytes),
    answers: async () => answers.slice(),
    keepAnswers: async (more) => void answers.push(...more),
  };
}

export type FetchProgress = {
  readonly step: "packages" | "shares" | "opening";
  readonly done: number;
  readonly of: number;
};

export type Collecting = {
  readonly exchange: Pick<ExchangeApi, "package">;
  /** Of the trial's version; those out of reach are left out. */
  readonly custodians: readonly Custodian[];
  readonly threshold: number;
  readonly request: OpenRequest;
  /** Hashes of the cut's entries in the order of its tree; of an emergency its package alone. */
  readonly cut: readonly Bytes32[];
  /** The trial's public entries. */
  readonly entries: readonly PublicEntry[];
  readonly place: CustodyPlace & At;
  readonly store: FetchStore;
  /** An emergency's packages lie under no root. */
  readonly isEmergency?: boolean;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
};
