// `npm run structure`: what it costs to add to the project, in figures, of the work tree and beside it of a commit.
//   npm run structure                            the work tree alone
//   npm run structure -- f6b2301                 beside that commit
//   npm run structure -- f6b2301 condition ...   and the files that name each of these
// A file names something when it is an identifier or a whole string in it, or is called in a text (a query, an ABI).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  fileCircles,
  isProduct,
  listFiles,
  longFunctions,
  readSources,
  roomCircles,
  type Source,
  unusedExports,
} from "./sources.ts";

/** What is added, and the names of all that there are. */
type Kinds = Readonly<Record<string, readonly string[]>>;
type Figures = Readonly<Record<string, number | string>>;
const MAX_FUNCTION_LINES = 70;

/** Names of each kind of thing that is added, as the sources declare them. */
function kindsOf({ sources, schema }: Tree): Kinds {
  const declaring = sources.filter(({ file }) => isProduct(file) && !file.startsWith("scripts/"));
  const all = declaring.map(({ text }) => text).join("\n");
  const within = (start: string, end: string, pattern: RegExp, text = all) => {
    const [, body = ""] = text.split(start);
    return [...body.split(end)[0]!.matchAll(pattern)].map(([, name]) => name!);
  };
  const solidity = declaring.filter(({ file }) => /^contracts\/.*\.sol$/.test(file));
  const events = solidity.flatMap(({ text }) => [...text.matchAll(/^ *event (\w+)\(/gm)]);
  return {
    "a criterion's domain": [
      ...within("export const DOMAINS = {", "\n}", /^ {2}(\w+):/gm),
      ...[...all.matchAll(/^ {4}domains: \{([^}]*)\}/gm)].flatMap(([, body]) =>
        [...body!.matchAll(/(\w+):/g)].map(([, name]) => name!),
      ),
    ],
    "a contract's event": [...new Set(events.map(([, name]) => name!))],
    "a field of a version's terms": within("struct VersionTerms {", "}", /(\w+);/g),
    "a GraphQL mutation": within("type Mutation {", "\n}", /^ {2}(\w+)/gm, schema),
  };
}

/** By hand: what a program writes costs nobody anything. */
const filesNaming = (sources: readonly Source[], name: string) =>
  sources.filter(({ file, names }) => names.has(name) && !file.includes("/generated/"));

/** "median / most" of the files that name one of them. */
function reach(sources: readonly Source[], names: readonly string[]): string {
  const counts = names.map((name) => filesNaming(sources, name).length).sort((a, b) => a - b);
  return counts.length === 0 ? "?" : `${counts[counts.length >> 1]} / ${counts.at(-1)}`;
}

/** A tree's sources, and the schema that its server prints. */
function readTree(files: readonly string[], root: string) {
  const schema = "server/schema.graphql";
  return {
    sources: readSources(files, root),
    schema: files.includes(schema) ? readFileSync(join(root, schema), "utf8") : "",
  };
}
type Tree = ReturnType<typeof readTree>;

function figuresOf({ sources }: Tree, kinds: Kinds, chosen: readonly string[]): Figures {
  const product = sources.filter(({ file }) => isProduct(file));
  const tests = sources.filter(({ file }) => !isProduct(file));
  const unused = unusedExports(sources);
  const imports = tests.flatMap((source) => source.imports);
  const tested = new Set(
    imports.flatMap(({ target, names }) =>
      names === "all" ? [] : names.map((name) => `${target}: ${name}`),
    ),
  );
  const lines = (of: readonly Source[]) =>
    of.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0);
  const reaches = Object.entries(kinds).map(
    ([what, names]) => [`files that name ${what}, median / most`, reach(product, names)] as const,
  );
  return {
    [`functions over ${MAX_FUNCTION_LINES} lines`]: longFunctions(sources, MAX_FUNCTION_LINES)
      .length,
    "circles of files": fileCircles(sources).length,
    "circles of rooms": roomCircles(sources).length,
    "values exported for tests only": unused.filter((one) => tested.has(one)).length,
    "values exported for nobody": unused.filter((one) => !tested.has(one)).length,
    ...Object.fromEntries(reaches),
    ...Object.fromEntries(
      chosen.map((name) => [`files that name ${name}`, filesNaming(product, name).length]),
    ),
    "source files": product.length,
    "lines of source": lines(product),
    "lines of tests": lines(tests),
  };
}

/** A commit's tree, from a copy that is gone afterwards. */
function readCommit(commit: string): Tree {
  const folder = mkdtempSync(join(tmpdir(), "structure-"));
  try {
    const archive = execFileSync("git", ["archive", commit], { maxBuffer: 2 ** 30 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    return readTree(readdirSync(folder, { recursive: true, encoding: "utf8" }), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function main([commit, ...chosen]: readonly string[]): void {
  const tree = readTree(listFiles(), ".");
  // The work tree's names in both, so that what is compared is the same.
  const kinds = kindsOf(tree);
  const now = figuresOf(tree, kinds, chosen);
  const before = commit === undefined ? undefined : figuresOf(readCommit(commit), kinds, chosen);
  const cell = (value: number | string | undefined) => String(value ?? "").padStart(12);
  if (before !== undefined)
    console.log(`${"".padEnd(64)}${cell(commit?.slice(0, 10))}${cell("now")}`);
  for (const [what, value] of Object.entries(now))
    console.log(
      `${what.padEnd(64)}${before === undefined ? "" : cell(before[what])}${cell(value)}`,
    );
}

main(process.argv.slice(2));
