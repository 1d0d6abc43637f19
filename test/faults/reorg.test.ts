// Reorganisations, shallow and deep, while people join a trial: what fell out comes back, once.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import type { Person } from "../contracts/story.ts";
import { KEYS, mineOnTime, reorganise } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { personOf, STAGE_KEYS, type Stage, startStage } from "../support/stage.ts";
import { join } from "./join.ts";
import { countEvents, expectCleanAudit, expectSettled } from "./verdict.ts";

const DEPTHS = [1, 2, 3, 5, 8];
const AT_ONCE = 4;
/** Transactions of this test's people so far. */
let due = 0;
let stage: Stage;
let server: TestServer;

beforeAll(async () => {
  stage = await startStage();
  // What the story was opened with is nobody's to send again: no reorganisation here is that deep.
  await stage.chain.provider.send("anvil_mine", ["0x8"]);
  server = await startTestServer(stage.chain, { CONFIRMATIONS: "2" }, { keys: STAGE_KEYS });
});
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

async function sizeOfNewest({ provider }: Pick<Stage["chain"], "provider">): Promise<number> {
  return (await provider.getBlock("latest"))!.transactions.length;
}

describe("a reorganisation while people join", () => {
  test.each(DEPTHS)(
    "%i blocks deep loses nobody and counts nobody twice, not even those who were final",
    async (depth) => {
      const { chain, story } = stage;
      const people = Array.from({ length: AT_ONCE }, (_, i) => personOf(story, `${depth}-${i}`));
      const joinAt = (person: Person) => join({ story, url: server.url }, person);
      let clock = mineOnTime(chain.provider);
      try {
        const joining = people.slice(1).map(joinAt);
        const first = await Promise.race(joining);
        expect(first).toHaveLength(2);
        await clock.stop();
        // Someone comes late, so that something is in the newest block whatever the others did.
        joining.push(joinAt(people[0]!));
        await expect.poll(() => sizeOfNewest(chain), { interval: 20, timeout: 30_000 }).not.toBe(0);
        expect(await reorganise(chain.provider, depth)).toBeGreaterThan(0);
        clock = mineOnTime(chain.provider);
        await Promise.all(joining);
        due += AT_ONCE;
        const counted = () => countEvents(chain, ["Screened", "Consented", "MemberAdded"]);
        const whole = { Screened: due, Consented: due, MemberAdded: due };
        await expect.poll(counted, { timeout: 60_000 }).toEqual(whole);
        await expectSettled(server.url);
        expect(await counted()).toEqual(whole);
      } finally {
        await clock.stop();
      }
      expect(await chain.provider.getTransactionCount(KEYS.relayer.address)).toBe(2 * due);
      await expectCleanAudit(connect({ url: server.url }), chain);
    },
  );
});
