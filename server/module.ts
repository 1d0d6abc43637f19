// A capability as the server knows it. What belongs to one lies in a folder of its own and is listed in modules.ts;
// engines (all other folders) know none of them. Which folder may import which other, besides engines:
//   accreditation  none
//   trials         accreditation
//   records        accreditation
//   handover       accreditation
//   participation  accreditation, trials, records
//   exchange       all of them
import type { Config } from "./config.ts";
import type { Gauge } from "./http/metrics.ts";
import type { Routes } from "./http/route.ts";
import type { Derived } from "./indexer/derive.ts";
import type { Services } from "./schema/context.ts";
import type { RelayRights } from "./schema/relayRights.ts";
import type { PublicState } from "./segments/publicState.ts";
import type { Backups } from "./store/backup.ts";
import type { ReadStanding } from "./store/standing.ts";

/** Its name, contracts, tables and what their events change; and what else it adds to the server. */
export type Module = Derived & {
  /** Adds its types and root fields to the schema: each root field states its right and cost. */
  readonly schema: () => void;
  /** Calls that are relayed for signed-in accounts. */
  readonly relayRights?: RelayRights;
  /** What everybody downloads as a head and segments. */
  readonly publicState?: PublicState;
  /** Tables of uploads, which the chain cannot give back. */
  readonly backups?: Backups;
  /** HTTP besides GraphQL. */
  readonly routes?: Routes;
  /** Work beside requests, from when the server is up until `stop`. */
  readonly work?: (services: Services, config: Config) => { readonly stop: () => Promise<void> };
  /** What it adds to the operator's status. */
  readonly standing?: ReadStanding;
  /** What it adds to the metrics. */
  readonly gauges?: (services: Services) => Promise<readonly Gauge[]>;
};
