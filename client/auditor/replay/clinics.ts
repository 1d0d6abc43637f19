// What a clinic has in the registry and what it may: slots, quota, acts a day that void roots.
// Mirrors contracts/RecordClinics.sol.
import type { Event } from "../node/event.ts";
import { expect, type Replay } from "./handler.ts";
import { type ClinicState, isAccredited, type RecordsState } from "./state.ts";

const DEFAULT_QUOTA = 64n;
const DEFAULT_REVOCATION_LIMIT = 24n;
const DAY_SECONDS = 86_400;

/** A clinic's standing, begun when it is first heard of. */
export function clinicIn({ clinics }: RecordsState, clinic: string): ClinicState {
  const known = clinics.get(clinic);
  if (known !== undefined) return known;
  const fresh: ClinicState = {
    ...{ slots: 0, live: 0, quota: DEFAULT_QUOTA, revocationLimit: DEFAULT_REVOCATION_LIMIT },
    ...{ isVoided: false, revocations: { day: 0, count: 0 } },
  };
  clinics.set(clinic, fresh);
  return fresh;
}

/** Only an accredited clinic acts, and one that governance voided never again. */
export function requireClinic(replay: Replay, event: Event, clinic: string): void {
  const is = isAccredited(replay.world, "clinic", clinic);
  const isVoided = clinicIn(replay.world.records, clinic).isVoided;
  const reason = isVoided ? `${clinic} was voided` : `${clinic} was no accredited clinic`;
  expect(replay, event, is && !isVoided, "records/clinic", reason);
}

/** Counts an act that voids roots against the clinic's limit of the day (UTC). */
export function countRevocation(replay: Replay, event: Event, clinic: string): void {
  const standing = clinicIn(replay.world.records, clinic);
  const day = Math.floor(event.time / DAY_SECONDS);
  const before = standing.revocations.day === day ? standing.revocations.count : 0;
  standing.revocations = { day, count: before + 1 };
  const { revocationLimit: limit } = standing;
  const reason = `act ${before + 1} of ${clinic} that voids roots on one day, its limit is ${limit}`;
  expect(replay, event, BigInt(before) < limit, "records/limit", reason);
}
