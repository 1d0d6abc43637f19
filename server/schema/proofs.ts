// What mutations take in common: signatures and proofs.
import { z } from "zod";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import { builder } from "./builder.ts";

/** A key's signature has 65 bytes; those of contract accounts (ERC-1271) are longer. */
export const MAX_SIGNATURE = 2 + 2 * 2_048;

export const signature = z.string().max(MAX_SIGNATURE);

export const points = z.array(z.string().max(78)).length(8);

export const EligibilityProofInput = builder.inputType("EligibilityProofInput", {
  description: "An eligibility proof and its public signals.",
  fields: (t) => ({
    points: t.field({
      type: ["Uint"],
      description:
        "The proof's 8 coordinates in Solidity's order (statement/proof/proof.ts toCalldata).",
      validate: points,
    }),
    signals: t.field({
      type: ["Field"],
      description: `${SIGNALS.join(", ")}.`,
      validate: z.array(z.string()).length(SIGNALS.length),
    }),
  }),
});
