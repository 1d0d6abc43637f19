// What the errors and answers of nodes come to: few are a contract's word, and none is a finding by accident.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import {
  CallReverted,
  connectNode,
  connectProvider,
  NodeRefusal,
} from "../../client/auditor/node/rpc.ts";

const SELECTOR = `0x08c379a0${"00".repeat(32)}`;

/** What a request ends with when the node answers with an error. */
async function endOf(method: string, error: unknown): Promise<Error> {
  const request = connectProvider({ request: () => Promise.reject(error) });
  const end = request(method, []).then(
    () => new Error("it answered"),
    (problem: Error) => problem,
  );
  await vi.runAllTimersAsync();
  return await end;
}

describe("an error of a call", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const reverts: [string, unknown][] = [
    ["code 3", { code: 3, message: "execution reverted: rate limit exceeded" }],
    ["its data", { code: -32_000, message: "VM error", data: SELECTOR }],
    [
      "data with a word before it",
      { code: -32_015, message: "error", data: `Reverted ${SELECTOR}` },
    ],
    ["its words", { code: -32_000, message: "execution reverted" }],
    ["an error inside it", { code: -32_603, message: "Internal", data: { code: 3, data: "0x" } }],
    ["an instruction that no node runs", { code: -32_000, message: "invalid opcode: INVALID" }],
  ];
  test.each(reverts)("is a revert by %s", async (_, error) => {
    expect(await endOf("eth_call", error)).toBeInstanceOf(CallReverted);
    expect(await endOf("eth_getCode", error)).toBeInstanceOf(ServerUnavailable);
  });

  const others: [string, unknown, string][] = [
    ["a pruned trie", { code: -32_000, message: "missing trie node 12 (path )" }, "archive node"],
    ["a missing header", { code: -32_000, message: "header not found" }, "archive node"],
    ["old state", { code: -32_000, message: "state is not available" }, "archive node"],
    ["a limit by code", { code: -32_005, message: "no" }, "limits how often"],
    ["another limit by code", { code: -32_016, message: "over" }, "limits how often"],
    ["a limit by its words", { code: -32_000, message: "limit exceeded" }, "limits how often"],
    ["empty data", { code: -32_000, message: "no", data: "0x" }, "another node"],
    ["a method it lacks", { code: -32_601, message: "method not found" }, "another node"],
  ];
  test.each(others)("is not a revert by %s: the node does not serve", async (_, error, hint) => {
    const end = await endOf("eth_call", error);
    expect(end).toBeInstanceOf(ServerUnavailable);
    expect(end.message).toContain("eth_call: ");
    expect(end.message).toContain(hint);
  });

  const ranges: [string, unknown][] = [
    ["blocks", { code: -32_600, message: "block range too large, max 4" }],
    ["results", { code: -32_005, message: "query returned more than 10000 results" }],
    ["size, by a word of limits", { code: -32_005, message: "limit exceeded" }],
    ["anything else", { code: -32_000, message: "no" }],
  ];
  test.each(ranges)("of logs asks for fewer because of %s", async (_, error) => {
    expect(await endOf("eth_getLogs", error)).toBeInstanceOf(NodeRefusal);
  });

  test("without a code means that the provider lost its node", async () => {
    const end = await endOf("eth_call", new Error("disconnected"));
    expect(end.message).toContain("The chain's node does not answer (eth_call)");
  });
});

const HASH = `0x${"12".repeat(32)}`;
const LOG = {
  ...{ address: `0x${"34".repeat(20)}`, topics: [HASH], data: "0x", blockNumber: "0x1" },
  ...{ blockHash: HASH, transactionHash: HASH, logIndex: "0x0" },
};
describe("an answer of another shape", () => {
  const wrong: [string, unknown][] = [
    ["eth_chainId", null],
    ["eth_blockNumber", "soon"],
    ["eth_blockNumber", "0x"],
    ["eth_call", null],
    ["eth_call", { result: "0x" }],
    ["eth_getCode", "0x1"],
    ["eth_getLogs", null],
    ["eth_getLogs", {}],
    ["eth_getLogs", [{ ...LOG, blockNumber: null }]],
    ["eth_getLogs", [{ ...LOG, topics: null }]],
    ["eth_getBlockByNumber", {}],
    ["eth_getBlockByNumber", { hash: HASH, timestamp: 5 }],
    ["eth_getTransactionReceipt", { status: "0x1", blockNumber: "0x1", blockHash: HASH }],
  ];
  test.each(wrong)("to %s is said to be no node's (%j)", async (method, result) => {
    const request = connectProvider({ request: async () => result });
    const problem = await request(method, []).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ServerUnavailable);
    expect(String(problem)).toContain(`${method}: the answer is not one of a node`);
  });

  const right: [string, unknown][] = [
    ["eth_call", "0x"],
    ["eth_getLogs", [LOG]],
    ["eth_getBlockByNumber", null],
    ["eth_getTransactionReceipt", null],
  ];
  test.each(right)("is not that of %s (%j)", async (method, result) => {
    const request = connectProvider({ request: async () => result });
    expect(await request(method, [])).toEqual(result);
  });
});

describe("a node over HTTP", () => {
  let node: Server;
  let url: string;
  let asked = 0;
  let reply: (answer: ServerResponse) => unknown;
  beforeAll(async () => {
    node = createServer((_, answer) => {
      asked++;
      reply(answer);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => node.once("listening", resolve));
    url = `http://127.0.0.1:${(node.address() as AddressInfo).port}/v3/secret-of-mine?key=another1`;
  });
  afterAll(() => void node.close());

  const fail = (answer: ServerResponse, status: number, message: string) => {
    answer.statusCode = status;
    answer.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32_000, message } }));
  };

  test("that has had too many requests (429) is asked again until it answers", async () => {
    const result = "0x2a";
    for (const body of ["slow down", JSON.stringify({ error: { code: 429, message: "no" } })]) {
      asked = 0;
      reply = (answer) => {
        answer.statusCode = asked < 3 ? 429 : 200;
        answer.end(asked < 3 ? body : JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
      };
      expect(await connectNode(url)("eth_call", [])).toBe(result);
      expect(asked).toBe(3);
    }
  });

  test("that does not answer for a gateway is asked again, whatever the gateway writes", async () => {
    asked = 0;
    reply = (answer) => {
      if (asked < 2) fail(answer, 503, "no upstream");
      else answer.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "0x" }));
    };
    expect(await connectNode(url)("eth_call", [])).toBe("0x");
  });

  test("is quoted without what its URL holds, and not at length", async () => {
    const { host } = new URL(url);
    const words = `${url} for ${host}/ secret-of-mine, key another1,\nwss://x.example/y: `;
    reply = (answer) => fail(answer, 200, words + "no ".repeat(1_000));
    const problem = await connectNode(url)("eth_call", []).catch((error: Error) => error.message);
    expect(problem).toContain("(eth_call: ");
    expect(problem).not.toMatch(/secret-of-mine|another1|127\.0\.0\.1|example|\n/);
    expect(String(problem).length).toBeLessThan(400);
  });
});
