// What every resolver is given.
import type { Deployment } from "../../contracts/deployment.ts";
import type { Chain } from "../chain/chain.ts";
import type { Indexer } from "../indexer/indexer.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Segments } from "../segments/segments.ts";
import type { Session, Sessions } from "../sessions/sessions.ts";
import type { Database } from "../store/database.ts";
import type { Verifier } from "../verify/verifier.ts";
import type { Watch } from "../watch/watch.ts";
import type { Log } from "../work/log.ts";
import type { RelayRights } from "./relayRights.ts";

/** The parts of a running server. */
export type Services = {
  readonly db: Database;
  readonly deployment: Deployment;
  readonly chain: Chain;
  readonly indexer: Indexer;
  readonly outbox: Outbox;
  readonly segments: Segments;
  readonly sessions: Sessions;
  readonly verifier: Verifier;
  readonly log: Log;
  readonly watch: Watch;
  readonly relayRights: readonly RelayRights[];
};

export type Context = Services & {
  readonly session: Session | undefined;
  /** Where the request comes from; of IPv6 the network. Never stored or logged. */
  readonly address: string;
  /** Aborts when its connection ends. */
  readonly signal: AbortSignal;
  /** Tells which operation it turned out to be, for the metrics. */
  readonly called: (operation: string, isOver: boolean) => void;
  /** Takes this much work off what the address may still ask for. Throws TooManyRequests when there is too little. */
  readonly charge: (units: number) => void;
};
