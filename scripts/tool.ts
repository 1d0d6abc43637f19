// Runs a tool of node_modules under the project's own Node, whichever Node started this script.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = `${root}node_modules/.bin`;

/** Runs it in the project's folder; shows its output, or with `quiet` returns it. */
export function runTool(
  tool: string,
  args: readonly string[],
  { quiet = false, env = {} }: { quiet?: boolean; env?: Record<string, string> } = {},
): SpawnSyncReturns<string> {
  return spawnSync(`${bin}/${tool}`, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
    stdio: quiet ? "pipe" : "inherit",
    shell: process.platform === "win32",
  });
}
