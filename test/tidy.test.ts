// House rules that a machine can check: the import rule, the folder tree, sizes, and words that do not belong.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** Which layer may import which (README, "Layout"). A folder that is not listed is refused. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "circuits/statement": ["circuits/statement", "circuits/dictionary"],
  "circuits/witness": ["circuits/witness", "circuits/statement"],
  "circuits/dictionary": [],
  "circuits/artifacts": ["circuits/artifacts", "circuits/statement"],
  "circuits/tools": [
    "circuits/tools",
    "circuits/statement",
    "circuits/witness",
    "circuits/artifacts",
  ],
  contracts: ["contracts", "circuits/statement", "circuits/artifacts"],
  server: [
    "server",
    "contracts",
    "circuits/statement",
    "circuits/artifacts",
    "circuits/dictionary",
  ],
  client: [
    "client",
    "contracts",
    "circuits/statement",
    "circuits/witness",
    "circuits/artifacts",
    "circuits/dictionary",
  ],
  scripts: ["*"],
  test: ["*"],
};
const TOP_LEVEL = ["circuits", "contracts", "server", "client", "test", "scripts", ".ci"];
const MAX_LINES = 300;

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file && existsSync(file));
const sources = files.filter((file) => /\.(ts|tsx|mjs|sol|circom)$/.test(file));
const written = sources.filter((file) => !/generated|artifacts\/.*\.json/.test(file));

/** The layer of a file: the longest listed folder above it. */
function layerOf(file: string): string | undefined {
  const layers = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
  return layers.find((layer) => file.startsWith(`${layer}/`));
}

function relativeImports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)["'](\.{1,2}\/[^"']+)["']/g);
  return [...found].map((match) => normalize(join(dirname(file), match[1]!)));
}

describe("the import rule", () => {
  const typescript = sources.filter((file) => /\.(ts|tsx|mjs)$/.test(file) && file.includes("/"));

  test.each(typescript)("%s imports only what its layer may", (file) => {
    const layer = layerOf(file);
    expect(layer, `${file} lies in a folder that the import rule does not list`).toBeDefined();
    const allowed = MAY_IMPORT[layer!]!;
    const forbidden = relativeImports(file).filter((target) => {
      const targetLayer = layerOf(target);
      return (
        !allowed.includes("*") && (targetLayer === undefined || !allowed.includes(targetLayer))
      );
    });
    expect(forbidden).toEqual([]);
  });

  test("the server never imports the secret half", () => {
    const server = typescript.filter((file) => file.startsWith("server/"));
    expect(server.length).toBeGreaterThan(0);
    const leaks = server.filter((f) => relativeImports(f).some((t) => t.includes("witness/")));
    expect(leaks).toEqual([]);
  });
});

describe("the house style", () => {
  test("only the listed folders stand at the top", () => {
    const folders = new Set(files.filter((f) => f.includes("/")).map((f) => f.split("/")[0]!));
    expect([...folders].filter((folder) => !TOP_LEVEL.includes(folder))).toEqual([]);
  });

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    const long = written
      .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  test("no file has leftovers: focused or skipped tests, casts to any, suppressed types", () => {
    const leftover =
      /\b(?:test|it|describe)\.(?:only|skip|todo)\(|\bas any\b|@ts-(?:ignore|expect-error|nocheck)/;
    const found = written.filter(
      (file) => file !== "test/tidy.test.ts" && leftover.test(readFileSync(file, "utf8")),
    );
    expect(found).toEqual([]);
  });

  test("what stands for something that loads has a role when it has a name", () => {
    // Otherwise the name is not read out, and axe finds it only while it is still loading.
    const placeholder = /<(?:Skeleton|Loader)\b[^>]*>/g;
    const nameless = written
      .filter((file) => file.endsWith(".tsx"))
      .flatMap((file) => readFileSync(file, "utf8").match(placeholder) ?? [])
      .filter((tag) => tag.includes("aria-label") && !tag.includes('role="status"'));
    expect(nameless).toEqual([]);
  });

  test("secrets, salts and coefficients never come from Math.random", () => {
    const found = written.filter(
      (file) => file !== "test/tidy.test.ts" && readFileSync(file, "utf8").includes("Math.random"),
    );
    expect(found).toEqual([]);
  });

  test("the product does not name what exists only where it is developed", () => {
    const product = files.filter(
      (f) => !f.startsWith("test/") && /\.(ts|mjs|json|md|sol)$/.test(f),
    );
    // The pages have a folder of that name too: what is imported is in the repository, or does not compile.
    const imported = /(?:from|import\()\s*"[^"]+"/g;
    const found = product.filter(
      (file) =>
        file !== "package-lock.json" &&
        readFileSync(file, "utf8").replaceAll(imported, "").includes("../shared"),
    );
    expect(found).toEqual([]);
  });
});
