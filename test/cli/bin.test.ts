// The program as npm installs it.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const BIN = fileURLToPath(new URL("../../client/bin/cohort.mjs", import.meta.url));

it("runs, and passes on the exit code", () => {
  const help = spawnSync(process.execPath, [BIN, "--help"], { encoding: "utf8" });
  expect(help.stdout).toContain("Usage: cohort");
  expect(help.status).toBe(0);
  const wrong = spawnSync(process.execPath, [BIN, "no-such-command"], { encoding: "utf8" });
  expect(wrong.stdout).toBe("");
  expect(wrong.stderr).toContain("unknown command");
  expect(wrong.status).toBe(2);
});
