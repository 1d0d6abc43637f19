// The command as a user runs it, against a node that answers over HTTP.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { Wallet } from "ethers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildTree } from "../../circuits/statement/encoding/tree.ts";
import { signReport } from "../../client/auditor/report/sign.ts";
import { addAuditCommand } from "../../client/cli/audit.ts";
import { EXIT_FINDINGS } from "../../client/cli/auditRun.ts";
import { withGlobalOptions } from "../../client/cli/options.ts";
import { hashLeaves, LEAVES_FORMAT } from "../../client/clinic/registry/batch.ts";
import { createWorld, number, type World } from "../support/world.ts";

const folder = mkdtempSync(join(tmpdir(), "cohort-audit-"));
const file = (name: string) => join(folder, name);
let world: World;
let node: Server;
let rpc: string;
let asked = 0;
beforeAll(async () => {
  world = await createWorld({ real: true });
  await world.as("clinic").records.anchor(number("a record"));
  node = createServer(async (incoming, answer) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    asked++;
    const { id, method, params } = JSON.parse(body);
    const reply = await world.request(method, ...params).then(
      (result) => ({ result }),
      (error: Error) => ({ error: { code: -32_000, message: error.message } }),
    );
    answer.end(JSON.stringify({ jsonrpc: "2.0", id, ...reply }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => node.once("listening", resolve));
  rpc = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  writeFileSync(file("deployment.json"), JSON.stringify(world.deployment));
});
afterAll(async () => {
  node.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

const blockNumber = async () => Number(await world.request("eth_blockNumber"));

/** Runs the command; its JSON, or the error it ends with. */
async function run(...args: string[]): Promise<{ json: Record<string, unknown>; error?: unknown }> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
  const program = withGlobalOptions(new Command("cohort")).exitOverride();
  addAuditCommand(program);
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => {} });
  let error: unknown;
  await program
    .parseAsync(["audit", "--json", "--data", folder, ...args], { from: "user" })
    .catch((problem: unknown) => {
      error = problem;
    });
  log.mockRestore();
  return { json: said.length > 0 ? JSON.parse(said.join("\n")) : {}, error };
}

test("a clean chain gives a report, a signature, exports and a bundle that repeats it offline", async () => {
  writeFileSync(file("key"), `0x${"19".repeat(32)}\n`);
  const out = ["--out", file("report"), "--exports", "--sign", "--key", file("key")];
  const online = await run("--rpc", rpc, "--bundle", file("all.gz"), ...out);
  expect(online.error).toBeUndefined();
  expect(online.json).toMatchObject({ verdict: "clean", findings: [] });
  expect(readdirSync(file("report")).sort()).toEqual([
    "AuditEvent.ndjson",
    "Consent.ndjson",
    "ResearchStudy.ndjson",
    "ResearchSubject.ndjson",
    "events.csv",
    "report.html",
    "report.json",
    "report.signature.json",
  ]);
  const written = JSON.parse(readFileSync(file("report/report.signature.json"), "utf8"));
  expect(written.reportHash).toBe(online.json.hash);
  const before = asked;
  const offline = await run("--bundle", file("all.gz"));
  expect(offline.json).toMatchObject({ verdict: "clean", hash: online.json.hash });
  expect(asked).toBe(before);
});

test("a report's hash is put on the chain, and found there or missed", async () => {
  const auditor = new Wallet(`0x${"19".repeat(32)}`).address;
  const out = ["--out", file("anchored"), "--sign", "--anchor", "--key", file("key")];
  const poor = await run("--rpc", rpc, ...out);
  expect(String(poor.error)).toContain(`fund ${auditor}`);
  expect(readdirSync(file("anchored"))).toContain("report.json");
  await world.request("hardhat_setBalance", auditor, "0x3635c9adc5dea00000");
  expect((await run("--rpc", rpc, ...out)).error).toBeUndefined();
  const verify = async (...more: string[]) => {
    const { json, error } = await run("--verify", file("anchored"), ...more);
    return error === undefined ? json.anchor : String(error);
  };
  expect(await verify()).toMatchObject({ isChecked: false });
  const anchor = { isChecked: true, by: auditor, block: await blockNumber() };
  expect(await verify("--rpc", rpc)).toMatchObject(anchor);
  const path = file("anchored/report.anchor.json");
  const written = JSON.parse(readFileSync(path, "utf8"));
  for (const [change, message] of [
    [{ transaction: written.reportHash }, "is not on this node's chain"],
    [{ block: written.block - 1 }, "is not in block"],
    [{ format: "x" }, "not what audit"],
  ] as const) {
    writeFileSync(path, JSON.stringify({ ...written, ...change }));
    expect(await verify("--rpc", rpc)).toContain(message);
  }
  rmSync(path);
  expect(await verify("--rpc", rpc)).toContain("was not anchored");
  expect(String((await run("--bundle", "x", "--anchor", "--out", "y")).error)).toContain("--rpc");
});

test("leaves named beside a bundle add to those that it holds", async () => {
  const leaves = [1n, 2n].map((i) => number(`leaf ${i}`));
  const { root } = buildTree(leaves);
  await world.as("clinic").records.anchorBatch(root, leaves.length, hashLeaves(leaves), "");
  const named = { format: LEAVES_FORMAT, root: String(root), leaves: leaves.map(String) };
  mkdirSync(file("leaves"));
  expect((await run("--rpc", rpc, "--bundle", file("bare.gz"))).json).toMatchObject({
    checked: { batches: 1, batchesRebuilt: 0 },
  });
  writeFileSync(file("leaves/batch.json"), JSON.stringify(named));
  const withLeaves = ["--leaves", file("leaves")];
  const rebuilt = { verdict: "clean", checked: { batches: 1, batchesRebuilt: 1 } };
  expect((await run("--bundle", file("bare.gz"), ...withLeaves)).json).toMatchObject(rebuilt);
  await run("--rpc", rpc, "--bundle", file("whole.gz"), ...withLeaves);
  // Some of another batch take nothing from what the bundle holds.
  writeFileSync(file("leaves/batch.json"), JSON.stringify({ ...named, root: "5" }));
  expect((await run("--bundle", file("whole.gz"), ...withLeaves)).json).toMatchObject(rebuilt);
});

test("an audit from a checkpoint, or from a block on, says the same and what it is about", async () => {
  const checkpoint = ["--checkpoint", file("checkpoint.json")];
  const first = await run("--rpc", rpc, ...checkpoint);
  const again = await run("--rpc", rpc, ...checkpoint);
  expect([first.error, again.error]).toEqual([undefined, undefined]);
  expect(again.json.hash).toBe(first.json.hash);
  expect((await run("--rpc", rpc)).json.hash).toBe(first.json.hash);
  const part = await run("--rpc", rpc, "--from", "5");
  expect(part.json).toMatchObject({ verdict: "clean", limits: { from: 5 } });
});

test("what is proven from a block's hash says so, and is of that block", async () => {
  const number = (await blockNumber()) - 1;
  const block = await world.request("eth_getBlockByNumber", `0x${number.toString(16)}`, false);
  const { hash } = block as { hash: string };
  const { json, error } = await run("--rpc", rpc, "--prove", "--to", hash);
  expect(error).toBeUndefined();
  expect(json).toMatchObject({ verdict: "clean", chain: { head: { number, hash } } });
  expect(String(json.limitsSaid)).toContain(`proven from the hash of block ${number}, ${hash}`);
});

test("a signed report is verified, and a changed report, page or signature is named", async () => {
  const signed = file("report");
  const verify = (folder: string, ...more: string[]) => run("--verify", folder, ...more);
  const auditor = new Wallet(`0x${"19".repeat(32)}`).address;
  const { json, error } = await verify(signed);
  expect(error).toBeUndefined();
  expect(json).toMatchObject({ auditor, verdict: "clean", findings: 0, isPageCompared: true });

  const changes: [name: string, from: RegExp, to: string, said: string][] = [
    ["report.json", /"number":\d+/, '"number":1', `the signature is not ${auditor}'s`],
    ["report.json", /"events":\d+/, '"events":1', `the signature is not ${auditor}'s`],
    ["report.json", /"verdict":"clean"/, '"verdict":"fine"', "report.json: not what"],
    ["report.html", /Clean/i, "Cleaner", "report.html: does not show the signed report"],
    ["report.signature.json", /"0x[0-9a-f]{130}"/, '"0x"', `the signature is not ${auditor}'s`],
    ["report.signature.json", /"auditor": "\w+"/, '"auditor": "me"', "signature.json: not what"],
  ];
  for (const [index, [name, from, to, said]] of changes.entries()) {
    const changed = file(`changed-${index}`);
    cpSync(signed, changed, { recursive: true });
    const text = readFileSync(join(changed, name), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(changed, name), text.replace(from, to));
    expect(String((await verify(changed)).error)).toContain(said);
  }
  rmSync(join(file("changed-0"), "report.signature.json"));
  expect(String((await verify(file("changed-0"))).error)).toContain("signature.json: not there");
  const { trials: _, ...part } = JSON.parse(readFileSync(join(signed, "report.json"), "utf8"));
  const signature = await signReport(part, new Wallet(`0x${"19".repeat(32)}`));
  writeFileSync(join(file("changed-1"), "report.json"), JSON.stringify(part));
  writeFileSync(join(file("changed-1"), "report.signature.json"), JSON.stringify(signature));
  expect(String((await verify(file("changed-1"))).error)).toContain("not a whole report");
  const both = await verify(signed, "--bundle", file("all.gz"));
  expect(String(both.error)).toContain("--verify audits nothing: leave out --bundle");
});

test("findings end the command with an exit code of their own, after the report", async () => {
  const wrong = { ...world.deployment, governance: `0x${"44".repeat(20)}` };
  writeFileSync(file("other.json"), JSON.stringify(wrong));
  const { json, error } = await run("--rpc", rpc, "--deployment", file("other.json"));
  const code = process.exitCode;
  // Of the test run itself it would be a failure.
  process.exitCode = undefined;
  expect({ code, error }).toEqual({ code: EXIT_FINDINGS, error: undefined });
  expect(json).toMatchObject({
    verdict: "findings",
    findings: [
      { rule: "accreditation/owner", place: { transaction: expect.stringMatching(/^0x/) } },
    ],
  });
});

test("a wrong place, key or block is told before anything is audited, and leaves nothing behind", async () => {
  const messageOf = async (...args: string[]) => String((await run(...args)).error);
  const before = asked;
  expect(await messageOf("--rpc", rpc, "--out", file("deployment.json"))).toContain("EEXIST");
  expect(await messageOf("--rpc", rpc, "--criteria", file("none.json"))).toContain("ENOENT");
  const unsigned = ["--out", file("unsigned"), "--sign", "--key", file("none")];
  expect(await messageOf("--rpc", rpc, ...unsigned)).toContain("ENOENT");
  writeFileSync(file("junk.json"), JSON.stringify({ foo: 1 }));
  const junk = await messageOf("--rpc", rpc, "--criteria", file("junk.json"));
  expect(junk).toContain("give the document that the sponsor published");
  mkdirSync(file("taken/report.json"), { recursive: true });
  expect(await messageOf("--rpc", rpc, "--out", file("taken"))).toContain("is not a file");
  expect(asked).toBe(before);
  expect(await messageOf("--rpc", rpc, "--checkpoint", file("taken"))).toContain("is a folder");
  expect(await messageOf("--rpc", rpc, "--bundle", file("none/all.gz"))).toContain("ENOENT");
  expect(await messageOf("--rpc", rpc, "--to", "999999")).toContain("there is no 999999 yet");
  expect(await messageOf("--rpc", rpc, "--to", "0")).toContain("The contracts begin at block");
  const late = await messageOf("--rpc", rpc, "--from", "999999", "--bundle", file("late.gz"));
  expect(late).toContain("it can't begin at 999999");
  expect(readdirSync(folder).filter((name) => name.startsWith("late"))).toEqual([]);
});

test("an address without a node is named as such, and no secret of its URL is shown", async () => {
  const messageOf = async (...args: string[]) => String((await run(...args)).error);
  expect(await messageOf("--rpc", "node.example:8545")).toContain("begin with http:// or https://");
  const page = createServer((_, answer) => answer.end("<html>")).listen(0, "127.0.0.1");
  await new Promise((resolve) => page.once("listening", resolve));
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/v3/secret`;
  const message = await messageOf("--rpc", url);
  expect(message).toContain("eth_chainId: not a JSON-RPC node");
  expect(message).not.toContain("secret");
  page.close();
});

test("a document key with nothing to open is told", async () => {
  const message = String((await run("--rpc", rpc, "--document-key", "x")).error);
  expect(message).toContain("name a file with --criteria");
});

test("missing or conflicting options are refused with advice", async () => {
  const messageOf = async (...args: string[]) => String((await run(...args)).error);
  expect(await messageOf()).toContain("Name a node with --rpc");
  expect(await messageOf("--rpc", rpc, "--sign")).toContain("need --out");
  expect(await messageOf("--bundle", file("all.gz"), "--trial", "X")).toContain(
    "made for all trials",
  );
  const bundle = ["--bundle", file("all.gz")];
  expect(await messageOf(...bundle, "--to", "3")).toContain("leave out --to");
  expect(await messageOf(...bundle, "--prove")).toContain("--prove asks a node");
  expect(await messageOf("--rpc", rpc, "--to", "0x12")).toContain("a block's number or its hash");
  const other = { ...world.deployment, deployBlock: world.deployment.deployBlock + 1 };
  writeFileSync(file("other.json"), JSON.stringify(other));
  expect(await messageOf(...bundle, "--deployment", file("other.json"))).toContain(
    "about another deployment",
  );
  const same = await run(...bundle, "--deployment", file("deployment.json"));
  expect(same.json).toMatchObject({ verdict: "clean" });
  const server = ["--server", "http://127.0.0.1:9"];
  expect(await messageOf(...server, "--bundle", file("all.gz"))).toContain("name one with --rpc");
  expect(await messageOf(...server, "--rpc", rpc, "--to", "3")).toContain("leave out --to");
  expect(await messageOf("--rpc", rpc, "--from", "soon")).toContain("--from: a block number");
  expect(await messageOf("--bundle", file("all.gz"), "--checkpoint", file("c"))).toContain(
    "one go",
  );
});
