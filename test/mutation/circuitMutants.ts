// All mutants of the circuits, made from the lines of their sources: of each constraint and each
// wiring one that weakens it and one that gets its arithmetic wrong, and one of each line that feeds them.
import { readFileSync } from "node:fs";
import { sources as circuitFiles } from "../../circuits/tools/compile.ts";
import { ROOT } from "../../circuits/tools/paths.ts";
import type { Change } from "./mutants.ts";
import type { Sources } from "./source.ts";

export type CircuitMutant = Change & {
  /** Where the line stands. */
  readonly template: string;
  /**
   * Other texts in the replacement's place that leave the same constraints, with other hints: what a prover
   * may compute instead. The first always differs from what the original demands.
   */
  readonly lies: readonly string[];
};

/** A line of code: its place in the file, and its text without indentation and comment. */
type Line = {
  readonly file: string;
  readonly template: string;
  readonly number: number;
  readonly start: number;
  readonly text: string;
};
/** A change within a line: from a column of its text on, so many characters. */
type Edit = {
  readonly operator: string;
  readonly at: number;
  readonly length: number;
  readonly replacement: string;
  readonly lies?: readonly string[];
};

/** Every circom source but the two that only instantiate the template. */
export function readCircuits(): Sources {
  const names = circuitFiles().filter((name) => !/eligibility-\d+\.circom$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(ROOT + name, "utf8")]));
}

/** Mutants of every source, in the order of the files and lines. */
export function circuitMutantsOf(sources: Sources): CircuitMutant[] {
  return Object.entries(sources)
    .flatMap(([file, text]) => linesOf(file, text))
    .flatMap((line) => editsOf(line).map((edit) => mutantOf(line, edit)));
}

function mutantOf(line: Line, { operator, at, length, replacement, lies = [] }: Edit) {
  const { file, template, number, start } = line;
  return {
    id: `${file}:${number}:${at} ${operator} ${replacement}`,
    ...{ file, template, operator, replacement, lies },
    line: number,
    start: start + at,
    end: start + at + length,
  };
}

/** Lines of templates. Functions compute constants and hints, as do Poseidon's lines under "Hints". */
function linesOf(file: string, source: string): Line[] {
  const found: Line[] = [];
  let template = "";
  let hints = false;
  let start = 0;
  source.split("\n").forEach((whole, i) => {
    if (/^(template|function) /.test(whole)) template = /^template (\w+)/.exec(whole)?.[1] ?? "";
    if (/\/\/ --- \d/.test(whole)) hints = whole.includes("Hints:");
    const code = whole.replace(/\/\/.*$/, "").trimEnd();
    const text = code.trimStart();
    const at = start + code.length - text.length;
    if (template && !hints && text) found.push({ file, template, number: i + 1, start: at, text });
    start += whole.length + 1;
  });
  return found;
}

