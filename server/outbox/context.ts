// What sending and tracking are given.

import type { Chain } from "../chain/chain.ts";
import type { Database } from "../store/database.ts";
import type { Log } from "../work/log.ts";
import type { Alert } from "./alerts.ts";
import type { Budget } from "./budget.ts";

export type SendContext = {
  readonly db: Database;
  readonly chain: Chain;
  readonly log: Log;
  readonly budget: Budget;
  readonly alert: Alert;
  /** Since when the node has said something unheard of about a submission's transaction, in Unix milliseconds. */
  readonly unheardSince: Map<string, number>;
};
