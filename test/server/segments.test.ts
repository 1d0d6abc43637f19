// Public state out of heads and segments, against the whole state out of the tables, over made-up histories.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batches, leaves } from "../../server/records/tables.ts";
import { History } from "../support/history.ts";
import { TRIAL_ID } from "../support/invention.ts";
import { type SegmentServer, startSegmentServer } from "../support/segmentServer.ts";
import { empty, visitor, wholeStates } from "../support/visits.ts";

/** `npm run evidence` makes up more of them. */
const HISTORIES = Number(process.env.SEGMENT_HISTORIES ?? 2);

let server: SegmentServer;

beforeAll(async () => {
  server = await startSegmentServer();
}, 120_000);

afterAll(() => server?.end());

/** Publishes some of the batches that are anchored now. */
async function publishSome(): Promise<void> {
  const rows = await server.db.select().from(leaves).limit(7);
  const roots = rows.flatMap(({ batchRoot }) => batchRoot ?? []);
  if (roots.length === 0) return;
  const values = roots.map((root) => ({ root, leaves: [] }));
  await server.db.insert(batches).values(values).onConflictDoNothing();
  // Another instance's uploads are seen within a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
}

describe("heads and segments", () => {
  test.each(Array.from({ length: HISTORIES }, (_, i) => i + 1))(
    "add up to the whole state at every visit, through reorganisations (history %i)",
    async (seed) => {
      await empty(server);
      const history = new History(server.db, seed);
      await history.begin();
      const { api } = visitor(server);
      for (const step of [3, 70, 40, 130, 1, 200]) {
        await history.goOn(step);
        if (step === 130) await publishSome();
        if (step === 40 || step === 1) {
          await history.reorganise(step === 1 ? 30 : 3);
          await history.goOn(20);
        }
        const whole = await wholeStates(server);
        const fresh = visitor(server).api;
        expect(await api.publicState(TRIAL_ID)).toEqual(whole.trial);
        expect(await fresh.publicState(TRIAL_ID)).toEqual(whole.trial);
        expect(await api.recordsState()).toEqual(whole.records);
        expect(await fresh.recordsState()).toEqual(whole.records);
      }
    },
    240_000,
  );

  test("are the same on every instance, whenever it began to read", async () => {
    await empty(server);
    const history = new History(server.db, 9);
    await history.begin();
    await history.goOn(150);
    const { api } = visitor(server);
    await api.publicState(TRIAL_ID);
    await history.goOn(100);
    const other = await server.another();
    for (const path of [`/state/trials/${TRIAL_ID}`, "/state/records"]) {
      const [here, there] = await Promise.all([server.url, other].map((url) => fetch(url + path)));
      expect(await there!.text()).toBe(await here!.text());
      expect(there!.headers.get("etag")).toBe(here!.headers.get("etag"));
    }
  }, 120_000);
});
