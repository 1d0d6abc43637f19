// Proving eligibility, in Node or in a browser's worker: no Node imports here, the artifacts come as bytes.
import { type WitnessCalculator, WitnessCalculatorBuilder } from "circom_runtime";
import { groth16, wtns } from "snarkjs";
import type { Field } from "../statement/field.ts";
import { issuerTagOf, nullifierOf } from "../statement/identity.ts";
import { hashProgram } from "../statement/program.ts";
import { type Groth16Proof, parseProof } from "../statement/proof.ts";
import { parseSignals, type Signals } from "../statement/signals.ts";
import { rootOfRecord } from "../statement/tree.ts";
import { buildClaimedInputs, type CircuitInputs, type Statement, splitAsOf } from "./inputs.ts";
import { findClaims } from "./opening.ts";
import { commitRecord } from "./record.ts";

export type { CircuitInputs, Statement } from "./inputs.ts";

/**
 * A circuit's wasm and zkey, unpacked and already checked against the manifest. In Node the zkey may be the path of
 * a file, which takes less memory.
 */
export type ProvingArtifacts = {
  readonly wasm: Uint8Array;
  readonly zkey: Uint8Array | string;
};

/** `keys`: waiting for the artifacts; `witness`: computing the wires; `proof`: the long part. */
export type ProvingPhase = "keys" | "witness" | "proof";

/** The record does not satisfy the criteria. Holds nothing else: it never leaves the device. */
export class NotEligibleError extends Error {
  override readonly name = "NotEligibleError";
  constructor() {
    super("the record does not satisfy the criteria on this day; `patient check` says which");
  }
}

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

/** The circuit's inputs. Throws {@link NotEligibleError} when the program's result is false. */
export function prepareInputs(statement: Statement): CircuitInputs {
  const claims = findClaims(statement.program, statement.record, splitAsOf(statement.asOf));
  if (!claims.gates.at(-1)) throw new NotEligibleError();
  return buildClaimedInputs(statement, claims);
}

/** Programs that are compiled already: compiling one takes as long as running it. */
const calculators = new WeakMap<Uint8Array, Promise<WitnessCalculator>>();
/** Larger ones go through snarkjs each time: their memory, 140 MB for eligibility-32, would stay. */
const KEEP_BELOW_BYTES = 6_000_000;

/** Computes all wires (a .wtns file). Throws an error without inputs when a constraint fails. */
export async function calculateWitness(
  inputs: CircuitInputs,
  wasm: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await (wasm.length < KEEP_BELOW_BYTES ? runKept : runOnce)(inputs, wasm);
  } catch {
    calculators.delete(wasm);
    // The cause would name template lines and, in some versions, values.
    throw new Error(
      "the statement does not hold: the record's header, owner or path does not fit the policy",
    );
  }
}

async function runKept(inputs: CircuitInputs, wasm: Uint8Array): Promise<Uint8Array> {
  const calculator = calculators.get(wasm) ?? WitnessCalculatorBuilder(wasm);
  calculators.set(wasm, calculator);
  return (await calculator).calculateWTNSBin(inputs);
}

async function runOnce(inputs: CircuitInputs, wasm: Uint8Array): Promise<Uint8Array> {
  const file = { type: "mem" as const, data: undefined as Uint8Array | undefined };
  await wtns.calculate(inputs, wasm, file as never);
  return file.data!;
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
