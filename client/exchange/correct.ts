// Corrections: a new entry takes the place of an old one, which stays; everybody who opened the old one is to take note,
// and who has not is listed.
import { CORRECTIONS, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicEntry } from "../api/exchange.ts";
import type { SealedCut } from "./cut.ts";

export type CorrectionName = keyof typeof CORRECTIONS;

/** Why, in words. */
export const CORRECTION_WORDS: Readonly<Record<CorrectionName, string>> = {
  none: "no correction",
  enteredWrongly: "it was entered wrongly",
  sourceCorrected: "its source was corrected",
  participantAsked: "the participant asked for it",
  incomplete: "something was missing",
};

/** A correction as it concerns one who opened what it corrects. */
export type Notice = {
  readonly cutId: bigint;
  readonly requestId: bigint;
  /** The old entry, and the one that counts. */
  readonly corrected: Bytes32;
  readonly correcting: Bytes32;
  readonly reason: CorrectionName;
  /** Unix seconds; undefined: not yet. */
  readonly acknowledgedAt: number | undefined;
};

/** Name of a reason by its number. */
export function correctionOf(number: number): CorrectionName {
  const names = Object.keys(CORRECTIONS) as CorrectionName[];
  return names.find((name) => CORRECTIONS[name] === number) ?? "none";
}

/**
 * Notices about the cuts that somebody keeps, each request of each for itself. A chain of corrections gives a notice a
 * link: whoever opened the first entry owes attention to every later one.
 */
export function noticesFor(of: {
  readonly cuts: readonly Pick<SealedCut, "cutId" | "entries">[];
  readonly entries: readonly PublicEntry[];
  /** Oldest first; acknowledgements name no trial. */
  readonly events: readonly AuditEvent[];
}): Notice[] {
  const { cuts, entries, events } = of;
  const correcting = entries.filter(({ entry }) => entry.replaces !== ZERO_BYTES32);
  return cuts.flatMap(({ cutId, entries: held }) => {
    const requests = events.filter(
      ({ name, arguments: args }) => name === "Requested" && args.cutId === cutId.toString(),
    );
    const concerned = new Set(held);
    const due: { corrected: Bytes32; correcting: Bytes32; reason: CorrectionName }[] = [];
    for (const { entry } of correcting) {
      if (!concerned.has(entry.replaces)) continue;
      const hash = hashEntry(entry);
      concerned.add(hash);
      due.push({
        corrected: entry.replaces,
        correcting: hash,
        reason: correctionOf(entry.correction),
      });
    }
    return requests.flatMap(({ arguments: args }) => {
      const requestId = BigInt(args.requestId ?? 0);
      return due.map((one) => ({
        ...{ cutId, requestId },
        ...one,
        acknowledgedAt: acknowledgedAt(events, { cutId, requestId, entry: one.correcting }),
      }));
    });
  });
}

function acknowledgedAt(
  events: readonly AuditEvent[],
  of: { cutId: bigint; requestId: bigint; entry: Bytes32 },
): number | undefined {
  const found = events.find(
    ({ name, arguments: args }) =>
      name === "CorrectionAcknowledged" &&
      args.cutId === of.cutId.toString() &&
      args.requestId === of.requestId.toString() &&
      args.entry === of.entry,
  );
  return found?.blockTime;
}

/** Says on the chain that a correction was taken note of. Refuses with `NotStaff`, `UnknownRequest`. */
export async function acknowledge(
  actor: Actor,
  { cutId, requestId, correcting }: Pick<Notice, "cutId" | "requestId" | "correcting">,
): Promise<void> {
  await act(actor, "CustodyLog", "acknowledge", [cutId, requestId, correcting]);
}
