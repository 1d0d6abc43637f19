// Several screenings of one trial and version as one call.
import { interfaceOf } from "../../contracts/connect.ts";
import type { Joined } from "../outbox/gather.ts";
import type { Entry } from "../outbox/store.ts";

/** The calls of `screen` that one of `screenMany` carries, as joinScreenings got them; of any other call none. */
export function splitScreenings(data: string): string[] {
  const screening = interfaceOf("Screening");
  const call = screening.parseTransaction({ data });
  if (call?.name !== "screenMany") return [];
  const [trialId, version, people] = call.args;
  return people.map((one: { nullifier: bigint; participantCommitment: bigint; parts: unknown }) => {
    const { nullifier, participantCommitment, parts } = one;
    const proof = { trialId, version, nullifier, participantCommitment, parts };
    return screening.encodeFunctionData("screen", [proof]);
  });
}

/** What `Screening.screen` was to be called with. */
function screeningOf({ data }: Entry) {
  const [proof] = interfaceOf("Screening").decodeFunctionData("screen", data);
  return {
    trialId: proof.trialId as string,
    version: proof.version as bigint,
    nullifier: proof.nullifier as bigint,
    participantCommitment: proof.participantCommitment as bigint,
    parts: proof.parts as unknown,
  };
}

/**
 * A call of `screenMany`, sorted by nullifier, so that nothing tells who came first. Of two with
 * one nullifier or one commitment, which the contract refuses together, the later one waits.
 */
export function joinScreenings(entries: readonly Entry[]): Joined {
  const taken = new Set<bigint>();
  const people = entries
    .map((entry) => ({ entry, screening: screeningOf(entry) }))
    .filter(({ screening: { nullifier, participantCommitment } }) => {
      const isFirst = !taken.has(nullifier) && !taken.has(participantCommitment);
      taken.add(nullifier).add(participantCommitment);
      return isFirst;
    })
    .sort((a, b) => (a.screening.nullifier < b.screening.nullifier ? -1 : 1));
  const { trialId, version } = people[0]!.screening;
  const data = interfaceOf("Screening").encodeFunctionData("screenMany", [
    trialId,
    version,
    people.map(({ screening }) => screening),
  ]);
  return { entries: people.map(({ entry }) => entry), call: { to: entries[0]!.to, data } };
}
