// A process that judges mutants, one after the other, in its own copy of what they change.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { affectedBy, type Mutant, mutate } from "./mutants.ts";
import {
  type Compiled,
  compileFiles,
  DEPLOYED,
  nameOf,
  parse,
  readSources,
  VERIFIER,
} from "./source.ts";
import { installSuite, runFile } from "./suite.ts";

export type Verdict = {
  readonly status: "killed" | "survived" | "same" | "invalid" | "broken";
  /** The test that noticed, or the compiler's words. */
  readonly by?: string;
  readonly ms: number;
};

const folder = process.cwd();
const sources = readSources();
const affected = affectedBy(parse(sources));
const original = compileFiles(sources, [...DEPLOYED, VERIFIER]) as Record<string, Compiled>;

/** Compiles a mutant, puts it in place, and runs the test files in order until one fails. */
async function judge(mutant: Mutant, tests: readonly string[]): Promise<Omit<Verdict, "ms">> {
  const source = mutate(sources[mutant.file]!, mutant);
  const targets = affected(mutant.file);
  const compiled = compileFiles({ ...sources, [mutant.file]: source }, targets);
  if (typeof compiled === "string") return { status: "invalid", by: compiled.split("\n")[0]! };
  const same = targets.every((file) => compiled[file]!.bytecode === original[file]!.bytecode);
  if (same) return { status: "same" };
  place(compiled);
  writeFileSync(`${folder}/${mutant.file}`, source);
  try {
    return await test(tests);
  } finally {
    place(original);
    writeFileSync(`${folder}/${mutant.file}`, sources[mutant.file]!);
  }
}

async function test(tests: readonly string[]): Promise<Omit<Verdict, "ms">> {
  for (const name of tests) {
    const failure = await runFile(pathToFileURL(`${folder}/test/contracts/${name}.test.ts`).href);
    if (failure !== undefined) return { status: "killed", by: `${name}: ${failure}` };
  }
  return { status: "survived" };
}

/** Writes the build output that the tests deploy. */
function place(compiled: Record<string, Compiled>): void {
  for (const [file, { abi, bytecode, linkReferences }] of Object.entries(compiled)) {
    const at = `${folder}/contracts/build/artifacts/${file}/${nameOf(file)}.json`;
    const artifact = { ...JSON.parse(readFileSync(at, "utf8")), abi, bytecode, linkReferences };
    writeFileSync(at, JSON.stringify(artifact));
  }
}

installSuite();
place(original);
process.on("message", async (job: { mutant?: Mutant; tests: readonly string[] }) => {
  const started = Date.now();
  const verdict = await (job.mutant ? judge(job.mutant, job.tests) : test(job.tests)).catch(
    (error: unknown) => ({ status: "broken" as const, by: String(error) }),
  );
  process.send!({ ...verdict, ms: Date.now() - started });
});
process.send!("ready");
