// What every resolver is given.
import type { Deployment } from "../contracts/deployment.ts";
import type { Chain } from "./chain/chain.ts";
import type { Indexer } from "./indexer/indexer.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Sessions } from "./sessions.ts";
import type { Database } from "./store/database.ts";
import type { Verifier } from "./verifier.ts";

/** The parts of a running server. */
export type Services = {
  readonly db: Database;
  readonly deployment: Deployment;
  readonly chain: Chain;
  readonly indexer: Indexer;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  readonly verifier: Verifier;
  readonly log: Log;
  /** How often subscriptions look for news. */
  readonly pollMs: number;
};

export type Session = { readonly id: string; readonly address: string };

export type Context = Services & { readonly session: Session | undefined };
