// Where the circuits' sources, throw-away build and committed artifacts are.
import { fileURLToPath } from "node:url";
import { type CircuitName, SIZES } from "../statement/criteria/program.ts";

/** The project's root: circomlib is included relative to it, and circomspect sees no further. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const BUILD = `${ROOT}circuits/build/`;
export const ARTIFACTS = `${ROOT}circuits/artifacts/`;
export const CIRCUITS: readonly CircuitName[] = [SIZES[8].circuit, SIZES[32].circuit];

/** The files that the compiler writes for a circuit. */
export function buildFiles(circuit: string, build = BUILD) {
  return {
    r1cs: `${build}${circuit}.r1cs`,
    sym: `${build}${circuit}.sym`,
    wasm: `${build}${circuit}_js/${circuit}.wasm`,
    zkey: `${build}${circuit}.zkey`,
  };
}
