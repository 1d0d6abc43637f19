// Subscriptions that are opened and dropped, too many of them, and news that reach everybody once.
import { request as httpRequest } from "node:http";
import { createClient } from "graphql-sse";
import { describe, expect, test } from "vitest";
import { personOf, screen } from "../contracts/story.ts";
import { openServed } from "../support/served.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";

const { stage, server } = await openServed();
const EVENTS = `subscription { trialEvents(trialId: "${stage.story.trialId}") { id name } }`;
const NOBODYS = `subscription { trialEvents(trialId: "0x${"5a".repeat(32)}") { name } }`;
const headers = { "content-type": "application/json", accept: "text/event-stream" };

async function gauge(of: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${of.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)![1]);
}

/** Opens a subscription and leaves it open; `drop` cuts the connection. */
async function open(of: TestServer): Promise<{ status: number; drop: () => void }> {
  const request = httpRequest(`${of.url}/graphql`, { method: "POST", headers });
  request.on("error", () => {});
  request.end(JSON.stringify({ query: EVENTS }));
  const status = await new Promise<number>((resolve) => {
    request.on("response", (response) => {
      response.on("error", () => {}).resume();
      resolve(response.statusCode!);
    });
  });
  return { status, drop: () => void request.destroy() };
}

describe("subscriptions", () => {
  test("end with their connection, whether or not anything ever happens", async () => {
    const own = await startTestServer(
      stage.chain,
      { SUBSCRIPTIONS_PER_ADDRESS: "400" },
      { keys: STAGE_KEYS },
    );
    const opened = await Promise.all(Array.from({ length: 400 }, () => open(own)));
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await gauge(own, "cohort_subscriptions")).toBe(400);
    for (const { drop } of opened) drop();
    await expect.poll(() => gauge(own, "cohort_subscriptions")).toBe(0);
    await own.end();
  });

  test("are so many at once of one address, and in all, and a dropped one makes room", async () => {
    const limits = { SUBSCRIPTIONS_PER_ADDRESS: "2", SUBSCRIPTIONS: "3", TRUSTED_PROXIES: "1" };
    const own = await startTestServer(stage.chain, limits, { keys: STAGE_KEYS });
    const opened = [await open(own), await open(own), await open(own)];
    expect(opened.map(({ status }) => status)).toEqual([200, 200, 429]);
    opened[0]!.drop();
    await expect.poll(() => gauge(own, "cohort_subscriptions")).toBe(1);
    const from = async (address: string) => {
      const stop = new AbortController();
      const response = await fetch(`${own.url}/graphql`, {
        method: "POST",
        headers: { ...headers, "x-forwarded-for": address },
        body: JSON.stringify({ query: EVENTS }),
        signal: stop.signal,
      });
      return { status: response.status, stop };
    };
    const others = [await from("192.0.2.1"), await from("192.0.2.2"), await from("192.0.2.3")];
    expect(others.map(({ status }) => status)).toEqual([200, 200, 429]);
    for (const { stop } of others) stop.abort();
    opened[1]!.drop();
    await own.end();
  });

  test("to a trial that there is none of are refused by name", async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers,
      body: JSON.stringify({ query: NOBODYS }),
    });
    expect(await response.text()).toContain("UnknownTrial");
    expect(await gauge(server, "cohort_subscriptions")).toBe(0);
  });

  test("all get each event, once and in order", async () => {
    const listed = async () => {
      const { data } = await server.ask("{ events(first: 200) { edges { node { id name } } } }");
      return data.events.edges.map(({ node }: { node: unknown }) => node);
    };
    const before = (await listed()).length;
    // Whoever is the first of all opens a group, which is an event more.
    await screen(stage.story, personOf(stage.story, "earlier"));
    await expect.poll(async () => (await listed()).length).toBeGreaterThan(before);
    const client = createClient({ url: `${server.url}/graphql`, retryAttempts: 0 });
    const readers = Array.from({ length: 5 }, () => client.iterate({ query: EVENTS }));
    const firsts = readers.map((reader) => reader.next());
    await expect.poll(() => gauge(server, "cohort_subscriptions")).toBe(5);
    for (const name of ["first", "second", "third"]) {
      await screen(stage.story, personOf(stage.story, name));
    }
    const seen = await Promise.all(
      readers.map(async (reader, i) => {
        const values = [await firsts[i]!, await reader.next(), await reader.next()];
        return values.map(({ value }) => (value as Answer).data.trialEvents);
      }),
    );
    const newest = (await listed()).slice(-3);
    for (const events of seen) expect(events).toEqual(newest);
    await Promise.all(readers.map((reader) => reader.return?.()));
    await expect.poll(() => gauge(server, "cohort_subscriptions")).toBe(0);
  });
});

type Answer = { data: { trialEvents: { id: string; name: string } } };
