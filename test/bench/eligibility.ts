// A warm prover of the committed artifacts.
import { readArtifact } from "../../circuits/artifacts/read.ts";
import type { CircuitName, Size } from "../../circuits/statement/criteria/program.ts";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { prove } from "../../circuits/witness/prove.ts";
import { benchStatement } from "./statement.ts";

/** Each call of what it returns proves another message. */
export async function openEligibility(circuit: CircuitName) {
  const size = (circuit === "eligibility-8" ? 8 : 32) as Size;
  const wasm = await readArtifact(`${circuit}.wasm`);
  const zkey = await readArtifact(`${circuit}.zkey`);
  const statement = benchStatement(size);
  return (message: bigint) =>
    prove({ artifacts: { wasm, zkey }, ...statement, message: toField(message) });
}
