// Whatever is sent to a custodian: it lives on, gives nothing out, answers within its bounds, and neither its answers nor
// its log hold a secret. Made up from a seed; `FUZZ=5000` sends so many.
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "../../custodian/log.ts";
import { listen, serve } from "../../custodian/service/http.ts";
import { createVault } from "../../custodian/store/vault.ts";
import { seeded } from "../facts/chart.ts";
import { openScene, type Scene } from "./stage.ts";

const SENT = Number(process.env.FUZZ ?? 600);
/** A number of packages that a call may name costs so much; anything else less. */
const MOST_MS = 5_000;
const CANARY = "s3cr3t-canary";

let scene: Scene;
let server: Server;
let url: string;
let logged = "";
const chance = seeded(12);
const random = () => chance.below(1_000_000) / 1_000_000;

beforeAll(async () => {
  scene = await openScene();
  const log = createLog("trace", {
    write: (line) => {
      logged += line;
    },
  });
  server = await listen(0, "127.0.0.1");
  serve(server, { services: { ...scene.custodian, log }, perMinute: 1e9, trustedProxies: 0 });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** A request that would be answered with a share. */
const honest = () => ({
  registry: scene.asking.registry,
  requestId: scene.asking.requestId.toString(),
  packages: scene.packages.map((one) => structuredClone(one)),
});

const WRONG: readonly (() => unknown)[] = [
  () => null,
  () => "",
  () => CANARY,
  () => "0x",
  () => "0x0",
  () => `0x${"ff".repeat(32)}`,
  () => `0x${"00".repeat(32)}`,
  () => `0x${"ab".repeat(5_000)}`,
  () => -1,
  () => 2 ** 31,
  () => 1e300,
  () => "9".repeat(78),
  () => "01",
  () => true,
  () => [],
  () => [[]],
  () => ({}),
  () => ({ __proto__: { enc: "0x" } }),
  () => "\u0000\ud800",
  () => Array.from({ length: 300 }, () => `0x${"11".repeat(32)}`),
];

/** Puts something else in one place of it. */
function spoil(value: unknown): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return pick(WRONG)();
  const keys = Object.keys(value);
  if (keys.length === 0) return pick(WRONG)();
  const key = pick(keys);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  const choice = random();
  if (choice < 0.1) delete copy[key];
  else if (choice < 0.2) copy[CANARY] = pick(WRONG)();
  else copy[key] = spoil(copy[key]);
  return copy;
}

const RELEASE = `mutation ($input: ReleaseInput!) { release(input: $input) {
  __typename ... on Released { entry enc body } ... on Withheld { entry code message } } }`;
const QUERIES = [
  RELEASE,
  "{ status { address blockNumber trials receipts anchored } }",
  'query { keys(trialId: "0x00") { signature } }',
  'query { receipts(after: "0") { signature receipt { number } } }',
  "{ __schema { types { name fields { name type { name ofType { name } } } } } }",
  `{ ${"a".repeat(2_000)} }`,
  `query { ${Array.from({ length: 200 }, (_, i) => `s${i}: status { address }`).join(" ")} }`,
  `query { status ${"{ a ".repeat(100)}${"} ".repeat(100)} }`,
  `query A { status { address } } query B { status { trials } }`,
  `fragment F on Status { address ...F } { status { ...F } }`,
  `subscription { status { address } }`,
  `{ status @skip(if: ${CANARY}) { address } }`,
];

function spoilText(text: string): string {
  const at = Math.floor(random() * text.length);
  const noise = pick(["", "{", "}", '"', "\u0000", "((", CANARY, "é", "$x", "\\u{110000}"]);
  return `${text.slice(0, at)}${noise}${text.slice(at + Math.floor(random() * 4))}`;
}

/** A body for /graphql, and the type that it says it has. */
function bodyOf(): { body: string; type: string } {
  const query = random() < 0.6 ? RELEASE : pick(QUERIES);
  const variables = { input: spoil(honest()) };
  const json = JSON.stringify({ query: random() < 0.2 ? spoilText(query) : query, variables });
  const choice = random();
  if (choice < 0.8) return { body: json, type: "application/json" };
  if (choice < 0.9) return { body: spoilText(json), type: "application/json" };
  if (choice < 0.95) return { body: `[${json},${json}]`, type: "application/json" };
  return { body: json, type: pick(["text/plain", "multipart/form-data; boundary=x", ""]) };
}

/** Everything that must never leave: the account's key, and the people's keys in the clear. */
function secrets(): string[] {
  const { custodian, trialId } = scene;
  const { wallet, store } = custodian;
  const vault = createVault(wallet.privateKey);
  const own = [scene.ada, scene.ben].map(({ pseudonym }) => {
    const whose = { trialId, pseudonym };
    return Buffer.from(vault.open(whose, store.sealedKey(whose)!));
  });
  const bytes = [Buffer.from(wallet.privateKey.slice(2), "hex"), ...own];
  return bytes.flatMap((one) => [one.toString("hex"), one.toString("base64").replace(/=+$/, "")]);
}

test("nothing that is made up is answered with a share, crashes it, or takes long", async () => {
  const { custodian } = scene;
  const before = process.memoryUsage().heapUsed;
  let [answers, released, slowest] = ["", 0, 0];
  for (let i = 0; i < SENT; i++) {
    const { body, type } = bodyOf();
    const started = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    const text = await response.text();
    slowest = Math.max(slowest, performance.now() - started);
    expect(response.status, text.slice(0, 500)).toBeLessThan(500);
    expect(text, body.slice(0, 500)).not.toContain("INTERNAL_SERVER_ERROR");
    expect(text.length).toBeLessThan(2_000_000);
    // One package may be left as it was, beside the one that was spoilt: that one is answered as ever.
    const told = JSON.parse(text) as { data?: { release?: { entry: string; enc?: string }[] } };
    for (const one of told.data?.release ?? []) {
      if (one.enc === undefined) continue;
      released += 1;
      const isAsItWas = honest().packages.some((own) => {
        const input = JSON.parse(body).variables?.input as { packages?: unknown[] };
        return (
          own.entry === one.entry && JSON.stringify(input?.packages)?.includes(JSON.stringify(own))
        );
      });
      expect(isAsItWas, body).toBe(true);
    }
    answers += text;
  }
  expect(slowest).toBeLessThan(MOST_MS);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 2 ** 20);
  expect(released).toBeGreaterThan(0);
  for (const secret of secrets()) {
    expect(answers.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(logged.toLowerCase()).not.toContain(secret.toLowerCase());
  }
  // What a client sent stands in no log, nor does for whom: it may be anything.
  expect(logged).not.toContain(CANARY);
  expect(logged).not.toContain(scene.ada.pseudonym.toString());
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(custodian.receipts.newest).toBeGreaterThan(0);
});

/** Writes bytes to the port as they are; what came back until it was closed. */
function raw(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let said = "";
    const end = () => {
      socket.destroy();
      resolve(said);
    };
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.setTimeout(500, end);
    socket.end(bytes);
  });
}

