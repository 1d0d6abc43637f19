// Which sentences the wallet's sources ask to have translated, and which stand bare: read from the syntax of the files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

type Node = { readonly type: string; readonly [key: string]: unknown };

const LETTERS = /\p{L}{2,}/u;
/** Properties of components that a person reads or hears. */
const READ_ALOUD = new Set(
  "title text label description placeholder aria-label hint what error signLabel effect button note otherwise".split(
    " ",
  ),
);
/** `t` translates; the others mark what is translated where it is shown. */
const MARKS = new Set(["t", "msg"]);

/** The TypeScript files of a folder, and of those within it. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Every sentence that a file hands to the library, or marks for it. */
export function sentencesIn(path: string): string[] {
  const found: string[] = [];
  const literals = (node: Node | undefined) => textsOf(node, false);
  walk(syntaxOf(path), (node) => {
    const [first, second] = (node.arguments ?? []) as Node[];
    const callee = nameOf(node.callee);
    if (node.type === "CallExpression" && MARKS.has(callee)) found.push(...literals(first));
    // The tables of refusals: title and text.
    if (node.type === "CallExpression" && callee === "say" && second !== undefined) {
      found.push(...literals(first), ...literals(second));
    }
    if (node.type === "JSXAttribute" && nameOf(node.name) === "i18nKey") {
      found.push(...literals(node.value as Node));
    }
  });
  return found;
}

/** What a file shows in English whatever the language: as "line: text". */
export function bareIn(path: string): string[] {
  const source = readFileSync(path, "utf8");
  const found: string[] = [];
  const note = (start: unknown, text: string) => {
    const line = source.slice(0, Number(start)).split("\n").length;
    found.push(`${path}:${line}: ${text.trim().replace(/\s+/g, " ")}`);
  };
  walk(syntaxOf(path), (node) => {
    if (node.type === "JSXText" && LETTERS.test(String(node.value))) {
      note(node.start, String(node.value));
    }
    const isRead = node.type === "JSXAttribute" && READ_ALOUD.has(nameOf(node.name));
    const isNamed = node.type === "Property" && (node.key as Node).value === "aria-label";
    const isStep = node.type === "CallExpression" && nameOf(node.callee) === "say";
    const [step, table] = (node.arguments ?? []) as Node[];
    const value =
      isRead || isNamed ? unwrapped(node.value) : isStep && table === undefined ? step : undefined;
    const isChild = node.type === "JSXExpressionContainer" && node.isChild === true;
    for (const text of [value, isChild ? unwrapped(node) : undefined].flatMap((one) =>
      textsOf(one),
    )) {
      if (LETTERS.test(text)) note(node.start, text);
    }
  });
  return found;
}

function syntaxOf(path: string): Node[] {
  const { program, errors } = parseSync(path, readFileSync(path, "utf8"));
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  return program.body as unknown as Node[];
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const node = value as Node;
  if (typeof node.type === "string") visit(node);
  const hasChildren = node.type === "JSXElement" || node.type === "JSXFragment";
  for (const [key, part] of Object.entries(node)) {
    const isContent = hasChildren && key === "children";
    walk(isContent ? (part as Node[]).map((one) => ({ ...one, isChild: true })) : part, visit);
  }
}

const nameOf = (node: unknown): string => String((Object(node) as { name?: unknown }).name ?? "");

const unwrapped = (node: unknown): Node =>
  ((Object(node) as { expression?: Node }).expression ?? node) as Node;

/** The texts that an expression may come to: a literal, either side of a choice, and the words of a template if asked. */
function textsOf(node: Node | undefined, withTemplates = true): string[] {
  if (node === undefined || node === null) return [];
  if (node.type === "Literal") return typeof node.value === "string" ? [node.value] : [];
  if (node.type === "ConditionalExpression") {
    return [node.consequent, node.alternate].flatMap((one) => textsOf(one as Node, withTemplates));
  }
  if (node.type === "LogicalExpression") return textsOf(node.right as Node, withTemplates);
  if (node.type !== "TemplateLiteral" || !withTemplates) return [];
  const words = node.quasis as readonly { value: { cooked: string } }[];
  return [words.map(({ value }) => value.cooked).join("…")];
}
