// Mutants of the circuits that no check can notice, and why.
import type { CircuitMutant } from "./circuitMutants.ts";
import { diffOf } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
export const CIRCUITS_EXPLAINED: readonly Reason[] = [
  {
    file: "identity",
    diff: "- component bits = Bits(251);\n+ component bits = Bits(252);",
    why:
      "The secret stays below l: l - 1 - secret must have 251 bits, and for a secret from l to 2^252 it is " +
      "p - x with x below 2^252, which has more. So bit 251, which nobody reads, is 0 as before.",
  },
  {
    file: "eligibility",
    diff: "- result.gateClaims[i] <== gateClaims[i];\n+ result.gateClaims[i] <-- gateClaims[i];",
    why:
      "A gate's claim is the prover's own choice and stands nowhere else: whether Gates takes it from the " +
      "circuit's input or from the prover, the same statements have a proof.",
  },
  {
    file: "criterion",
    diff: "- component valueLower = NotNegative(39);\n+ component valueLower = NotNegative(38);",
    why:
      "Of a hit both ends are checked. Where the upper one holds, the value is at most valueHi - valueLo above the " +
      "lower one, which has 38 bits; the 39th is needed only by what the upper end refuses.",
  },
];

/** Why a mutant may survive. */
export function circuitReasonFor(sources: Sources, mutant: CircuitMutant): string | undefined {
  const diff = diffOf(sources, mutant);
  return CIRCUITS_EXPLAINED.find(
    (reason) => mutant.file.endsWith(`${reason.file}.circom`) && reason.diff === diff,
  )?.why;
}
