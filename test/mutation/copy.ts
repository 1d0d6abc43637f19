// A copy of the contracts and of their tests, for builds that must not touch the project's own.
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../scripts/tool.ts";

/** Reads the sources' text, or measures optimized code: no judges of behaviour. */
const LEFT_OUT = ["drift", "exchangeGas", "gas", "opinionsGas", "size"];

/** Names of the test files of the contracts. */
export function testNames(): string[] {
  return readdirSync(`${root}test/contracts`)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => name.slice(0, -".test.ts".length))
    .filter((name) => !LEFT_OUT.includes(name));
}

/** Copies what may be changed or built anew into the folder, and links the rest. */
export function copyContracts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const part of [
    "contracts",
    "test/contracts",
    "test/support/world.ts",
    "test/circuits/constants.ts",
    "test/solidity",
    "test/vectors",
    "package.json",
  ]) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(root + part, join(folder, part), {
      recursive: true,
      filter: (path) => !/build-info|solidity-tests/.test(path),
    });
  }
  for (const part of ["circuits", "node_modules"]) symlinkSync(root + part, join(folder, part));
  cpSync(`${root}test/mutation/hardhat.ts`, join(folder, "hardhat.config.ts"));
}
