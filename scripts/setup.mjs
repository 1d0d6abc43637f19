// Installs what package-lock.json names, under the project's own Node 24, when it is not there yet.
// Plain JavaScript without dependencies: it runs on Node 20, before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = `${root}node_modules`;
const stamp = `${modules}/.setup-stamp`;
const localNode = `${modules}/.bin/node`;

/** Hash of what decides the content of node_modules. */
function wanted() {
  const hash = createHash("sha256");
  for (const file of ["package.json", "package-lock.json"]) hash.update(readFileSync(root + file));
  return hash.digest("hex");
}

function isInstalled() {
  return existsSync(stamp) && existsSync(localNode) && readFileSync(stamp, "utf8") === wanted();
}

/** `npm install --no-save`, not `npm ci`: a lock file made on one platform may lack another's optional packages. */
function install() {
  console.log("Installing dependencies (once; about a minute)...");
  // What another version of Node installed lacks the parts that are made for this one, and npm would not add them.
  if (!existsSync(stamp)) rmSync(modules, { recursive: true, force: true });
  rmSync(stamp, { force: true });
  const run = spawnSync(
    "npx",
    ["-y", "-p", "node@24", "-c", "npm install --no-save --no-audit --no-fund --loglevel=error"],
    { cwd: root, stdio: "inherit", shell: process.platform === "win32" },
  );
  if (run.status !== 0 || !existsSync(localNode)) {
    console.error(
      "\nInstallation did not finish. Check that the npm registry can be reached and the disk has 2 GB free, then run the same command again.",
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted());
}

if (!isInstalled()) install();
