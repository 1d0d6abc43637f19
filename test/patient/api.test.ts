import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Api, connect } from "../../client/api/api.ts";
import { ServerUnavailable } from "../../client/api/unavailable.ts";

type Seen = { method: string; url: string; body: string; headers: IncomingMessage["headers"] };
type Answer = { status?: number; body?: unknown; destroy?: boolean; hang?: boolean };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/**
 * A server that answers with the given list, the last one for ever, and remembers what it was
 * asked.
 */
async function serving(answers: Answer[], timeoutMs = 60_000): Promise<{ api: Api; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, body, headers });
      const answer = answers[Math.min(seen.length, answers.length) - 1]!;
      if (answer.hang) return;
      if (answer.destroy) return void request.socket.destroy();
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const api = connect({ url: `http://127.0.0.1:${port}/`, timeoutMs, retries: 2 });
  return { api, seen };
}

const submission = {
  id: "abc",
  kind: "submitScreening",
  state: "QUEUED",
  transactionHash: null,
  blockNumber: null,
  refusal: null,
};
const accepted = { data: { submitScreening: { __typename: "Submission", ...submission } } };
const refused = (code: string) => ({
  data: {
    submitScreening: {
      __typename: code,
      code,
      message: "no",
      details: [{ name: "root", value: "7" }],
    },
  },
});

describe("the API client", () => {
  it("sends numbers as decimal text in the body, never in the URL, and no cookies or token", async () => {
    const { api, seen } = await serving([{ body: accepted }]);
    await api.submit("screening", { nullifier: 12345678901234567890n, list: [[1n]] });
    expect(seen.map(({ method, url }) => [method, url])).toEqual([["POST", "/graphql"]]);
    expect(JSON.parse(seen[0]!.body).variables).toEqual({
      input: { nullifier: "12345678901234567890", list: [["1"]] },
    });
    expect(seen[0]!.headers.cookie).toBeUndefined();
    expect(seen[0]!.headers.referer).toBeUndefined();
    expect(seen[0]!.headers.authorization).toBeUndefined();
  });

  it("repeats a submission after a lost connection and after 503, with the same content", async () => {
    const { api, seen } = await serving([{ destroy: true }, { status: 503 }, { body: accepted }]);
    expect((await api.submit("screening", { a: 1n })).id).toBe("abc");
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(seen.length).toBe(3);
  });

  it("gives up with ServerUnavailable, without repeating what was sent", async () => {
    const { api, seen } = await serving([{ destroy: true }]);
    const error = await api.submit("screening", { secret: 471_112_345_678_901n }).catch((e) => e);
    expect(error).toBeInstanceOf(ServerUnavailable);
    expect(String(error.stack)).not.toContain("471112345678901");
    expect(seen.length).toBe(3);
  });

  it("stops waiting for a server that does not answer", async () => {
    const { api } = await serving([{ hang: true }], 300);
    await expect(api.deployment()).rejects.toBeInstanceOf(ServerUnavailable);
  });

  it("throws the server's refusal by its code, with its public details", async () => {
    const { api } = await serving([{ body: refused("UnknownRoot") }]);
    await expect(api.submit("screening", {})).rejects.toMatchObject({
      name: "Refusal",
      code: "UnknownRoot",
      details: { root: "7" },
    });
  });

  it("does not repeat what the server refused or could not read", async () => {
    const { api, seen } = await serving([
      {
        status: 400,
        body: { errors: [{ message: "bad", extensions: { code: "BAD_USER_INPUT" } }] },
      },
    ]);
    await expect(api.submit("screening", {})).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(seen.length).toBe(1);
  });

  it("refuses answers that do not have the expected shape", async () => {
    const { api } = await serving([{ body: { data: { deployment: { chainId: "-1" } } } }]);
    await expect(api.deployment()).rejects.toThrow();
    await expect(api.recordsState()).rejects.toThrow();
  });

  it("throws the contract's refusal when a settled submission was refused", async () => {
    const { api } = await serving([{}]);
    const refusal = { code: "AlreadyScreened", message: "no", details: [] };
    const settled = api.settle({ ...submission, state: "refused", refusal });
    await expect(settled).rejects.toMatchObject({ code: "AlreadyScreened" });
  });

  it("asks again where streams do not get through", async () => {
    const { api, seen } = await serving([
      { status: 502 },
      { body: { data: { submission: { ...submission, state: "MINED" } } } },
      { body: { data: { submission: { ...submission, state: "FINAL", blockNumber: 7 } } } },
    ]);
    const states: string[] = [];
    const settled = await api.settle(
      { ...submission, state: "queued", refusal: null },
      { onChange: ({ state }) => states.push(state) },
    );
    expect(settled).toMatchObject({ state: "final", blockNumber: 7 });
    expect(states).toEqual(["mined", "final"]);
    expect(seen.every(({ url }) => url === "/graphql")).toBe(true);
  });
});
