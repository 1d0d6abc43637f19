// circom_runtime (iden3; what snarkjs computes witnesses with) ships no types: what we use of it.
declare module "circom_runtime" {
  export type WitnessCalculator = {
    /** All wires as a .wtns file. Rejects when a constraint fails. */
    calculateWTNSBin(inputs: unknown, sanityCheck?: boolean): Promise<Uint8Array>;
  };
  export function WitnessCalculatorBuilder(wasm: Uint8Array): Promise<WitnessCalculator>;
}
