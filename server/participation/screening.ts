// Relaying a screening: cheap checks first, then the pairings, then the contract's own word.
import { and, eq } from "drizzle-orm";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { screeningMessage } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";
import { type CurrentVersion, requireVersion } from "../trials/trials.ts";
import { checkForm, type PartInput, requireKnownRoots, requireProofs } from "./parts.ts";
import { screenings } from "./tables.ts";

type ScreeningInput = {
  readonly trialId: string;
  readonly version: number;
  readonly nullifier: string;
  readonly participantCommitment: string;
  readonly parts: readonly PartInput[];
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
    checkForm(input.parts);
    const current = await requireVersion(services, input);
    await requireUnscreened(services, input, current);
    await requireKnownRoots(services, input.parts);
    await requireProofs(services, {
      ...input,
      circuit: current.circuit,
      hashes: current.criteriaHashes,
      message: screeningMessage({
        trialId,
        version,
        participantCommitment: BigInt(participantCommitment),
      }),
    });
    const data = interfaceOf("Screening").encodeFunctionData("screen", [input]);
    const to = services.deployment.addresses.Screening;
    // What the proofs leave open is who was first: those of one version go out together (outbox/gather.ts).
    const gather = `screening:${trialId}:${version}`;
    return services.outbox.submit({
      kind: "submitScreening",
      key,
      to,
      data,
      gather,
      isVerified: true,
    });
  });
}

/** Throws AlreadyScreened for a person who need not be screened under this version. */
async function requireUnscreened(
  { db }: Services,
  { trialId, nullifier }: ScreeningInput,
  { screeningVersion }: CurrentVersion,
): Promise<void> {
  const [screened] = await db
    .select()
    .from(screenings)
    .where(and(eq(screenings.trialId, trialId), eq(screenings.nullifier, nullifier)));
  if (screened && screened.version >= (screeningVersion ?? 0)) {
    throw new Refusal("AlreadyScreened");
  }
}
