// A visit's form on its way: sealed here for the custodians and the participant, signed, and sent.
import type { SiteCollection } from "../../../../circuits/statement/exchange/collection.ts";
import type { Correction } from "../../../../circuits/statement/exchange/entry.ts";
import type { QuestionnaireResponse } from "../../../../circuits/statement/exchange/questionnaire.ts";
import { type Bytes32, scopeOf } from "../../../../circuits/statement/trial/trial.ts";
import { type Actor, addressOf } from "../../../actor/actor.ts";
import { exchangeOf } from "../../../api/exchange.ts";
import { sendDeposit } from "../../../exchange/deposit.ts";
import { downloadKeys } from "../../../exchange/keys.ts";
import { prepareVisit } from "../../../exchange/visit.ts";
import { answering, reachCustodians } from "../../auditor/exchange/custodians.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { pinRing } from "./keptKeys.ts";

/** A reason that a correction is made for. */
export type Reason = Exclude<Correction, "none">;

export type FormDeposit = {
  readonly data: TrialData;
  readonly siteId: number;
  readonly pseudonym: bigint;
  readonly collection: SiteCollection;
  /** Of the visit, since 1900-01-01. */
  readonly day: number;
  readonly response: QuestionnaireResponse;
  /** Where the answers came from, in words. */
  readonly origin: string;
  readonly corrects?: { readonly entry: Bytes32; readonly reason: Reason } | undefined;
};

/** The scope of the participants' proofs. */
export function scopeIn({ deployment, trial }: Pick<TrialData, "deployment" | "trial">): bigint {
  const screening = addressOf(deployment, "Screening");
  return scopeOf({ chainId: deployment.chainId, screening, trialId: trial.trialId });
}

/** Seals, signs and sends a form. Refuses as `prepareVisit` and the server do. */
export async function depositForm(
  { api, signer }: Actor,
  of: FormDeposit,
  say: (step: string) => void,
): Promise<void> {
  const { data, siteId, pseudonym, collection, day, response, origin, corrects } = of;
  const { trial, custodians, threshold, place } = data;
  const { trialId } = trial;
  const exchange = exchangeOf(api);
  say("Reading what was deposited so far…");
  const [entries, state, { chainTime: now }] = await Promise.all([
    exchange.entries(trialId),
    api.publicState(trialId),
    api.deployment(),
  ]);
  say("Asking the custodians for their keys…");
  const keys = await downloadKeys({
    ...{ trialId, place },
    terms: { custodians, custodianThreshold: threshold },
    custodians: answering(await reachCustodians(custodians)),
  });
  pinRing(keys, { trialId, pseudonym });
  say("Sealing and signing…");
  const prepared = await prepareVisit({
    ...{ signer, siteId, state, pseudonym, collection, response, day, entries, keys, now },
    at: { chainId: place.chainId, depositLog: place.depositLog },
    scope: scopeIn(data),
    provenance: { software: "cohort-zero pages", origin, madeAt: now },
    ...(corrects === undefined ? {} : { corrects }),
  });
  say("Sending…");
  await sendDeposit(exchange, prepared);
}
