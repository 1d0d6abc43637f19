// A single proof, checked from its transaction alone, and what a page is given.
import { describe, expect, test } from "vitest";
import { readManifest, readPacked } from "../../circuits/artifacts/read.ts";
import { auditChain, parsePublishedKeys, verifyTransaction } from "../../client/auditor/browser.ts";
import { findLogs } from "../../client/auditor/node/chain.ts";
import type { EventName } from "../../client/auditor/node/event.ts";
import type { Request } from "../../client/auditor/node/rpc.ts";
import {
  type CheckedTransaction,
  checkTransaction,
} from "../../client/auditor/proof/proofCheck.ts";
import { publishedKeys } from "../../client/auditor/proof/published.node.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { KEYS, openPlayed } from "./history.ts";

const history = await openPlayed();
const { world } = history;

const contractOf = (name: EventName) => (name === "Screened" ? "Screening" : "Enrollment");

/** Words of a screening's data: three of the person, two of the list, then the one part's. */
const WORD = { commitment: 2, issuerTag: 5, recordsRoot: 6, asOf: 7, points: 8 } as const;

/** The n-th transaction with an event of the contract that logs it. */
async function transactionOf(name: EventName, nth = 0): Promise<string> {
  const { addresses, deployBlock } = world.deployment;
  const contract = contractOf(name);
  const filter = {
    address: [addresses[contract]],
    topics: [interfaceOf(contract).getEvent(name)!.topicHash],
  };
  const to = Number(await history.request("eth_blockNumber", []));
  const logs = await findLogs(history.request, filter, { from: deployBlock, to });
  return logs.at(nth)!.transactionHash;
}

const check = (transaction: string, request: Request = history.request) =>
  checkTransaction({ request, deployment: world.deployment, keys: KEYS, transaction });

const failing = ({ proofs }: CheckedTransaction) =>
  proofs.flatMap(({ steps }) => steps.filter(({ holds }) => !holds).map(({ id }) => id));

/** A node that answers one method differently. */
function forged(method: string, change: (answer: unknown, params: readonly unknown[]) => unknown) {
  const request: Request = async (asked, params) => {
    const answer = structuredClone(await history.request(asked, params));
    return asked === method ? change(answer, params) : answer;
  };
  return request;
}

/** Replaces one word of the data of an event's logs. */
function withWord(name: EventName, at: number, change: (word: bigint) => bigint) {
  const { topicHash } = interfaceOf(contractOf(name)).getEvent(name)!;
  return forged("eth_getTransactionReceipt", (answer) => {
    const { logs, ...receipt } = answer as { logs: { topics: string[]; data: string }[] };
    const changed = logs.map((log) => {
      if (log.topics[0] !== topicHash) return log;
      const start = 2 + at * 64;
      const word = BigInt(`0x${log.data.slice(start, start + 64)}`);
      const hex = change(word).toString(16).padStart(64, "0");
      return { ...log, data: log.data.slice(0, start) + hex + log.data.slice(start + 64) };
    });
    return { ...receipt, logs: changed };
  });
}

describe("a proof checked on its own", () => {
  test("of a screening holds, and says what was checked", async () => {
    const transaction = await transactionOf("Screened");
    const checked = await check(transaction);
    expect(checked).toMatchObject({ transaction, holds: true });
    const [proof] = checked.proofs;
    expect(proof).toMatchObject({ kind: "screening", version: 1, circuit: "eligibility-8" });
    const ids = proof!.steps.map(({ id }) => id);
    expect(ids).toEqual(["chain", "version", "key", "parts", "day", "root", "proof"]);
    expect(proof!.signals.map(({ name }) => name)).toEqual([
      ...["nullifier", "issuerTag", "criteriaHash", "recordsRoot", "scope", "message", "asOf"],
    ]);
    expect(proof!.subject).toBe(proof!.signals[0]!.value);
  });

  test("holds for every screening, consent and withdrawal of the history", async () => {
    for (const [name, count] of [
      ["Screened", 6],
      ["Consented", 6],
      ["WithdrawnByProof", 1],
    ] as const) {
      for (let nth = 0; nth < count; nth++) {
        const checked = await check(await transactionOf(name, nth));
        expect(failing(checked), JSON.stringify(checked.proofs)).toEqual([]);
      }
    }
  });

  test("fails when one of its points was changed", async () => {
    const transaction = await transactionOf("Screened");
    const checked = await check(
      transaction,
      withWord("Screened", WORD.points, (word) => word + 1n),
    );
    expect(checked.holds).toBe(false);
    expect(failing(checked)).toEqual(["proof"]);
  });

  test("fails for another commitment, clinic's tag, records root or day than it was made for", async () => {
    const transaction = await transactionOf("Screened");
    const changed = (at: number, by = 1n) => withWord("Screened", at, (word) => word + by);
    const [commitment, tag] = [changed(WORD.commitment), changed(WORD.issuerTag)];
    const [root, day] = [changed(WORD.recordsRoot), changed(WORD.asOf, 10n)];
    expect(failing(await check(transaction, commitment))).toEqual(["proof"]);
    expect(failing(await check(transaction, tag))).toEqual(["proof"]);
    expect(failing(await check(transaction, root))).toEqual(["root", "proof"]);
    expect(failing(await check(transaction, day))).toEqual(["day", "proof"]);
  });

  test("fails for a consent whose form, permissions or group were changed", async () => {
    const transaction = await transactionOf("Consented");
    const changed = (at: number) =>
      check(
        transaction,
        withWord("Consented", at, (word) => word ^ 1n),
      );
    expect(failing(await changed(2))).toEqual(["version", "proof"]);
    expect(failing(await changed(3))).toEqual(["proof"]);
    expect(failing(await changed(11))).toEqual(["group"]);
    expect(failing(await changed(12))).toEqual(["group", "proof"]);
  });

  test("fails when the contracts verify with another key than the published one", async () => {
    const transaction = await transactionOf("Screened");
    const other = forged("eth_call", () => `0x${"11".repeat(32)}`);
    expect(failing(await check(transaction, other))).toEqual(["key"]);
    const keys = { ...KEYS, "eligibility-8": KEYS["eligibility-32"] };
    const { request } = history;
    const options = { request, deployment: world.deployment, keys, transaction };
    expect(failing(await checkTransaction(options))).toEqual(["key", "proof"]);
  });

  test("fails when its block is no longer the chain's", async () => {
    const transaction = await transactionOf("Screened");
    const moved = forged("eth_getBlockByNumber", (answer) => {
      return { ...(answer as object), hash: `0x${"00".repeat(32)}` };
    });
    expect(failing(await check(transaction, moved))).toEqual(["chain"]);
  });

  test("fails when its version was never approved", async () => {
    const transaction = await transactionOf("Screened");
    const { topicHash } = interfaceOf("TrialRegistry").getEvent("VersionApproved")!;
    const unapproved = forged("eth_getLogs", (answer, [filter]) =>
      (filter as { topics?: string[] }).topics?.[0] === topicHash ? [] : answer,
    );
    expect(failing(await check(transaction, unapproved))).toEqual(["version"]);
  });

  test("is refused with advice when there is none", async () => {
    await expect(check("0x12")).rejects.toThrow("64 hexadecimal digits");
    await expect(check(`0x${"12".repeat(32)}`)).rejects.toThrow("knows no transaction");
    await expect(check(await transactionOf("Enrolled"))).rejects.toThrow("holds no screening");
  });
});

