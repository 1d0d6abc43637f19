// All mutants of the contracts: each the smallest change of one place that a test must notice.
import { DEPLOYED, type Node, parse, partsOf, type Sources, VERIFIER } from "./source.ts";

/** A change of one place of a source. */
export type Change = {
  /** Stable while the file does not change. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  /** Byte offsets of what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
};
export type Mutant = Change & { readonly operator: Operator };
export type Operator =
  | "guard deleted"
  | "early return deleted"
  | "condition negated"
  | "comparison"
  | "arithmetic"
  | "and/or"
  | "bits"
  | "statement deleted"
  | "event deleted"
  | "modifier deleted"
  | "constant";

const SWAPS: Record<string, readonly [string, Operator]> = {
  "<": ["<=", "comparison"],
  "<=": ["<", "comparison"],
  ">": [">=", "comparison"],
  ">=": [">", "comparison"],
  "==": ["!=", "comparison"],
  "!=": ["==", "comparison"],
  "+": ["-", "arithmetic"],
  "-": ["+", "arithmetic"],
  "&&": ["||", "and/or"],
  "||": ["&&", "and/or"],
  "&": ["|", "bits"],
  "|": ["&", "bits"],
};
type Edit = Pick<Mutant, "operator" | "start" | "end" | "replacement">;

/** Mutants of every source, in the order of the files and lines. */
export function mutantsOf(sources: Sources, trees = parse(sources)): Mutant[] {
  return Object.entries(trees).flatMap(([file, tree]) => {
    const source = Buffer.from(sources[file]!);
    const edits = [...editsOf(tree, source)].sort((a, b) => a.start - b.start || a.end - b.end);
    const seen = new Set<string>();
    return edits.flatMap((edit) => {
      const before = source.subarray(0, edit.start).toString();
      const line = before.split("\n").length;
      const column = before.length - before.lastIndexOf("\n");
      const id = `${file}:${line}:${column} ${edit.operator} ${edit.replacement}`;
      if (seen.has(id)) return [];
      seen.add(id);
      return [{ ...edit, id, file, line }];
    });
  });
}

/** For each file the deployed contracts that contain code of it; a generated verifier if none of ours does. */
export function affectedBy(trees: Record<string, Node>): (file: string) => string[] {
  const parts = DEPLOYED.map((target) => [target, partsOf(trees, target)] as const);
  return (file) => {
    const own = parts.flatMap(([target, files]) => (files.has(file) ? target : []));
    return own.length > 0 ? own : [VERIFIER];
  };
}

/** The source with the mutant's change. */
export function mutate(
  source: string,
  { start, end, replacement }: Pick<Change, "start" | "end" | "replacement">,
): string {
  const bytes = Buffer.from(source);
  return bytes.subarray(0, start).toString() + replacement + bytes.subarray(end).toString();
}

/** The lines before and after, as a diff shows them. */
export function diffOf(sources: Sources, mutant: Change): string {
  const before = sources[mutant.file]!.split("\n");
  const after = mutate(sources[mutant.file]!, mutant).split("\n");
  const removed = before.length - after.length;
  const last =
    mutant.line + sources[mutant.file]!.slice(mutant.start, mutant.end).split("\n").length - 1;
  const show = (sign: string, lines: string[]) => lines.map((line) => `${sign} ${line.trim()}`);
  return [
    ...show("-", before.slice(mutant.line - 1, last)),
    ...show("+", after.slice(mutant.line - 1, last - removed)),
  ].join("\n");
}

const rangeOf = ({ src }: Node) => {
  const [start, length] = src.split(":").map(Number) as [number, number];
  return { start, end: start + length };
};
/** With its semicolon, which the tree leaves out. */
const statementAt = (node: Node, source: Buffer) => {
  const { start, end } = rangeOf(node);
  return { start, end: source[end] === 59 ? end + 1 : end };
};
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "nodeType" in value;

/** Parts of a syntax tree that hold no behaviour: types, and what a contract inherits. */
const SKIPPED = /^(?:ImportDirective|EventDefinition|ErrorDefinition|StructDefinition)$/;
const TYPES = /^(?:ArrayTypeName|ElementaryTypeName|Mapping|UserDefinedTypeName)$/;

function* editsOf(node: Node, source: Buffer, isConstant = false): Generator<Edit> {
  if (SKIPPED.test(node.nodeType) || TYPES.test(node.nodeType)) return;
  yield* editsAt(node, source, isConstant);
  const constant =
    isConstant || (node.nodeType === "VariableDeclaration" && node.constant === true);
  for (const child of Object.values(node).flat().flat()) {
    // Another element of an array in memory is another variable, not another constant.
    const isIndex = node.nodeType === "IndexAccess" && child === node.indexExpression;
    if (isNode(child) && !(isIndex && child.nodeType === "Literal"))
      yield* editsOf(child, source, constant);
  }
}

function* editsAt(node: Node, source: Buffer, isConstant: boolean): Generator<Edit> {
  const whole = (operator: Operator, replacement: string): Edit => ({
    ...(replacement === "{}" ? statementAt(node, source) : rangeOf(node)),
    operator,
    replacement,
  });
  switch (node.nodeType) {
    case "IfStatement":
      yield* ofIf(node, source);
      break;
    case "Conditional":
    case "WhileStatement":
      yield negated(node.condition as Node, source);
      break;
    case "BinaryOperation": {
      const swap = SWAPS[node.operator as string];
      if (swap) yield ofOperator(node, source, swap);
      break;
    }
    case "UnaryOperation":
      yield* ofUnary(node, source);
      break;
    case "ExpressionStatement":
      yield whole("statement deleted", "{}");
      break;
    case "EmitStatement":
      yield whole("event deleted", "{}");
      break;
    case "ModifierInvocation":
      if (node.kind === "modifierInvocation") yield whole("modifier deleted", "");
      break;
    case "Literal":
      for (const text of ofLiteral(node, isConstant)) yield whole("constant", text);
      break;
  }
}

function* ofIf(node: Node, source: Buffer): Generator<Edit> {
  const first = node.trueBody as Node;
  const inner = first.nodeType === "Block" ? (first.statements as Node[])[0] : first;
  const gone = { ...statementAt(node, source), replacement: "{}" };
  const isGuard = !node.falseBody && inner?.nodeType === "RevertStatement";
  if (isGuard) yield { ...gone, operator: "guard deleted" };
  if (!node.falseBody && inner?.nodeType === "Return")
    yield { ...gone, operator: "early return deleted" };
  const condition = node.condition as Node;
  // Of a comparison with == or != the swapped one is the negated one; and whatever a negated guard
  // lets through, a deleted one does too, while all that is right still passes.
  const isEquality = /^[!=]=$/.test(String(condition.operator));
  if (!isEquality && !isGuard) yield negated(condition, source);
}

function negated(condition: Node, source: Buffer): Edit {
  const range = rangeOf(condition);
  const text = source.subarray(range.start, range.end).toString();
  return { ...range, operator: "condition negated", replacement: `!(${text})` };
}

/** Replaces the operator alone, which stands between its two operands. */
function ofOperator(
  node: Node,
  source: Buffer,
  [replacement, operator]: readonly [string, Operator],
): Edit {
  const from = rangeOf(node.leftExpression as Node).end;
  const to = rangeOf(node.rightExpression as Node).start;
  const start = from + source.subarray(from, to).indexOf(node.operator as string);
  return { start, end: start + (node.operator as string).length, operator, replacement };
}

function* ofUnary(node: Node, source: Buffer): Generator<Edit> {
  const { start, end } = rangeOf(node);
  const inner = rangeOf(node.subExpression as Node);
  const text = source.subarray(inner.start, inner.end).toString();
  const sign = node.operator as string;
  if (sign === "~") yield { start, end, operator: "bits", replacement: text };
  if (sign === "++" || sign === "--") {
    const other = sign === "++" ? "--" : "++";
    const replacement = node.prefix ? other + text : text + other;
    yield { start, end, operator: "arithmetic", replacement };
  }
}

function ofLiteral(node: Node, isConstant: boolean): string[] {
  const value = node.value as string;
  if (node.kind === "bool") return [value === "true" ? "false" : "true"];
  if (node.kind !== "number" || !/^[\d_]+$/.test(value)) return [];
  const number = BigInt(value.replaceAll("_", ""));
  const unit = node.subdenomination ? ` ${String(node.subdenomination)}` : "";
  const others = isConstant && number > 0n ? [number + 1n, number - 1n] : [number + 1n];
  return others.map((other) => other + unit);
}
