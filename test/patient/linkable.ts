// What could link a request to a person, for the journey's log tests.
import {
  deriveMailboxIdentity,
  deriveParticipantIdentity,
  deriveRecordSecret,
  screeningNullifier,
} from "../../client/patient/derive.ts";
import { findSelf } from "../../client/patient/self.ts";
import { downloadTrial, placeOf } from "../../client/trial/review.ts";
import type { Patient } from "./steps.ts";

/** All that a query may name: a trial, a page, a submission by its random id. */
export const QUERY_VARIABLES = new Set(["protocolNumber", "trialId", "after", "id"]);

/**
 * Every long number in what was sent, as decimal text. Points of proofs are random and count too.
 */
export function numbersIn(value: unknown): Set<string> {
  const text = JSON.stringify(value, (_, part) =>
    typeof part === "bigint" ? part.toString() : part,
  );
  const hex = (text.match(/0x[0-9a-f]{40,64}/g) ?? []).filter((h) => !/^0x0+$/.test(h));
  return new Set([...(text.match(/\d{12,}/g) ?? []), ...hex]);
}

/** A patient's secrets, and the numbers that would link requests to them. */
export async function ownNumbers(patient: Patient, protocolNumbers: readonly string[]) {
  const { seed, records } = patient.wallet;
  const secrets = [
    Buffer.from(seed).toString("hex"),
    (await deriveRecordSecret(seed)).toString(),
    await deriveMailboxIdentity(seed),
  ];
  const linkable = records.map(({ commitment }) => commitment.toString());
  for (const protocolNumber of protocolNumbers) {
    const downloads = await downloadTrial(patient.api, protocolNumber);
    const place = placeOf(downloads);
    const { trialId } = place.trial;
    const participant = await deriveParticipantIdentity({ seed, trialId, retry: 0 });
    const self = await findSelf({ wallet: patient.wallet, place, state: downloads.state });
    secrets.push(participant.secretScalar.toString());
    const nullifier = await screeningNullifier({ seed, scope: place.scope });
    linkable.push(
      nullifier.toString(),
      self.pseudonym.toString(),
      participant.commitment.toString(),
    );
  }
  return { secrets, linkable };
}
