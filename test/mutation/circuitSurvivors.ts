// Mutants of the circuits that no check can notice, and why.
import type { CircuitMutant } from "./circuitMutants.ts";
import { diffOf } from "./mutants.ts";
import type { Sources } from "./source.ts";

type Reason = { readonly file: string; readonly diff: string; readonly why: string };
const OWN_INPUTS = [
  ["eligibility", "identity.secret", "secret"],
  ["eligibility", "record.blinding", "blinding"],
  ["eligibility", "program.salt", "salt"],
  ["eligibility", "membership.batchRoot", "batchRoot"],
  ["eligibility", "membership.batchLefts", "batchLefts"],
  ["eligibility", "membership.batchRights", "batchRights"],
  ["eligibility", "membership.registryLefts", "registryLefts"],
  ["eligibility", "membership.registryRights", "registryRights"],
  ["eligibility", "criteria[k].code", "factCodes[k]"],
  ["eligibility", "criteria[k].dayAndValue", "factRests[k]"],
  ["eligibility", "criteria[k].past", "past[k]"],
  ["eligibility", "openings[k].page", "pages[k]"],
  ["eligibility", "openings[k].slotMiss", "slotMisses[k]"],
  ["membership", "batch.lefts", "batchLefts"],
  ["membership", "batch.rights", "batchRights"],
  ["membership", "registry.lefts", "registryLefts"],
  ["membership", "registry.rights", "registryRights"],
] as const;
export const CIRCUITS_EXPLAINED: readonly Reason[] = [
  {
    file: "eligibility",
    diff: "- result.gateClaims <== gateClaims;\n+ result.gateClaims <-- gateClaims;",
    why:
      "A gate's claim is the prover's own choice and stands nowhere else: whether Gates takes it from the " +
      "circuit's input or from the prover, the same statements have a proof.",
  },
  {
    file: "criterion",
    diff: "- component valueLower = NotNegativeIf(39);\n+ component valueLower = NotNegativeIf(38);",
    why:
      "Of a hit both ends are checked. Where the upper one holds, the value is at most valueHi - valueLo above the " +
      "lower one, which has 38 bits; the 39th is needed only by what the upper end refuses.",
  },
  {
    file: "criterion",
    diff: "- component below = Bits(123);\n+ component below = Bits(124);",
    why:
      "A difference below zero is a number of 253 bits or more, so one bit more lets none through; of a leaf of the " +
      "kind any the code has 68 bits, and the bit too many is never its.",
  },
  {
    file: "criterion",
    diff: "- unit = 1;\n+ unit = 2;",
    why: "The bits beyond must all be 0: twice their sum is 0 exactly when it is.",
  },
  {
    file: "criterion",
    diff: "- unit *= 2;\n+ unit *= 3;",
    why:
      "The bits beyond must all be 0. Weighed by powers of three the 55 of them add up to less than the field's " +
      "order, so to 0 only when all are.",
  },
  ...OWN_INPUTS.map(([file, left, right]) => ({
    file,
    diff: `- ${left} <== ${right};\n+ ${left} <-- ${right};`,
    why:
      "The prover's own input, used at this one place: whether the template takes it from there or from the prover, " +
      "the same statements have a proof.",
  })),
];

/** Why a mutant may survive. */
export function circuitReasonFor(sources: Sources, mutant: CircuitMutant): string | undefined {
  const diff = diffOf(sources, mutant);
  return CIRCUITS_EXPLAINED.find(
    (reason) => mutant.file.endsWith(`${reason.file}.circom`) && reason.diff === diff,
  )?.why;
}
