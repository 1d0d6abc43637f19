// Serving the pages: their policies, their files, and the development keys that only an embedded exchange hands out.
import { mkdirSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer, testFolder } from "../support/server.ts";

const KEYS = { relayer: `0x${"01".repeat(32)}`, sponsor: `0x${"02".repeat(32)}` };
let chain: TestChain;
let server: TestServer;
let folder: string;

/** Pages of a few bytes: what is served, not what is in them, is tested here. */
function writePages(): string {
  const pages = join(folder, "pages");
  mkdirSync(join(pages, "assets"), { recursive: true });
  const script = "export const answer = 42;\n".repeat(100);
  writeFileSync(join(pages, "index.html"), '<html><meta name="csp-nonce" content=""></html>');
  writeFileSync(join(pages, "assets/main-abc.js"), script);
  writeFileSync(join(pages, "assets/main-abc.js.br"), brotliCompressSync(script));
  writeFileSync(join(pages, "assets/prover-worker-abc.js"), "0");
  writeFileSync(join(pages, "assets/audit-worker-abc.js"), "0");
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
    expect((await get("/elsewhere")).status).toBe(404);
    expect((await get("/wallet", {}, "POST")).status).toBe(404);
    expect((await get("/wallet", {}, "HEAD")).text).toBe("");
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
    const prover = await policyOf("/assets/prover-worker-abc.js");
    expect(prover).toContain("worker-src 'self' blob:");
    expect(prover).toMatch(/connect-src 'self';/);
    const audit = await policyOf("/assets/audit-worker-abc.js");
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
  const own = { "sec-fetch-site": "same-origin" };

  test("go to this server's own page, without the relayer's", async () => {
    const { status, headers, text } = await get("/development/keys", own);
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(JSON.parse(text)).toEqual({ sponsor: KEYS.sponsor });
  });

  test.each([
    ["another site's page", { "sec-fetch-site": "cross-site" }],
    ["a page of a neighbouring port", { "sec-fetch-site": "same-site" }],
    ["an address typed by hand", { "sec-fetch-site": "none" }],
    ["a program", {}],
    ["a name that was bound to this machine", { ...own, host: "evil.example" }],
  ])("do not go to %s", async (_, headers) => {
    const { status, text } = await get("/development/keys", headers);
    expect(status).toBe(404);
    expect(text).not.toContain(KEYS.sponsor);
  });

  test("stop a server that others could reach, and one with real keys", async () => {
    const file = join(folder, "keys.json");
    const exposed = startTestServer(chain, { DEVELOPMENT_KEYS: file, HOST: "0.0.0.0" });
    await expect(exposed).rejects.toThrow("DEVELOPMENT_KEYS is for npm start alone");
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

test("a server without its pages says how to get them", async () => {
  const started = startTestServer(chain, { WEB_DIR: join(folder, "nothing") });
  await expect(started).rejects.toThrow("npm run build");
});
