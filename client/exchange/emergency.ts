// Breaking the glass: an emergency clinician opens one participant's emergency packages, without asking for consent, in
// public and with a reason. The trial's board looks into every case; the person is told at once.
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32, TrialId } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";
import { exchangeOf, type PublicEntry } from "../api/exchange.ts";
import { drawRecipientKey, newestEntries, type OpenRequest } from "./cut.ts";

/** As EmergencyAccess has them, in seconds. */
const ANSWER_SECONDS = 86_400;
export const CLOSE_SECONDS = 7 * 86_400;

export type EmergencyCase = {
  readonly caseId: bigint;
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  readonly clinician: string;
  /** keccak256 of the reason. */
  readonly reason: Bytes32;
  /** Unix seconds. */
  readonly openedAt: number;
  readonly closedAt: number | undefined;
  readonly outcome: Bytes32 | undefined;
  /** Open for longer than a week: its clinician opens nothing more. */
  readonly isOverdue: boolean;
};

/** Every case, oldest first; of one trial where it is named. */
export function casesOf(
  events: readonly AuditEvent[],
  { now, trialId }: { readonly now: number; readonly trialId?: TrialId | undefined },
): EmergencyCase[] {
  const closures = new Map(
    events.flatMap((event) =>
      event.name === "CaseClosed" ? [[event.arguments.caseId ?? "", event] as const] : [],
    ),
  );
  const opened = events.filter(
    ({ name, arguments: args }) =>
      name === "GlassBroken" && (trialId === undefined || args.trialId === trialId),
  );
  return opened.map(({ arguments: args, blockTime }) => {
    const closure = closures.get(args.caseId ?? "");
    return {
      caseId: BigInt(args.caseId ?? 0),
      trialId: args.trialId ?? "",
      pseudonym: BigInt(args.pseudonym ?? 0),
      clinician: args.clinician ?? "",
      reason: args.reason ?? "",
      openedAt: blockTime,
      closedAt: closure?.blockTime,
      outcome: closure?.arguments.outcome,
      isOverdue: closure === undefined && now > blockTime + CLOSE_SECONDS,
    };
  });
}

/**
 * Opens a case. `keepKey` is awaited before anything is sent. Refuses with `OptedOut`, `TooManyCases`, `CaseOverdue`,
 * `NotAccredited`, `UnknownParticipant`.
 */
export async function breakGlass(
  actor: Actor,
  of: {
    readonly trialId: TrialId;
    readonly pseudonym: bigint;
    /** In words: the board and the person read it. */
    readonly reason: string;
    readonly keepKey: (key: { recipientKey: Bytes32; privateKey: Uint8Array }) => Promise<void>;
  },
): Promise<OpenRequest> {
  const { trialId, pseudonym, reason } = of;
  const key = await drawRecipientKey();
  await of.keepKey(key);
  const hash = await exchangeOf(actor.api).uploadText(reason);
  await act(actor, "EmergencyAccess", "breakGlass", [trialId, pseudonym, hash, key.recipientKey]);
  const [events, { contracts }] = await Promise.all([actor.api.events(), actor.api.deployment()]);
  const found = events.findLast(
    ({ name, arguments: args }) =>
      name === "GlassBroken" && args.recipientKey?.toLowerCase() === key.recipientKey.toLowerCase(),
  );
  if (found?.arguments.caseId === undefined) throw new Refusal("NotFound", { what: "case" });
  return {
    registry: contracts.EmergencyAccess ?? "",
    requestId: BigInt(found.arguments.caseId),
    until: found.blockTime + ANSWER_SECONDS,
    privateKey: key.privateKey,
  };
}

/** What a case may open: the newest packages of the participant in collections that are marked for emergencies. */
export function emergencyPackages(of: {
  readonly collections: readonly Collection[];
  readonly entries: readonly PublicEntry[];
  readonly pseudonym: bigint;
}): Bytes32[] {
  const marked = new Set(of.collections.flatMap((one) => (one.emergency === true ? [one.id] : [])));
  return newestEntries(of.entries).flatMap(({ entry }) =>
    entry.pseudonym === of.pseudonym && marked.has(entry.collection) ? [hashEntry(entry)] : [],
  );
}

/** The board has looked into a case. Refuses with `UnknownCase`, `NotYourTrial`, `AlreadyUsed`. */
export async function closeCase(
  board: Actor,
  of: { readonly caseId: bigint; readonly outcome: string },
): Promise<void> {
  const hash = await exchangeOf(board.api).uploadText(of.outcome);
  await act(board, "EmergencyAccess", "closeCase", [of.caseId, hash]);
}
