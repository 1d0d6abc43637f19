#!/usr/bin/env node
// `npx cohort`: runs the command line under the project's own Node, whatever the system's is.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const node = `${root}node_modules/.bin/node`;
if (!existsSync(node)) {
  console.error("Not installed yet: run npm start (or npm test) once, then try again.");
  process.exit(1);
}
const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
const run = spawn(node, [cli, ...process.argv.slice(2)], {
  stdio: "inherit",
  // Has glibc give large buffers back as soon as they are free: 100 MB less while proving.
  env: { MALLOC_MMAP_THRESHOLD_: "262144", ...process.env },
});
// Whoever ends this ends the command: a custodian would else go on, with nobody who knows of it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => run.kill(signal));
run.once("error", () => process.exit(1));
run.once("close", (code) => process.exit(code ?? 1));
