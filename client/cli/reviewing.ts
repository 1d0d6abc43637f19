// A trial as every command looks at it before it acts: its text opened and recomputed; and, for those who name a node,
// approved by what the chain says and not by what the server says.
import { join } from "node:path";
import type { Command } from "commander";
import { connectNode } from "../auditor/node/rpc.ts";
import { chainReader } from "../trial/chainReader.ts";
import { type Downloads, type ReviewedTrial, reviewTrial } from "../trial/review.ts";
import { parseDeploymentFile } from "./auditInputs.ts";
import type { Context } from "./context.ts";
import { withDocumentKey } from "./options.ts";

export type ReviewFlags = { documentKey?: string; rpc?: string; deployment?: string };

/** Adds the options of a review. */
export function withReview(command: Command): Command {
  return withDocumentKey(command)
    .option(
      "--rpc <url>",
      "a node of the chain to ask what the board approved, instead of believing the server; it learns which trial you look at",
    )
    .option(
      "--deployment <file>",
      "with --rpc: where the contracts are; not from the server (default: in the data folder)",
    );
}

/**
 * Recomputes a trial. Refuses as {@link reviewTrial}: with `TrialTampered`, too, when the node says that another version,
 * or none, is approved.
 */
export async function review(
  { options }: Context,
  flags: ReviewFlags,
  downloads: Omit<Downloads, "registry">,
): Promise<ReviewedTrial> {
  const { documentKey, rpc } = flags;
  if (rpc === undefined) return await reviewTrial({ downloads, documentKey });
  const file = flags.deployment ?? join(options.data, "deployment.json");
  const { TrialRegistry: trialRegistry } = parseDeploymentFile(file).addresses;
  const chain = chainReader({ trialRegistry, request: connectNode(rpc) });
  return await reviewTrial({ downloads, documentKey, chain });
}
