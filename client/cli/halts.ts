// Why a trial stands still, for the commands of its sponsor and its board.
import type { Api } from "../api/api.ts";
import { haltsOf } from "../trial/halts.ts";

/** One sentence for each reason: held by governance, or sponsor or board no longer accredited. */
export async function haltsIn(api: Api, protocolNumber: string): Promise<string[]> {
  const [trial, accreditations] = await Promise.all([
    api.trial(protocolNumber),
    api.accreditations(),
  ]);
  return haltsOf(trial, accreditations);
}
