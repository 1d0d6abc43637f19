// A node that limits, forgets or changes its mind: an audit that can't be finished has no findings, and says why.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ContractFactory } from "ethers";
import { afterAll, describe, expect, test } from "vitest";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import { openBundle, recordBundle } from "../../client/auditor/node/bundle.node.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import type { Request } from "../../client/auditor/node/rpc.ts";
import type { Source } from "../../client/auditor/node/source.ts";
import { checkSignatures } from "../../client/auditor/replay/signatures.ts";
import { makeReport, reportHash } from "../../client/auditor/report/report.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { compileSolidity } from "../contracts/compile.ts";
import { KEYS, openHistory, openPlayed } from "./history.ts";
import { limping, reorganising, shortRanged } from "./limping.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-limping-"));
const history = await openPlayed();
const whole = await audit({ source: await openHistory(history), keys: KEYS });
afterAll(() => rmSync(folder, { recursive: true }));

const open = (request: Request) => openHistory({ ...history, request });
const hashOf = (result: Audit) => reportHash(makeReport(result));
async function run(request: Request): Promise<Audit> {
  return audit({ source: await open(request), keys: KEYS });
}

/** What an audit ends with that must not end with a verdict. */
async function failed(running: Promise<unknown>): Promise<string> {
  const problem = await running.then(
    () => "it ended with a verdict",
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(ServerUnavailable);
  return (problem as Error).message;
}

describe("a node that limits how often it is asked", () => {
  test("is asked again, with the same report as from one that does not", async () => {
    const limited = limping(history.request, (_, __, nth) =>
      nth % 5 === 0 ? { code: -32_005, message: "daily request count exceeded" } : undefined,
    );
    expect(hashOf(await run(limited))).toBe(hashOf(whole));
  });
});

describe("a node that no longer has the contracts' state", () => {
  /** Of one contract, or of all. */
  const pruned = (contract?: string) =>
    limping(history.request, (method, [call]) => {
      const { to } = (call ?? {}) as { to?: string };
      const isGone = contract === undefined || contract.toLowerCase() === to;
      if (method !== "eth_call" || !isGone) return undefined;
      return { code: -32_000, message: "missing trie node 12" };
    });

  test("is said to be one, without a finding", async () => {
    const { RecordRegistry } = history.world.deployment.addresses;
    for (const request of [pruned(), pruned(RecordRegistry)]) {
      expect(await failed(run(request))).toContain("use an archive node, or audit sooner");
    }
  });

  test("is not taken for contracts that revert when signatures are asked about", async () => {
    const told: string[] = [];
    const { Enrollment: signer } = history.world.deployment.addresses;
    const place = { block: 1, transaction: "0x", logIndex: 0 };
    const one = { signer, digest: `0x${"11".repeat(32)}`, signature: "0x", place };
    const check = async (request: Request) =>
      checkSignatures([one], { source: await open(request), report: (rule) => told.push(rule) });
    expect(await failed(check(pruned()))).toContain("archive node");
    expect(told).toEqual([]);
    await check(history.request);
    expect(told).toEqual(["site/signature"]);
  });

  test("leaves no revert in a bundle, where a contract's own stays one", async () => {
    const { abi, bytecode } = compileSolidity("Refusing", REFUSING);
    const factory = new ContractFactory(abi, bytecode, history.world.actors.anyone as never);
    const contract = await (await factory.deploy()).waitForDeployment();
    const refusing = (await contract.getAddress()).toLowerCase();
    const data = interfaceOf("Accreditation").encodeFunctionData("owner");
    const callsIn = async (source: Source): Promise<string> => {
      const path = join(folder, "calls.gz");
      const writer = recordBundle(path, source, {});
      await writer.source.call(refusing, data).catch(() => undefined);
      await writer.close();
      return path;
    };
    const gone = gunzipSync(readFileSync(await callsIn(await open(pruned())))).toString();
    expect(gone).not.toContain("reverted");
    const path = await callsIn(await open(history.request));
    expect(gunzipSync(readFileSync(path)).toString()).toContain(`"${data}","reverted"`);
    const { source } = await openBundle(path);
    for await (const _ of source.chunks(0)) expect.unreachable("there are no logs in it");
    await expect(source.call(refusing, data)).rejects.toMatchObject({ name: "CallReverted" });
  });
});

const REFUSING = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;
contract Refusing { fallback() external { revert("no"); } }`;

describe("a node that answers what no node does", () => {
  test.each([
    ["null", null],
    ["logs without a block", [{ address: `0x${"11".repeat(20)}`, topics: [], data: "0x" }]],
  ])("for logs (%s) is said to be none", async (_, logs) => {
    const source = async () => {
      const request: Request = async (method, params) =>
        method === "eth_getLogs" ? logs : history.request(method, params);
      return open(limping(request, () => undefined));
    };
    const message = await failed(source().then((one) => audit({ source: one, keys: KEYS })));
    expect(message).toContain("eth_getLogs: the answer is not one of a node");
  });

  test("or refuses the logs of a single block is named with its reason", async () => {
    const refusing = limping(history.request, (method) =>
      method === "eth_getLogs" ? { code: -32_701, message: "order a dedicated node" } : undefined,
    );
    expect(await failed(run(refusing))).toContain("(it refuses the logs of block");
    expect(await failed(run(refusing))).toContain("order a dedicated node");
  });
});

describe("a chain that is reorganised", () => {
  test("after the logs were read gives no finding: it is to be audited again", async () => {
    const chain = reorganising(history.request);
    const request: Request = async (method, params) => {
      if (method === "eth_call") chain.exchange();
      return chain.request(method, params);
    };
    expect(await failed(run(request))).toContain("reorganised while it was read: audit again");
  });

  test.each(["eth_getLogs", "eth_call"])("to a shorter one at %s says the same", async (at) => {
    let isShorter = false;
    const request: Request = async (method, params) => {
      isShorter ||= method === at;
      if (isShorter && method === "eth_getBlockByNumber") return null;
      return history.request(method, params);
    };
    expect(await failed(run(request))).toContain("reorganised while it was read: audit again");
  });
});

describe("a node that gives logs of few blocks at a time", () => {
  test("is asked for too many only until that is learnt", async () => {
    const { request, refused } = shortRanged(
      quiet(100_000, () => 0),
      1_000,
    );
    const source = await openChain({ request, deployment: history.world.deployment });
    let [chunks, next] = [0, source.deployment.deployBlock];
    for await (const { from, to } of source.chunks(next)) {
      expect(from).toBe(next);
      [chunks, next] = [chunks + 1, to + 1];
    }
    expect(next).toBe(100_001);
    expect(chunks).toBeLessThan(220);
    expect(refused()).toBeLessThan(6);
  });

  test("because there are many is asked for more again once there are fewer", async () => {
    const asked: number[] = [];
    const request = limping(
      quiet(400_000, () => 0),
      (method, params) => {
        if (method !== "eth_getLogs") return undefined;
        const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
        const blocks = Number(toBlock) - Number(fromBlock) + 1;
        if (Number(fromBlock) < 10_000 && blocks > 500)
          return { code: -32_005, message: "results" };
        asked.push(blocks);
        return undefined;
      },
    );
    const source = await openChain({ request, deployment: history.world.deployment });
    for await (const { logs } of source.chunks(1)) expect(logs).toEqual([]);
    expect(asked[0]).toBe(500);
    expect(Math.max(...asked)).toBeGreaterThan(4_000);
  });
});

test("a crowd of logs after quiet blocks is read in parts that memory holds", async () => {
  const [first, last, each] = [70_000, 70_049, 600];
  const request = quiet(90_000, (block) => (block >= first && block <= last ? each : 0));
  const source = await openChain({ request, deployment: history.world.deployment });
  let most = 0;
  const seen: string[] = [];
  for await (const { logs } of source.chunks(source.deployment.deployBlock)) {
    most = Math.max(most, logs.length);
    for (const log of logs) seen.push(`${log.blockNumber} ${log.logIndex}`);
  }
  expect(most).toBeLessThanOrEqual(20_000);
  expect(seen.length).toBe(each * (last - first + 1));
  expect(new Set(seen).size).toBe(seen.length);
});

/** A long chain with made-up logs: as many in each block as `logsIn` says. */
function quiet(head: number, logsIn: (block: number) => number): Request {
  const hash = (block: number) => `0x${block.toString(16).padStart(64, "0")}`;
  return async (method, params) => {
    if (method === "eth_blockNumber") return `0x${head.toString(16)}`;
    if (method === "eth_getCode") return "0x00";
    if (method === "eth_getBlockByNumber") {
      return { hash: hash(Number(params[0])), timestamp: "0x5" };
    }
    if (method !== "eth_getLogs") return history.request(method, params);
    const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
    const logs = [];
    for (let block = Number(fromBlock); block <= Number(toBlock); block++) {
      for (let i = 0; i < logsIn(block); i++) {
        logs.push({
          ...{ address: `0x${"11".repeat(20)}`, topics: [], data: "0x", blockHash: hash(block) },
          ...{ blockNumber: `0x${block.toString(16)}`, logIndex: `0x${i.toString(16)}` },
          transactionHash: hash(block),
        });
      }
    }
    return logs;
  };
}
