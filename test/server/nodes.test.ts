// Nodes that lag, lie, limit or fail: nothing is lost, and the server says how it is.
import { describe, expect, test } from "vitest";
import { personOf, screen } from "../contracts/story.ts";
import { startNodeProxy } from "../support/control.ts";
import { openServed } from "../support/served.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";

const { stage, server } = await openServed();
const start = (environment: Record<string, string>) =>
  startTestServer(stage.chain, environment, { keys: STAGE_KEYS });

const EVENTS = "{ events(first: 200) { edges { node { id name } } } }";
const eventsOf = async (of: TestServer) => (await of.ask(EVENTS)).data.events.edges;
const ready = async (of: TestServer) => {
  const response = await fetch(`${of.url}/ready`);
  return { ...(await response.json()), status: response.status };
};

describe("a node that answers that there are no logs", () => {
  test.each([1, 2, 3])("loses no event, whichever answer it is (%i)", async (which) => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await start({ RPC_URL: proxy.url });
    let asked = 0;
    proxy.setAnswers(({ method, params }) => {
      const isRange = method === "eth_getLogs" && params[0].blockHash === undefined;
      return isRange && ++asked === which ? { result: [] } : undefined;
    });
    for (const name of ["one", "two", "three"]) {
      await screen(stage.story, personOf(stage.story, `${name} of ${which}`));
      await expect.poll(async () => (await eventsOf(own)).at(-1).node.name).toBe("Screened");
    }
    await expect.poll(() => asked).toBeGreaterThanOrEqual(which);
    await expect.poll(() => eventsOf(own)).toEqual(await eventsOf(server));
    await own.end();
    await proxy.stop();
  });

  test("from the beginning on loses none either", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    proxy.setAnswers(({ method, params }) =>
      method === "eth_getLogs" && params[0].blockHash === undefined ? { result: [] } : undefined,
    );
    const own = await start({ RPC_URL: proxy.url });
    expect(await eventsOf(own)).toEqual(await eventsOf(server));
    await own.end();
    await proxy.stop();
  });
});

describe("a node that answers short ranges only", () => {
  test("is asked for shorter ones until it answers; its words are in the log", async () => {
    await stage.chain.provider.send("anvil_mine", ["0x4b0"]);
    await screen(stage.story, personOf(stage.story, "behind many blocks"));
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const message = "query exceeds max block range 500";
    proxy.setAnswers(({ method, params }) => {
      if (method !== "eth_getLogs" || params[0].blockHash !== undefined) return undefined;
      const blocks = Number(params[0].toBlock) - Number(params[0].fromBlock) + 1;
      return blocks > 500 ? { error: { code: -32_005, message } } : undefined;
    });
    const own = await start({ RPC_URL: proxy.url });
    expect(await eventsOf(own)).toEqual(await eventsOf(server));
    expect(own.logged()).toContain(message);
    await own.end();
    await proxy.stop();
  });
});

describe("a server that cannot read the chain", () => {
  test("is not ready, although its node and database answer, and is again when it can", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await start({ RPC_URL: proxy.url, READY_SECONDS: "1" });
    expect(await ready(own)).toMatchObject({ status: 200, level: true });
    const message = "logs are being pruned";
    proxy.setAnswers(({ method }) =>
      method === "eth_getLogs" ? { error: { code: -32_000, message } } : undefined,
    );
    const before = (await eventsOf(server)).length;
    await screen(stage.story, personOf(stage.story, "unread"));
    await expect
      .poll(() => ready(own), { timeout: 15_000 })
      .toMatchObject({ status: 503, chain: true, database: true, level: false });
    await expect.poll(() => own.logged()).toContain(message);
    proxy.setAnswers(() => undefined);
    await expect.poll(() => ready(own), { timeout: 15_000 }).toMatchObject({ status: 200 });
    for (const each of [own, server]) {
      await expect.poll(async () => (await eventsOf(each)).length).toBe(before + 1);
    }
    expect(await eventsOf(own)).toEqual(await eventsOf(server));
    await own.end();
    await proxy.stop();
  });
});
