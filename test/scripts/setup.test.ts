// The bootstrap that `npm start` and `npm test` share: a half-installed folder is noticed and said.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cohort-setup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the project without dependencies, and an `npx` that always fails. */
function project(): { run: () => ReturnType<typeof spawnSync> } {
  mkdirSync(join(folder, "scripts"), { recursive: true });
  mkdirSync(join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "node_modules/half"), { recursive: true });
  copyFileSync(join(root, "scripts/setup.mjs"), join(folder, "scripts/setup.mjs"));
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, "bin/npx"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
  const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
  return {
    run: () =>
      spawnSync(process.execPath, ["scripts/setup.mjs"], { cwd: folder, env, encoding: "utf8" }),
  };
}

describe("the bootstrap", () => {
  test("installs anew where a folder has no stamp, and says what to do when that fails", () => {
    const run = project().run();
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("Installing dependencies");
    expect(run.stderr).toContain("run the same command again");
    // What another version of Node left there lacks parts that npm would not add.
    expect(existsSync(join(folder, "node_modules/half"))).toBe(false);
  });
});
