// The repository's sources as a graph: each file read and parsed once, with what it imports, exports, defines and names.
// `test/tidy.test.ts` holds the rules over it, `npm run structure` prints its figures.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync } from "vite";

/** Another file that one uses: `names` is "all" for the whole module; a worker's program is run, and not imported. */
export type Import = {
  readonly target: string;
  readonly names: readonly string[] | "all";
  readonly isRun: boolean;
};
/** A function's body with its head, in lines. */
export type Measured = { readonly name: string; readonly line: number; readonly lines: number };
export type Source = {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Values: an exported type only gives a signature its name. */
  readonly exports: readonly string[];
  readonly functions: readonly Measured[];
  /** Identifiers, whole string literals, and what is called within a longer one (GraphQL, ABI texts). */
  readonly names: ReadonlySet<string>;
};

type Node = { readonly type: string; readonly start: number; readonly end: number } & {
  readonly [key: string]: unknown;
};

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The nodes right below one, in the order of the text. */
function below(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

/** Every file that git knows or would add. */
export function listFiles(root = "."): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    encoding: "utf8",
    cwd: root,
  });
  return listed.split("\n").filter((file) => file && existsSync(join(root, file)));
}

/** Written by a program, or holding no program. */
const isGenerated = (file: string) =>
  /generated|artifacts\/.*\.json|\/migrations\/|^server\/schema\.graphql$/.test(file);

/** Neither a test nor what serves tests only. */
export const isProduct = (file: string) => !file.startsWith("test/") && file !== "vitest.config.ts";

/** TypeScript is parsed; of Solidity, Circom and styles only words are taken. */
export function readSources(files: readonly string[], root = "."): Source[] {
  return files
    .filter((file) => /\.(ts|tsx|mjs|sol|circom|css)$/.test(file) && !isGenerated(file))
    .map((file) => readSource(file, readFileSync(join(root, file), "utf8")));
}

function readSource(file: string, text: string): Source {
  if (!/\.(ts|tsx|mjs)$/.test(file)) {
    const words = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "").match(/[A-Za-z_]\w*/g);
    return { file, text, imports: [], exports: [], functions: [], names: new Set(words) };
  }
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const found = new Reading(file, text);
  found.visit(program as unknown as Node, undefined);
  return { file, text, ...found };
}

