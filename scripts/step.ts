// A step of the start that is done once, in a process of its own: what it loads and leaves in memory ends with it.
import { spawn } from "node:child_process";
import { StartError } from "./home.ts";

/**
 * Runs a script of this folder, whose output is shown. Throws StartError when it fails. It ends when the signal aborts,
 * and when this process does, however it ends.
 */
export function runStep(
  script: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const file = `${import.meta.dirname}/${script}`;
  // The channel carries nothing: that it closes tells the step that nobody is there any more.
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    signal,
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new StartError("This step did not finish; the reason is above. Run npm start again."),
        );
    });
  });
}

/** Does the work of a step, in its own process. */
export async function step(work: (args: readonly string[]) => Promise<void>): Promise<never> {
  process.once("disconnect", () => process.exit(1));
  process.channel?.unref();
  try {
    await work(process.argv.slice(2));
    process.exit(0);
  } catch (problem) {
    console.error(problem instanceof StartError ? problem.message : problem);
    process.exit(1);
  }
}
