// House rules that a machine can check: the import rule, circles, the folder tree, sizes, names, and words that do not
// belong.
import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import {
  fileCircles,
  listFiles,
  longFunctions,
  readSources,
  roomCircles,
  unusedExports,
} from "../scripts/sources.ts";

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
  custodian: ["custodian", "contracts", "circuits/statement"],
  scripts: ["*"],
  test: ["*"],
};
/**
 * The server's capabilities, each a folder with all of it, and which others one may import. Everything else there is
 * an engine, which knows none of them; the list of modules and the program hand them over.
 */
const CAPABILITIES: Record<string, readonly string[]> = {
  accreditation: [],
  records: ["accreditation"],
  trials: ["accreditation"],
  participation: ["accreditation", "records", "trials"],
  handover: ["accreditation"],
  exchange: ["accreditation", "records", "trials", "participation"],
};
const KNOW_CAPABILITIES = ["server/modules.ts", "server/main.ts"];
/** A criterion may hold criteria, and so may what shows one. */
const EDITOR = /^client\/web\/sponsor\/editor\/(Criterion\w*|CriteriaList)\.tsx$/;
/** Values that the product exports for tests alone, "file: name", and why. */
const TESTED_ALONE: Record<string, string> = {
  "circuits/artifacts/read.ts: unpackArtifact": "damaged files, where the committed ones are whole",
  "circuits/statement/encoding/field.ts: SUBGROUP_ORDER":
    "secrets of a participation are below it, and no public number is one modulo it",
  "circuits/statement/trial/consent.ts: CONSENT_STATEMENT_ABI":
    "compared with the contract's type: values encode the same where only widths differ",
  "circuits/witness/inputs.ts: buildInputs":
    "a prover who is not eligible and goes on all the same: the circuit has to refuse",
  "circuits/witness/prove.ts: signalsOf":
    "what the circuit has to compute, in TypeScript; the prover compares the two itself",
  "circuits/witness/record.ts: factsRoot":
    "one step of the commitment: what it commits to, and that its blinding keeps it from guesses",
  "contracts/logs.ts: textOf": "any bytes a contract may log, without a chain for each of them",
  "server/http/pages.ts: PLACES": "the pages are opened at each place that the server answers",
};
const MAX_TESTED_ALONE = 12;
const TOP_LEVEL = [
  "circuits",
  "contracts",
  "server",
  "custodian",
  "client",
  "test",
  "scripts",
  ".ci",
];
const MAX_LINES = 300;
/** Tests may be longer: their `describe` is a list, and a scene is told in one go. */
const MAX_FUNCTION_LINES = 70;

const files = listFiles();
const parsed = readSources(files);
const sources = files.filter((file) => /\.(ts|tsx|mjs|sol|circom)$/.test(file));
/** All but what a program wrote. */
const written = parsed.map(({ file }) => file).filter((file) => !file.endsWith(".css"));
const imported = new Map(
  parsed.map(({ file, imports }) => [
    file,
    imports.filter(({ isRun }) => !isRun).map(({ target }) => target),
  ]),
);

/** The layer of a file: the longest listed folder above it. */
function layerOf(file: string): string | undefined {
  const layers = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
  return layers.find((layer) => file.startsWith(`${layer}/`));
}

const relativeImports = (file: string) => imported.get(file) ?? [];

/** What a page links to, and what it has in backquotes that is a source file or a path from the top. */
function filesNamedIn(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, path]) => path!);
  const quoted = [...text.matchAll(/`([\w./-]+)`/g)].map(([, path]) => path!);
  const isFile = (path: string) =>
    /\.(tsx?|mjs|sol|circom|md|css)$/.test(path) || TOP_LEVEL.includes(path.split("/")[0]!);
  return [...links, ...quoted.filter((path) => path.length > 3 && isFile(path))];
}

/** What a command writes for whoever runs it, and is in no repository. */
const WRITTEN_ELSEWHERE = ["TRANSCRIPT.md"];

