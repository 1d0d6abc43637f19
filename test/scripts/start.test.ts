// `npm start` as its users meet it: first start, restart after kill -9 of everything, and its clear messages.
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { treeOf } from "../bench/processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) {
    try {
      const { pid } = JSON.parse(readFileSync(join(folder, "chain/anvil.json"), "utf8"));
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cohort-start-"));
  folders.push(folder);
  return folder;
}

type Run = { child: ChildProcess; output: () => string; until: (text: string) => Promise<void> };

/** Starts the command; `until` resolves when it has printed a text, and rejects when it ends without. */
function start(args: string[]): Run {
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...args], { cwd: root });
  children.push(child);
  let printed = "";
  child.stdout?.on("data", (chunk) => (printed += chunk));
  child.stderr?.on("data", (chunk) => (printed += chunk));
  const until = async (text: string) => {
    while (!printed.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without "${text}":\n${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { child, output: () => printed, until };
}

/** What the chain answers, to a page of this origin or to a program. */
async function askChain(port: number, origin?: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(origin !== undefined && { origin }) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
  });
  return answer.text();
}

/** The account that a custodian says it has. */
async function accountAt(url: string): Promise<string> {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ status { address } }" }),
  });
  return (await answer.json()).data.status.address;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process that recruits the sample; undefined where the system does not tell. */
function recruiterOf({ pid }: ChildProcess): number | undefined {
  if (process.platform !== "linux") return undefined;
  const found = treeOf(pid!).find(isRecruiter);
  expect(found).toBeDefined();
  return found;
}

function isRecruiter(pid: number | undefined): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("sample.ts");
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
  return child.exitCode;
}

describe("npm start", () => {
  test("comes up on an empty folder and keeps its deployment through kill -9 of everything", async () => {
    const data = join(newFolder(), "data");
    folders.push(data);
    const [port, chainPort] = [await freePort(), await freePort()];
    const args = ["--data", data, "--port", `${port}`, "--chain-port", `${chainPort}`];

    const first = start(args);
    await first.until("Recruiting a sample cohort");
    const api = connect({ url: `http://127.0.0.1:${port}` });
    const before = await api.deployment();
    const recruiter = recruiterOf(first.child);
    const custodians = [1, 2, 3].map((i) =>
      Number(readFileSync(join(data, `custodians/${i}/lock`), "utf8")),
    );
    first.child.kill("SIGKILL");
    const { pid } = JSON.parse(readFileSync(join(data, "chain/anvil.json"), "utf8"));
    process.kill(pid, "SIGKILL");
    await ended(first.child);
    // The sample is recruited in a process of its own, which does not outlive it; nor do the custodians.
    await expect.poll(() => isRecruiter(recruiter)).toBe(false);
    for (const pid of custodians) await expect.poll(() => isRunning(pid)).toBe(false);
    expect(JSON.parse(readFileSync(join(data, "cohort.json"), "utf8")).sample).toBe("running");

    const second = start(["--empty", ...args]);
    await second.until("Running.");
    const after = await api.deployment();
    expect(after.contracts).toEqual(before.contracts);
    expect(after.blockNumber).toBeGreaterThanOrEqual(before.deployBlock);

    const asked = (origin?: string) => askChain(chainPort, origin);
    expect(await asked()).toContain("0x7a69");
    expect(await asked(`http://127.0.0.1:${port}`)).toContain("0x7a69");
    expect(await asked("http://evil.example")).toContain("not from there");
    second.child.kill("SIGTERM");
    expect(await ended(second.child)).toBe(0);
    await expect(asked()).rejects.toThrow();
  });

  test("runs three custodians of its own, starts one again, and leaves none behind", async () => {
    const data = join(newFolder(), "data");
    folders.push(data);
    const ports = ["--port", `${await freePort()}`, "--chain-port", `${await freePort()}`];
    const run = start(["--empty", "--data", data, ...ports]);
    await run.until("Running.");
    expect(run.output()).toContain("protects nobody from this operator");
    const { custodians, accounts } = JSON.parse(readFileSync(join(data, "endpoint.json"), "utf8"));
    const answers = async () => await Promise.all(custodians.map(accountAt));
    const expected = Object.values(accounts as Record<string, string>);
    expect(expected).toHaveLength(3);
    expect(await answers()).toEqual(expected.map((account) => account.toLowerCase()));
    for (const i of [1, 2, 3]) {
      const folder = join(data, "custodians", `${i}`);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(folder, "custodian.key")).mode & 0o777).toBe(0o600);
    }
    const pidOf = (i: number) => Number(readFileSync(join(data, `custodians/${i}/lock`), "utf8"));
    const first = pidOf(1);
    process.kill(first, "SIGKILL");
    await run.until("custodian-1 ended unexpectedly (SIGKILL). It is started again");
    await expect.poll(answers, { timeout: 60_000 }).toHaveLength(3);
    expect(pidOf(1)).not.toBe(first);
    // Whatever ends it will end it again: then everything says so and ends.
    const pids = [1, 2, 3].map(pidOf);
    process.kill(pidOf(1), "SIGKILL");
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain("custodian-1 ended unexpectedly (SIGKILL), again");
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test("says so when the chain's port is taken, and leaves nothing running", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const data = join(newFolder(), "data");
    folders.push(data);
    const ports = ["--port", `${await freePort()}`, "--chain-port", `${port}`];
    const run = start(["--empty", "--data", data, ...ports]);
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain(`port ${port} is already in use`);
    expect(existsSync(join(data, "chain/anvil.json"))).toBe(false);
    server.close();
  });

  test("says so when a port is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const run = start(["--empty", "--data", join(newFolder(), "data"), "--port", `${port}`]);
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain(`Port ${port} is taken`);
    server.close();
  });

  test("refuses a data folder of another version and changes nothing in it", async () => {
    const data = newFolder();
    const old = JSON.stringify({ format: 99, kept: true });
    writeFileSync(join(data, "cohort.json"), old);
    const run = start(["--empty", "--data", data, "--port", `${await freePort()}`]);
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain("written by another version");
    expect(readFileSync(join(data, "cohort.json"), "utf8")).toBe(old);
  });

  test("refuses a folder that holds something else", async () => {
    const data = newFolder();
    mkdirSync(join(data, "photos"));
    const run = start(["--empty", "--data", data, "--port", `${await freePort()}`]);
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain("no cohort.json");
  });

  test("explains an unknown option", async () => {
    const run = start(["--emtpy"]);
    expect(await ended(run.child)).toBe(1);
    expect(run.output()).toContain("--chain-time <date>");
  });
});
