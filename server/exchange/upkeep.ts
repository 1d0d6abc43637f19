// What goes on beside requests: batches are formed and anchored, packages that nobody deposits and those of erased
// participants are dropped. All of it is taken up where it was left, whenever the process ended.
import { interfaceOf } from "../../contracts/connect.ts";
import type { Config } from "../config.ts";
import { type Alert, createAlert } from "../outbox/alerts.ts";
import type { Services } from "../schema/context.ts";
import { readBlock } from "../store/blocks.ts";
import { createLoop, REST_MS } from "../work/loop.ts";
import { type BatchRule, formBatches, listUnanchored } from "./deposits/batches.ts";
import { dropErased, dropRevived, dropUndeposited } from "./packages/rows.ts";
import type { PackageStore } from "./packages/store.ts";
import { storeOf } from "./packages/stores.ts";
import { erasures } from "./tables.ts";

/** Batches handed to the relayer in one turn. */
const AT_ONCE = 50;
const DROP_EVERY_MS = 60_000;

type Working = {
  readonly services: Services;
  readonly config: Config;
  readonly store: PackageStore;
  readonly alert: Alert;
};

/** Starts it; `stop` ends it after the turn that is under way. */
export function startUpkeep(
  services: Services,
  config: Config,
): { readonly stop: () => Promise<void> } {
  const store = storeOf(config);
  const working = { services, config, store, alert: createAlert(services.log) };
  const rule = { most: config.ANCHOR_MOST, seconds: config.ANCHOR_SECONDS };
  let droppedAt = Number.NEGATIVE_INFINITY;
  let erasuresSeen = 0;
  let isTidy = false;
  const loop = createLoop({
    name: "exchange",
    log: services.log,
    everyMs: config.POLL_MS,
    restMs: REST_MS,
    run: async () => {
      // A store that is away keeps no entry from the chain; nor does a full disk, on which no batch is formed, keep
      // from dropping what makes room.
      const [batching] = await Promise.allSettled([batch(working, rule)]);
      const asked = await services.db.$count(erasures);
      if (asked !== erasuresSeen || Date.now() - droppedAt > DROP_EVERY_MS) {
        if (!isTidy) {
          await store.tidy();
          await dropRevived({ db: services.db, store });
        }
        isTidy = true;
        if (!(await drop(working))) droppedAt = Date.now();
        erasuresSeen = asked;
      }
      if (batching.status === "rejected") throw batching.reason;
      return batching.value && "soon";
    },
  });
  return { stop: loop.stop };
}

/** Forms batches that are due and hands them to the chain; true while something waits for it. */
async function batch(working: Working, rule: BatchRule): Promise<boolean> {
  const isWaiting = await formBatches(working.services.db, rule);
  return (await anchor(working)) || isWaiting;
}

/** Hands every batch that is not on the chain to the outbox, which knows those that it has already. */
async function anchor({ services, alert }: Working): Promise<boolean> {
  const { db, outbox, deployment } = services;
  const open = await listUnanchored(db, AT_ONCE);
  for (const { root, count } of open) {
    const data = interfaceOf("DepositLog").encodeFunctionData("anchor", [root, count]);
    const to = deployment.addresses.DepositLog;
    const call = { kind: "anchorDeposits", key: `deposits:${root}`, to, data, isVerified: true };
    const { refusal } = await outbox.submit(call);
    // On the chain already, and not yet read here.
    if (typeof refusal !== "string" || refusal === "AlreadyAnchored") continue;
    const fields = { refusal, batches: open.length };
    alert(`anchor ${refusal}`, fields, "deposits are not anchored: see the refusal");
    break;
  }
  return open.length > 0;
}

/** Drops what is due; true when there is more. */
async function drop({ services, config, store }: Working): Promise<boolean> {
  const { db } = services;
  // An erasure that a reorganisation could take back is not acted upon yet.
  const final = (await readBlock(db)) - config.CONFIRMATIONS + 1;
  const moreErased = await dropErased({ db, store }, final);
  return (await dropUndeposited({ db, store })) || moreErased;
}