function editsOf(line: Line): Edit[] {
  const { text } = line;
  if (/^(template|signal (input|output)|assert|include)/.test(text)) return [];
  if (text.startsWith("for ")) return ofLoop(text);
  if (text.includes("===")) return [removed(text), ...one(line, arithmetic(text))];
  if (text.includes("<==")) return [...ofWiring(text), ...one(line, arithmetic(text))];
  if (/^component |= (Bits|NotNegative|NotNegativeIf)\(/.test(text)) return ofWidth(text);
  if (/^var \w+\[/.test(text) || text.includes("<--")) return [];
  const feeds = /^(var |if |\} else if )|[-+*]?= /.test(text);
  return feeds ? one(line, arithmetic(text)) : [];
}

/** One of several, by the line's number: evenly spread, and the same one each time. */
function one(line: Line, edits: readonly Edit[]): Edit[] {
  return edits.length > 0 ? [edits[line.number % edits.length]!] : [];
}

function removed(text: string): Edit {
  return { operator: "constraint removed", at: 0, length: text.length, replacement: "" };
}

/** Lengths of the arrays that are wired whole, by what stands right: a lie or a shift needs a loop. */
const LENGTHS: Readonly<Record<string, string>> = {
  inputs: "nInputs",
  nodes: "levels + 1",
  pageHashes: "64",
  batchLefts: "BATCH_LEVELS",
  batchRights: "BATCH_LEVELS",
  registryLefts: "REGISTRY_LEVELS",
  registryRights: "REGISTRY_LEVELS",
  "pages[k]": "16",
  "slotMisses[k]": "15",
  parameters: "K \\ 2",
  gates: "G \\ GATES_A_WORD",
  claims: "K",
  gateClaims: "G",
};

/** A whole array made hints, and each of its places wired to the one before. */
function ofArray(text: string, left: string, right: string, length: string): Edit[] {
  const whole = { at: 0, length: text.length };
  const each = (wiring: string) => `for (var i = 0; i < ${length}; i++) ${left}[i] ${wiring}`;
  return [
    {
      ...{ operator: "wire unconstrained", ...whole },
      replacement: `${left} <-- ${right};`,
      lies: [each(`<-- ${right}[i] + 1;`), each("<-- 0;")],
    },
    {
      ...{ operator: "wired to the neighbour", ...whole },
      replacement: each(`<== ${right}[i > 0 ? i - 1 : 1];`),
    },
  ];
}

function ofWiring(text: string): Edit[] {
  const [, left, right] = /^(.*) <== (.*);$/.exec(text)!;
  const length = LENGTHS[right!];
  if (length !== undefined && /\.\w+$/.test(left!)) return ofArray(text, left!, right!, length);
  const at = text.indexOf("<==");
  const rest = text.length - at;
  const edits: Edit[] = [
    {
      ...{ operator: "wire unconstrained", at, length: rest },
      replacement: `<-- ${right};`,
      lies: [`<-- (${right}) + 1;`, "<-- 0;"],
    },
  ];
  const isComponentInput = left!.includes(".") && !left!.startsWith("signal");
  if (!isComponentInput || right === "0") return edits;
  const other = neighbours(right!)[0];
  const wired = other
    ? { operator: "wired to the neighbour", replacement: `<== ${other};` }
    : { operator: "wired to zero", replacement: "<== 0;" };
  return [...edits, { ...wired, at, length: rest }];
}

/** A loop's variable as an index, not of a component. */
const INDEX = /\[([ijkpr])\](?!\.)/g;

/** Text with one plain index made the one before; the first entry becomes the second. */
function neighbours(text: string): string[] {
  return [...text.matchAll(INDEX)].map(({ 0: whole, 1: name, index }) => {
    const other = `[${name} > 0 ? ${name} - 1 : 1]`;
    return text.slice(0, index) + other + text.slice(index + whole.length);
  });
}

function ofLoop(text: string): Edit[] {
  const bound = / (<|>=) ([^;]+);/.exec(text)!;
  const [whole, sign, value] = bound;
  const replacement = sign === "<" ? ` < ${value} - 1;` : ` > ${value};`;
  return [{ operator: "loop shorter", at: bound.index, length: whole.length, replacement }];
}

/** Bits: one more and one less. A difference's width: one less; see `NotNegative` for one more. */
function ofWidth(text: string): Edit[] {
  const found = /(Bits|NotNegativeIf|NotNegative)\((\d+)/.exec(text);
  if (!found) return [];
  const [whole, name, width] = found;
  const at = found.index + whole.length - width!.length;
  const edit = (operator: string, by: number): Edit => ({
    ...{ operator, at, length: width!.length },
    replacement: String(Number(width) + by),
  });
  const less = edit("a bit less", -1);
  return name === "Bits" ? [less, edit("a bit more", 1)] : [less];
}

const SWAPS: Record<string, string> = { "+": "-", "-": "+", "*": "+", "+=": "-=", "-=": "+=" };

/** Every change of one operator, constant, index, comparison or choice in a line. */
function arithmetic(text: string): Edit[] {
  const edits: Edit[] = [];
  // What is assigned to stays: another place would mostly be assigned twice, or out of bounds.
  const from = text.includes("===") ? 0 : Math.max(text.indexOf("= ") + 2, 0);
  const add = (operator: string, at: number, length: number, replacement: string) => {
    const assigns = replacement === "-=" || replacement === "+=";
    if (at >= from || assigns) edits.push({ operator, at, length, replacement });
  };
  for (const { 1: sign, index } of text.matchAll(/ ([-+*]|[-+]=) /g)) {
    add("arithmetic", index + 1, sign!.length, SWAPS[sign!]!);
  }
  for (const { 0: digits, index } of text.matchAll(/(?<![\w.])\d+(?!\w)/g)) {
    add("constant", index, digits.length, String(BigInt(digits) + 1n));
  }
  const isWiring = /^\S+\.\S* <==/.test(text);
  if (!isWiring) {
    for (const { 0: whole, 1: name, index } of text.matchAll(INDEX)) {
      add("index", index, whole.length, `[${name} > 0 ? ${name} - 1 : 1]`);
    }
  }
  for (const { 1: sign, index } of text.matchAll(/ ([<>]) /g)) {
    add("comparison", index + 1, 1, `${sign}=`);
  }
  for (const found of text.matchAll(/(\S+) \* \(((?:[^()]|\([^()]*\))+?) - (.+?)\) \+ \3/g)) {
    const [whole, by, a, b] = found;
    add("choice swapped", found.index, whole.length, `${by} * (${b} - ${a}) + ${a}`);
  }
  for (const found of text.matchAll(/(==? \w+) \? ([^:]+) : ([^;)]+)(?=[;)])/g)) {
    const [whole, condition, a, b] = found;
    add("choice swapped", found.index, whole.length, `${condition} ? ${b} : ${a}`);
  }
  return edits;
}
