// Runs the server in a process of its own, so that a test can kill it. Started by spawnServer.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../server/config.ts";
import { startServer } from "../../server/main.ts";

const SELF = fileURLToPath(import.meta.url);

/** Starts it; resolves with its address once it answers. */
export function spawnServer(
  environment: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [SELF], {
    env: { ...environment, PATH: process.env.PATH ?? "", COHORT_TEST_SERVER: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk;
      const url = /UP (\S+)/.exec(said)?.[1];
      if (url) resolve({ child, url });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
}

/** Ends it as a power cut would. */
export async function killHard(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

if (process.env.COHORT_TEST_SERVER === "1" && process.argv[1] === SELF) {
  const { STAGE_KEYS } = await import("./stageKeys.ts");
  const server = await startServer(readConfig(process.env), { keys: STAGE_KEYS });
  console.log(`UP ${server.url}`);
}