/** What one walk over a file's tree finds. */
class Reading {
  readonly imports: Import[] = [];
  readonly exports: string[] = [];
  readonly functions: Measured[] = [];
  readonly names = new Set<string>();
  readonly #file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  visit(node: Node, parent: Node | undefined): void {
    this.#name(node);
    if (/^(Import|Export(Named|All))Declaration$|^TSImportType$/.test(node.type))
      this.#link(node, parent?.type === "Program");
    if (node.type === "ImportExpression") this.#reach(node.source, "all");
    // A worker's program: new URL("./worker.ts", import.meta.url).
    if (node.type === "NewExpression" && isNode(node.callee) && node.callee.name === "URL")
      this.#reach((node.arguments as Node[])[0], "all", true);
    // One in parentheses is called where it stands: a whole script, not a function.
    const isScript = parent?.type === "ParenthesizedExpression";
    if (/Function/.test(node.type) && isNode(node.body) && !isScript) this.#measure(node, parent);
    for (const child of below(node)) this.visit(child, node);
  }

  #name(node: Node): void {
    if (/^(JSX)?Identifier$/.test(node.type)) this.names.add(String(node.name));
    const { value } = node;
    const text = node.type === "TemplateElement" ? (value as { raw: string }).raw : value;
    if (!/^(Literal|TemplateElement)$/.test(node.type) || typeof text !== "string") return;
    this.names.add(text);
    for (const [, called] of text.matchAll(/(\w+)\s*\(/g)) this.names.add(called!);
  }

  #link(node: Node, isTop: boolean): void {
    const specifiers = (node.specifiers ?? []) as Node[];
    const names = specifiers.map(({ type, imported, local, exported }) => {
      if (type === "ImportDefaultSpecifier") return "default";
      if (type === "ImportNamespaceSpecifier") return "*";
      return nameOf(type === "ExportSpecifier" ? (node.source ? local : exported) : imported);
    });
    if (node.type === "TSImportType" && isNode(node.qualifier)) names.push(nameOf(node.qualifier));
    if (node.source) {
      const isWhole = node.type === "ExportAllDeclaration" || names.includes("*");
      this.#reach(node.source, isWhole ? "all" : names);
    }
    // Within a declaration of what is global, export means nothing.
    if (!isTop || node.type !== "ExportNamedDeclaration" || node.exportKind === "type") return;
    const values = specifiers.filter(({ exportKind }) => exportKind !== "type");
    this.exports.push(...values.map(({ exported }) => nameOf(exported)));
    if (isNode(node.declaration)) this.exports.push(...declared(node.declaration));
  }

  #reach(source: unknown, names: readonly string[] | "all", isRun = false): void {
    if (!isNode(source) || typeof source.value !== "string" || !/^\.{1,2}\//.test(source.value))
      return;
    const target = normalize(join(dirname(this.#file), source.value));
    // A package by the path of one of its files is a package all the same.
    if (!target.startsWith("node_modules/")) this.imports.push({ target, names, isRun });
  }

  #measure(node: Node, parent: Node | undefined): void {
    const lineOf = (offset: number) => this.#text.slice(0, offset).split("\n").length;
    const named = [node.id, parent?.id, parent?.key].find(isNode);
    const line = lineOf(node.start);
    this.functions.push({
      name: named === undefined ? "(unnamed)" : nameOf(named),
      line,
      lines: lineOf(node.end) - line + 1,
    });
  }
}

const nameOf = (node: unknown) =>
  isNode(node) ? String(node.name ?? node.value ?? (node.right as Node | undefined)?.name) : "";

/** The names that an exported declaration binds, those of patterns included. */
function declared(declaration: Node): string[] {
  if (declaration.type !== "VariableDeclaration") return [nameOf(declaration.id)];
  const bound = (pattern: Node): string[] => {
    if (pattern.type === "Identifier") return [nameOf(pattern)];
    if (pattern.type === "Property") return bound(pattern.value as Node);
    if (pattern.type === "AssignmentPattern") return bound(pattern.left as Node);
    return below(pattern).flatMap(bound);
  };
  return (declaration.declarations as Node[]).flatMap(({ id }) => bound(id as Node));
}

/**
 * Values that no other product file imports, as "file: name". A program's parts are not meant: whoever imports it runs
 * it, but for tests.
 */
export function unusedExports(sources: readonly Source[]): string[] {
  const used = new Map<string, Set<string> | "all">();
  for (const { file, imports } of sources.filter((source) => isProduct(source.file))) {
    for (const { target, names } of imports) {
      const before = used.get(target) ?? new Set();
      if (target === file || before === "all") continue;
      used.set(target, names === "all" ? "all" : new Set([...before, ...names]));
    }
  }
  const modules = sources.filter(
    ({ file, text }) =>
      isProduct(file) && !file.endsWith(".d.ts") && !/import\.meta\.main|argv\[1\] ===/.test(text),
  );
  return modules.flatMap(({ file, exports }) => {
    const names = used.get(file) ?? new Set();
    if (names === "all") return [];
    return exports.filter((name) => !names.has(name)).map((name) => `${file}: ${name}`);
  });
}

/** Files that import each other in a circle, each circle sorted. Tests are no part of any. */
export function fileCircles(sources: readonly Source[]): string[][] {
  return circles(edges(sources, (file) => file));
}

/**
 * Rooms that do so. A room is a folder without subfolders; in a folder with some, each file stands alone. Circles of
 * files only are not reported again.
 */
export function roomCircles(sources: readonly Source[]): string[][] {
  const folders = new Set(sources.filter((s) => isProduct(s.file)).map((s) => dirname(s.file)));
  const hasFolders = (folder: string) =>
    [...folders].some((other) => other.startsWith(`${folder}/`));
  const crowded = new Set([...folders].filter(hasFolders));
  const room = (file: string) => (crowded.has(dirname(file)) ? file : dirname(file));
  return circles(edges(sources, room)).filter((circle) => circle.some((one) => folders.has(one)));
}

function edges(sources: readonly Source[], place: (file: string) => string) {
  const known = new Set(sources.map(({ file }) => file).filter(isProduct));
  const graph = new Map<string, Set<string>>();
  for (const { file, imports } of sources.filter((source) => known.has(source.file))) {
    const targets = imports
      .filter(({ target, isRun }) => !isRun && known.has(target))
      .map(({ target }) => target);
    const from = place(file);
    const reached = targets.map(place).filter((to) => to !== from);
    graph.set(from, new Set([...(graph.get(from) ?? []), ...reached]));
  }
  return graph;
}

/** The strongly connected components of more than one (Tarjan). */
function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found.sort();
}

/** Functions of the product that are longer than so many lines, as "file:line name (lines)". */
export function longFunctions(sources: readonly Source[], limit: number): string[] {
  return sources
    .filter(({ file }) => isProduct(file))
    .flatMap(({ file, functions }) =>
      functions
        .filter(({ lines }) => lines > limit)
        .map(({ name, line, lines }) => `${file}:${line} ${name} (${lines})`),
    );
}
