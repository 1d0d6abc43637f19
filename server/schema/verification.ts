// Verification for sponsors and auditors: one proof or a bounded list, off the chain.
import { z } from "zod";
import { verifyProofs } from "../acts/verification.ts";
import { COSTS } from "../costs.ts";
import { can } from "../policy.ts";
import { builder } from "./builder.ts";
import { EligibilityProofInput } from "./inputs.ts";
import { memberOf, refusalTypes } from "./refusal.ts";

/** Most proofs in one request. */
export const MAX_PROOFS = 100;

const VerdictsType = builder.objectRef<{ verdicts: boolean[] }>("Verdicts").implement({
  description: "One verdict per proof, in order.",
  fields: (t) => ({
    verdicts: t.exposeBooleanList("verdicts", { description: "True for a proof that verifies." }),
  }),
});

const VerifyResult = builder.unionType("VerifyResult", {
  description: "The verdicts, or why nothing was verified.",
  types: [VerdictsType, ...refusalTypes(["TooManyRequests", "QueueFull"])],
  resolveType: (value) => memberOf(value, "Verdicts"),
});

const CircuitType = builder.enumType("Circuit", {
  description: "The eligibility circuits.",
  values: {
    ELIGIBILITY_8: { value: "eligibility-8", description: "8 leaves and 8 gates." },
    ELIGIBILITY_32: { value: "eligibility-32", description: "32 leaves and 16 gates." },
  } as const,
});

builder.mutationFields((t) => ({
  verifyProof: t.field({
    ...can("verifyProof"),
    type: VerifyResult,
    description: "Verifies one eligibility proof. Says nothing about roots, trials or time.",
    args: {
      circuit: t.arg({ type: CircuitType, description: "The circuit." }),
      proof: t.arg({ type: EligibilityProofInput, description: "The proof." }),
    },
    resolve: (_, { circuit, proof }, context) => {
      context.charge(COSTS.proof);
      return verifyProofs(context, circuit, [proof]);
    },
  }),
  verifyProofs: t.field({
    ...can("verifyProofs"),
    type: VerifyResult,
    description:
      "Verifies up to 100 eligibility proofs of one circuit together, far cheaper than apart.",
    args: {
      circuit: t.arg({ type: CircuitType, description: "The circuit." }),
      proofs: t.arg({
        type: [EligibilityProofInput],
        description: "1 to 100 proofs.",
        validate: z.array(z.any()).min(1).max(MAX_PROOFS),
      }),
    },
    resolve: (_, { circuit, proofs }, context) => {
      context.charge(proofs.length * COSTS.proof);
      return verifyProofs(context, circuit, proofs);
    },
  }),
}));
