// Which lines and statements of the contracts the tests of test/contracts reach, in a copy that counts them:
//   node test/mutation/coverage.ts
// A line that is reached is not yet tested: what tests notice, `node test/mutation/contracts.ts` shows.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { copyContracts, testNames } from "./copy.ts";
import { installSuite, runFile } from "./suite.ts";

const RUN = "contracts";

/** In the copy: builds with counters, runs every test file, prints Hardhat's table. */
async function count(): Promise<void> {
  const { default: hre } = await import("hardhat");
  await hre.tasks.getTask("build").run({ noTests: true, quiet: true });
  installSuite();
  for (const name of testNames()) {
    const file = join(process.cwd(), "test", "contracts", `${name}.test.ts`);
    const failure = await runFile(pathToFileURL(file).href);
    if (failure !== undefined) throw new Error(`${name}: ${failure}`);
    console.error(`ran ${name}`);
  }
  await hre.hooks.runHandlerChain("test", "onTestWorkerDone", [RUN], async () => {});
  await hre.hooks.runHandlerChain("test", "onTestRunDone", [RUN], async () => {});
}

/** Makes the copy and starts itself there. */
function start(): number {
  const folder = mkdtempSync(join(tmpdir(), "contract-coverage-"));
  copyContracts(folder);
  const env = { ...process.env, HARDHAT_COVERAGE: "true" };
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [self, "count"], {
    ...{ cwd: folder, env, stdio: "inherit" },
  });
  rmSync(folder, { recursive: true, force: true });
  return status ?? 1;
}

if (process.argv[2] === "count") await count();
else process.exitCode = start();
