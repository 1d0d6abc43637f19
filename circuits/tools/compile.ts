// Compiles the circuits into circuits/build, and reads them with two analysers.
//     node circuits/tools/compile.ts [--check] [eligibility-8 ...]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { BUILD, buildFiles, CIRCUITS, ROOT } from "./paths.ts";

export type Counts = {
  readonly nonLinear: number;
  readonly linear: number;
  readonly wires: number;
};

/** Runs a tool from node_modules at the project's root, and returns its exit code and whole output. */
function run(tool: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(`${ROOT}node_modules/.bin/${tool}`, args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    // A changed source can keep the optimiser busy for ever: hash functions of constants do.
    timeout: 300_000,
  });
  // Without colours, so that the output can be read by this program.
  const output = stripVTControlCharacters(`${stdout}${stderr}`);
  return { status, output };
}

/**
 * Compiles one circuit at --O2 to r1cs, wasm and sym. `source` is relative to the project's root.
 * Returns its counts and the compiler's warnings; throws with the compiler's output on an error.
 */
export function compile(
  source: string,
  build = BUILD,
): { counts: Counts; warnings: readonly string[] } {
  mkdirSync(build, { recursive: true });
  const { status, output } = run("circom2", [
    source,
    ...["--O2", "--inspect", "--r1cs", "--wasm", "--sym", "-o", build],
  ]);
  if (status !== 0) throw new Error(`circom2 refused ${source}:\n${output}`);
  const count = (what: string) => Number(new RegExp(`^${what}: (\\d+)`, "m").exec(output)?.[1]);
  return {
    counts: {
      nonLinear: count("non-linear constraints"),
      linear: count("linear constraints"),
      wires: count("wires"),
    },
    warnings: output.split("\n").filter((line) => /warning\[CA\d+\]/.test(line)),
  };
}

/**
 * Compiles a circuit unless the build folder already holds it, newer than every source.
 * Safe when several processes do it at once: the files appear complete or not at all.
 */
export function compileOnce(
  circuit: string,
  source = `circuits/${circuit}.circom`,
  build = BUILD,
): void {
  const files = buildFiles(circuit, build);
  const built = [files.r1cs, files.sym, files.wasm];
  if (built.every(existsSync)) {
    const oldest = Math.min(...built.map((file) => statSync(file).mtimeMs));
    if ([...sources(), source].every((file) => statSync(ROOT + file).mtimeMs < oldest)) return;
  }
  const temporary = `${build}${circuit}-${process.pid}/`;
  compile(source, temporary);
  const made = buildFiles(circuit, temporary);
  mkdirSync(dirname(files.wasm), { recursive: true });
  for (const kind of ["r1cs", "sym", "wasm"] as const) renameSync(made[kind], files[kind]);
  rmSync(temporary, { recursive: true });
}

/** Every circom file of the project, relative to its root. */
export function sources(): string[] {
  return ["circuits", "circuits/templates", "circuits/templates/generated"].flatMap((folder) =>
    readdirSync(ROOT + folder)
      .filter((name) => name.endsWith(".circom"))
      .map((name) => `${folder}/${name}`),
  );
}

/** What Trail of Bits' circomspect says: the warnings' titles, one a line, with file and line. */
export function inspect(): string[] {
  const { output } = run("circomspect", sources());
  const lines = output.split("\n");
  return lines.flatMap((line, i) => {
    if (!/^(warning|error): /.test(line)) return [];
    const place = lines[i + 1]?.replace(/^.*┌─ /, "").trim() ?? "";
    return [`${place}: ${line}`];
  });
}

if (import.meta.main) {
  const named = process.argv.slice(2).filter((name) => !name.startsWith("-"));
  for (const circuit of named.length > 0 ? named : CIRCUITS) {
    const { counts, warnings } = compile(`circuits/${circuit}.circom`);
    console.log(circuit, counts);
    for (const warning of warnings) console.log(`  ${warning}`);
  }
  if (process.argv.includes("--check")) for (const line of inspect()) console.log(line);
}
