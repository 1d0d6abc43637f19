import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildTree } from "../../circuits/statement/encoding/tree.ts";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import { checkpointFile } from "../../client/auditor/audit/checkpoint.node.ts";
import { loadCheckpoint, saveCheckpoint } from "../../client/auditor/audit/checkpoint.ts";
import { openBundle, recordBundle } from "../../client/auditor/node/bundle.node.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { NodeRefusal, type Request } from "../../client/auditor/node/rpc.ts";
import type { World } from "../../client/auditor/replay/state.ts";
import { makeReport, reportHash } from "../../client/auditor/report/report.ts";
import { openHonest } from "./falsify.ts";
import { KEYS, openHistory } from "./history.ts";
import { copy, play } from "./recording.ts";
import { BATCH } from "./told.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-audit-"));
const file = (name: string) => join(folder, name);
const leaves = new Map([[BATCH.root.toString(), BATCH.leaves.map(String)]]);
const { history, honest } = await openHonest();
const whole = await audit({ source: await openHistory(history), keys: KEYS, leaves });
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (result: Audit) => reportHash(makeReport(result));

describe("an honest history", () => {
  test("is clean, with every proof and signature verified again", () => {
    expect(whole.findings).toEqual([]);
    expect(whole.verifiedProofs).toBe(13);
    const { screeningProofs, consentProofs, signatures } = whole.world.counts;
    expect({ screeningProofs, consentProofs, signatures }).toEqual({
      screeningProofs: 6,
      consentProofs: 7,
      signatures: 3,
    });
    expect(whole.leaves).toEqual({ batches: 1, checked: 1 });
  });

  test("gives the same report hash each time, and another one when anything differs", async () => {
    const again = await audit({ source: await openHistory(history), keys: KEYS, leaves });
    expect(hashOf(again)).toBe(hashOf(whole));
    const without = await audit({ source: await openHistory(history), keys: KEYS });
    expect(hashOf(without)).not.toBe(hashOf(whole));
  });

  test("is audited for one trial alone, and an unknown one is refused", async () => {
    const source = await openHistory(history);
    const one = await audit({ source, keys: KEYS, limits: { trial: "CZ-2030-001" } });
    expect(one.findings).toEqual([]);
    expect(one.world.trials.size).toBe(1);
    const other = audit({ source, keys: KEYS, limits: { trial: "CZ-2030-999" } });
    await expect(other).rejects.toThrow("There is no trial CZ-2030-999");
  });

  test("with --from verifies later proofs only, and still replays what came before", async () => {
    const [first] = honest.logs;
    const late = await audit({
      source: play(honest),
      keys: KEYS,
      limits: { from: honest.head.number - 5 },
    });
    expect(late.findings).toEqual([]);
    expect(late.world.counts.screeningProofs).toBe(6);
    expect(late.verifiedProofs).toBeLessThan(13);
    expect(makeReport(late).limitsSaid.join()).toContain("were not verified again");
    expect(first!.blockNumber).toBeLessThan(honest.head.number - 5);
  });
});

describe("a node that refuses long ranges", () => {
  test("is asked for shorter ones until it answers, with the same result", async () => {
    const asked: number[] = [];
    const request: Request = async (method, params) => {
      if (method === "eth_getLogs") {
        const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
        const blocks = Number(toBlock) - Number(fromBlock) + 1;
        asked.push(blocks);
        if (blocks > 10) throw new NodeRefusal("query returned more than 10 blocks");
      }
      return history.request(method, params);
    };
    const source = await openChain({ request, deployment: history.world.deployment });
    const result = await audit({ source, keys: KEYS, leaves });
    expect(hashOf(result)).toBe(hashOf(whole));
    expect(Math.max(...asked)).toBeGreaterThan(10);
    expect(asked.at(-1)).toBeLessThanOrEqual(10);
  });

  test("of another chain is refused", async () => {
    const deployment = { ...history.world.deployment, chainId: 1 };
    const opened = openChain({ request: history.request, deployment });
    await expect(opened).rejects.toThrow("The node is on chain 31337");
  });
});

