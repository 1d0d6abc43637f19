// Serving the pages: their policies, their files, and the development keys that only an embedded exchange hands out.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";

const KEYS = { relayer: `0x${"01".repeat(32)}`, sponsor: `0x${"02".repeat(32)}` };
/** What the build puts into the document. */
const BEGIN = 'let begin = "<b>";';
let chain: TestChain;
let server: TestServer;
let folder: string;

/** Pages of a few bytes: what is served, not what is in them, is tested here. */
function writePages(): string {
  const pages = join(folder, "pages");
  mkdirSync(join(pages, "assets"), { recursive: true });
  const script = "export const answer = 42;\n".repeat(100);
  writeFileSync(
    join(pages, "index.html"),
    `<html><script>${BEGIN}</script><meta name="csp-nonce" content=""></html>`,
  );
  writeFileSync(join(pages, "assets/main-abc.js"), script);
  writeFileSync(join(pages, "assets/main-abc.js.br"), brotliCompressSync(script));
  writeFileSync(join(pages, "assets/proverWorker-abc.js"), "0");
  writeFileSync(join(pages, "assets/auditWorker-abc.js"), "0");
  writeFileSync(join(pages, "assets/datasetWorker-abc.js"), "0");
  writeFileSync(join(pages, ".stamp"), "of the build");
  return pages;
}

beforeAll(async () => {
  chain = await startChain();
  folder = testFolder();
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: KEYS }));
  const pages = { WEB_DIR: writePages(), DEVELOPMENT_KEYS: join(folder, "keys.json") };
  server = await startTestServer(chain, pages, { folder });
});
afterAll(async () => {
  await server?.end();
  await chain?.stop();
});

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

/** A request as it is: fetch would tidy the path and keep the host. */
function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, text }),
      );
    });
    sent.on("error", reject).end();
  });
}

const policyOf = async (path: string) =>
  String((await get(path)).headers["content-security-policy"]);

