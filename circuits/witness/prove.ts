// Proving eligibility, in Node or in a browser's worker: no Node imports here, the artifacts come as bytes.
import { groth16 } from "snarkjs";
import { hashProgram } from "../statement/criteria/program.ts";
import type { Field } from "../statement/encoding/field.ts";
import { issuerTagOf, nullifierOf } from "../statement/encoding/identity.ts";
import { rootOfRecord } from "../statement/encoding/tree.ts";
import { type Groth16Proof, parseProof } from "../statement/proof/proof.ts";
import { parseSignals, type Signals } from "../statement/proof/signals.ts";
import type { Statement } from "./inputs.ts";
import { commitRecord } from "./record.ts";
import { calculateWitness, prepareInputs } from "./wires.ts";

export type { CircuitInputs, Statement } from "./inputs.ts";
export { NotEligibleError } from "./wires.ts";

/**
 * A circuit's wasm and zkey, unpacked and already checked against the manifest. In Node the zkey may be the path of
 * a file, which takes less memory.
 */
type ProvingArtifacts = {
  readonly wasm: Uint8Array;
  readonly zkey: Uint8Array | string;
};

/** `keys`: waiting for the artifacts; `witness`: computing the wires; `proof`: the long part. */
export type ProvingPhase = "keys" | "witness" | "proof";

/** The seven public signals of a statement, computed without the circuit. */
export function signalsOf(statement: Statement): Signals {
  const { program, record, identitySecret: secret, path, scope, message, asOf } = statement;
  const { issuer } = record.header;
  return {
    nullifier: nullifierOf(scope, secret),
    issuerTag: issuerTagOf({ scope, secret, issuer }),
    criteriaHash: hashProgram(program),
    recordsRoot: rootOfRecord({ commitment: commitRecord(record), issuer, path }),
    scope,
    message,
    asOf,
  };
}

type Proving = Statement & {
  artifacts: ProvingArtifacts | Promise<ProvingArtifacts>;
  onPhase?: (phase: ProvingPhase) => void;
  /** For pages whose worker may not start workers of its own. */
  singleThread?: boolean;
};

let last: Promise<unknown> = Promise.resolve();

/**
 * Proves a statement. Takes the size from the program; `artifacts` must be those of that size. Proofs are made one
 * after another, however many are asked for: one alone takes all cores and half a gigabyte.
 * Throws {@link NotEligibleError}, or RangeError for inputs out of range.
 */
export function prove(proving: Proving): Promise<{ proof: Groth16Proof; signals: Signals }> {
  const next = last.then(() => proveNow(proving));
  last = next.catch(() => {});
  return next;
}

async function proveNow({
  artifacts,
  onPhase = () => {},
  singleThread = false,
  ...statement
}: Proving): Promise<{ proof: Groth16Proof; signals: Signals }> {
  onPhase("keys");
  const { wasm, zkey } = await artifacts;
  onPhase("witness");
  const inputs = prepareInputs(statement);
  const witness = await calculateWitness(inputs, wasm);
  onPhase("proof");
  const proving = groth16.prove(zkey, witness, undefined, { singleThread });
  // Computed while the worker threads are busy.
  const expected = signalsOf(statement);
  const result = await proving;
  const signals = parseSignals(result.publicSignals.map(String));
  requireSame(signals, expected);
  return { proof: parseProof(result.proof), signals };
}

/** Artifacts of the wrong size or version would otherwise only be noticed by the contract. */
function requireSame(actual: Signals, expected: Signals): void {
  for (const [name, value] of Object.entries(expected) as [keyof Signals, Field][]) {
    if (actual[name] !== value) {
      throw new Error(`the circuit computed another ${name}: wrong or outdated artifacts`);
    }
  }
}

/**
 * Ends snarkjs's worker threads, which keep a Node process alive, and each its share of the last key (about 100 MB). The
 * next proof starts them again, which takes about half a second: so not after every proof.
 */
export async function releaseProver(): Promise<void> {
  const curve = (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128;
  await curve?.terminate();
}
