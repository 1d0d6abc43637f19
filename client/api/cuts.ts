// A trial's cuts as the server tells them; the auditor compares `leftOut` with the chain.
import { z } from "zod";
import type { TrialId } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "./api.ts";
import { operation, type Page, pageOf } from "./operation.ts";
import { bytes32, count, seconds, uint } from "./scalars.ts";

const cut = z.object({
  cutId: uint,
  permission: count,
  packagesRoot: bytes32,
  packages: count,
  participants: count,
  leftOut: count,
  by: z.string(),
  sealedAt: seconds,
});
/** `leftOut`: people whose consent covered it as well, and who are not in it. */
export type CutInfo = z.output<typeof cut>;

const listCuts = operation(
  "query Cuts($trialId: Bytes32!, $after: String)",
  "cuts(trialId: $trialId, first: 75, after: $after)",
  pageOf(cut),
);

/** All cuts of a trial, oldest first. */
export async function readCuts({ run }: Pick<Api, "run">, trialId: TrialId): Promise<CutInfo[]> {
  const all: CutInfo[] = [];
  let after: string | undefined;
  do {
    const page: Page<CutInfo> = await run(listCuts, { trialId, after });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}
