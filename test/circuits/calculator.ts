// Runs a circuit's wasm many times: snarkjs compiles it anew for each witness. The interface is what circom 2
// itself writes beside the wasm as witness_calculator.js.

type Exports = {
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getWitnessSize(): number;
  getInputSize(): number;
  getWitness(wire: number): void;
  readSharedRWMemory(word: number): number;
  writeSharedRWMemory(word: number, value: number): void;
  setInputSignal(hashHigh: number, hashLow: number, at: number): void;
};

export type Inputs = { readonly [signal: string]: InputValue };
type InputValue = bigint | readonly InputValue[];

/** Thrown where a constraint of the circuit fails, or an input is missing or too much. */
export class RefusedInputs extends Error {
  override readonly name = "RefusedInputs";
}

const PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export type Calculator = {
  /** Computes all wires from inputs, or throws {@link RefusedInputs}. */
  calculate(inputs: Inputs): bigint[];
  /** False when a constraint of the circuit fails; other errors are thrown. */
  accepts(inputs: Inputs): boolean;
};

/** Compiles a circuit's wasm. */
export async function createCalculator(wasm: Uint8Array): Promise<Calculator> {
  const module = await WebAssembly.compile(new Uint8Array(wasm));
  const { exports } = new WebAssembly.Instance(module, { runtime: runtime() });
  const circuit = exports as unknown as Exports;
  const run = (inputs: Inputs): Exports => {
    fill(circuit, inputs);
    return circuit;
  };
  return {
    calculate: (inputs) => readWires(run(inputs)),
    accepts: (inputs) => {
      try {
        run(inputs);
        return true;
      } catch (error) {
        if (error instanceof RefusedInputs && error.message === "a constraint failed") return false;
        throw error;
      }
    },
  };
}

function runtime() {
  return {
    exceptionHandler: (code: number) => {
      throw new RefusedInputs(code === 4 ? "a constraint failed" : `input error ${code}`);
    },
    printErrorMessage: () => {},
    writeBufferMessage: () => {},
    showSharedRWMemory: () => {},
  };
}

/** Sets the inputs; the circuit runs when it has the last of them. */
function fill(circuit: Exports, inputs: Inputs): void {
  circuit.init(0);
  const words = circuit.getFieldNumLen32();
  let count = 0;
  for (const [name, value] of Object.entries(inputs)) {
    const hash = fnv1a(name);
    flatten(value).forEach((number, at) => {
      write(circuit, number, words);
      circuit.setInputSignal(Number(hash >> 32n), Number(hash & 0xffff_ffffn), at);
      count++;
    });
  }
  if (count !== circuit.getInputSize()) {
    throw new RefusedInputs(`${count} inputs, the circuit has ${circuit.getInputSize()}`);
  }
}

function readWires(circuit: Exports): bigint[] {
  return Array.from({ length: circuit.getWitnessSize() }, (_, wire) => {
    circuit.getWitness(wire);
    return read(circuit, circuit.getFieldNumLen32());
  });
}

function flatten(value: InputValue): bigint[] {
  return typeof value === "bigint" ? [value] : value.flatMap(flatten);
}

function write(circuit: Exports, value: bigint, words: number): void {
  const canonical = ((value % PRIME) + PRIME) % PRIME;
  for (let i = 0; i < words; i++) {
    circuit.writeSharedRWMemory(i, Number((canonical >> BigInt(32 * i)) & 0xffff_ffffn));
  }
}

function read(circuit: Exports, words: number): bigint {
  let value = 0n;
  for (let i = words - 1; i >= 0; i--) {
    value = (value << 32n) | BigInt(circuit.readSharedRWMemory(i) >>> 0);
  }
  return value;
}

/** circom knows input signals by the 64-bit FNV-1a hash of their name. */
function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  }
  return hash;
}
