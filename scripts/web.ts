// Builds the pages when their sources have changed since the last time, and packs what is worth it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { StartError } from "./home.ts";
import { root, runTool } from "./tool.ts";

/** Where the server finds them. */
export const WEB_DIR = `${root}client/web/dist`;
const stamp = `${WEB_DIR}/.stamp`;
/** Everything a page may be made of. */
const SOURCES = [
  "client",
  "circuits/statement",
  "circuits/witness",
  "circuits/dictionary",
  "contracts",
];
const CONFIGURATION = ["package-lock.json", "circuits/artifacts/manifest.json"];
const PACKED = [".js", ".css", ".svg", ".json"];
const PACK_FROM_BYTES = 1_024;

function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const folder of SOURCES) {
    const files = readdirSync(root + folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|tsx|css|html|svg|png|json|webmanifest)$/.test(file))
      .filter((file) => !/(?:^|[\\/])(?:dist|build)[\\/]/.test(file))
      .sort();
    for (const file of files) hash.update(file).update(readFileSync(`${root}${folder}/${file}`));
  }
  for (const file of CONFIGURATION) hash.update(readFileSync(root + file));
  return hash.digest("hex");
}

/** Builds the pages unless they are up to date. Throws StartError with the bundler's words. */
export function buildWeb(say: (text: string) => void): void {
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("Building the pages (once; takes a few seconds)...");
  const args = ["build", "-c", "client/web/vite.config.ts", "--logLevel", "error"];
  // Whoever builds: under a test runner's NODE_ENV the pages would be React's slow development ones.
  const run = runTool("vite", args, { quiet: true, env: { NODE_ENV: "production" } });
  if (run.status !== 0) throw new StartError(`The pages do not build:\n${run.stdout}${run.stderr}`);
  pack();
  writeFileSync(stamp, wanted);
}

function pack(): void {
  const files = readdirSync(WEB_DIR, { recursive: true, encoding: "utf8" })
    .map((file) => `${WEB_DIR}/${file}`)
    .filter((file) => PACKED.includes(extname(file)) && statSync(file).size >= PACK_FROM_BYTES);
  // The highest quality takes ten times as long for a twentieth less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 };
  for (const file of files) {
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
  }
}

if (import.meta.main) {
  try {
    buildWeb(console.log);
  } catch (problem) {
    console.error(problem instanceof StartError ? problem.message : problem);
    process.exit(1);
  }
}
