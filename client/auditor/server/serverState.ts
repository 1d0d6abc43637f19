import type { Api } from "../../api/api.ts";
import type { AccreditationInfo, DeploymentInfo, RecordsState } from "../../api/registry.ts";
import type { PublicState, TrialSummary } from "../../api/trial.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { readOpinions, type ToldOpinion } from "../../trial/opinions.ts";
import type { LeavesByRoot } from "../replay/leaves.ts";

export type Told = {
  /** The block that all of it is as of. */
  readonly block: number;
  readonly deployment: DeploymentInfo;
  readonly accreditations: readonly AccreditationInfo[];
  readonly records: RecordsState;
  readonly trials: readonly {
    readonly summary: TrialSummary;
    readonly state: PublicState;
    readonly opinions: readonly ToldOpinion[];
  }[];
};

const ATTEMPTS = 10;
const PAUSE_MS = 300;

/**
 * Downloads until everything is of one block. Throws ServerUnavailable when the server never
 * stands still.
 */
export async function readTold(api: Api): Promise<Told> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { blockNumber: block } = await api.recordsState();
    const deployment = await api.deployment();
    const accreditations = await api.accreditations();
    const summaries = await api.trials();
    const trials = await Promise.all(
      summaries.map(async (summary) => ({
        summary,
        state: await api.publicState(summary.trialId),
        opinions: await readOpinions(api, summary.protocolNumber),
      })),
    );
    // Asked first and last: what has no block of its own lies between.
    const records = await api.recordsState();
    const blocks = [deployment, records, ...trials.map(({ state }) => state)];
    if (blocks.every(({ blockNumber }) => blockNumber === block))
      return { block, deployment, accreditations, records, trials };
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new ServerUnavailable("its answers were never all of one block");
}

/** The leaves of every batch that the server says it holds; none of one that it then withholds. */
export async function readServerLeaves(api: Api, { records }: Told): Promise<LeavesByRoot> {
  const found = new Map<string, readonly string[]>();
  for (const { batchRoot, published } of records.leaves) {
    if (!published || batchRoot === null) continue;
    const leaves = await api.batchLeaves(batchRoot);
    found.set(batchRoot.toString(), leaves?.map(String) ?? []);
  }
  return found;
}