describe("an old records root", () => {
  test("counts within its window only, and never after a revocation", async () => {
    const transaction = await transactionOf("Screened", -1);
    // The first anchored root, superseded long before the last person was screened.
    const { addresses, deployBlock } = world.deployment;
    const filter = { address: [addresses.RecordRegistry] };
    const to = Number(await history.request("eth_blockNumber", []));
    const [first] = await findLogs(history.request, filter, { from: deployBlock, to });
    const { args } = interfaceOf("RecordRegistry").parseLog({
      ...first!,
      topics: [...first!.topics],
    })!;
    const old = args.getValue("root") as bigint;
    const late = await check(
      transaction,
      withWord("Screened", WORD.recordsRoot, () => old),
    );
    expect(late.proofs[0]!.steps.find(({ id }) => id === "root")!.found).toContain("revocation");
    const early = await check(
      await transactionOf("Screened"),
      withWord("Screened", WORD.recordsRoot, () => old),
    );
    expect(early.proofs[0]!.steps.find(({ id }) => id === "root")!.found).toContain("window had");
  });
});

describe("the entry for pages", () => {
  const provider = {
    request: ({ method, params }: { method: string; params: unknown[] }) =>
      history.request(method, params),
  };

  test("audits through a wallet's provider, telling how far it got", async () => {
    const stages = new Set<string>();
    const { report, hash, audit } = await auditChain({
      ...{ node: provider, deployment: world.deployment, keys: KEYS },
      onProgress: ({ stage }) => stages.add(stage),
    });
    expect(report).toMatchObject({ verdict: "clean", findings: [] });
    expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(audit.verifiedProofs).toBe(13);
    expect([...stages]).toEqual(["history", "state"]);
  });

  test("stops when it is told to", async () => {
    const stop = new AbortController();
    const running = auditChain({
      ...{ node: provider, deployment: world.deployment, keys: KEYS, signal: stop.signal },
      onProgress: () => stop.abort(new Error("the reader left")),
    });
    await expect(running).rejects.toThrow("the reader left");
  });

  test("verifies a transaction, and refuses an invalid deployment", async () => {
    const transaction = await transactionOf("Screened");
    const of = { node: provider, deployment: world.deployment, keys: KEYS, transaction };
    expect(await verifyTransaction(of)).toMatchObject({ holds: true });
    const refused = verifyTransaction({ ...of, deployment: {} });
    await expect(refused).rejects.toThrow("not a deployment file");
  });

  test("takes the published keys as text, and refuses others than the manifest's", async () => {
    const text = async (file: string) => (await readPacked(file)).toString();
    const files = {
      "eligibility-8": await text("eligibility-8.vkey.json"),
      "eligibility-32": await text("eligibility-32.vkey.json"),
    };
    const manifest = await readManifest();
    expect(await parsePublishedKeys({ files, manifest })).toEqual(await publishedKeys());
    const swapped = { ...files, "eligibility-8": files["eligibility-32"] };
    const refused = parsePublishedKeys({ files: swapped, manifest });
    await expect(refused).rejects.toThrow("eligibility-8.vkey.json is not the manifest's");
  });
});
