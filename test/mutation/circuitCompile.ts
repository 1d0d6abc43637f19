// Compiles changed copies of the circuits' sources, below circuits/build.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { SIZES } from "../../circuits/statement/program.ts";
import { compile, compileOnce } from "../../circuits/tools/compile.ts";
import { buildFiles, ROOT } from "../../circuits/tools/paths.ts";
import { readConstraints } from "../circuits/constraints.ts";
import { loadPart, type Part } from "../circuits/part.ts";
import type { Sources } from "./source.ts";

/** A template to compile: by itself or, as `WHOLE`, all of them. */
export type Subject = { readonly main: string; readonly file: string };
export type Compiled = { readonly r1cs: Buffer; readonly part: Part };
/** All of it: eligibility-8. */
export const WHOLE: Subject = {
  main: "{ public [scope, message, asOf] } = Eligibility(8, 8)",
  file: "circuits/eligibility.circom",
};
/** The original: of eligibility-8 the one that all tests use. */
export async function originalOf(
  folder: string,
  sources: Sources,
  subject: Subject,
): Promise<Compiled> {
  if (subject !== WHOLE) return compileWith(folder, sources, subject);
  const { circuit } = SIZES[8];
  compileOnce(circuit);
  const files = buildFiles(circuit);
  return { r1cs: readFileSync(files.r1cs), part: await loadPart(files) };
}

let round = 0;

/** Compiles a copy of the sources. Throws with the compiler's words. */
export async function compileWith(
  folder: string,
  sources: Sources,
  subject: Subject,
): Promise<Compiled> {
  round += 1;
  const below = folder.slice(ROOT.length);
  const at = `${folder}/${round}/`;
  try {
    mkdirSync(`${at}circuits/templates`, { recursive: true });
    for (const [file, text] of Object.entries(sources)) {
      const depth = "../".repeat(4);
      const moved = text.replaceAll('"../../node_modules', `"${depth}../../node_modules`);
      writeFileSync(at + file, moved);
    }
    const main = subject === WHOLE ? `main ${subject.main}` : `main = ${subject.main}`;
    const top = `pragma circom 2.2.0;\ninclude "./${subject.file}";\ncomponent ${main};\n`;
    writeFileSync(`${at}main.circom`, top);
    compile(`${below}/${round}/main.circom`, at);
    const files = buildFiles("main", at);
    const r1cs = readFileSync(files.r1cs);
    const kept = await loadPart(files);
    const constraints = once(() => {
      writeFileSync(`${folder}/read.r1cs`, r1cs);
      return readConstraints(`${folder}/read.r1cs`);
    });
    return { r1cs, part: { ...kept, constraints } };
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

/** A function that computes its value the first time only. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
