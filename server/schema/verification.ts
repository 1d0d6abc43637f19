// Verification for sponsors and auditors: one proof or a bounded list, off the chain.
import { z } from "zod";
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { type Claim, fromCalldata } from "../../circuits/statement/proof/proof.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import { COSTS } from "../limits/costs.ts";
import { builder } from "./builder.ts";
import type { Services } from "./context.ts";
import { EligibilityProofInput } from "./proofs.ts";
import { memberOf, refusalTypes } from "./refusal.ts";

/** Most proofs in one request. */
const MAX_PROOFS = 100;

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
    right: "anyone",
    cost: COSTS.proof,
    type: VerifyResult,
    description: "Verifies one eligibility proof. Says nothing about roots, trials or time.",
    args: {
      circuit: t.arg({ type: CircuitType, description: "The circuit." }),
      proof: t.arg({ type: EligibilityProofInput, description: "The proof." }),
    },
    resolve: (_, { circuit, proof }, context) => verifyProofs(context, circuit, [proof]),
  }),
  verifyProofs: t.field({
    right: "anyone",
    cost: ({ proofs }) => proofs.length * COSTS.proof,
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
    resolve: (_, { circuit, proofs }, context) => verifyProofs(context, circuit, proofs),
  }),
}));

type Proof = { readonly points: readonly string[]; readonly signals: readonly string[] };

/** One verdict per proof; a malformed one is simply false. */
function verifyProofs(
  { verifier }: Services,
  circuit: CircuitName,
  proofs: readonly Proof[],
): Promise<{ verdicts: boolean[] } | RefusalShape> {
  return answering(async () => {
    const claims = proofs.map(toClaim);
    return { verdicts: await verifier.eligibility(circuit, claims) };
  });
}

function toClaim({ points, signals }: Proof): Claim {
  try {
    return { proof: fromCalldata(points), signals };
  } catch (problem) {
    if (problem instanceof RangeError) return { proof: undefined, signals };
    throw problem;
  }
}
