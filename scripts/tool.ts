// Runs a tool of node_modules under the project's own Node, whichever Node started this script.
import {
  type ChildProcessByStdio,
  type SpawnSyncReturns,
  spawn,
  spawnSync,
} from "node:child_process";
import { delimiter } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = `${root}node_modules/.bin`;

const settings = (env: Record<string, string>) => ({
  cwd: root,
  env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
  shell: process.platform === "win32",
});

/** Starts it in the project's folder, for several at once; its output is the caller's to show. */
export function startTool(
  tool: string,
  args: readonly string[],
  env: Record<string, string>,
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(`${bin}/${tool}`, args, { ...settings(env), stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs it in the project's folder; shows its output, or with `quiet` returns it. */
export function runTool(
  tool: string,
  args: readonly string[],
  { quiet = false, env = {} }: { quiet?: boolean; env?: Record<string, string> } = {},
): SpawnSyncReturns<string> {
  return spawnSync(`${bin}/${tool}`, args, {
    ...settings(env),
    encoding: "utf8",
    stdio: quiet ? "pipe" : "inherit",
  });
}
