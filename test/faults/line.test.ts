// The line between server and node: it delays, drops, cuts, answers nonsense. Honest submissions meet none of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { pick, seeded } from "../circuits/random.ts";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { LINE_FAULTS, type LineFault, type NodeProxy, startNodeProxy } from "../support/control.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { personOf, STAGE_KEYS, type Stage, startStage } from "../support/stage.ts";
import { join } from "./join.ts";
import { countEvents, expectCleanAudit, expectSettled } from "./verdict.ts";

const FAULTS = Object.keys(LINE_FAULTS) as LineFault[];
let stage: Stage;
let proxy: NodeProxy;
let server: TestServer;

beforeAll(async () => {
  stage = await startStage();
  proxy = await startNodeProxy(stage.chain.anvil.url);
  server = await startTestServer(stage.chain, { RPC_URL: proxy.url }, { keys: STAGE_KEYS });
});
afterAll(async () => {
  await server?.end();
  await proxy?.stop();
  await stage?.stop();
});

const sent = () => stage.chain.provider.getTransactionCount(KEYS.relayer.address);
const counts = () => countEvents(stage.chain, ["Screened", "Consented"]);

describe("a line to the node", () => {
  test.each(FAULTS)(
    "that is bad for a while (%s) delays a submission, and neither refuses nor doubles it",
    async (fault) => {
      const before = await sent();
      const { proof } = await screeningOf(stage.story, personOf(stage.story, `${fault} line`));
      const api = connect({ url: server.url });
      let met = 0;
      proxy.setFaults(() => {
        met++;
        return fault;
      });
      const submission = await api.submit("screening", proof);
      // Long enough for the outbox to run into it, however often it tries.
      const until = met + 6;
      await expect.poll(() => met, { timeout: 60_000 }).toBeGreaterThan(until);
      proxy.setFaults(() => undefined);
      expect((await api.settle(submission)).state).toBe("final");
      expect(await sent()).toBe(before + 1);
    },
  );

  test("that fails one request in ten, each time in another way, loses and doubles nothing", async () => {
    const random = seeded(20_261_125);
    const before = await counts();
    proxy.setFaults(() => (random() < 1 / 10 ? pick(random, FAULTS) : undefined));
    const people = Array.from({ length: 6 }, (_, i) => personOf(stage.story, `flaky ${i}`));
    const ids = (
      await Promise.all(people.map((one) => join({ story: stage.story, url: server.url }, one)))
    ).flat();
    proxy.setFaults(() => undefined);
    await expectSettled(server.url);
    expect(new Set(ids).size).toBe(12);
    const after = await counts();
    expect(after.Screened! - before.Screened!).toBe(6);
    expect(after.Consented! - before.Consented!).toBe(6);
    await expectCleanAudit(connect({ url: server.url }), stage.chain);
  });
});
