// The proofs of a screening or succession, one a part: what can be told without a pairing, and the
// pairing.
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { dayOfAsOf } from "../../circuits/statement/encoding/day.ts";
import { type Field, toField } from "../../circuits/statement/encoding/field.ts";
import { fromCalldata } from "../../circuits/statement/proof/proof.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { scopeOf } from "../../circuits/statement/trial/trial.ts";
import { eventually } from "../indexer/eventually.ts";
import { isKnownRoot, isRegistryBlocked } from "../records/state.ts";
import type { Services } from "../schema/context.ts";

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
