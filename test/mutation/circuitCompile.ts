// Compiles changed copies of the circuits' sources, below circuits/build.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
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
  main: "{ public [recordsRoot, scope, message, asOf] } = Eligibility(8, 8, 8)",
  file: "circuits/eligibility.circom",
};
/** How each template is compiled alone; those within eligibility-8 in more than one width, in one of them. */
export const ALONE: Record<string, readonly string[]> = {
  Bits: ["Bits(8)"],
  Calendar: ["Calendar()"],
  CriteriaHash: ["CriteriaHash(8, 8, 8)"],
  Criterion: ["Criterion()"],
  FourthPower: ["Poseidon(2)"],
  // Four bits are enough for what eligibility-8 counts.
  Gates: ["Gates(8, 8, 8)", "Gates(32, 16, 4)"],
  Identity: ["Identity()"],
  Membership: ["Membership(12)"],
  NotNegative: ["NotNegative(8)"],
  NotNegativeIf: ["NotNegativeIf(8)"],
  OneOf: ["OneOf(4)"],
  Opening: ["Opening()"],
  Poseidon: ["Poseidon(2)"],
  PoseidonRounds: ["Poseidon(2)"],
  RecordCommitment: ["RecordCommitment()"],
  RecordMembership: ["RecordMembership(12, 16)"],
  RecordPolicy: ["RecordPolicy()"],
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
    for (const [file, text] of Object.entries(sources)) {
      mkdirSync(dirname(at + file), { recursive: true });
      writeFileSync(at + file, text);
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
