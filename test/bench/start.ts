// `npm start` from a fresh clone to the first enrolment, with whatever npm's cache holds.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Bench } from "./measure.ts";

const LIMIT_MINUTES = 3;
/** What `npm start` prints when the sponsor has enrolled the first of the sample cohort. */
const FIRST_ENROLMENT = /enrolled/i;
const REPOSITORY = new URL("../../", import.meta.url).pathname;

export const start: Bench = {
  name: "start",
  about: "npm start from a fresh clone to the first enrolment (only when asked for)",
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), "cohort-bench-"));
    try {
      // Only what is committed: that is what somebody who clones gets.
      execFileSync("git", ["clone", "--quiet", REPOSITORY, folder]);
      const seconds = await startIn(folder, say);
      return [
        {
          what: "npm start from a clone to the first enrolment",
          baseline: "",
          measured: `${Math.round(seconds)} s`,
          target: `at most ${LIMIT_MINUTES} minutes`,
          reached: seconds <= LIMIT_MINUTES * 60,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Seconds until the first enrolment. Throws when `npm start` ends before it. */
async function startIn(folder: string, say: (line: string) => void): Promise<number> {
  const began = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: folder,
    env: { ...process.env, PATH: outsidePath() },
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own, so that the chain and the server end with it.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      say(line);
      if (FIRST_ENROLMENT.test(line)) return (performance.now() - began) / 1000;
    }
    throw new Error("npm start ended before the first enrolment; its last lines are above");
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGTERM");
    await ended;
  }
}

/** The path without this folder's tools, which a newcomer does not have. */
function outsidePath(): string {
  const entries = (process.env.PATH ?? "").split(delimiter);
  return entries.filter((entry) => !entry.includes("node_modules")).join(delimiter);
}
