// One template of the circuit on its own: compiled in a second, run in a millisecond.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { compileOnce } from "../../circuits/tools/compile.ts";
import { BUILD, buildFiles } from "../../circuits/tools/paths.ts";
import { type Calculator, createCalculator } from "./calculator.ts";
import { type Constraints, readConstraints } from "./constraints.ts";

export type Part = Calculator & { constraints(): Constraints };

/**
 * Compiles a template by itself.
 * @param main For instance `NotNegative(17)`.
 * @param file Where it is, below `circuits/templates`.
 */
export async function compilePart(main: string, file: string): Promise<Part> {
  const name = main.replaceAll(/\W+/g, "_");
  const folder = `${BUILD}parts/`;
  mkdirSync(folder, { recursive: true });
  const source = `${folder}${name}.circom`;
  const text = `pragma circom 2.2.0;\ninclude "../../templates/${file}";\ncomponent main = ${main};\n`;
  if (readIfThere(source) !== text) writeFileSync(source, text);
  compileOnce(name, `circuits/build/parts/${name}.circom`, folder);
  return loadPart(buildFiles(name, folder));
}

/** Loads compiled files. */
export async function loadPart(files: { wasm: string; r1cs: string }): Promise<Part> {
  const calculator = await createCalculator(readFileSync(files.wasm));
  return { ...calculator, constraints: () => readConstraints(files.r1cs) };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
