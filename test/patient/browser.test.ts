import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDERS = [
  "client/patient",
  "client/site",
  "client/api",
  "client/clinic",
  "client/sponsor",
  "client/board",
  "client/auditor",
];
const FILES = [
  "client/api/api.ts",
  "client/governance/accredit.ts",
  "client/trial/document.ts",
  "client/trial/seal.ts",
];
const roots = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".node.ts"))
    .map((file) => join(folder, file)),
).concat(FILES);

/** All imports of a file that survive type stripping. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^(?:import|export) type [^;]*;/gm, "");
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)["']([^"']+)["']/gm);
  return [...found].map(([, target]) => target!);
}

/** Files reached from the roots, with the file that imports each. */
function reached(): Map<string, string> {
  const seen = new Map(roots.map((root) => [root, ""]));
  for (const file of seen.keys()) {
    if (!file.endsWith(".ts")) continue;
    for (const target of importsOf(file).filter((t) => t.startsWith("."))) {
      const path = normalize(join(dirname(file), target));
      if (!seen.has(path)) seen.set(path, file);
    }
  }
  return seen;
}

describe("the library beneath the pages", () => {
  it("runs in a browser: nothing it reaches imports a Node module", () => {
    const files = [...reached().keys()].filter((file) => file.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(150);
    const offending = files.flatMap((file) =>
      importsOf(file)
        .filter((t) => t.startsWith("node:"))
        .map((t) => `${file}: ${t}`),
    );
    expect(offending).toEqual([]);
    expect(files.filter((file) => file.endsWith(".node.ts"))).toEqual([]);
    // Commands print, ask and exit: none of that belongs into a page.
    expect(files.filter((file) => file.startsWith("client/cli/"))).toEqual([]);
  });
});
