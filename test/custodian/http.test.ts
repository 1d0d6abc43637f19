// The custodian as its clients meet it: over HTTP, at its edges.
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id } from "ethers";
import { afterEach, describe, expect, test } from "vitest";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import { createLog } from "../../custodian/log.ts";
import { listen, serve } from "../../custodian/service/http.ts";
import { addressOf, createRate } from "../../custodian/service/limits.ts";
import { readSettings } from "../../custodian/settings.ts";
import { startCustodian } from "../../custodian/start.ts";
import type { LocalWorld } from "../support/world.ts";
import { openScene, openStage, type Scene } from "./stage.ts";

const RELEASE = `mutation Release($input: ReleaseInput!) {
  release(input: $input) {
    __typename
    ... on Released { entry enc body signature receipt { number outcome } }
    ... on Withheld { entry code message signature receipt { number registry requestId entry blockNumber } }
  }
}`;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Closes it after the test. */
function closing(server: Server): string {
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serveScene({ custodian }: Pick<Scene, "custodian">, perMinute = 6_000) {
  const server = await listen(0, "127.0.0.1");
  serve(server, { services: custodian, perMinute, trustedProxies: 0 });
  return closing(server);
}

async function ask(url: string, query: string, variables: object = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as {
    data?: Record<string, never>;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return { status: response.status, ...body };
}

/** The input of a release as clients write it. */
const inputOf = ({ asking, packages }: Scene) => ({
  input: { registry: asking.registry, requestId: asking.requestId.toString(), packages },
});

describe("the schema", () => {
  test("answers status, keys, release and receipts", async () => {
    const scene = await openScene();
    const { custodian, trialId } = scene;
    const url = await serveScene(scene);
    const status = await ask(url, "{ status { address blockNumber trials } }");
    expect(status.data).toEqual({
      status: {
        address: custodian.custodian,
        blockNumber: String(custodian.node.blockNumber),
        trials: [trialId],
      },
    });
    const keys = await ask(
      url,
      "query Keys($trialId: Bytes32!) { keys(trialId: $trialId) { blockNumber signature keys { pseudonym publicKey } } }",
      { trialId },
    );
    expect(keys.data).toMatchObject({ keys: { keys: [{}, {}] } });
    const answers = await ask(url, RELEASE, inputOf(scene));
    expect(answers.data).toMatchObject({
      release: [
        { __typename: "Released", entry: scene.adas.hash, receipt: { number: "1" } },
        { __typename: "Released", entry: scene.bens.hash, receipt: { number: "2" } },
      ],
    });
    const receipts = await ask(
      url,
      'query { receipts(after: "1") { receipt { number outcome } signature } }',
    );
    expect(receipts.data).toMatchObject({ receipts: [{ receipt: { number: "2" } }] });
  });

  test("names a refusal, and of an unknown trial that it has no keys", async () => {
    const scene = await openScene();
    const url = await serveScene(scene);
    const { input } = inputOf(scene);
    const unknown = { input: { ...input, requestId: "99" } };
    expect((await ask(url, RELEASE, unknown)).data).toMatchObject({
      release: [{ code: "UnknownRequest" }, { code: "UnknownRequest" }],
    });
    const trialId = `0x${"ab".repeat(32)}`;
    const none = await ask(url, `{ keys(trialId: "${trialId}") { signature } }`);
    expect(none.errors?.[0]?.extensions.code).toBe("NotFound");
  });

  test("malformed and oversized input is refused, and not repeated", async () => {
    const scene = await openScene();
    const url = await serveScene(scene);
    const { input } = inputOf(scene);
    for (const wrong of [
      { ...input, requestId: "0x1" },
      { ...input, requestId: "-1" },
      { ...input, registry: "0xsecret" },
      { ...input, packages: [{ ...scene.packages[0], entry: "0xsecret" }] },
    ]) {
      const { data, errors } = await ask(url, RELEASE, { input: wrong });
      expect(data).toBeUndefined();
      expect(JSON.stringify(errors)).not.toContain("secret");
    }
    const many = Array.from({ length: 101 }, () => scene.packages[0]!);
    const tooMany = await ask(url, RELEASE, { input: { ...input, packages: many } });
    expect(tooMany.errors?.[0]?.extensions.code).toBe("TooLarge");
    const large = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"query":"${" ".repeat(1_000_001)}"}`,
    }).catch(() => undefined);
    expect(large?.status ?? 413).toBe(413);
    expect(scene.custodian.receipts.newest).toBe(0);
  });

  test("takes JSON by POST only, from pages of any origin", async () => {
    const url = await serveScene(await openScene());
    expect((await fetch(`${url}/graphql?query={status{address}}`)).status).toBe(405);
    const form = await fetch(`${url}/graphql`, { method: "POST", body: "query={status}" });
    expect(form.status).toBe(415);
    const preflight = await fetch(`${url}/graphql`, { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    expect((await fetch(`${url}/else`)).status).toBe(404);
  });
});

describe("limits", () => {
  test("an address has so many packages a minute", async () => {
    const scene = await openScene();
    const url = await serveScene(scene, 5);
    expect((await ask(url, RELEASE, inputOf(scene))).data).toBeDefined();
    const { status, errors } = await ask(url, RELEASE, inputOf(scene));
    expect([status, errors?.[0]?.extensions.code]).toEqual([429, "TooManyRequests"]);
  });

  test("what is made up costs more: nobody fills the disk with receipts of refusals", async () => {
    const scene = await openScene();
    const url = await serveScene(scene, 60);
    const { input } = inputOf(scene);
    const madeUp = (requestId: number) => ({ input: { ...input, requestId: String(requestId) } });
    expect((await ask(url, RELEASE, madeUp(71))).data).toBeDefined();
    expect((await ask(url, RELEASE, madeUp(72))).data).toBeDefined();
    const { newest } = scene.custodian.receipts;
    expect((await ask(url, RELEASE, madeUp(73))).status).toBe(429);
    expect(scene.custodian.receipts.newest).toBe(newest);
    // What is on the chain is answered at the usual price.
    expect((await ask(url, RELEASE, inputOf(scene))).data).toBeDefined();
  });

  test("so does what is made up for a request that has ended", async () => {
    const scene = await openScene();
    const url = await serveScene(scene, 60);
    const { input } = inputOf(scene);
    const madeUp = (name: string) => ({
      input: { ...input, packages: input.packages.map((one) => ({ ...one, entry: id(name) })) },
    });
    await scene.world.travel(3_700);
    await scene.world.mine();
    expect((await ask(url, RELEASE, madeUp("one"))).data).toBeDefined();
    expect((await ask(url, RELEASE, madeUp("two"))).data).toBeDefined();
    const { newest } = scene.custodian.receipts;
    expect((await ask(url, RELEASE, madeUp("three"))).status).toBe(429);
    expect(scene.custodian.receipts.newest).toBe(newest);
  });

  test("budgets fill up again, each for its own", () => {
    let now = 0;
    const rate = createRate(60, () => now);
    expect([rate("a", 60), rate("a", 1), rate("b", 1)]).toEqual([true, false, true]);
    now = 1_000;
    expect([rate("a", 2), rate("a", 1)]).toEqual([false, true]);
  });

  test("whose they are: a proxy's word counts only where one is", () => {
    const request = (remoteAddress: string, forwarded?: string) =>
      ({
        socket: { remoteAddress },
        headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      }) as Parameters<typeof addressOf>[0];
    expect(addressOf(request("::ffff:10.0.0.1", "1.2.3.4"), 0)).toBe("10.0.0.1");
    expect(addressOf(request("10.0.0.1", "6.6.6.6, 1.2.3.4"), 1)).toBe("1.2.3.4");
    expect(addressOf(request("2001:db8::1"), 0)).toBe("2001:db8:0:0::/64");
    expect(addressOf(request("2001:db8:0:0:5::9"), 0)).toBe("2001:db8:0:0::/64");
  });
});

describe("the settings", () => {
  test("are checked as a whole, without their values", () => {
    const wrong = { PORT: "no", EXCHANGE_URLS: "ftp://secret", FINALITY: "soon" };
    expect(() => readSettings(wrong)).toThrow(/PORT[\s\S]*EXCHANGE_URLS[\s\S]*FINALITY/);
    expect(() => readSettings(wrong)).not.toThrow("secret");
    expect(() => readSettings({})).toThrow("EXCHANGE_URLS");
    const given = { EXCHANGE_URLS: "http://a.example/, https://b.example", FINALITY: "12" };
    expect(readSettings(given)).toMatchObject({
      EXCHANGE_URLS: ["http://a.example", "https://b.example"],
      FINALITY: 12,
      HEAD_SECONDS: 300,
    });
  });
});

/** The world's chain behind an address. */
async function serveNode(world: LocalWorld): Promise<string> {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { id, method, params } = JSON.parse(text);
    const answer = await world.request(method, ...params).then(
      (result) => ({ result }),
      ({ code, message, data }) => ({ error: { code, message, data } }),
    );
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return closing(server);
}

test("a custodian starts from settings alone, and logs no key", async () => {
  const stage = await openStage(["ada"]);
  const { world } = stage;
  const folder = mkdtempSync(join(tmpdir(), "custodian-"));
  const deployment = join(folder, "deployment.json");
  writeFileSync(deployment, JSON.stringify(world.deployment));
  const settings = readSettings({
    PORT: "0",
    DATA_DIR: join(folder, "own"),
    RPC_URL: await serveNode(world),
    DEPLOYMENT: deployment,
    EXCHANGE_URLS: "http://127.0.0.1:9",
    FINALITY: "1",
    HEAD_SECONDS: "2000000000",
    POLL_MS: "50",
  });
  const lines: string[] = [];
  const log = createLog("trace", { write: (line) => lines.push(line) });
  const first = await startCustodian(settings, { log });
  // One process a folder.
  await expect(startCustodian(settings, { log })).rejects.toThrow("uses this custodian's folder");
  await world.as("governance").accreditation.accredit(ROLES.custodian, first.address, "Trustee");
  const { data } = await ask(first.url, "{ status { address trials } }");
  expect(data).toEqual({ status: { address: first.address, trials: [] } });
  await first.stop();
  const second = await startCustodian(settings, { log });
  expect(second.address).toBe(first.address);
  await second.stop();
  const { privateKey } = JSON.parse(readFileSync(join(folder, "own", "custodian.key"), "utf8"));
  expect(lines.join("")).not.toContain(privateKey.slice(2));
});