describe("a page", () => {
  test("is the same document at every place and below it", async () => {
    for (const path of ["/", "/wallet", "/wallet/trials/CZ-1", "/auditor", "/board/x"]) {
      const { status, headers, text } = await get(path);
      expect([path, status, headers["content-type"]]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
      expect(text).toContain("<html>");
    }
    const nowhere = await get("/elsewhere");
    expect([nowhere.status, nowhere.headers["content-type"]]).toEqual([404, "application/json"]);
    expect((await get("/wallet", {}, "POST")).status).toBe(404);
    expect((await get("/wallet", {}, "HEAD")).text).toBe("");
  });

  test("says at an address that nothing has, to whoever reads pages, that there is none", async () => {
    for (const path of ["/elsewhere", "/elsewhere/deeper?x", "/walllet"]) {
      const { status, headers, text } = await get(path, { accept: "text/html,*/*;q=0.8" });
      expect([path, status]).toEqual([path, 404]);
      expect(text).toContain("<html>");
      const policy = String(headers["content-security-policy"]);
      expect(policy).toContain("connect-src 'self';");
      expect(policy).toContain("require-trusted-types-for 'script'");
    }
    const { text } = await get("/artifacts/none", { accept: "text/html" });
    expect(text).toContain("NotFound");
  });

  test("carries a nonce of its own, once in the policy and once in the document", async () => {
    const [first, second] = [await get("/wallet"), await get("/wallet")];
    const nonces = [first, second].map(({ headers, text }) => {
      const inPolicy = /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))![1]!;
      expect(text).toContain(`content="${inPolicy}"`);
      expect(Buffer.from(inPolicy, "base64").length).toBeGreaterThanOrEqual(16);
      return inPolicy;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test("may load nothing from elsewhere, and only the auditor's talks to another node", async () => {
    for (const path of ["/", "/wallet", "/clinic", "/site", "/sponsor", "/board"]) {
      const policy = await policyOf(path);
      expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:/);
      expect(policy).toContain("connect-src 'self';");
      expect(policy).toContain("require-trusted-types-for 'script'");
    }
    expect(await policyOf("/auditor")).toContain("connect-src 'self' https:");
  });

  test("lets the build's own inline script run, by its hash, and no other", async () => {
    const hash = createHash("sha256").update(BEGIN).digest("base64");
    for (const path of ["/wallet", "/auditor"]) {
      expect(await policyOf(path)).toContain(
        `script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`,
      );
    }
  });

  test("asks for the camera only where codes are scanned", async () => {
    const camera = async (path: string) => (await get(path)).headers["permissions-policy"];
    expect(await camera("/wallet")).toContain("camera=(self)");
    expect(await camera("/sponsor")).toContain("camera=()");
  });
});

describe("a file of the pages", () => {
  test("named by its content is kept for good, packed where the browser unpacks it", async () => {
    const packed = await get("/assets/main-abc.js", { "accept-encoding": "gzip, br" });
    expect(packed.headers).toMatchObject({
      "content-encoding": "br",
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
    const plain = await get("/assets/main-abc.js");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.text).toContain("answer = 42");
  });

  test("that is a worker has a policy of its own: threads from blobs, a node for the auditor's", async () => {
    const prover = await policyOf("/assets/proverWorker-abc.js");
    expect(prover).toContain("worker-src 'self' blob:");
    expect(prover).toMatch(/connect-src 'self';/);
    // What is opened goes nowhere: the worker that opens it reaches its own server only.
    expect(await policyOf("/assets/datasetWorker-abc.js")).toBe(prover);
    const audit = await policyOf("/assets/auditWorker-abc.js");
    expect(audit).toContain("connect-src 'self' https:");
    expect(audit).not.toContain("blob:");
  });

  test.each([
    "/../keys.json",
    "/assets/../../keys.json",
    "/assets/..%2f..%2fkeys.json",
    "/assets//etc/passwd",
    "/.stamp",
    "/index.html",
    "/assets/main-abc.js.map",
  ])("%s is not one", async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain("0x0");
  });
});

describe("development keys", () => {
  const own = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };
  const hereAs = (name: string) => ({ ...own, host: `${name}:${new URL(server.url).port}` });

  test("go to this server's own page, without the relayer's", async () => {
    const { status, headers, text } = await get("/development/keys", own);
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(JSON.parse(text)).toEqual({ sponsor: KEYS.sponsor });
  });

  test.each(["localhost", "[::1]"])("go to it as %s, too", async (name) => {
    const headers = { ...hereAs(name), origin: `http://${hereAs(name).host}` };
    expect((await get("/development/keys", headers)).status).toBe(200);
  });

  test.each([
    ["another site's page", () => ({ ...own, "sec-fetch-site": "cross-site" })],
    ["a page of a neighbouring port", () => ({ ...own, "sec-fetch-site": "same-site" })],
    ["an address typed by hand", () => ({ ...own, "sec-fetch-site": "none" })],
    ["a page that shows them in a frame", () => ({ ...own, "sec-fetch-dest": "iframe" })],
    ["a program", () => ({})],
    ["a name that was bound to this machine", () => hereAs("evil.example")],
    ["this machine's name on another port", () => ({ ...own, host: "localhost:4000" })],
    ["this machine's name without the port", () => ({ ...own, host: "localhost" })],
    ["an origin that is another", () => ({ ...own, origin: "http://evil.example" })],
    [
      "an origin by a secure name",
      () => ({ ...own, origin: `https://${hereAs("localhost").host}` }),
    ],
    ["whoever comes through a proxy", () => ({ ...own, "x-forwarded-for": "203.0.113.9" })],
  ])("do not go to %s", async (_, headersOf) => {
    const headers: Record<string, string> = headersOf();
    const { status, text } = await get("/development/keys", headers);
    expect(status).toBe(404);
    expect(text).not.toContain(KEYS.sponsor);
  });

  test("come with the embedded chain's address, for the same page only", async () => {
    const node = "http://127.0.0.1:8545";
    const file = join(folder, "keys.json");
    const other = await startTestServer(chain, { DEVELOPMENT_KEYS: file, DEVELOPMENT_NODE: node });
    const told = async (headers: Record<string, string>) =>
      await (await fetch(`${other.url}/development/node`, { headers })).json();
    const page = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };
    expect(await told(page)).toEqual({ node });
    expect(await told({ ...page, "sec-fetch-site": "cross-site" })).toEqual({ node: null });
    expect(JSON.parse((await get("/development/node", own)).text)).toEqual({ node: null });
    await other.end();
  });

  test("stop a server that others could reach, and one with real keys", async () => {
    const file = join(folder, "keys.json");
    const exposed = startTestServer(chain, { DEVELOPMENT_KEYS: file, HOST: "0.0.0.0" });
    await expect(exposed).rejects.toThrow("DEVELOPMENT_KEYS is for npm start alone");
    for (const behind of [{ PUBLIC_URL: "https://exchange.example" }, { TRUSTED_PROXIES: "1" }]) {
      const proxied = startTestServer(chain, { DEVELOPMENT_KEYS: file, ...behind });
      await expect(proxied).rejects.toThrow("DEVELOPMENT_KEYS is for npm start alone");
    }
    const real = { ...chain, deployment: { ...chain.deployment, keys: "ceremony of 2026" } };
    const serious = startTestServer(real, { DEVELOPMENT_KEYS: file });
    await expect(serious).rejects.toThrow("DEVELOPMENT_KEYS is for npm start alone");
  });

  test("do not exist where none are configured", async () => {
    const other = await startTestServer(chain);
    const answer = await fetch(`${other.url}/development/keys`, { headers: own });
    expect(answer.status).toBe(404);
    await other.end();
  });
});

