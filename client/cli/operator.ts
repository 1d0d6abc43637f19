// `cohort operator`: whoever keeps a server. Its commands need the server's own code, database and
// environment, which no program that may open a wallet should load: they run in a process of their
// own (server/operator/main.ts), and this file only says what there is and where the server lies.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { contextOf, developmentKeys } from "./context.ts";
import { readJson } from "./file.ts";
import { type GlobalOptions, withExamples } from "./options.ts";

const PROGRAM = fileURLToPath(new URL("../../server/operator/main.ts", import.meta.url));

const WHERE = `
Which server: DATA_DIR or DATABASE_URL, DEPLOYMENT and RPC_URL in the environment, as the server itself reads
them; without any of them the one that npm start keeps in --data.`;

/** Adds the operator's commands. */
export function addCommands(operator: Command): void {
  const add = (usage: string, text: string, ...examples: string[]) =>
    withExamples(operator.command(usage).description(text), ...examples).addHelpText(
      "after",
      WHERE,
    );
  add(
    "status",
    "blocks read, outbox, relayer's balance, database, backup; exit code 5 when something needs attention",
    "operator status",
    "operator status --json",
  ).action((_flags, command: Command) => runVerb(command, ["status"]));
  add(
    "export <file>",
    "write what only the server holds (documents, batches, buckets, outbox) to a new file, also while it runs",
    "operator export backup.jsonl.gz",
  ).action((file: string, _flags, command: Command) => runVerb(command, ["export", file]));
  add(
    "import <file>",
    "read such a file into the empty database of a stopped server: all of it or nothing",
    "operator import backup.jsonl.gz",
  ).action((file: string, _flags, command: Command) => runVerb(command, ["import", file]));
  add(
    "rebuild",
    "read everything that comes from the chain again, while no server runs on the database",
    "operator rebuild",
  ).action((_flags, command: Command) => runVerb(command, ["rebuild"]));
}

/** Runs a verb; what it prints and its exit code are the command's own. */
async function runVerb(command: Command, verb: readonly string[]): Promise<void> {
  const { options, json } = contextOf(command);
  const flags = [...(json ? ["--json"] : []), ...(options.quiet === true ? ["--quiet"] : [])];
  const child = spawn(process.execPath, [PROGRAM, ...flags, "--", ...verb], {
    env: environmentOf(options),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => process.stdout.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (ended) => resolve(ended ?? 1));
  });
  if (code !== 0) process.exitCode = code;
}

/** The server's environment; that of `npm start` where it is not set and a data folder is there. */
function environmentOf({ data }: GlobalOptions): NodeJS.ProcessEnv {
  const { env } = process;
  const isSet = [env.DATA_DIR, env.DATABASE_URL, env.DEPLOYMENT].some((value) => value);
  if (isSet || !existsSync(join(data, "cohort.json"))) return env;
  return {
    ...env,
    DATA_DIR: join(data, "database"),
    DEPLOYMENT: join(data, "deployment.json"),
    RPC_URL: env.RPC_URL ?? chainIn(data),
    RELAYER_KEY: env.RELAYER_KEY ?? developmentKeys(data).relayer,
  };
}

/** Where the embedded chain answers; unknown while it does not run. */
function chainIn(data: string): string | undefined {
  const file = join(data, "chain", "anvil.json");
  return existsSync(file) ? (readJson(file) as { url?: string }).url : undefined;
}
