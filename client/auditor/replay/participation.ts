// What becomes of people in a trial: screenings and their groups, consents, enrollments and all that
// follows. Mirrors contracts/Screening.sol and Enrollment.sol.
import { consentHandlers } from "./consents.ts";
import { enrollmentHandlers } from "./enrollments.ts";
import { groupHandlers } from "./groups.ts";
import { type Capability, due, type Expectation } from "./handler.ts";
import { screeningHandlers } from "./screenings.ts";
import type { Participant, Trial } from "./state.ts";
import { settle, transitionHandlers } from "./transitions.ts";

export const participation = {
  handlers: {
    ...groupHandlers,
    ...screeningHandlers,
    ...consentHandlers,
    ...enrollmentHandlers,
    ...transitionHandlers,
  },
  begin: () => ({ groups: new Map() }),
  expectations: ({ trials, groups }) => [
    ...[...trials.values()].flatMap(placesAndPeople),
    ...[...groups].flatMap(([groupId, { tree }]) => [
      due("Semaphore", "getMerkleTreeSize", [groupId], [BigInt(tree.size)]),
      due("Semaphore", "getMerkleTreeRoot", [groupId], [tree.size === 0 ? 0n : tree.root]),
    ]),
  ],
  settle,
} satisfies Capability<"groups">;

function placesAndPeople({ trialId, placesTaken, sitePlaces, participants }: Trial): Expectation[] {
  return [
    due("Enrollment", "placesTaken", [trialId], [BigInt(placesTaken)]),
    ...[...sitePlaces].map(([siteId, taken]) =>
      due("Enrollment", "sitePlacesTaken", [trialId, siteId], [BigInt(taken)]),
    ),
    ...[...participants].map(([pseudonym, who]) =>
      due("Enrollment", "participantOf", [trialId, pseudonym], [wordsOf(who)]),
    ),
  ];
}

function wordsOf(who: Participant): unknown[] {
  const { state, givenBy, version, permissions, siteId } = who;
  const { sequence, validUntil, arriveBy, withdrawalCodeHash } = who;
  const words = [state, givenBy, version, permissions, siteId, sequence, validUntil, arriveBy];
  return [...words, withdrawalCodeHash];
}
