// Emergencies of a trial, all of them: who was looked up is found by whoever asks, on their own device.
import { z } from "zod";
import type { TrialId } from "../../circuits/statement/trial/trial.ts";
import type { Api } from "./api.ts";
import { operation, type Page, pageOf } from "./operation.ts";
import { field, seconds, uint } from "./scalars.ts";

const emergencyCase = z.object({ caseId: uint, pseudonym: field, openedAt: seconds });
type EmergencyOpening = z.output<typeof emergencyCase>;

const listCases = operation(
  "query EmergencyCases($trialId: Bytes32!, $after: String)",
  "emergencyCases(trialId: $trialId, first: 100, after: $after)",
  pageOf(emergencyCase),
);

/** Everybody of a trial whose data an emergency clinician asked to open, oldest first. */
export async function emergencyOpenings(
  { run }: Pick<Api, "run">,
  trialId: TrialId,
): Promise<EmergencyOpening[]> {
  const all: EmergencyOpening[] = [];
  let after: string | undefined;
  do {
    const page: Page<EmergencyOpening> = await run(listCases, { trialId, after });
    all.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return all;
}
