// The proofs of a screening or succession, one a part: what can be told without a pairing, and the
// pairing.
import { and, eq, isNull, or } from "drizzle-orm";
import { dayOfAsOf } from "../../circuits/statement/day.ts";
import { type Field, toField } from "../../circuits/statement/field.ts";
import type { CircuitName } from "../../circuits/statement/program.ts";
import { fromCalldata } from "../../circuits/statement/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import { scopeOf } from "../../circuits/statement/trial.ts";
import type { Services } from "../context.ts";
import { isRegistryBlocked } from "../store/records.ts";
import { roots, trials, versions } from "../store/tables.ts";
import { indexedTime } from "../store/trials.ts";
import { eventually } from "./eventually.ts";

export type PartInput = {
  readonly issuerTag: string;
  readonly recordsRoot: string;
  readonly asOf: string;
  readonly points: readonly string[];
};

/** Throws the refusal for a day or a point that is none. */
export function checkForm(parts: readonly PartInput[]): void {
  try {
    for (const { asOf, points } of parts) {
      dayOfAsOf(BigInt(asOf));
      fromCalldata(points);
    }
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    throw new Refusal(problem.message.startsWith("proof") ? "InvalidProof" : "DayOutOfRange");
  }
}

export type CurrentVersion = {
  readonly version: number;
  readonly screeningVersion: number | null;
  readonly circuit: CircuitName;
  readonly criteriaHashes: readonly string[];
  readonly successorHashes: readonly string[];
};

/** The version in force. Throws UnknownTrial, or VersionSuperseded when another one is named. */
export async function requireVersion(
  services: Services,
  named: { readonly trialId: string; readonly version: number },
): Promise<CurrentVersion> {
  const look = () => findVersion(services, named.trialId);
  const found = await eventually(services, look, (now) => now?.version === named.version);
  if (!found) throw new Refusal("UnknownTrial");
  if (found.version !== named.version) {
    throw new Refusal("VersionSuperseded", { current: found.version });
  }
  return found;
}

async function findVersion({ db }: Services, trialId: string): Promise<CurrentVersion | undefined> {
  const [row] = await db
    .select({ found: versions })
    .from(trials)
    .innerJoin(
      versions,
      and(eq(versions.trialId, trials.trialId), eq(versions.version, trials.currentVersion)),
    )
    .where(eq(trials.trialId, trialId));
  if (!row) return undefined;
  const { terms, version, screeningVersion } = row.found;
  const { circuit, criteriaHashes, successorHashes } = terms;
  return { version, screeningVersion, circuit, criteriaHashes, successorHashes };
}

/** Throws UnknownRoot unless every part's root is good now. */
export async function requireKnownRoots(
  services: Services,
  parts: readonly PartInput[],
): Promise<void> {
  const named = new Set(parts.map(({ recordsRoot }) => recordsRoot));
  const areGood = async () => {
    if (await isRegistryBlocked(services.db)) return false;
    for (const root of named) if (!(await isKnownRoot(services, root))) return false;
    return true;
  };
  if (!(await eventually(services, areGood, Boolean))) throw new Refusal("UnknownRoot");
}

/** Current, or superseded within the registry's window and not voided. */
async function isKnownRoot({ db, deployment }: Services, root: string): Promise<boolean> {
  const [row] = await db
    .select()
    .from(roots)
    .where(and(eq(roots.root, root), or(eq(roots.voided, false), isNull(roots.supersededAt))));
  if (!row) return false;
  const window = deployment.rootWindowSeconds * 1000;
  const now = (await indexedTime(db)).getTime();
  return row.supersededAt === null || now <= row.supersededAt.getTime() + window;
}

type Claimed = {
  readonly trialId: string;
  readonly circuit: CircuitName;
  /** One a part, in order. */
  readonly hashes: readonly string[];
  readonly nullifier: string;
  readonly message: Field;
  readonly parts: readonly PartInput[];
};

/**
 * Throws WrongParts when the version has another number of parts, InvalidProof unless each part
 * verifies against the hash in its place.
 */
export async function requireProofs(services: Services, claimed: Claimed): Promise<void> {
  const { trialId, circuit, hashes, nullifier, message, parts } = claimed;
  if (parts.length !== hashes.length) throw new Refusal("WrongParts", { expected: hashes.length });
  const { chainId, addresses } = services.deployment;
  const scope = scopeOf({ chainId, screening: addresses.Screening, trialId });
  const claims = parts.map((part, i) => {
    const signals = listSignals({
      nullifier: toField(BigInt(nullifier)),
      issuerTag: toField(BigInt(part.issuerTag)),
      criteriaHash: toField(BigInt(hashes[i]!)),
      recordsRoot: toField(BigInt(part.recordsRoot)),
      scope,
      message,
      asOf: toField(BigInt(part.asOf)),
    });
    return { proof: fromCalldata(part.points), signals: signals.map(String) };
  });
  const verdicts = await services.verifier.eligibility(circuit, claims);
  if (!verdicts.every(Boolean)) throw new Refusal("InvalidProof");
}
