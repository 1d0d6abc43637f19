// Breaking the glass from a page: a case on the chain, custodians' shares, packages opened and verified in this page. What
// was opened is shown and kept nowhere.
import { scopeOf } from "../../../../circuits/statement/trial/trial.ts";
import { type Actor, addressOf } from "../../../actor/actor.ts";
import { exchangeOf } from "../../../api/exchange.ts";
import { authorityCheck } from "../../../exchange/authority.ts";
import type { Omission, OpenedPackage } from "../../../exchange/dataset/opened.ts";
import { breakGlass, emergencyPackages } from "../../../exchange/emergency.ts";
import { fetchCut, type Verifying } from "../../../exchange/fetch.ts";
import { InputError } from "../../../files/inputError.ts";
import { answering, reachCustodians } from "../../auditor/exchange/custodians.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { deskKeys } from "../visit/keys.ts";

export type Opened = {
  readonly caseId: bigint;
  readonly packages: readonly OpenedPackage[];
  readonly omissions: readonly Omission[];
};

/** What a person keeps for emergencies in a trial; none of it opened. */
function keptForEmergencies(data: TrialData, pseudonym: bigint) {
  const { collections, entries } = data;
  return emergencyPackages({ collections, entries, pseudonym });
}

/**
 * Opens a case and what it may open. Throws InputError when nothing is kept; refuses as `breakGlass` does, before
 * anybody is told.
 */
export async function openInEmergency(
  actor: Actor,
  of: { readonly data: TrialData; readonly pseudonym: bigint; readonly reason: string },
  say: (step: string) => void,
): Promise<Opened> {
  const { data, pseudonym, reason } = of;
  const { trial, place, entries, custodians: named, threshold } = data;
  const cut = keptForEmergencies(data, pseudonym);
  if (cut.length === 0) throw new InputError("this participant keeps nothing for emergencies");
  say("Asking for the custodians…");
  const custodians = answering(await reachCustodians(named));
  // A case that cannot be answered would count, and tell the person of an opening that there was not.
  if (custodians.length < threshold) {
    throw new InputError(`only ${custodians.length} of ${threshold} custodians answer: try again`);
  }
  say("Putting the case on the chain: the person and the board are told…");
  const request = await breakGlass(actor, {
    ...{ trialId: trial.trialId, pseudonym, reason },
    // One that is broken off is a new case: its key is kept nowhere.
    keepKey: async () => {},
  });
  say("Collecting the custodians' shares…");
  const fetched = await fetchCut({
    ...{ exchange: exchangeOf(actor.api), entries, place, request, cut, custodians, threshold },
    ...{ verifying: await verifyingFor(actor, data), isEmergency: true },
    onProgress: ({ done, of: all }) => say(`Opening: ${done} of ${all}…`),
  });
  const packages: OpenedPackage[] = [];
  for await (const one of fetched.opened()) packages.push(one);
  return { caseId: request.requestId, packages, omissions: fetched.omissions };
}

async function verifyingFor({ api }: Actor, data: TrialData): Promise<Verifying> {
  const { trial, place, deployment, document, collections } = data;
  const { chainId } = deployment;
  const { trialId } = trial;
  const scope = scopeOf({ chainId, screening: addressOf(deployment, "Screening"), trialId });
  const [state, registry, keys, events] = await Promise.all([
    api.publicState(trialId),
    api.recordsState(),
    deskKeys(),
    api.events(),
  ]);
  const at = { chainId, depositLog: place.depositLog };
  return {
    check: authorityCheck({ at, scope, state, events }),
    disclosure: {
      ...{ recipient: trial.sponsor, scope, state, registry, keys },
      dictionaryVersion: document?.dictionaryVersion ?? 0,
    },
    collections,
  };
}
