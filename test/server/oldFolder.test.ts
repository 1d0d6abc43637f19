// What an older version left behind is recognised where it is opened, by `npm start` and by the server alone: said
// with what to do, and nothing of it is touched.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openHome } from "../../scripts/home.ts";
import { readDeployment } from "../../server/config.ts";
import { testFolder } from "../support/server.ts";

const root = testFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

const KEY = `0x${"11".repeat(32)}`;
const ACTORS = ["governance", "relayer", "sponsor", "board", "clinic-1", "clinic-2", "site-1"];

/** A data folder as the first protocol's version wrote it. */
function oldFolder(name: string, change: object = {}): string {
  const folder = join(root, name);
  mkdirSync(join(folder, "chain"), { recursive: true });
  const keys = Object.fromEntries([...ACTORS, "site-2"].map((actor) => [actor, KEY]));
  const home = { format: 1, clockOffset: 0, keys, sample: "done", ...change };
  writeFileSync(join(folder, "cohort.json"), JSON.stringify(home));
  writeFileSync(join(folder, "chain", "state.json"), "{}");
  writeFileSync(
    join(folder, "deployment.json"),
    JSON.stringify({ format: "cohort-zero/deployment/1", chainId: 31_337, addresses: {} }),
  );
  return folder;
}

/** Names, contents and times of everything in a folder. */
function imprint(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs } = statSync(path);
      return `${name} ${mtimeMs} ${statSync(path).isFile() ? readFileSync(path) : ""}`;
    });
}

function start(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  return spawnSync(process.execPath, [path, ...args], {
    encoding: "utf8",
    timeout: 110_000,
    env: { PATH: process.env.PATH ?? "", ...env },
  });
}

describe("npm start on a folder of the first protocol", () => {
  test("says what it is and what to do, starts nothing and changes nothing", () => {
    const folder = oldFolder("first");
    const before = imprint(folder);
    const { status, stdout, stderr } = start("scripts/start.ts", ["--data", folder]);
    expect(status).toBe(1);
    expect(stderr).toContain("holds an exchange of the first protocol");
    expect(stderr).toContain("npm start -- --data <new folder>");
    expect(`${stdout}${stderr}`).not.toMatch(/ at .*\.ts:|Compiling|Chain:/);
    expect(imprint(folder)).toEqual(before);
  });

  test("does not read it as a newer one either", () => {
    const folder = oldFolder("newer", { format: 99 });
    expect(() => openHome(folder, undefined)).toThrow(
      /was written by another version \(format 99, this one writes 3\)/,
    );
  });
});

describe("a deployment file of the first protocol", () => {
  test("is refused by name, with the file's path", () => {
    const file = join(oldFolder("deployed"), "deployment.json");
    expect(() => readDeployment(file)).toThrow(/deployed\/deployment\.json.*first protocol/s);
  });

  test("keeps the server from starting, before it opens anything", () => {
    const folder = oldFolder("served");
    const before = imprint(folder);
    const { status, stderr } = start("server/main.ts", [], {
      DEPLOYMENT: join(folder, "deployment.json"),
      DATA_DIR: join(folder, "database"),
      RELAYER_KEY: KEY,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("first protocol");
    expect(stderr).not.toMatch(/ at .*\.ts:/);
    expect(imprint(folder)).toEqual(before);
  });
});
