// What public state holds besides its log: small things that change in place, or that no event tells.
import { asc, eq, inArray } from "drizzle-orm";
import type { Deployment } from "../../contracts/deployment.ts";
import { digestOf } from "../segments/digest.ts";
import type { Rest } from "../segments/publicState.ts";
import type { Transaction } from "../store/database.ts";
import { documents, groups, trials, versions } from "./tables.ts";
import { presentTrial, presentVersion, readHoldRule } from "./trials.ts";

/** A trial's: where it stands, and all versions with their documents. Undefined for no such trial. */
export async function readTrialRest(
  tx: Transaction,
  { deployment, subject: trialId }: { readonly deployment: Deployment; readonly subject: string },
): Promise<Rest | undefined> {
  const [trial] = await tx.select().from(trials).where(eq(trials.trialId, trialId));
  if (!trial) return undefined;
  const { status, held, currentVersion } = presentTrial(trial, deployment);
  const { running, consentVersion } = await readHoldRule(tx, trialId);
  const text = JSON.stringify(await readVersions(tx, trialId));
  const terms = digestOf(text);
  return {
    fields: { trialId, status, held, currentVersion, running, consentVersion, terms },
    contents: [{ digest: terms, text }],
  };
}

async function readVersions(tx: Transaction, trialId: string) {
  const rows = await tx
    .select()
    .from(versions)
    .where(eq(versions.trialId, trialId))
    .orderBy(asc(versions.version));
  const open = await tx.select().from(groups).where(eq(groups.trialId, trialId));
  const hashes = rows.flatMap(({ terms }) => [
    terms.documentHash,
    terms.consentFormHash,
    terms.attestationsHash,
  ]);
  const found =
    hashes.length === 0
      ? []
      : await tx.select().from(documents).where(inArray(documents.hash, hashes));
  const byHash = new Map(
    found.map(({ hash, mediaType, content }) => [hash, { hash, mediaType, content }]),
  );
  return rows.map((row) => {
    const group = open.find(({ version }) => version === row.screeningVersion);
    // Who is in the group is told by the log.
    const { members: _, ...shown } = presentVersion(row, group && { ...group, members: 0 });
    return {
      ...shown,
      document: byHash.get(row.terms.documentHash) ?? null,
      consentForm: byHash.get(row.terms.consentFormHash) ?? null,
      attestations: byHash.get(row.terms.attestationsHash) ?? null,
    };
  });
}
