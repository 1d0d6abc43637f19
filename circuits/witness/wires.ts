// From a statement to the circuit's wires: all of a proof but its last and long step. No Node imports here.
import { type WitnessCalculator, WitnessCalculatorBuilder } from "circom_runtime";
import { wtns } from "snarkjs";
import { buildClaimedInputs, type CircuitInputs, type Statement, splitAsOf } from "./inputs.ts";
import { findClaims } from "./opening.ts";

/** The record does not satisfy the criteria. Holds nothing else: it never leaves the device. */
export class NotEligibleError extends Error {
  override readonly name = "NotEligibleError";
  constructor() {
    super("the record does not satisfy the criteria on this day; `patient check` says which");
  }
}

/** The circuit's inputs. Throws {@link NotEligibleError} when the program's result is false. */
export function prepareInputs(statement: Statement): CircuitInputs {
  const claims = findClaims(statement.program, statement.record, splitAsOf(statement.asOf));
  if (!claims.gates.at(-1)) throw new NotEligibleError();
  return buildClaimedInputs(statement, claims);
}

/** Programs that are compiled already: compiling one takes as long as running it. */
const calculators = new WeakMap<Uint8Array, Promise<WitnessCalculator>>();
/** What circom's runtime begins with when it prints. */
const CIRCOM_ERROR = "ERROR: ";
/** Larger ones go through snarkjs each time: their memory, 140 MB for eligibility-32, would stay. */
const KEEP_BELOW_BYTES = 6_000_000;

/** Computes all wires (a .wtns file). Throws an error without inputs when a constraint fails. */
export async function calculateWitness(
  inputs: CircuitInputs,
  wasm: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await withoutPrints(() =>
      (wasm.length < KEEP_BELOW_BYTES ? runKept : runOnce)(inputs, wasm),
    );
  } catch {
    calculators.delete(wasm);
    // The cause would name template lines and, in some versions, values.
    throw new Error(
      "the statement does not hold: the record's header, owner or path does not fit the policy",
    );
  }
}

let quiet = 0;
let printError = console.error;

/** circom's runtime prints the template's lines before it throws: nothing for people, who are told what is wrong. */
async function withoutPrints<T>(run: () => Promise<T>): Promise<T> {
  if (quiet++ === 0) {
    printError = console.error;
    console.error = (...words: unknown[]) => {
      if (words[0] !== CIRCOM_ERROR) printError(...words);
    };
  }
  try {
    return await run();
  } finally {
    if (--quiet === 0) console.error = printError;
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
