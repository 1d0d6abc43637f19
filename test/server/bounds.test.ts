// What waits in memory is bounded: requests for a newer look at the chain, news that a subscriber leaves unread.
import { afterAll, expect, test } from "vitest";
import type { Chain } from "../../server/chain/chain.ts";
import { startIndexer } from "../../server/indexer/indexer.ts";
import { createLog } from "../../server/log.ts";
import type { Outbox } from "../../server/outbox/outbox.ts";
import { openDatabase } from "../../server/store/database.ts";
import { events } from "../../server/store/tables.ts";
import { createWatch } from "../../server/watch.ts";
import { testFolder } from "../support/server.ts";

const database = await openDatabase({ url: undefined, folder: `${testFolder()}/database` });
const { db } = database;
const log = createLog("silent", { write: () => {} });
afterAll(() => database.close());

test("of requests that wait for a node that is silent, those over a thousand are turned away", async () => {
  const answer = Promise.withResolvers<number>();
  const provider = { getBlockNumber: () => answer.promise };
  const chain = { provider, deployment: { deployBlock: 5 } } as unknown as Chain;
  const indexer = startIndexer({ db, chain, log }, { pollMs: 60_000 });
  const waiting = Array.from({ length: 1_000 }, () => indexer.refresh());
  await expect(indexer.refresh()).rejects.toThrow("TooManyRequests");
  answer.resolve(0);
  await Promise.all(waiting);
  await indexer.refresh();
  await indexer.stop();
});

test("a subscriber that reads nothing is let go after a thousand news", async () => {
  const trialId = `0x${"11".repeat(32)}`;
  const options = { pollMs: 5, perAddress: 9, inAll: 9 };
  const watch = createWatch({ db, outbox: {} as Outbox, log }, options);
  const { signal } = new AbortController();
  const news = await watch.trial(trialId, { address: "192.0.2.7", signal });
  const event = {
    ...{
      blockNumber: 1,
      blockTime: new Date(0),
      logIndex: 0,
      transactionHash: `0x${"22".repeat(32)}`,
    },
    ...{ contract: "TrialRegistry", name: "StatusChanged", subject: trialId, arguments: {} },
  };
  const rows = Array.from({ length: 1_001 }, (_, position) => ({ ...event, position }));
  await db.insert(events).values(rows);
  await expect.poll(watch.open).toBe(0);
  const read = async () => {
    for await (const _ of news);
  };
  await expect(read()).rejects.toThrow("TooManyRequests");
});
