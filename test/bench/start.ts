// `npm start` from a fresh clone to the first enrolment, with whatever npm's cache holds.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Bench } from "./measure.ts";

const LIMIT_MINUTES = 3;
/** What `npm start` prints before the sponsor's first enrolment; the next line means that it is done. */
const ENROLLING = /the sponsor enrolls/;
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
  const ports = ["--port", String(await freePort()), "--chain-port", String(await freePort())];
  const child = spawn("npm", ["start", "--", ...ports], {
    cwd: folder,
    env: { ...process.env, PATH: outsidePath() },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that the chain and the server end with it.
    detached: true,
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    // Progress goes to stderr, the rest to stdout: both, in the order they come.
    const output = new PassThrough();
    for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
    child.once("exit", () => output.end());
    let enrolling = false;
    for await (const line of createInterface({ input: output })) {
      say(line);
      if (enrolling) return (performance.now() - began) / 1000;
      enrolling = ENROLLING.test(line);
    }
    throw new Error("npm start ended before the first enrolment; its last lines are above");
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGTERM");
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The path without this folder's tools, which a newcomer does not have. */
function outsidePath(): string {
  const entries = (process.env.PATH ?? "").split(delimiter);
  return entries.filter((entry) => !entry.includes("node_modules")).join(delimiter);
}
