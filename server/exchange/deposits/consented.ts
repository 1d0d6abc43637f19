// Whether a participant's consent lets something be deposited now.
import { and, eq } from "drizzle-orm";
import { type Entry, isKeyEntry } from "../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { refusalOf } from "../../../contracts/connect.ts";
import { eventually } from "../../indexer/eventually.ts";
import { participants } from "../../participation/tables.ts";
import type { Services } from "../../schema/context.ts";
import type { Database } from "../../store/database.ts";
import { versions } from "../../trials/tables.ts";
import { erasures } from "../tables.ts";
import { asked } from "./asked.ts";

/**
 * Refuses with NotCovered and the reason, UnknownParticipant, Erased, or MalformedInput where the entry names another
 * form than the one consented to. Asks the chain itself: between a withdrawal and its being read here lies a moment.
 * A key may be published before arrival, under any consent: the desk looks at it.
 */
export async function requireConsent(services: Services, entry: Entry): Promise<void> {
  const { trialId, pseudonym } = entry;
  const of = { trialId, pseudonym: pseudonym.toString() };
  const look = () => findConsent(services.db, of);
  const isEnough = (found: Consent | undefined) => found?.formVersion === entry.formVersion;
  const found = await eventually(services, look, isEnough);
  if (found === undefined) throw new Refusal("UnknownParticipant");
  await requireNotErased(services.db, of);
  if (isKeyEntry(entry)) {
    if (!found.consenting) throw new Refusal("NotCovered", { reason: "ConsentMissing" });
  } else {
    await requireCovered(services, entry);
  }
  if (!isEnough(found)) throw new Refusal("MalformedInput", { field: "formVersion" });
}

type Who = { readonly trialId: string; readonly pseudonym: string };
type Consent = { readonly consenting: boolean; readonly formVersion: number };

async function findConsent(db: Database, { trialId, pseudonym }: Who) {
  const [found] = await db
    .select({ consenting: participants.consenting, terms: versions.terms })
    .from(participants)
    .innerJoin(
      versions,
      and(eq(versions.trialId, participants.trialId), eq(versions.version, participants.version)),
    )
    .where(and(eq(participants.trialId, trialId), eq(participants.pseudonym, pseudonym)));
  if (found === undefined) return undefined;
  return { consenting: found.consenting, formVersion: found.terms.consentFormVersion };
}

/** Refuses with `Erased` for whom somebody has asked to have everything destroyed. */
export async function requireNotErased(
  db: Pick<Database, "$count">,
  { trialId, pseudonym }: Who,
): Promise<void> {
  const theirs = and(eq(erasures.trialId, trialId), eq(erasures.pseudonym, pseudonym));
  if ((await db.$count(erasures, theirs)) > 0) throw new Refusal("Erased");
}

async function requireCovered(
  { chain }: Services,
  { trialId, permission, pseudonym }: Entry,
): Promise<void> {
  try {
    await asked(() => chain.contracts.cuts.requireCovered(trialId, permission, [pseudonym]));
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.code !== "NotCovered") throw problem;
    // A refusal without parameters is its selector.
    const selector = String(problem.details.reason);
    throw new Refusal("NotCovered", { reason: refusalOf(selector)?.code ?? selector });
  }
}