describe("GraphiQL", () => {
  const own = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" };

  test("opens from this server's own page, may load nothing from elsewhere, and signs in by a key", async () => {
    const { status, headers, text } = await get("/graphiql?as=sponsor", own);
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|script-src[^;]*'unsafe/);
    expect(text).not.toContain(KEYS.sponsor);
    const [, token] = /Bearer ([\w-]{43})/.exec(text)!;
    const asked = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "{ me { address } }" }),
    });
    const { data } = (await asked.json()) as { data: { me: { address: string } } };
    expect(data.me.address).toBe(new Wallet(KEYS.sponsor).address.toLowerCase());
  });

  test("signs nobody in who was not chosen, nor the relayer", async () => {
    for (const path of ["/graphiql", "/graphiql?as=relayer", "/graphiql?as=__proto__"]) {
      const { status, text } = await get(path, own);
      expect([path, status, /Bearer [\w-]{43}/.test(text)]).toEqual([path, 200, false]);
    }
  });

  test.each([
    ["another site's link", { ...own, "sec-fetch-site": "cross-site" }],
    ["a page of a neighbouring port", { ...own, "sec-fetch-site": "same-site" }],
    ["a page that shows it in a frame", { ...own, "sec-fetch-dest": "iframe" }],
    ["a script", { ...own, "sec-fetch-dest": "empty" }],
    ["a program", {}],
    ["a name that was bound to this machine", { ...own, host: "evil.example" }],
    ["whoever comes through a proxy", { ...own, "x-forwarded-for": "203.0.113.9" }],
  ])("does not open to %s", async (_, headers: Record<string, string>) => {
    expect((await get("/graphiql?as=sponsor", headers)).status).toBe(404);
  });

  test("does not exist where no development keys are configured", async () => {
    const other = await startTestServer(chain);
    expect((await fetch(`${other.url}/graphiql`, { headers: own })).status).toBe(404);
    await other.end();
  });
});

test("a server without its pages says how to get them", async () => {
  const started = startTestServer(chain, { WEB_DIR: join(folder, "nothing") });
  await expect(started).rejects.toThrow("npm run build");
});
