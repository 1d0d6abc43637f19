// A dataset that is broken off while it is written: by kill -9, or by a disk without room. It is there whole, as the audit
// says, or not at all, and the next one is written.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { auditDataset } from "../../client/auditor/dataset/audit.ts";
import { readFolder } from "../../client/exchange/dataset/files.node.ts";
import { manyVisits } from "./attackWritten.ts";
import { evidenceOf } from "./datasetSample.ts";

const WRITER = fileURLToPath(new URL("attackWriter.ts", import.meta.url));
/** Whether files' sizes can be limited here: with util-linux, on Linux. */
const HAS_LIMITS = spawnSync("prlimit", ["--version"]).status === 0;
/** Milliseconds after it began to write. */
const OFFSETS = [5, 40, 120, 250, 500];
const parent = mkdtempSync(join(tmpdir(), "cohort-written-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Starts one; resolves when it writes. `limit`: bytes that a file of it may have. */
async function startWriter(folder: string, { limit, replaces = false }: Options = {}) {
  const own = [process.execPath, WRITER, folder, ...(replaces ? ["replaces"] : [])];
  const [command, ...args] =
    limit === undefined ? own : ["prlimit", `--fsize=${limit}:unlimited`, ...own];
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let tell = () => {};
  const isUp = new Promise<void>((resolve) => {
    tell = resolve;
  });
  child.stdout.on("data", (chunk) => {
    said += chunk;
    if (said.includes("UP\n")) tell();
  });
  const ended = once(child, "exit");
  await Promise.race([isUp, ended]);
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { kill, result: () => ended.then(() => said.split("\n").slice(1, -1).join()) };
}
type Options = { readonly limit?: number; readonly replaces?: boolean };

async function findingsOf(folder: string) {
  const files = readFolder(folder);
  return (await auditDataset({ files, evidence: evidenceOf(manyVisits().of) })).findings;
}

describe("a dataset", () => {
  test("is whole or not there after every kill -9, and the next one is written", async () => {
    const folder = join(parent, "killed");
    let cut = 0;
    for (const offset of OFFSETS) {
      const { kill } = await startWriter(folder);
      await new Promise((resolve) => setTimeout(resolve, offset));
      await kill();
      if (!existsSync(folder)) {
        cut += 1;
        continue;
      }
      expect(await findingsOf(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
    }
    // Else nothing was tried.
    expect(cut).toBeGreaterThan(0);
    expect(await (await startWriter(folder)).result()).toBe("DONE");
    expect(await findingsOf(folder)).toEqual([]);
    expect(readdirSync(parent)).toEqual(["killed"]);
  });

  test.skipIf(!HAS_LIMITS)(
    "for which there is no room leaves the one of before, and nothing half",
    async () => {
      const folder = join(parent, "killed");
      const full = await startWriter(folder, { limit: 20_000, replaces: true });
      expect(await full.result()).toBe("EFBIG");
      expect(readdirSync(parent)).toEqual(["killed"]);
      expect(await findingsOf(folder)).toEqual([]);
      const other = join(parent, "other");
      expect(await (await startWriter(other, { limit: 20_000 })).result()).toBe("EFBIG");
      expect(existsSync(other)).toBe(false);
      expect(await (await startWriter(folder, { replaces: true })).result()).toBe("DONE");
    },
  );
});
