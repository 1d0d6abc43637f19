// Compiles the contracts when their sources have changed since the last time.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { StartError } from "./home.ts";
import { root, runTool } from "./tool.ts";

const stamp = `${root}contracts/build/.stamp`;

/** Hash of everything that decides the build output. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  const files = readdirSync(`${root}contracts`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sol") && !file.startsWith("build"))
    .sort();
  for (const file of files) hash.update(file).update(readFileSync(`${root}contracts/${file}`));
  for (const file of ["hardhat.config.ts", "package-lock.json"]) {
    hash.update(readFileSync(root + file));
  }
  return hash.digest("hex");
}

/** Builds the contracts unless they are up to date. Throws StartError with the compiler's words. */
export function buildContracts(say: (text: string) => void): void {
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("Compiling the contracts (once; takes a few seconds)...");
  const run = runTool("hardhat", ["build", "--no-tests", "--quiet"], { quiet: true });
  if (run.status !== 0) {
    throw new StartError(`The contracts do not compile:\n${run.stdout}${run.stderr}`);
  }
  writeFileSync(stamp, wanted);
}
