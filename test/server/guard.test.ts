// Who may ask the embedded chain, by what a browser or a program would send. test/web/strangers.test.ts attacks from a
// real browser.
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAnvil } from "../../server/embedded/anvil.ts";
import { type Guard, openGuard } from "../../server/embedded/guard.ts";

const PAGES_PORT = 4_321;
const OWN = `http://localhost:${PAGES_PORT}`;
let anvil: Awaited<ReturnType<typeof startAnvil>>;
let guard: Guard;
let port: number;

beforeAll(async () => {
  anvil = await startAnvil();
  guard = await openGuard({ target: anvil.url, port: 0, pagesPort: PAGES_PORT });
  port = Number(new URL(guard.url).port);
});
afterAll(async () => {
  await guard?.stop();
  await anvil?.stop();
});

type Answer = { status: number; allowed: string | undefined; text: string };

/** Sends a request as it is given, its Host included. */
function send(headers: Record<string, string>, body: string, method = "POST"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      const allowed = answer.headers["access-control-allow-origin"];
      answer.on("end", () => resolve({ status: answer.statusCode!, allowed, text }));
    });
    sent.on("upgrade", () => reject(new Error("it speaks WebSocket")));
    sent.on("error", reject);
    sent.end(body);
  });
}

const call = (method: string, params: unknown[] = []) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
const JSON_TYPE = { "content-type": "application/json" };
const RICH = "0x00000000000000000000000000000000000000aa";
const enrich = call("anvil_setBalance", [RICH, "0x1"]);
const balance = async () =>
  JSON.parse((await send(JSON_TYPE, call("eth_getBalance", [RICH, "latest"]))).text).result;

describe("a program of this machine", () => {
  test("may do everything, as ever", async () => {
    const { status, allowed, text } = await send(
      JSON_TYPE,
      call("anvil_setBalance", [RICH, "0x7"]),
    );
    expect([status, allowed, JSON.parse(text).result]).toEqual([200, undefined, null]);
    expect(await balance()).toBe("0x7");
    await send(JSON_TYPE, call("anvil_setBalance", [RICH, "0x0"]));
  });

  test("sends more than a page may", async () => {
    const { text } = await send(
      JSON_TYPE,
      call("eth_call", [{ data: `0x${"00".repeat(90_000)}` }]),
    );
    expect(JSON.parse(text)).toHaveProperty("jsonrpc");
  });

  test("and a wallet in the browser, which its user has installed, may too", async () => {
    const origin = "chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn";
    const { status, allowed } = await send(
      { ...JSON_TYPE, origin },
      call("eth_getBalance", [RICH]),
    );
    expect([status, allowed]).toEqual([200, undefined]);
  });
});

describe("a page of the exchange", () => {
  test("may read what an audit reads, also several at once", async () => {
    const own = { ...JSON_TYPE, origin: OWN };
    const preflight = await send({ origin: OWN }, "", "OPTIONS");
    expect([preflight.status, preflight.allowed]).toEqual([204, OWN]);
    const one = await send(own, call("eth_chainId"));
    expect([one.status, one.allowed, JSON.parse(one.text).result]).toEqual([200, OWN, "0x7a69"]);
    const both = await send(own, `[${call("eth_chainId")},${call("eth_blockNumber")}]`);
    expect(JSON.parse(both.text)).toHaveLength(2);
  });

  test.each([
    ["change anything", enrich],
    ["change anything among what it reads", `[${call("eth_chainId")},${enrich}]`],
    ["send a transaction", call("eth_sendTransaction", [{ from: RICH, to: RICH }])],
    ["write nonsense", "{"],
    ["write nothing", "null"],
  ])("may not %s", async (_, body) => {
    const { status, text } = await send({ ...JSON_TYPE, origin: OWN }, body);
    expect([status, text.includes("pages may only read")]).toEqual([403, true]);
    expect(await balance()).toBe("0x0");
  });
});

describe("a stranger", () => {
  const evil = "http://evil.example";
  const here = () => `127.0.0.1:${port}`;
  test.each<[string, () => Record<string, string>, string?]>([
    ["another site's page", () => ({ ...JSON_TYPE, origin: evil })],
    ["its preflight", () => ({ origin: evil, "access-control-request-method": "POST" }), "OPTIONS"],
    ["its plain text", () => ({ "content-type": "text/plain", origin: evil })],
    ["a page of a neighbouring port", () => ({ ...JSON_TYPE, origin: "http://localhost:3000" })],
    ["a page without an address", () => ({ ...JSON_TYPE, origin: "null" })],
    ["a name bound to this machine", () => ({ ...JSON_TYPE, host: `evil.example:${port}` })],
    [
      "such a name that calls itself the exchange's page",
      () => ({ ...JSON_TYPE, host: `evil.example:${port}`, origin: OWN }),
    ],
    ["another port", () => ({ ...JSON_TYPE, host: "localhost:1" })],
    ["a browser that hides whose page asks", () => ({ "sec-fetch-site": "cross-site" })],
    [
      "a WebSocket",
      () => ({
        origin: evil,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
      }),
      "GET",
    ],
  ])("%s gets nothing and changes nothing", async (_, headers, method = "POST") => {
    const { status, allowed, text } = await send({ host: here(), ...headers() }, enrich, method);
    expect([status, allowed]).toEqual([403, undefined]);
    expect(text).not.toContain("result");
    expect(await balance()).toBe("0x0");
  });

  test("finds no Anvil on this machine's usual address", async () => {
    const anywhere = fetch(`http://127.0.0.1:${anvil.place.port}`, {
      method: "POST",
      body: enrich,
    });
    const isHidden = !anvil.url.includes("127.0.0.1");
    if (isHidden) await expect(anywhere).rejects.toThrow();
  });
});

test("a port that is taken is named, with what to do", async () => {
  const second = openGuard({ target: anvil.url, port, pagesPort: PAGES_PORT });
  await expect(second).rejects.toThrow(`port ${port} is already in use`);
});