test("nor does what is no HTTP, or half of it", async () => {
  const start = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
  const wrong = [
    "\u0000\u0001\u0002",
    "GET",
    "GET / HTTP/1.1\r\n\r\n",
    `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    "GET //[::: HTTP/1.1\r\nhost: x\r\n\r\n",
    "GET /%00%ff/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
    `${start}content-length: 999999999999\r\n\r\n{`,
    `${start}content-length: -1\r\n\r\n{}`,
    `${start}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${start}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    `${start}content-length: 20\r\n\r\n{"query"`,
    `PUT /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}`,
    `TRACE / HTTP/1.1\r\nhost: x\r\n${"x: y\r\n".repeat(3_000)}\r\n`,
  ];
  const said = await Promise.all(wrong.map((text) => raw(Buffer.from(text, "latin1"))));
  for (const answer of said) {
    expect(answer).not.toMatch(/^HTTP\/1\.1 (200|5\d\d)/);
    expect(answer).not.toMatch(/node:|custodian\/service|Error:/);
  }
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test("the key file and the database hold no key that anybody else may read", () => {
  const { folder, wallet } = scene.custodian;
  const database = readFileSync(join(folder, "custodian.sqlite")).toString("latin1");
  expect(database).not.toContain(Buffer.from(wallet.privateKey.slice(2), "hex").toString("latin1"));
  for (const secret of secrets()) {
    expect(database).not.toContain(Buffer.from(secret, "hex").toString("latin1") || secret);
  }
});
