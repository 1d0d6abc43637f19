// The published leaves of batches against what the chain says of them.
import { z } from "zod";
import { buildTree } from "../../../circuits/statement/encoding/tree.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import { hashLeaves, LEAVES_FORMAT } from "../../clinic/registry/batch.ts";
import type { Report } from "../finding/finding.ts";
import type { World } from "./state.ts";

/**
 * Leaves in decimal by the batch's root in decimal, as somebody published them: nothing is
 * trusted.
 */
export type LeavesByRoot = ReadonlyMap<string, readonly string[]>;
export type PublishedLeaves = Pick<LeavesByRoot, "get">;

const file = z.object({
  format: z.literal(LEAVES_FORMAT),
  root: z.string(),
  leaves: z.array(z.string()),
});

/** The text of a file of batch leaves as root and leaves; undefined when it is none. */
export function parseLeavesFile(text: string): [string, readonly string[]] | undefined {
  const parsed = file.safeParse(parse(text));
  return parsed.success ? [parsed.data.root, parsed.data.leaves] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Batches in the registry now, and how many of them had published leaves to check. */
export type LeavesCheck = { readonly batches: number; readonly checked: number };

/** Rebuilds every batch whose leaves were published. */
export function checkLeaves(world: World, leaves: PublishedLeaves, report: Report): LeavesCheck {
  const batches = world.records.leaves.filter(
    ({ size, leavesHash }) => size > 1 || (size === 1 && leavesHash !== ZERO_BYTES32),
  );
  let checked = 0;
  for (const { batchRoot: root, size, leavesHash, place } of batches) {
    const published = leaves.get(root.toString());
    if (published === undefined) continue;
    checked++;
    const problem = refuseLeaves(published, { root, size, leavesHash });
    if (problem) report("records/leaves", `batch ${root}: ${problem}`, place);
  }
  return { batches: batches.length, checked };
}

function refuseLeaves(
  published: readonly string[],
  due: { root: bigint; size: number; leavesHash: string },
): string | undefined {
  try {
    const leaves = published.map(BigInt);
    if (leaves.length !== due.size)
      return `${leaves.length} leaves published, ${due.size} anchored`;
    if (new Set(leaves).size !== leaves.length) return "a leaf is in it twice";
    if (hashLeaves(leaves) !== due.leavesHash) return "the published leaves have another hash";
    return buildTree(leaves).root === due.root
      ? undefined
      : "the published leaves have another root";
  } catch {
    return "the published leaves are no field elements";
  }
}