describe("a bundle", () => {
  const path = file("history.gz");
  beforeAll(async () => {
    const writer = recordBundle(path, await openHistory(history), {});
    writer.addLeaves(BATCH.root.toString(), BATCH.leaves.map(String));
    await audit({ source: writer.source, keys: KEYS, leaves });
    await writer.close();
  });

  test("gives offline the same verdict and report hash as the node", async () => {
    const bundle = await openBundle(path);
    const result = await audit({ source: bundle.source, keys: KEYS, leaves: bundle.leaves });
    expect(result.findings).toEqual([]);
    expect(hashOf(result)).toBe(hashOf(whole));
  });

  test("that was cut short, changed or is something else is refused", async () => {
    const text = gunzipSync(readFileSync(path)).toString();
    const run = async (content: Buffer) => {
      writeFileSync(file("bad.gz"), content);
      const bundle = await openBundle(file("bad.gz"));
      return audit({ source: bundle.source, keys: KEYS, leaves: bundle.leaves });
    };
    const lines = text.split("\n");
    const short = lines.slice(0, 30).join("\n");
    await expect(run(gzipSync(short))).rejects.toThrow("damaged or cut short");
    const changed = text.replace('"block":[', '"block":[1');
    await expect(run(gzipSync(changed))).rejects.toThrow("damaged or cut short");
    await expect(run(readFileSync(path).subarray(0, 2_000))).rejects.toThrow("damaged");
    await expect(run(gzipSync('{"format":"other"}\n'))).rejects.toThrow("not an audit bundle");
  });
});

describe("a checkpoint", () => {
  test("lets a cut audit go on to the same report as one in a single run", async () => {
    const path = file("checkpoint.json");
    const checkpoint = checkpointFile(path);
    const lost = new Error("the node went away");
    const source = play(honest, 8);
    const breaking = {
      ...source,
      chunks: async function* (from: number) {
        let left = 3;
        for await (const chunk of source.chunks(from)) {
          if (left-- === 0) throw lost;
          yield chunk;
        }
      },
    };
    await expect(audit({ source: breaking, keys: KEYS, checkpoint })).rejects.toThrow(lost);
    expect(existsSync(path)).toBe(true);
    const starts: number[] = [];
    const watched = {
      ...source,
      chunks: (from: number) => {
        starts.push(from);
        return source.chunks(from);
      },
    };
    const resumed = await audit({ source: watched, keys: KEYS, checkpoint });
    expect(starts[0]).toBeGreaterThan(honest.deployment.deployBlock);
    const single = await audit({ source: play(honest), keys: KEYS });
    expect(hashOf(resumed)).toBe(hashOf(single));
    expect(resumed.verifiedProofs).toBe(single.verifiedProofs);
  });

  test("of another audit, or of a block that is gone, is refused", async () => {
    const path = file("foreign.json");
    const checkpoint = checkpointFile(path);
    await audit({ source: play(honest), keys: KEYS, checkpoint });
    const limits = { trial: "CZ-2030-001" };
    const other = audit({ source: play(honest), keys: KEYS, checkpoint, limits });
    await expect(other).rejects.toThrow("another audit");
    const reorganised = copy(honest);
    for (const [n, block] of reorganised.blocks) {
      reorganised.blocks.set(n, { ...block, hash: `0x${"00".repeat(32)}` });
    }
    const gone = audit({ source: play(reorganised), keys: KEYS, checkpoint });
    await expect(gone).rejects.toThrow("no longer has block");
    writeFileSync(path, "{");
    const damaged = audit({ source: play(honest), keys: KEYS, checkpoint });
    await expect(damaged).rejects.toThrow("damaged");
  });

  /** What a checkpoint gives back of a state. */
  async function kept<T>(state: T): Promise<T> {
    const checkpoint = checkpointFile(file("state.json"));
    const of = { source: play(honest), keys: KEYS, limits: {} };
    const last = honest.logs.at(-1)!.blockNumber;
    const progress = { findings: [], openSignatures: [], verified: 0, last };
    await saveCheckpoint(checkpoint, { ...of, ...progress, world: state as unknown as World });
    return (await loadCheckpoint(checkpoint, of))!.world as unknown as T;
  }

  test("keeps bigints, maps, sets and trees", async () => {
    const value = { n: 3n, map: new Map([[1n, { set: new Set(["a"]) }]]), none: null };
    expect(await kept(value)).toEqual(value);
    const tree = buildTree([1n, 2n, 3n]);
    expect((await kept({ tree })).tree.root).toBe(tree.root);
  });
});
