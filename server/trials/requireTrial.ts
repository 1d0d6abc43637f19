// Trials that requests name.
import { eq } from "drizzle-orm";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { eventually } from "../indexer/eventually.ts";
import type { Services } from "../schema/context.ts";
import { trials } from "./tables.ts";

/** Throws UnknownTrial unless the chain has registered it. */
export async function requireTrial(
  services: Pick<Services, "db" | "indexer">,
  trialId: string,
): Promise<void> {
  const count = () => services.db.$count(trials, eq(trials.trialId, trialId));
  if ((await eventually(services, count, (found) => found > 0)) === 0) {
    throw new Refusal("UnknownTrial");
  }
}
