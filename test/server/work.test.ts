// What one address can have the server do: work is charged before it is done, and what waits is bounded.
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { screeningOf } from "../contracts/story.ts";
import { startNodeProxy } from "../support/control.ts";
import { openServed } from "../support/served.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { personOf, STAGE_KEYS, submit } from "../support/stage.ts";
import { bytes32 } from "../support/world.ts";

const { stage } = await openServed();
const start = (environment: Record<string, string>) =>
  startTestServer(stage.chain, environment, { keys: STAGE_KEYS });

async function metric(of: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${of.url}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

const VERIFY = `mutation ($proofs: [EligibilityProofInput!]!) {
  verifyProofs(circuit: ELIGIBILITY_8, proofs: $proofs) { ... on Verdicts { verdicts } } }`;
const falseProofs = (count: number) => ({
  proofs: Array(count).fill({
    points: ["1", "2", ...Array(6).fill("1")],
    signals: Array(7).fill("1"),
  }),
});

describe("proofs", () => {
  test("are charged by their number before any is looked at", async () => {
    const server = await start({ RATE_PER_MINUTE: "150" });
    expect((await server.ask(VERIFY, falseProofs(20))).data.verifyProofs.verdicts).toHaveLength(20);
    const many = await server.ask(VERIFY, falseProofs(100));
    expect(many).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: "TooManyRequests" } }],
    });
    expect(await metric(server, "cohort_proofs_verified_total")).toBe(20);
    // What was refused took nothing.
    expect((await server.ask(VERIFY, falseProofs(5))).data.verifyProofs.verdicts).toHaveLength(5);
    await server.end();
  });

  test("are verified beside the thread that answers", async () => {
    const server = await start({});
    const verdicts = server.ask(VERIFY, falseProofs(100));
    let answered = 0;
    let isDone = false;
    void verdicts.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await fetch(`${server.url}/health`);
      answered++;
    }
    expect((await verdicts).data.verifyProofs.verdicts).toEqual(Array(100).fill(false));
    expect(answered).toBeGreaterThan(20);
    await server.end();
  });
});

