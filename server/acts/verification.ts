// Verification for sponsors and auditors, off the chain.
import type { CircuitName } from "../../circuits/statement/program.ts";
import { type Claim, fromCalldata } from "../../circuits/statement/proof.ts";
import { answering } from "../chain/refusals.ts";
import type { Services } from "../context.ts";
import type { RefusalShape } from "../shapes.ts";

type Proof = { readonly points: readonly string[]; readonly signals: readonly string[] };

/** One verdict per proof; a malformed one is simply false. */
export function verifyProofs(
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
