// What is given out of the wallet itself: its key, answers, facts of the record. Sealed and proven here, and kept on this
// device, before anything is sent.
import type { Collection } from "../../../../../circuits/statement/exchange/collection.ts";
import type { QuestionnaireResponse } from "../../../../../circuits/statement/exchange/questionnaire.ts";
import { Refusal } from "../../../../../circuits/statement/refusal.ts";
import type { CorrectionName } from "../../../../exchange/correct.ts";
import type { Prepared } from "../../../../exchange/deposit.ts";
import type { Consequence, Waiting } from "../../../../exchange/outbox.ts";
import {
  lookAtRecord,
  type OwnGround,
  prepareKey,
  prepareOwn,
  prepareRecord,
} from "../../../../exchange/own.ts";
import { budgetFor } from "../../../../patient/budget.ts";
import { keptArtifacts } from "../../../prover/keys.ts";
import { type Looked, look, type Of, outboxOf, reviewed, ringOf } from "./ground.ts";
import type { Report } from "./progress.ts";

export const SOFTWARE = "cohort-zero wallet";

type Corrects = { readonly entry: string; readonly reason: Exclude<CorrectionName, "none"> };

/** What somebody gives. The key alone lets the site deposit; everything else brings it along. */
export type Giving =
  | { readonly kind: "key" }
  | {
      readonly kind: "answers";
      readonly collection: string;
      readonly day: number;
      readonly response: QuestionnaireResponse;
      readonly corrects?: Corrects | undefined;
    }
  | {
      readonly kind: "record";
      readonly collection: string;
      readonly corrects?: Corrects | undefined;
    };

/**
 * Seals and proves, and keeps it to be sent; nothing leaves the device. What was kept before has to be sent first. Refuses
 * as client/exchange/own.ts does.
 */
export async function prepare(of: Of & { readonly giving: Giving }, report: Report): Promise<void> {
  const looked = await look(of);
  report({ phase: "downloaded" });
  const outbox = outboxOf(of);
  await outbox.settle(looked.entries, looked.now);
  const ground = await groundFor(of, looked, report);
  const made: (readonly [Prepared, Consequence?])[] = [];
  if (of.giving.kind !== "key") made.push(await prepareOne(of, { looked, ground, report }));
  const key = await prepareKey(ground);
  if (key !== undefined) await outbox.add(key);
  for (const [prepared, consequence] of made) await outbox.add(prepared, consequence);
}

/** What a deposit is made by, downloaded anew. */
export async function groundFor(of: Of, looked: Looked, report: Report): Promise<OwnGround> {
  const { downloads, entries, place: at, today } = looked;
  const { wallet } = of;
  const text = await reviewed(of, looked);
  const artifacts = keptArtifacts(report);
  return { wallet, reviewed: text, state: downloads.state, entries, at, artifacts, today };
}

/** A collection of the approved text. Refuses with `UnknownCollection`. */
export function collectionIn<S extends Collection["source"]>(
  { reviewed: text }: Pick<OwnGround, "reviewed">,
  id: string,
  source: S,
): Extract<Collection, { source: S }> {
  const { collections = [] } = text.document.trial;
  const found = collections.find((one) => one.id === id);
  if (found?.source !== source) throw new Refusal("UnknownCollection");
  return found as Extract<Collection, { source: S }>;
}

type At = { readonly looked: Looked; readonly ground: OwnGround; readonly report: Report };

async function prepareOne(
  of: Of & { readonly giving: Giving },
  { looked, ground, report }: At,
): Promise<readonly [Prepared, Consequence?]> {
  const { giving } = of;
  if (giving.kind === "key") throw new Error("a key is no collection's");
  const madeAt = Math.floor(Date.now() / 1000);
  const keys = await ringOf(of, looked);
  report({ phase: "proof" });
  const { corrects } = giving;
  const base = { ...ground, keys, ...(corrects && { corrects }) };
  if (giving.kind === "answers") {
    const collection = collectionIn(ground, giving.collection, "participant");
    const origin = "questionnaire in the wallet";
    const provenance = { agent: "participant", software: SOFTWARE, origin, madeAt } as const;
    const filling = { content: { resource: giving.response }, provenance };
    return [await prepareOwn({ ...base, collection, day: giving.day, filling })];
  }
  const { registry } = looked.downloads;
  const collection = collectionIn(ground, giving.collection, "record");
  const choice = lookAtRecord({ ...ground, collection, registry });
  const onPhase = ({ part, of: all }: { part: number; of: number }) =>
    report({ phase: "proof", part, of: all });
  const { prepared } = await prepareRecord({
    ...{ ...base, collection, choice, registry, software: SOFTWARE, madeAt, onPhase },
  });
  const { sponsor, trialId } = ground.reviewed.trial;
  return [prepared, { answer: { sponsor, trialId, day: looked.today } }];
}

/** What is sealed and has not arrived. */
export async function waiting(of: Of): Promise<readonly Waiting[]> {
  const { entries, now } = await look(of);
  return await outboxOf(of).settle(entries, now);
}

/** Sends what waits, in order. */
export async function send(of: Of, report: Report): Promise<void> {
  const { exchange, entries, now } = await look(of);
  const outbox = outboxOf(of);
  await outbox.settle(entries, now);
  await outbox.send(exchange, now, (part, all) => report({ phase: "sending", part, of: all }));
}

/** What the record would show for a collection, before anything is proven, and what the sponsor has had before. */
export async function lookAtFacts(of: Of & { readonly collection: string }) {
  const looked = await look(of);
  const text = await reviewed(of, looked);
  const collection = collectionIn({ reviewed: text }, of.collection, "record");
  const { registry } = looked.downloads;
  const { wallet } = of;
  const { today } = looked;
  const { words, left } = lookAtRecord({
    ...{ wallet, reviewed: text, today, collection, registry },
  });
  const { sponsor, trialId } = text.trial;
  const budget = budgetFor({ wallet, sponsor, trialId, today });
  return { words, left, budget, days: wallet.settings.budgetDays };
}
