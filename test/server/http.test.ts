import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { createClient } from "graphql-sse";
import { describe, expect, test } from "vitest";
import { readManifest } from "../../circuits/artifacts/read.ts";
import { consent, personOf, screen, screeningOf } from "../contracts/story.ts";
import { openServed } from "../support/served.ts";
import { startTestServer } from "../support/server.ts";
import { STAGE_KEYS, submit } from "../support/stage.ts";

const { stage, server } = await openServed();

async function subscribed(url = server.url): Promise<void> {
  const text = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(text).toMatch(/^cohort_subscriptions 1$/m);
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers });

describe("probes", () => {
  test("say that the server is up and ready", async () => {
    expect(await (await get("/health")).json()).toEqual({ status: "up" });
    expect(await (await get("/ready")).json()).toMatchObject({ status: "ready", chain: true });
  });

  test("count in the text format of Prometheus", async () => {
    await server.ask("{ me { address } }");
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(/^cohort_requests_total\{route="\/graphql",status="200"\} [1-9]\d*$/m);
    expect(text).toMatch(/^cohort_indexed_block [1-9]\d*$/m);
    expect(text).toMatch(/^cohort_outbox\{state="queued"\} 0$/m);
    for (const line of text.trim().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^}]*\})? -?\d+(\.\d+)?(e\+\d+)?)$/);
    }
  });
});

describe("public states", () => {
  test("are answered with a tag that saves asking again", async () => {
    const path = `/state/trials/${stage.story.trialId}`;
    const first = await get(path);
    const state = await first.json();
    expect(state).toMatchObject({ status: "active", currentVersion: 1 });
    const etag = first.headers.get("etag")!;
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    await screen(stage.story, personOf(stage.story, "someone new"));
    await expect.poll(async () => (await get(path, { "if-none-match": etag })).status).toBe(200);
  });

  test("of the registry holds what GraphQL holds", async () => {
    const state = await (await get("/state/records")).json();
    const { data } = await server.ask("{ recordsState { leaves { value } } }");
    expect(state.log.rows).toBe(data.recordsState.leaves.length);
    for (const { value } of data.recordsState.leaves) expect(state.log.tail).toContain(value);
  });

  test("of a trial that is not there is not found", async () => {
    expect((await get(`/state/trials/0x${"00".repeat(32)}`)).status).toBe(404);
    expect((await get("/state/trials/../../etc/passwd")).status).toBe(404);
  });
});

describe("artifacts", () => {
  test("are sent packed, and have the hash of the manifest when unpacked", async () => {
    const manifest = await readManifest();
    const expected = manifest.circuits["eligibility-8"].files["eligibility-8.wasm"]!;
    const packed = await get("/artifacts/eligibility-8.wasm", { "accept-encoding": "br" });
    expect(packed.headers.get("content-encoding")).toBe("br");
    const plain = await get("/artifacts/eligibility-8.wasm", { "accept-encoding": "identity" });
    expect(plain.headers.get("content-encoding")).toBeNull();
    for (const response of [packed, plain]) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(expected.sha256);
    }
    const etag = packed.headers.get("etag")!;
    const again = await get("/artifacts/eligibility-8.wasm", { "if-none-match": etag });
    expect(again.status).toBe(304);
  });

  test("all have the size and hash that the list says", async () => {
    const { data } = await server.ask("{ artifacts { name url sha256 bytes } }");
    const names = data.artifacts.map(({ name }: { name: string }) => name);
    expect(names).toContain("semaphore-20.zkey");
    for (const { url, sha256, bytes } of data.artifacts) {
      const content = new Uint8Array(await (await get(url)).arrayBuffer());
      expect(content.length).toBe(bytes);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
  });

  test.each(["read.ts", "..%2f..%2fpackage.json", "%2e%2e/package.json", "eligibility-8.zkey.br"])(
    "named %s are not found",
    async (name) => {
      expect((await get(`/artifacts/${name}`)).status).toBe(404);
    },
  );
});

describe("every answer", () => {
  test.each(["/health", "/graphql", "/nothing", "/artifacts/manifest.json"])(
    "of %s has the security headers",
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );
});

describe("a subscription", () => {
  const subscribe = (query: string, variables: Record<string, unknown>) =>
    createClient({ url: `${server.url}/graphql`, retryAttempts: 0 }).iterate({ query, variables });

  test("tells a submission's states until it is final", async () => {
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "followed"));
    const { id } = await submit(server, "submitScreening", proof);
    const query = "subscription ($id: ID!) { submission(id: $id) { state } }";
    const states: string[] = [];
    for await (const { data } of subscribe(query, { id })) {
      states.push((data as { submission: { state: string } }).submission.state);
    }
    expect(states.at(-1)).toBe("FINAL");
  });

  test("tells a trial's events as they happen", async () => {
    const query = "subscription ($id: Bytes32!) { trialEvents(trialId: $id) { name } }";
    const news = subscribe(query, { id: stage.story.trialId });
    const first = news.next();
    await subscribed();
    const someone = personOf(stage.story, "announced");
    await screen(stage.story, someone);
    const { value } = await first;
    expect(value.data.trialEvents.name).toBe("Screened");
    await news.return?.();
    await consent(stage.story, someone);
  });
});

describe("stopping", () => {
  test("answers what is under way, refuses what comes later, and ends subscriptions", async () => {
    const own = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    const client = createClient({ url: `${own.url}/graphql`, retryAttempts: 0 });
    const query = `subscription { trialEvents(trialId: "${stage.story.trialId}") { name } }`;
    const ended = client
      .iterate({ query })
      .next()
      .then(
        () => "ended",
        () => "ended",
      );
    await subscribed(own.url);
    const underWay = own.ask("{ deployment { chainId } }");
    await underWay;
    await own.stop();
    expect(await ended).toBe("ended");
    await expect(fetch(`${own.url}/health`)).rejects.toThrow();
    await own.end();
  });
});

describe("starting", () => {
  test("on a port in use says so and leaves nothing locked", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", () => resolve()));
    const { port } = squatter.address() as AddressInfo;
    const own = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
    await own.stop();
    const at = { keys: STAGE_KEYS, folder: own.folder };
    await expect(startTestServer(stage.chain, { PORT: String(port) }, at)).rejects.toThrow(
      `port ${port} is in use: stop what uses it, or set PORT to another one`,
    );
    squatter.close();
    await (await startTestServer(stage.chain, {}, at)).end();
  });

  test.each([
    ["http://127.0.0.1:1", "no node answers at RPC_URL"],
    ["not a url", "RPC_URL"],
  ])("with the node at %s says what is wrong", async (url, message) => {
    await expect(startTestServer(stage.chain, { RPC_URL: url })).rejects.toThrow(message);
  });

  test("on a chain without the contracts says so", async () => {
    const { deployment } = stage.chain;
    const addresses = { ...deployment.addresses, Enrollment: `0x${"12".repeat(20)}` };
    const chain = { ...stage.chain, deployment: { ...deployment, addresses } };
    await expect(startTestServer(chain)).rejects.toThrow("has no contract Enrollment");
    const foreign = { ...stage.chain, deployment: { ...deployment, chainId: 1 } };
    await expect(startTestServer(foreign)).rejects.toThrow("serves chain 31337");
  });
});
