// What waits in memory is bounded: requests for a newer look at the chain, news that a subscriber leaves unread.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { Chain } from "../../server/chain/chain.ts";
import { startIndexer } from "../../server/indexer/indexer.ts";
import type { Outbox } from "../../server/outbox/outbox.ts";
import { openDatabase } from "../../server/store/database.ts";
import { events } from "../../server/store/tables.ts";
import { createWatch } from "../../server/watch/watch.ts";
import { createLog } from "../../server/work/log.ts";
import { testFolder } from "../support/server.ts";

const database = await openDatabase({ url: undefined, folder: `${testFolder()}/database` });
const { db } = database;
const log = createLog("silent", { write: () => {} });
afterAll(() => database.close());

test("of requests that wait for a node that is silent, those over a thousand are turned away", async () => {
  const answer = Promise.withResolvers<number>();
  const provider = { getBlockNumber: () => answer.promise };
  const chain = { provider, deployment: { deployBlock: 5 } } as unknown as Chain;
  const indexer = startIndexer({ db, chain, log, modules: [] }, { pollMs: 60_000 });
  const waiting = Array.from({ length: 1_000 }, () => indexer.refresh());
  await expect(indexer.refresh()).rejects.toThrow("TooManyRequests");
  answer.resolve(0);
  await Promise.all(waiting);
  await indexer.refresh();
  await indexer.stop();
});

test("what happens while a subscriber is let in reaches it", async () => {
  const trialId = `0x${"22".repeat(32)}`;
  const gate = Promise.withResolvers<void>();
  // The first look for the newest event is answered late.
  let isFirst = true;
  const late = new Proxy(db, {
    get: (target, key) => {
      if (key !== "select" || !isFirst) return Reflect.get(target, key);
      isFirst = false;
      const limit = async (rows: Promise<unknown>) => {
        const read = await rows;
        await gate.promise;
        return read;
      };
      return () => ({
        from: () => ({
          orderBy: () => ({ limit: () => limit(target.select().from(events).limit(0).execute()) }),
        }),
      });
    },
  });
  const indexer = { attend: async () => {} };
  const options = { pollMs: 1, perAddress: 9, inAll: 9 };
  const watch = createWatch({ db: late, indexer, outbox: {} as Outbox, log }, options);
  const { signal } = new AbortController();
  const entering = watch.events(trialId, { address: "192.0.2.7", signal });
  await sleep(50);
  await db.insert(events).values(eventOf(trialId, 5_000));
  await sleep(50);
  gate.resolve();
  const news = await entering;
  const first = await Promise.race([news[Symbol.asyncIterator]().next(), sleep(60_000)]);
  expect(first).toMatchObject({ done: false, value: { name: "StatusChanged" } });
});

test("a subscriber that reads nothing is let go after a thousand news", async () => {
  const trialId = `0x${"11".repeat(32)}`;
  const options = { pollMs: 5, perAddress: 9, inAll: 9 };
  const indexer = { attend: async () => {} };
  const watch = createWatch({ db, indexer, outbox: {} as Outbox, log }, options);
  const { signal } = new AbortController();
  const news = await watch.events(trialId, { address: "192.0.2.7", signal });
  const rows = Array.from({ length: 1_001 }, (_, i) => eventOf(trialId, 10_000 + i));
  await db.insert(events).values(rows);
  await expect.poll(watch.open).toBe(0);
  const read = async () => {
    for await (const _ of news);
  };
  await expect(read()).rejects.toThrow("TooManyRequests");
});

function eventOf(subject: string, position: number) {
  return {
    ...{ position, blockNumber: 1, blockTime: new Date(0), logIndex: position },
    transactionHash: `0x${"22".repeat(32)}`,
    ...{ contract: "TrialRegistry", name: "StatusChanged", subject, arguments: {} },
  };
}
