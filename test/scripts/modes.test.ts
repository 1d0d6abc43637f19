// Under the most generous umask: all that `npm start`, the server and the command line make is for its owner alone.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openHome } from "../../scripts/home.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { openDatabase } from "../../server/store/database.ts";
import { paperDeployment } from "../support/paperDeployment.ts";
import { testFolder } from "../support/server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = testFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Everything from a folder down that others have any right to, and how much there is. */
function open(path: string): { all: number; open: string[] } {
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  const found = ["", ...names].map((name) => join(path, name));
  const generous = found.filter((one) => (lstatSync(one).mode & 0o077) !== 0);
  return { all: found.length, open: generous };
}

const inShell = (command: string) => `umask 000; exec ${command}`;

describe("under umask 000", () => {
  test("npm start makes nothing that others may read, while it runs and when it has stopped", async () => {
    const data = join(folder, "data");
    const ports = ["--port", `${await freePort()}`, "--chain-port", `${await freePort()}`];
    const run = async () => {
      const start = ["scripts/start.ts", "--empty", "--data", data, ...ports].join(" ");
      const child = spawn("sh", ["-c", inShell(`${process.execPath} ${start}`)], { cwd: root });
      children.push(child);
      let printed = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text) => (printed += text));
      while (!printed.includes("Running.")) {
        if (child.exitCode !== null) throw new Error(printed);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return child;
    };
    const child = await run();
    const made = open(data);
    expect(made.all).toBeGreaterThan(500);
    expect(made.open).toEqual([]);
    expect(existsSync(join(data, "database", "operator.sock"))).toBe(true);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    expect(open(data).open).toEqual([]);

    // What an older version left open is closed at the next start.
    spawnSync("chmod", ["-R", "a+rwX", data]);
    expect(open(data).open.length).toBeGreaterThan(500);
    openHome(data, undefined);
    expect(open(data).open).toEqual([]);
  });

  test("a server's database alone holds nothing that others may read", async () => {
    const before = process.umask(0);
    const at = join(folder, "alone");
    const { db, close } = await openDatabase({ url: undefined, folder: at });
    await db.execute("create table made_while_it_ran (n int)");
    await close();
    process.umask(before);
    expect(open(at).all).toBeGreaterThan(500);
    expect(open(at).open).toEqual([]);
  });

  test.each([
    ["patient init --wallet", "deep/er/wallet.age"],
    ["operator export", "own.jsonl.gz"],
  ])("cohort %s writes for its owner alone", (command, name) => {
    const at = join(folder, "cli");
    mkdirSync(at, { recursive: true, mode: 0o700 });
    const deployment = join(at, "deployment.json");
    writeFileSync(deployment, JSON.stringify(paperDeployment()), { mode: 0o600 });
    const cohort = `${process.execPath} client/bin/cohort.mjs ${command} ${join(at, name)}`;
    const { status, stderr } = spawnSync("sh", ["-c", inShell(cohort)], {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        COHORT_PASSPHRASE: "a passphrase for this test",
        DATA_DIR: join(folder, "alone"),
        DEPLOYMENT: deployment,
      },
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(existsSync(join(at, name))).toBe(true);
    expect(open(at).open).toEqual([]);
  });
});
