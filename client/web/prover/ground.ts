// Public data in this worker: downloaded, checked and added up here, so that no page has to hold it.
import { trialIdOf } from "../../../circuits/statement/trial/trial.ts";
import { type Api, connect } from "../../api/api.ts";
import { RecordsFollower } from "../../api/log/recordsLog.ts";
import { type Moment, TrialFollower, type TrialLog } from "../../api/log/trialLog.ts";
import type { AccreditationInfo, DeploymentInfo, RecordsState } from "../../api/registry.ts";
import type { PublicState, TrialSummary } from "../../api/trial.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import type { Wallet } from "../../patient/wallet.ts";
import type { Downloads } from "../../trial/review.ts";
import { type Kept, KeptData } from "./kept.ts";

/** A download, and whether it is an old one because nobody answered. */
export type Known<T> = { readonly value: T; readonly at: number; readonly isOld: boolean };

/** A trial without its rows: what a page shows of it. */
export type TrialNow = {
  readonly deployment: DeploymentInfo;
  readonly trial: TrialSummary;
  readonly accreditations: readonly AccreditationInfo[];
  readonly state: Omit<PublicState, "groups" | "screenings" | "participants">;
};
/** The registry without its leaves and roots. */
export type RegistryNow = Pick<RecordsState, "blockNumber" | "root" | "blocked">;

/** What is asked for besides the log. */
type Around = Omit<TrialNow, "state">;
type TrialHere = {
  readonly downloads: Omit<Downloads, "registry">;
  readonly moments: readonly Moment[];
};

/** One wallet's public data: all that this worker has downloaded, and what was kept of it before. */
class Ground {
  readonly #api: Api;
  readonly #kept: KeptData;
  readonly #records: RecordsFollower;
  readonly #logs = new Map<string, TrialFollower>();
  readonly #trials = new Map<string, Known<TrialHere>>();
  #registry: Known<RecordsState> | undefined;

  constructor(seed: Uint8Array) {
    this.#kept = new KeptData(seed);
    this.#api = ownServer();
    this.#records = new RecordsFollower(this.#api.transport, this.#kept.logs);
  }

  /** The registry as it is, or as it was last when nobody answers. */
  async registry(): Promise<Known<RecordsState>> {
    this.#registry = await orBefore({
      ask: () => this.freshRegistry(),
      before: async () => {
        const value = await this.#records.readKept();
        return value && { value, at: Date.now() };
      },
    });
    return this.#registry;
  }

  async freshRegistry(): Promise<RecordsState> {
    const registry = await this.#records.read();
    if (registry === undefined) throw new ServerUnavailable("it serves no registry of records");
    this.#registry = { value: registry, at: Date.now(), isOld: false };
    return registry;
  }

  /** The registry last seen here. */
  async registryHere(): Promise<RecordsState> {
    return (this.#registry ?? (await this.registry())).value;
  }

  /** A trial as it is, or as it was last when nobody answers. */
  async trial(protocolNumber: string): Promise<Known<TrialHere>> {
    const known = await orBefore({
      ask: () => this.freshTrial(protocolNumber),
      before: async () => {
        const around = await this.#kept.get<Around>(`around ${protocolNumber}`);
        const log = around && (await this.#log(protocolNumber).readKept());
        return around && log && { value: here(around.value, log), at: around.at };
      },
    });
    this.#trials.set(protocolNumber, known);
    return known;
  }

  async freshTrial(protocolNumber: string): Promise<TrialHere> {
    const api = this.#api;
    const [deployment, trial, accreditations, log] = await Promise.all([
      api.deployment(),
      api.trial(protocolNumber),
      api.accreditations(),
      this.#log(protocolNumber).read(),
    ]);
    if (log === undefined) throw new ServerUnavailable("it is still reading this study");
    const around: Around = { deployment, trial, accreditations };
    void this.#kept.put(`around ${protocolNumber}`, around).catch(() => {});
    const found = here(around, log);
    this.#trials.set(protocolNumber, { value: found, at: Date.now(), isOld: false });
    return found;
  }

  /** The trial last seen here. */
  async trialHere(protocolNumber: string): Promise<TrialHere> {
    return (this.#trials.get(protocolNumber) ?? (await this.trial(protocolNumber))).value;
  }

  #log(protocolNumber: string): TrialFollower {
    const trialId = trialIdOf(protocolNumber);
    const log =
      this.#logs.get(trialId) ?? new TrialFollower(this.#api.transport, trialId, this.#kept.logs);
    this.#logs.set(trialId, log);
    return log;
  }
}

const here = (around: Around, { state, moments }: TrialLog): TrialHere => ({
  downloads: { ...around, state },
  moments,
});

/** What is answered now, or else what was kept. */
async function orBefore<T>(of: {
  ask: () => Promise<T>;
  before: () => Promise<Kept<T> | undefined>;
}): Promise<Known<T>> {
  try {
    if (!navigator.onLine) throw new ServerUnavailable("no connection");
    return { value: await of.ask(), at: Date.now(), isOld: false };
  } catch (problem) {
    if (!(problem instanceof ServerUnavailable)) throw problem;
    const before = await of.before();
    if (before === undefined) throw problem;
    return { ...before, isOld: true };
  }
}

/**
 * The server that this page came from. What comes is kept sealed, or not at all: what the browser's
 * own cache holds would tell which studies this person looks at.
 */
function ownServer(): Api {
  return connect({
    url: self.location.origin,
    fetch: (input, init) => fetch(input, { ...init, cache: "no-store" }),
  });
}

let open: { readonly seed: string; readonly ground: Ground } | undefined;

/** The ground of a wallet; locking it ends the worker. */
export function groundOf({ seed }: Pick<Wallet, "seed">): Ground {
  const name = seed.join();
  if (open?.seed !== name) open = { seed: name, ground: new Ground(seed) };
  return open.ground;
}

type Of = { readonly wallet: Pick<Wallet, "seed"> };

export const acts = {
  "ground.registry": async ({ wallet }: Of): Promise<Known<RegistryNow>> => {
    const { value, ...known } = await groundOf(wallet).registry();
    return { ...known, value: withoutLeaves(value) };
  },
  "ground.registryHere": async ({ wallet }: Of): Promise<RegistryNow> =>
    withoutLeaves(await groundOf(wallet).registryHere()),
  "ground.trial": async (of: Of & { protocolNumber: string }): Promise<Known<TrialNow>> => {
    const { value, ...known } = await groundOf(of.wallet).trial(of.protocolNumber);
    const { state, ...around } = value.downloads;
    const { groups: _, screenings: __, participants: ___, ...standing } = state;
    return { ...known, value: { ...around, state: standing } };
  },
};

const withoutLeaves = ({ blockNumber, root, blocked }: RecordsState): RegistryNow => ({
  blockNumber,
  root,
  blocked,
});
