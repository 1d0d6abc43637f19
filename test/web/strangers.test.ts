// What other websites can do to an embedded exchange from the browser of whoever runs it: to its chain, and to its
// development keys. Attacked from a page of another origin, and from one whose name was bound to this machine.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBrowser } from "./browser.ts";
import { CAST, type Exchange, openExchange } from "./exchange.ts";

const EVIL = "evil.example";
const VICTIM = "0x00000000000000000000000000000000000000aa";
let site: Server;
let sitePort: number;
let exchange: Exchange;
let browser: Browser;

beforeAll(async () => {
  // Any website. It lets nothing through itself, so that nothing but the exchange stands in its way.
  site = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<title>Win a prize</title>");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => site.once("listening", resolve));
  sitePort = (site.address() as AddressInfo).port;
  // Other requests of that site are allowed: the development keys must stay closed all the same.
  exchange = await openExchange({ CORS_ORIGINS: `http://${EVIL}:${sitePort}` });
  browser = await startBrowser([`--host-resolver-rules=MAP ${EVIL} 127.0.0.1`]);
});
afterAll(async () => {
  await browser?.close();
  await exchange?.stop();
  site?.close();
});

async function visit(url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}
const portOf = (url: string) => new URL(url).port;

/** Everything a page may try on a node: what it could read, or "nothing". */
function attackChain(page: Page, node: string, method: string, params: unknown[]) {
  return page.evaluate(
    async ({ node, method, params }) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const read = (init: RequestInit) =>
        fetch(node, { method: "POST", body, ...init }).then(
          async (answer) => ((await answer.text()).includes("result") ? "read" : "nothing"),
          () => "nothing",
        );
      const socket = () =>
        new Promise<string>((resolve) => {
          const line = new WebSocket(node.replace("http", "ws"));
          line.onopen = () => line.send(body);
          line.onmessage = ({ data }) =>
            resolve(String(data).includes("result") ? "read" : "nothing");
          line.onclose = () => resolve("nothing");
          // One that the page's own policy forbids ends with no more than this.
          line.onerror = () => resolve("nothing");
        });
      return {
        json: await read({ headers: { "content-type": "application/json" } }),
        text: await read({ headers: { "content-type": "text/plain" } }),
        opaque: await read({ mode: "no-cors" }),
        socket: await socket(),
      };
    },
    { node, method, params },
  );
}

const NOTHING = { json: "nothing", text: "nothing", opaque: "nothing", socket: "nothing" };
const METHODS: [string, unknown[]][] = [
  ["eth_chainId", []],
  ["eth_accounts", []],
  ["eth_getLogs", [{ fromBlock: "0x0" }]],
  ["anvil_setBalance", [VICTIM, "0xde0b6b3a7640000"]],
  ["anvil_impersonateAccount", [VICTIM]],
  ["anvil_dumpState", []],
  ["anvil_reset", []],
];

describe("another site's page", () => {
  test.each(METHODS)("gets nothing of %s", async (method, params) => {
    const page = await visit(`http://${EVIL}:${sitePort}/`);
    expect(await attackChain(page, exchange.node, method, params)).toEqual(NOTHING);
    expect(await exchange.chain.provider.getBalance(VICTIM)).toBe(0n);
    expect(await exchange.chain.provider.getBlockNumber()).toBeGreaterThan(0);
    await page.close();
  });

  test("gets no development key, though other requests of it are allowed", async () => {
    const page = await visit(`http://${EVIL}:${sitePort}/`);
    const { url } = exchange;
    const got = await page.evaluate(async (at) => {
      const text = (path: string, init?: RequestInit) =>
        fetch(`${at}${path}`, init).then(
          (answer) => answer.text(),
          () => "nothing",
        );
      return { allowed: await text("/health"), keys: await text("/development/keys") };
    }, url);
    expect(got.allowed).toContain("up");
    expect(got.keys).not.toContain(CAST.sponsor.privateKey);
    await page.close();
  });
});

describe("a page whose name was bound to this machine", () => {
  test.each(METHODS)("gets nothing of %s", async (method, params) => {
    const port = portOf(exchange.node);
    // Its own page, by its own name: what answers there is the exchange's, so a page of the site's own origin is drawn.
    const page = await browser.newPage();
    await page.route(`http://${EVIL}:${port}/`, async (route) => {
      if (route.request().isNavigationRequest()) {
        await route.fulfill({ contentType: "text/html", body: "<title>Win a prize</title>" });
      } else await route.continue();
    });
    await page.goto(`http://${EVIL}:${port}/`);
    const got = await attackChain(page, `http://${EVIL}:${port}`, method, params);
    expect(got).toEqual(NOTHING);
    expect(await exchange.chain.provider.getBalance(VICTIM)).toBe(0n);
    await page.close();
  });

  test("gets no development key", async () => {
    const page = await visit(`http://${EVIL}:${portOf(exchange.url)}/sponsor`);
    const keys = await page.evaluate(async () => (await fetch("/development/keys")).text());
    expect(keys).not.toContain(CAST.sponsor.privateKey);
    await page.close();
  });
});

describe("the exchange's own page", () => {
  test("gets its development keys, and reads the chain but cannot change it", async () => {
    const page = await visit(`${exchange.url}/auditor`);
    const keys = await page.evaluate(async () => (await fetch("/development/keys")).text());
    expect(keys).toContain(CAST.sponsor.privateKey);
    const { json } = await attackChain(page, exchange.node, "eth_chainId", []);
    expect(json).toBe("read");
    const change = await attackChain(page, exchange.node, "anvil_setBalance", [VICTIM, "0x1"]);
    expect(change).toEqual(NOTHING);
    await page.close();
  });
});
