// Relaying a screening: cheap checks first, then the pairing, then the contract's own word.
import { and, eq, isNull, or } from "drizzle-orm";
import { dayOfAsOf } from "../../circuits/statement/day.ts";
import { toField } from "../../circuits/statement/field.ts";
import type { CircuitName } from "../../circuits/statement/program.ts";
import { fromCalldata } from "../../circuits/statement/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { listSignals } from "../../circuits/statement/signals.ts";
import { scopeOf, screeningMessage } from "../../circuits/statement/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering } from "../chain/refusals.ts";
import type { Services } from "../context.ts";
import type { RefusalShape, SubmissionShape } from "../shapes.ts";
import { roots, screenings, trials, versions } from "../store/tables.ts";
import { indexedTime } from "../store/trials.ts";

export type ScreeningInput = {
  readonly trialId: string;
  readonly version: number;
  readonly nullifier: string;
  readonly participantCommitment: string;
  readonly recordsRoot: string;
  readonly asOf: string;
  readonly points: readonly string[];
};

export function submitScreening(
  services: Services,
  input: ScreeningInput,
): Promise<SubmissionShape | RefusalShape> {
  return answering(async () => {
    const { trialId, version, nullifier, participantCommitment } = input;
    const key = `screening:${trialId}:${version}:${nullifier}:${participantCommitment}`;
    const known = await services.outbox.findByKey(key);
    if (known) return known;
    const terms = await checkContext(services, input);
    if (!(await verifies(services, input, terms))) throw new Refusal("InvalidProof");
    const data = interfaceOf("Enrollment").encodeFunctionData("screen", [input]);
    const to = services.deployment.addresses.Enrollment;
    return services.outbox.submit({ kind: "submitScreening", key, to, data });
  });
}

/**
 * Everything that can be told without a pairing. Throws the refusal that the contract would give.
 */
async function checkContext(
  services: Services,
  input: ScreeningInput,
): Promise<{ circuit: CircuitName; criteriaHash: string }> {
  try {
    dayOfAsOf(BigInt(input.asOf));
    fromCalldata(input.points);
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    throw new Refusal(problem.message.startsWith("proof") ? "InvalidProof" : "DayOutOfRange");
  }
  let version = await findVersion(services, input);
  if (!version) {
    // Perhaps it is newer than what was read.
    await services.indexer.catchUp();
    version = await findVersion(services, input);
  }
  const { db } = services;
  if (!version) throw new Refusal("UnknownTrial");
  if (version.current !== input.version) {
    throw new Refusal("VersionSuperseded", { current: version.current });
  }
  const [screened] = await db
    .select()
    .from(screenings)
    .where(and(eq(screenings.trialId, input.trialId), eq(screenings.nullifier, input.nullifier)));
  if (screened && screened.version >= (version.screeningVersion ?? 0)) {
    throw new Refusal("AlreadyScreened");
  }
  if (!(await isKnownRoot(services, input.recordsRoot))) throw new Refusal("UnknownRoot");
  return version;
}

async function findVersion({ db }: Services, { trialId }: ScreeningInput) {
  const [row] = await db
    .select()
    .from(trials)
    .innerJoin(
      versions,
      and(eq(versions.trialId, trials.trialId), eq(versions.version, trials.currentVersion)),
    )
    .where(eq(trials.trialId, trialId));
  if (!row) return undefined;
  const { terms, version, screeningVersion } = row.versions;
  return {
    current: version,
    screeningVersion,
    circuit: terms.circuit,
    criteriaHash: terms.criteriaHash,
  };
}

/** Current, or superseded within the registry's window and not voided. */
async function isKnownRoot(services: Services, root: string): Promise<boolean> {
  const look = async () => {
    const { db, deployment } = services;
    const [row] = await db
      .select()
      .from(roots)
      .where(and(eq(roots.root, root), or(eq(roots.voided, false), isNull(roots.supersededAt))));
    if (!row) return false;
    const window = deployment.rootWindowSeconds * 1000;
    const now = (await indexedTime(db)).getTime();
    return row.supersededAt === null || now <= row.supersededAt.getTime() + window;
  };
  if (await look()) return true;
  await services.indexer.catchUp();
  return look();
}

async function verifies(
  { verifier, deployment }: Services,
  input: ScreeningInput,
  { circuit, criteriaHash }: { circuit: CircuitName; criteriaHash: string },
): Promise<boolean> {
  const { trialId, version } = input;
  const { chainId, addresses } = deployment;
  const participantCommitment = BigInt(input.participantCommitment);
  const signals = listSignals({
    nullifier: toField(BigInt(input.nullifier)),
    criteriaHash: toField(BigInt(criteriaHash)),
    recordsRoot: toField(BigInt(input.recordsRoot)),
    scope: scopeOf({ chainId, enrollment: addresses.Enrollment, trialId }),
    message: screeningMessage({ trialId, version, participantCommitment }),
    asOf: toField(BigInt(input.asOf)),
  });
  const proof = fromCalldata(input.points);
  const [verdict] = await verifier.eligibility(circuit, [{ proof, signals: signals.map(String) }]);
  return verdict!;
}
