// A checkpoint is of one audit, of blocks that are there, and of a file that holds one.
import { describe, expect, test } from "vitest";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import { type AuditProgress, audit } from "../../client/auditor/audit/audit.ts";
import type { CheckpointStore } from "../../client/auditor/audit/checkpoint.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import type { Request } from "../../client/auditor/node/rpc.ts";
import type { PublishedKeys } from "../../client/auditor/proof/published.ts";
import { InputError } from "../../client/files/inputError.ts";
import { KEYS, openHistory, openPlayed } from "./history.ts";
import { reorganising, shortRanged } from "./limping.ts";

const history = await openPlayed();

type Memory = CheckpointStore & { text: string | undefined; writes: number };

/** A checkpoint in memory. */
function keep(text?: string, onWrite?: (memory: Memory) => void): Memory {
  const memory: Memory = {
    ...{ name: "progress.json", text, writes: 0 },
    read: async () => memory.text,
    write: async (written) => {
      memory.text = written;
      memory.writes++;
      onWrite?.(memory);
    },
  };
  return memory;
}

/** Ten blocks at a time, so that there are several checkpoints. */
async function run(
  checkpoint: CheckpointStore,
  of: {
    request?: Request;
    to?: number;
    keys?: PublishedKeys;
    onProgress?: (at: AuditProgress) => void;
  } = {},
) {
  const { request = history.request, to, keys = KEYS, onProgress } = of;
  const { deployment } = history.world;
  const source = await openChain({ request: shortRanged(request, 10).request, deployment, to });
  return audit({ source, keys, checkpoint, onProgress });
}

/** A checkpoint of an audit that was cut after some chunks. */
async function cutAfter(chunks: number): Promise<Memory> {
  const cut = new Error("cut");
  const memory = keep(undefined, ({ writes }) => {
    if (writes === chunks) throw cut;
  });
  await expect(run(memory)).rejects.toThrow(cut);
  return keep(memory.text);
}

const blockOf = ({ text }: Memory) =>
  (JSON.parse(text!) as { block: { number: number; hash: string } }).block;

/** The hash that the chain has for a block, as it was played. */
async function hashOf(number: number): Promise<string | undefined> {
  return (await openHistory(history)).blockHash(number);
}

async function refusalOf(running: Promise<unknown>): Promise<string> {
  const problem = await running.catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(InputError);
  return (problem as Error).message;
}

describe("of a chain that is reorganised", () => {
  test("after a chunk's logs were read, no checkpoint of the lost blocks is written", async () => {
    const chain = reorganising(history.request);
    const memory = keep();
    // Told when a chunk's proofs have been verified, before its checkpoint is written.
    const onProgress = ({ verified }: AuditProgress) => verified > 0 && chain.exchange();
    const running = run(memory, { request: chain.request, onProgress });
    await expect(running).rejects.toBeInstanceOf(ServerUnavailable);
    await expect(running).rejects.toThrow("reorganised");
    const { number, hash } = blockOf(memory);
    expect(hash).toBe(await hashOf(number));
    const message = await refusalOf(run(memory, { request: chain.request }));
    expect(message).toContain(`no longer has block ${number}; start over without it`);
  });

  test("between two chunks, the second is not written upon the first", async () => {
    const chain = reorganising(history.request);
    const memory = keep(undefined, ({ writes }) => writes === 2 && chain.exchange());
    await expect(run(memory, { request: chain.request })).rejects.toThrow("reorganised");
    expect(memory.writes).toBe(2);
    const { number, hash } = blockOf(memory);
    expect(hash).toBe(await hashOf(number));
    const message = await refusalOf(run(memory, { request: chain.request }));
    expect(message).toContain(`no longer has block ${number}; start over without it`);
  });
});

describe("that cannot be used is refused with advice", () => {
  test.each(["null", "5", '"text"', "[]", "{}", "", '{"$":"tree"}'])(
    "when it is %j",
    async (text) => {
      const message = await refusalOf(run(keep(text)));
      expect(message).toContain("progress.json: the checkpoint is damaged; start over without it");
    },
  );

  test("when parts of it are missing", async () => {
    const { text } = await cutAfter(2);
    for (const part of ["block", "world", "findings", "openSignatures", "verified"]) {
      const { [part]: _, ...rest } = JSON.parse(text!);
      const message = await refusalOf(run(keep(JSON.stringify(rest))));
      expect(message).toContain("the checkpoint is damaged");
    }
  });

  test("when the audit ends before it", async () => {
    const memory = await cutAfter(3);
    const { number } = blockOf(memory);
    const message = await refusalOf(run(memory, { to: number - 1 }));
    expect(message).toContain(`at block ${number}, already beyond block ${number - 1}`);
    expect(message).not.toContain("no longer");
    expect((await run(memory, { to: number })).findings).toEqual([]);
  });

  test("when its proofs were verified with other keys", async () => {
    const memory = await cutAfter(2);
    const keys = { ...KEYS, "eligibility-8": { ...KEYS["eligibility-32"] } };
    expect(await refusalOf(run(memory, { keys }))).toContain("a checkpoint of another audit");
    expect((await run(memory)).findings).toEqual([]);
  });
});

test("of proofs verified before it is told apart from those verified since", async () => {
  const memory = await cutAfter(9);
  const { verified } = JSON.parse(memory.text!) as { verified: number };
  expect(verified).toBeGreaterThan(0);
  const told: AuditProgress[] = [];
  const result = await run(memory, { onProgress: (at) => told.push(at) });
  expect(result.verifiedProofs).toBe(13);
  expect(told.at(-1)).toMatchObject({ stage: "state", verified: 13 });
  expect(new Set(told.map(({ verifiedBefore }) => verifiedBefore))).toEqual(new Set([verified]));
});
