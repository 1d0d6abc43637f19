// `npm start` as its users meet it: first start, restart after kill -9 of everything, and its clear messages.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../client/api.ts";
import { freePort } from "../../server/embedded/anvil.ts";

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

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
  return child.exitCode;
}

describe("npm start", () => {
  test("comes up on an empty folder and keeps its deployment through kill -9 of everything", async () => {
    const data = join(newFolder(), "data");
    folders.push(data);
    const [port, chainPort] = [await freePort(), await freePort()];
    const args = ["--empty", "--data", data, "--port", `${port}`, "--chain-port", `${chainPort}`];

    const first = start(args);
    await first.until("Running.");
    const api = connect({ url: `http://127.0.0.1:${port}` });
    const before = await api.deployment();
    first.child.kill("SIGKILL");
    const { pid } = JSON.parse(readFileSync(join(data, "chain/anvil.json"), "utf8"));
    process.kill(pid, "SIGKILL");
    await ended(first.child);

    const second = start(args);
    await second.until("Running.");
    const after = await api.deployment();
    expect(after.contracts).toEqual(before.contracts);
    expect(after.blockNumber).toBeGreaterThanOrEqual(before.deployBlock);
    second.child.kill("SIGTERM");
    expect(await ended(second.child)).toBe(0);
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
