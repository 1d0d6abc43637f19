// Runs the server in a process of its own, so that a test can kill it. Started by spawnServer.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../server/config.ts";
import { startServer } from "../../server/main.ts";

const SELF = fileURLToPath(import.meta.url);

/** A process that has loaded the server, which takes seconds, and waits to be told to start it. */
export type StandbyServer = {
  readonly child: ChildProcess;
  /** Starts the server; resolves with its address once it answers. */
  readonly go: () => Promise<string>;
  /** The last of what it printed. */
  readonly said: () => string;
};

export function prepareServer(environment: Record<string, string>): StandbyServer {
  const child = spawn(process.execPath, [SELF], {
    env: { ...environment, PATH: process.env.PATH ?? "", COHORT_TEST_SERVER: "1" },
    stdio: "pipe",
  });
  let said = "";
  let tell = () => {};
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-20_000);
    tell();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const go = () =>
    new Promise<string>((resolve, reject) => {
      tell = () => {
        const url = /UP (\S+)/.exec(said)?.[1];
        if (url) resolve(url);
      };
      child.once("exit", () => reject(new Error(`the server ended: ${said}`)));
      // Killed before it was told: the exit above says so.
      child.stdin.on("error", () => {});
      child.stdin.write("go\n");
    });
  return { child, go, said: () => said };
}

/** Starts it; resolves with its address once it answers. */
export async function spawnServer(
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const { child, go } = prepareServer(environment);
  return { child, url: await go() };
}

/** Ends it as a power cut would. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

if (process.env.COHORT_TEST_SERVER === "1" && process.argv[1] === SELF) {
  const { STAGE_KEYS } = await import("./stageKeys.ts");
  await once(process.stdin, "data");
  // Whoever started it is gone: nobody else would end it.
  process.stdin.once("end", () => process.exit(1));
  const server = await startServer(readConfig(process.env), { keys: STAGE_KEYS });
  console.log(`UP ${server.url}`);
}
