// What people of a stage and their site hand in, through the library: keys, facts of the record, forms, device data.
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import type { Content } from "../../circuits/statement/exchange/payload.ts";
import { exchangeOf, type PublicEntry } from "../../client/api/exchange.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { type Prepared, sendDeposit } from "../../client/exchange/deposit.ts";
import { downloadKeys, type KeyRing } from "../../client/exchange/keys.ts";
import {
  lookAtRecord,
  type OwnGround,
  ownIdentity,
  prepareKey,
  prepareOwn,
  prepareRecord,
} from "../../client/exchange/own.ts";
import { prepareVisit } from "../../client/exchange/visit.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { chainDay, downloadTrial, placeOf, reviewTrial } from "../../client/trial/review.ts";
import type { DataStage } from "./exchangeStage.ts";

const SOFTWARE = "test";
/** For a custodian to see somebody on the chain, and for the operator to anchor. */
const PATIENCE_MS = 60_000;

/** Everything public about the stage's trial, downloaded anew. */
async function look(stage: DataStage) {
  const { api, trial } = stage;
  const downloads = await downloadTrial(api, trial.protocolNumber);
  const reviewed = await reviewTrial({ downloads });
  const { CustodyLog: custodyLog, DepositLog: depositLog } = stage.chain.deployment.addresses;
  const place = { chainId: downloads.deployment.chainId, custodyLog, depositLog };
  const exchange = exchangeOf(api);
  const entries = await exchange.entries(stage.trialId);
  return { downloads, reviewed, place, exchange, entries, today: chainDay(downloads.deployment) };
}
type Look = Awaited<ReturnType<typeof look>>;

/** Who a patient is in the stage's trial. */
export async function pseudonymOf(stage: DataStage, { wallet }: Patient): Promise<bigint> {
  const { downloads } = await look(stage);
  const { state } = downloads;
  return (await ownIdentity({ wallet, place: placeOf(downloads), state })).pseudonym;
}

/** The custodians' keys, once all of them have one for this participant. */
async function ringWith(stage: DataStage, of: Look, pseudonym: bigint): Promise<KeyRing> {
  const { trialId } = stage;
  const { terms } = of.reviewed.version;
  for (const start = Date.now(); ; ) {
    const custodians = await Promise.all(stage.custodians.map(reachCustodian));
    const ring = await downloadKeys({ trialId, terms, custodians, place: of.place });
    const isWhole = ring.lists.filter(({ keys }) => keys.has(pseudonym)).length;
    if (isWhole === stage.custodians.length) return ring;
    if (Date.now() - start > PATIENCE_MS) throw new Error("a custodian made no key");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function collectionIn<S extends Collection["source"]>(stage: DataStage, source: S) {
  const found = stage.trial.collections?.find((one) => one.source === source);
  if (found === undefined) throw new Error(`the stage's trial has no ${source} collection`);
  return found as Extract<Collection, { source: S }>;
}

const groundOf = ({ reviewed, downloads, entries, place: at, today }: Look, patient: Patient) => {
  const artifacts = localArtifacts();
  const { wallet } = patient;
  return { wallet, reviewed, state: downloads.state, entries, at, artifacts, today };
};

const provenance = { software: SOFTWARE, origin: "test", madeAt: 1_790_000_000 };

/** The wallet's key, without which a site cannot deposit for its owner. */
export async function giveKey(stage: DataStage, patient: Patient): Promise<void> {
  const seen = await look(stage);
  const prepared = await prepareKey(groundOf(seen, patient));
  if (prepared !== undefined) await sendDeposit(seen.exchange, prepared);
}

/** Proven facts of the record. */
export async function giveBaseline(stage: DataStage, patient: Patient): Promise<string> {
  const { seen, ground, keys } = await ownBasis(stage, patient);
  const { registry } = seen.downloads;
  const collection = collectionIn(stage, "record");
  const choice = lookAtRecord({ ...ground, collection, registry });
  const made = await prepareRecord({
    ...{ ...ground, keys, collection, choice, registry, software: SOFTWARE },
    madeAt: provenance.madeAt,
  });
  patient.wallet = made.wallet;
  return await send(seen, made.prepared);
}

/** An answer of the weekly questions. */
export async function giveDiary(
  stage: DataStage,
  patient: Patient,
  hadFever: boolean,
): Promise<string> {
  return await giveOwn(stage, patient, "participant", {
    resource: {
      ...{ resourceType: "QuestionnaireResponse", status: "completed" },
      questionnaire: "urn:cohort-zero:questionnaire:stage-diary|1",
      item: [{ linkId: "fever", answer: [{ valueBoolean: hadFever }] }],
    },
  });
}

async function giveOwn(
  stage: DataStage,
  patient: Patient,
  source: "participant" | "device",
  content: Content,
): Promise<string> {
  const { seen, ground, keys } = await ownBasis(stage, patient);
  const filling = { content, provenance: { ...provenance, agent: "participant" } } as const;
  const collection = collectionIn(stage, source);
  const { today: day } = seen;
  return await send(seen, await prepareOwn({ ...ground, keys, collection, day, filling }));
}

async function ownBasis(stage: DataStage, patient: Patient) {
  const seen = await look(stage);
  const ground: OwnGround = groundOf(seen, patient);
  const keys = await ringWith(stage, seen, await pseudonymOf(stage, patient));
  return { seen, ground, keys };
}

/** A visit's form, signed by the site; with `corrects` it takes the place of another. */
export async function giveVisit(
  stage: DataStage,
  patient: Patient,
  of: { readonly pulse: number; readonly day?: number; readonly corrects?: string },
): Promise<string> {
  const seen = await look(stage);
  const { downloads, entries, place: at, today } = seen;
  const pseudonym = await pseudonymOf(stage, patient);
  const { corrects } = of;
  const prepared = await prepareVisit({
    ...{ signer: stage.cast.sites[0]!, siteId: 1, state: downloads.state, pseudonym, entries, at },
    scope: placeOf(downloads).scope,
    ...{ collection: collectionIn(stage, "site"), day: of.day ?? today, provenance },
    ...{ keys: await ringWith(stage, seen, pseudonym), now: downloads.deployment.chainTime },
    ...(corrects && { corrects: { entry: corrects, reason: "enteredWrongly" } }),
    response: {
      ...{ resourceType: "QuestionnaireResponse", status: "completed" },
      questionnaire: "urn:cohort-zero:questionnaire:stage-visit|1",
      item: [
        { linkId: "pulse", answer: [{ valueInteger: of.pulse }] },
        { linkId: "well", answer: [{ valueBoolean: true }] },
      ],
    },
  });
  return await send(seen, prepared);
}

async function send({ exchange }: Look, prepared: Prepared): Promise<string> {
  return (await sendDeposit(exchange, prepared)).hash;
}

/** The public entries, once all of them are anchored. */
export async function anchoredEntries(stage: DataStage): Promise<PublicEntry[]> {
  for (const start = Date.now(); ; ) {
    const entries = await exchangeOf(stage.api).entries(stage.trialId);
    if (entries.every(({ batch }) => batch !== undefined)) return entries;
    if (Date.now() - start > PATIENCE_MS) {
      const waiting = entries.filter(({ batch }) => batch === undefined);
      throw new Error(`not anchored: ${waiting.map(({ entry }) => hashEntry(entry)).join(", ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