describe("a budget", () => {
  const from = (server: TestServer, address: string) =>
    fetch(`${server.url}/deployment.json`, { headers: { "x-forwarded-for": address } });

  test.each([
    ["an IPv4 address", "192.0.2.7", "192.0.2.7", "192.0.2.8"],
    ["an IPv4 address in IPv6's form", "::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"],
    ["a network of IPv6", "2001:db8:1:2::1", "2001:DB8:1:2:ffff:1:2:3", "2001:db8:1:3::1"],
    ["a short one", "2001:db8::1", "2001:0db8:0000:0000:ffff::", "2001:db8:0:1::1"],
  ])("belongs to %s", async (_, one, same, other) => {
    const server = await start({ RATE_PER_MINUTE: "2", TRUSTED_PROXIES: "1" });
    const statuses = [];
    for (const address of [one, same, one, other]) {
      statuses.push((await from(server, address)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
    await server.end();
  });

  test("pays for unpacking an artifact, and a look at its head costs no more than any request", async () => {
    const server = await start({ RATE_PER_MINUTE: "60" });
    const ask = (method: string) =>
      fetch(`${server.url}/artifacts/eligibility-8.zkey`, {
        method,
        headers: { "accept-encoding": "identity" },
      });
    for (let i = 0; i < 5; i++) expect((await ask("HEAD")).status).toBe(200);
    const whole = await ask("GET");
    expect(whole.status).toBe(200);
    await whole.arrayBuffer();
    expect((await ask("GET")).status).toBe(429);
    expect((await ask("HEAD")).status).toBe(200);
    await server.end();
  });
});

describe("unfinished bodies", () => {
  test("are held up to a budget, of which one address has half, and given back when they end", async () => {
    const server = await start({ BODIES_MB: "8", TRUSTED_PROXIES: "1" });
    const begin = (address: string) => {
      const headers = {
        ...{ "content-type": "application/json", "content-length": "1400000" },
        "x-forwarded-for": address,
      };
      const request = httpRequest(`${server.url}/graphql`, { method: "POST", headers });
      const status = new Promise<number | undefined>((resolve) => {
        request.on("response", (response) => resolve(response.resume().statusCode));
        request.on("error", () => resolve(undefined));
      });
      request.write("x".repeat(1_000_000));
      return { request, status };
    };
    const mine = Array.from({ length: 12 }, () => begin("192.0.2.1"));
    await expect.poll(() => metric(server, "cohort_bodies_bytes")).toBeGreaterThan(3_000_000);
    let turnedAway = 0;
    for (const { status } of mine) void status.then((code) => (turnedAway += Number(code === 429)));
    await expect.poll(() => turnedAway).toBeGreaterThanOrEqual(6);
    expect(await metric(server, "cohort_bodies_bytes")).toBeLessThanOrEqual(4 * 2 ** 20);
    // Somebody else is served meanwhile.
    expect((await server.ask("{ me { address } }")).status).toBe(200);
    for (const { request } of mine) request.destroy();
    await expect.poll(() => metric(server, "cohort_bodies_bytes")).toBe(0);
    expect(server.logged()).not.toContain('"level":50');
    await server.end();
  });
});

describe("connections", () => {
  test("of one address are so many at once, and one that ends makes room", async () => {
    const server = await start({ CONNECTIONS_PER_ADDRESS: "3" });
    const { port } = new URL(server.url);
    const open = () =>
      new Promise<{ isOpen: boolean; socket: Socket }>((resolve) => {
        const socket = connect(Number(port), "127.0.0.1");
        socket.on("error", () => {});
        socket.once("close", () => resolve({ isOpen: false, socket }));
        // What is turned away is cut at once; what is not is asked and answers.
        socket.once("data", () => resolve({ isOpen: true, socket }));
        socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
      });
    const opened = [await open(), await open(), await open(), await open()];
    expect(opened.map(({ isOpen }) => isOpen)).toEqual([true, true, true, false]);
    opened[0]!.socket.destroy();
    await expect.poll(async () => (await open()).isOpen).toBe(true);
    for (const { socket } of opened) socket.destroy();
    await server.end();
  });
});

describe("submissions for trials that there are none of", () => {
  test("have the chain read together, not each by itself, and an honest one is final beside them", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const server = await start({ RPC_URL: proxy.url, POLL_MS: "5000" });
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "honest"));
    const before = proxy.asked("eth_blockNumber");
    const garbage = Array.from({ length: 300 }, (_, i) =>
      submit(server, "submitScreening", { ...proof, trialId: bytes32(`no trial ${i}`) }),
    );
    const honest = await submit(server, "submitScreening", proof);
    expect(honest.__typename).toBe("Submission");
    const answers = await Promise.all(garbage);
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(["UnknownTrial"]));
    expect(proxy.asked("eth_blockNumber") - before).toBeLessThan(150);
    expect((await server.settle(honest.id)).state).toBe("FINAL");
    await server.end();
    await proxy.stop();
  });
});

describe("an operator", () => {
  test("reads by operation what the processor did", async () => {
    const server = await start({});
    await server.ask(VERIFY, falseProofs(10));
    const used = await metric(server, 'cohort_cpu_seconds_total{operation="verifyProofs"}');
    expect(used).toBeGreaterThan(0);
    await server.end();
  });

  test("may have metrics and readiness on an address of their own, where there is nothing else", async () => {
    const server = await start({ OPERATOR_PORT: "0" });
    const port = /"operatorPort":(\d+)/.exec(server.logged())![1];
    const statuses = async (url: string) => {
      const paths = ["/metrics", "/ready", "/health", "/deployment.json"];
      const all = await Promise.all(paths.map((path) => fetch(url + path)));
      return all.map(({ status }) => status);
    };
    expect(await statuses(server.url)).toEqual([404, 404, 200, 200]);
    expect(await statuses(`http://127.0.0.1:${port}`)).toEqual([200, 200, 200, 404]);
    const graphql = await fetch(`http://127.0.0.1:${port}/graphql`, { method: "POST" });
    expect(graphql.status).toBe(404);
    await server.end();
  });
});

describe("caches", () => {
  test("are told all that an answer depends on", async () => {
    const origin = "https://pages.example";
    const server = await start({ CORS_ORIGINS: origin });
    for (const path of ["/artifacts/eligibility-8.wasm", "/state/records", "/deployment.json"]) {
      const response = await fetch(server.url + path, { headers: { origin } });
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(response.headers.get("vary")).toBe("accept-encoding, origin");
    }
    await server.end();
  });
});
