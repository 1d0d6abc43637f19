// The custodians that a server names, and the way to them for pages: only to the addresses that the operator set, with
// nothing of who asks, and nothing larger than it may be.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { readConfig } from "../../server/config.ts";
import type { TestChain } from "../support/chain.ts";
import { environmentOf, startTestServer, type TestServer, testFolder } from "../support/server.ts";
import { type Stage, startStage } from "../support/stage.ts";
import { accreditExchange } from "../support/world.ts";

type Seen = { readonly request: IncomingMessage; readonly body: string };
type Answering = (seen: Seen) => { status?: number; type?: string; body: string | Buffer };

const STATUS = { address: "", blockNumber: "7", trials: [] };
const SILENT = `0x${"5e".repeat(20)}`;

let stage: Stage;
let chain: TestChain;
let server: TestServer;
let custodian: Server;
let address: string;
let url: string;
let seen: Seen[] = [];
let answering: Answering;

beforeAll(async () => {
  stage = await startStage();
  const { world } = stage;
  chain = stage.chain;
  await accreditExchange(world);
  address = world.actors.custodian.address.toLowerCase();
  custodian = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push({ request, body });
    const { status = 200, type = "application/json", body: answer } = answering({ request, body });
    const moved = status === 302 ? { location: "/elsewhere" } : {};
    response.writeHead(status, { "content-type": type, "set-cookie": "a=b", ...moved }).end(answer);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => custodian.once("listening", resolve));
  url = `http://127.0.0.1:${(custodian.address() as AddressInfo).port}`;
  server = await startTestServer(chain, {
    CUSTODIANS: ` ${world.actors.custodian.address}=${url}/ , ${SILENT}=http://127.0.0.1:9`,
  });
}, 120_000);
afterAll(async () => {
  await server?.end();
  custodian?.close();
  await chain?.stop();
});
beforeEach(() => {
  seen = [];
  answering = () => ({ body: JSON.stringify({ data: { status: { ...STATUS, address } } }) });
});

const post = (path: string, body: string | Buffer = "{}", headers = {}) =>
  fetch(`${server.url}${path}`, {
    ...{ method: "POST", body: new Uint8Array(Buffer.from(body)) },
    headers: { "content-type": "application/json", ...headers },
  });

test("the list names each with its own address, the way through, and its accredited name", async () => {
  const response = await fetch(`${server.url}/exchange/custodians`);
  expect(await response.json()).toEqual([
    { address, url, path: `/custodians/${address}`, name: expect.stringMatching(/.+/) },
    { address: SILENT, url: "http://127.0.0.1:9", path: `/custodians/${SILENT}` },
  ]);
});

describe("what is passed on", () => {
  test("is the body as it came, and the answer as it comes", async () => {
    const reached = await reachCustodian({ url: `${server.url}/custodians/${address}` });
    expect(reached.address).toBe(address);
    expect(seen).toHaveLength(1);
    expect(JSON.parse(seen[0]!.body).query).toContain("status");
  });

  test("holds nothing of who asks, and no cookie comes back", async () => {
    const told = { authorization: "Bearer secret", cookie: "a=b", "x-forwarded-for": "1.2.3.4" };
    const response = await post(`/custodians/${address}/graphql`, "{}", told);
    const { headers } = seen[0]!.request;
    for (const name of [...Object.keys(told), "origin", "referer"]) {
      expect([name, headers[name]]).toEqual([name, undefined]);
    }
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("goes to those in the setting only, and only to their GraphQL", async () => {
    const other = `0x${"77".repeat(20)}`;
    for (const path of [
      ...[`/custodians/${other}/graphql`, `/custodians/${address}`, `/custodians/`],
      ...[`/custodians/${address}/other`, `/custodians/${address}/graphql/more`],
      ...[`/custodians/${address}/../graphql`, `/custodians/${address}%2f..%2fgraphql`],
      `/custodians/${encodeURIComponent("http://127.0.0.1:1")}/graphql`,
    ]) {
      expect([path, (await post(path)).ok]).toEqual([path, false]);
    }
    expect(seen).toEqual([]);
    const read = await fetch(`${server.url}/custodians/${address}/graphql`);
    expect([read.status, seen]).toEqual([404, []]);
  });

  test("is JSON, which a foreign page cannot send unasked", async () => {
    const type = { "content-type": "text/plain" };
    expect((await post(`/custodians/${address}/graphql`, "{}", type)).status).toBe(415);
    expect(seen).toEqual([]);
  });

  test("is at most a megabyte", async () => {
    const large = await post(`/custodians/${address}/graphql`, Buffer.alloc(1_000_001, 32));
    expect([large.status, seen]).toEqual([413, []]);
  });
});

describe("a custodian that", () => {
  const codeOf = async (response: Response) => {
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    return [response.status, errors[0]!.extensions.code];
  };
  const ask = () => post(`/custodians/${address}/graphql`);

  test("is away is said to be, as what passes", async () => {
    const response = await post(`/custodians/${SILENT}/graphql`);
    expect(await codeOf(response)).toEqual([502, "CustodianUnavailable"]);
  });

  test("answers with a page, or sends elsewhere, has not answered", async () => {
    answering = () => ({ type: "text/html", body: "<script>alert(1)</script>" });
    expect(await codeOf(await ask())).toEqual([502, "CustodianUnavailable"]);
    answering = () => ({ status: 302, body: "{}" });
    expect(await codeOf(await ask())).toEqual([502, "CustodianUnavailable"]);
    expect(seen.map(({ request }) => request.url)).toEqual(["/graphql", "/graphql"]);
  });

  test("refuses is passed on with its status", async () => {
    answering = () => ({ status: 429, body: `{"errors":[{"extensions":{"code":"X"}}]}` });
    expect(await codeOf(await ask())).toEqual([429, "X"]);
  });

  test("answers without end is cut off, and the server goes on", async () => {
    answering = () => ({ body: Buffer.alloc(2 ** 25 + 1, 32) });
    await expect(ask().then((response) => response.text())).rejects.toThrow();
    answering = () => ({ body: "{}" });
    expect(await (await ask()).text()).toBe("{}");
  });
});

test("a setting that names no custodian, or one twice, stops the start", () => {
  const folder = testFolder();
  const withSetting = (CUSTODIANS: string) =>
    readConfig({ ...environmentOf(chain, folder), CUSTODIANS });
  const one = `${SILENT}=https://a.example`;
  expect(withSetting("").CUSTODIANS).toEqual([]);
  for (const wrong of [
    ...["https://a.example", `${SILENT}=ftp://a.example`, `${SILENT}=`, "0x12=https://a.example"],
    ...[`${one},${one.toUpperCase().replace("0X", "0x").replace("HTTPS", "https")}`],
    ...[`${SILENT}=https://a b`, `${SILENT}=https://[`],
  ]) {
    expect(() => withSetting(wrong), wrong).toThrow(/CUSTODIANS/);
  }
});