/** Beside the page, from the top, or by its name alone wherever it is. */
function exists(page: string, name: string, known: ReadonlySet<string>): boolean {
  const path = name.replace(/\/$/, "");
  return [path, normalize(join(dirname(page), path))].some((one) => known.has(one));
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

  test("engines of the server import no capability, and capabilities only those listed", () => {
    const capabilityOf = (file: string) =>
      Object.keys(CAPABILITIES).find((name) => file.startsWith(`server/${name}/`));
    const server = typescript.filter(
      (file) => file.startsWith("server/") && !KNOW_CAPABILITIES.includes(file),
    );
    const forbidden = server.flatMap((file) => {
      const own = capabilityOf(file);
      const mayImport = own === undefined ? [] : [own, ...CAPABILITIES[own]!];
      return relativeImports(file)
        .filter((target) => {
          const capability = capabilityOf(target);
          return capability !== undefined && !mayImport.includes(capability);
        })
        .map((target) => `${file} imports ${target}`);
    });
    expect(forbidden).toEqual([]);
  });

  test("no files import each other in a circle, but the editor's of nested criteria", () => {
    const circles = fileCircles(parsed).filter(
      (circle) => !circle.every((one) => EDITOR.test(one)),
    );
    expect(circles).toEqual([]);
  });

  test("no rooms import each other in a circle", () => {
    expect(roomCircles(parsed)).toEqual([]);
  });

  test("no value is exported for tests alone or for nobody, but those listed with a reason", () => {
    expect(Object.keys(TESTED_ALONE).length).toBeLessThanOrEqual(MAX_TESTED_ALONE);
    expect(unusedExports(parsed).sort()).toEqual(Object.keys(TESTED_ALONE).sort());
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

  test(`no function of the product is longer than ${MAX_FUNCTION_LINES} lines`, () => {
    expect(longFunctions(parsed, MAX_FUNCTION_LINES)).toEqual([]);
  });

  test("files are named in camelCase, components and contracts like what they hold", () => {
    const camel = /^[a-z][a-zA-Z0-9]*(\.[a-z]+)*\.(ts|tsx|mjs|css|circom)$/;
    const pascal = /^[A-Z][a-zA-Z0-9]*(\.tsx|\.module\.css|(\.t)?\.sol)$/;
    // Declarations are named like the package that lacks them, circuits like the key that the chain knows.
    const asElsewhere = /\.d\.ts$|^eligibility-\d+\.circom$/;
    const names = parsed.map(({ file }) => file);
    const odd = names.filter(
      (file) => ![camel, pascal, asElsewhere].some((allowed) => allowed.test(basename(file))),
    );
    expect(odd).toEqual([]);
  });

  test("Markdown names only files and folders that exist", () => {
    const known = new Set([...WRITTEN_ELSEWHERE, ...files.map((file) => basename(file))]);
    for (const file of files) {
      for (let path = file; path !== "."; path = dirname(path)) known.add(path);
    }
    const missing = files
      .filter((file) => file.endsWith(".md"))
      .flatMap((page) =>
        filesNamedIn(readFileSync(page, "utf8"))
          .filter((name) => !exists(page, name, known))
          .map((name) => `${page}: ${name}`),
      );
    expect(missing).toEqual([]);
  });

  test("no file has leftovers: focused or skipped tests, casts to any, suppressed types", () => {
    const leftover =
      /\b(?:test|it|describe)\.(?:only|skip|todo)\(|\bas any\b|@ts-(?:ignore|expect-error|nocheck)/;
    const found = written.filter(
      (file) => file !== "test/tidy.test.ts" && leftover.test(readFileSync(file, "utf8")),
    );
    expect(found).toEqual([]);
  });

  test("only a test with a process of its own replaces a module", () => {
    const [alone] = readFileSync("vitest.config.ts", "utf8").split("const OWN_KEYS");
    const sharing = (file: string) => file.split("/").length > 2 && !alone!.includes(`"${file}"`);
    const replacing = sources.filter(
      (file) =>
        file.endsWith(".test.ts") &&
        file !== "test/tidy.test.ts" &&
        readFileSync(file, "utf8").includes("vi.mock("),
    );
    expect(replacing.length).toBeGreaterThan(0);
    expect(replacing.filter(sharing)).toEqual([]);
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
