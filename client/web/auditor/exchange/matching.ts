// Requests beside the receipts for them: who answered, with what, and which receipts answer nothing that was asked.
import { id } from "ethers";
import { REFUSALS } from "../../../../circuits/statement/refusal.ts";
import { addressOf } from "../../../actor/actor.ts";
import type { AuditEvent } from "../../../api/event.ts";
import type { ReceiptBook } from "../../../exchange/access.ts";
import { type Copy, copiesOf } from "../../../exchange/purge.ts";
import type { TrialData } from "./trialData.ts";

const RELEASED = id("Released");
const CODES = new Map(Object.keys(REFUSALS).map((code) => [id(code), code]));

/** What one custodian answered to a request. */
export type Answered = {
  readonly custodian: string;
  readonly released: number;
  /** By the refusal's code. */
  readonly refused: readonly (readonly [code: string, count: number])[];
};

export type MatchedRequest = Copy & {
  readonly purpose: string;
  readonly answered: readonly Answered[];
};

/** A receipt for a release that nobody had asked for: a confession signed by its custodian. */
export type Confession = {
  readonly custodian: string;
  readonly number: bigint;
  readonly requestId: bigint;
};

export type Matching = {
  /** Newest first. */
  readonly requests: readonly MatchedRequest[];
  readonly confessions: readonly Confession[];
};

/** Matches a trial's requests with receipts. Receipts for other trials' requests are passed over. */
export function matchReceipts(data: TrialData, books: readonly ReceiptBook[]): Matching {
  const { events, trial, deployment } = data;
  const registry = addressOf(deployment, "CutRegistry").toLowerCase();
  const asked = new Set(events.flatMap(requestIdOf));
  const purposes = new Map(
    events.flatMap((event) =>
      requestIdOf(event).map((one) => [one, event.arguments.purpose ?? ""]),
    ),
  );
  const requests = copiesOf(events, trial.trialId).map((copy) => ({
    ...copy,
    purpose: purposes.get(copy.requestId.toString()) ?? "",
    answered: books.flatMap((book) => answersIn(book, copy.requestId, registry)),
  }));
  const confessions = books.flatMap(({ custodian, receipts }) =>
    receipts.flatMap(({ receipt: { number, requestId, outcome, registry: of } }) => {
      const isRelease = outcome === RELEASED && of.toLowerCase() === registry;
      return isRelease && !asked.has(requestId.toString())
        ? [{ custodian, number, requestId }]
        : [];
    }),
  );
  return { requests: requests.reverse(), confessions };
}

function requestIdOf({ name, arguments: args }: AuditEvent): string[] {
  return name === "Requested" && args.requestId !== undefined ? [args.requestId] : [];
}

function answersIn(
  { custodian, receipts }: ReceiptBook,
  requestId: bigint,
  registry: string,
): Answered[] {
  const own = receipts.filter(
    ({ receipt }) => receipt.requestId === requestId && receipt.registry.toLowerCase() === registry,
  );
  if (own.length === 0) return [];
  const refused = new Map<string, number>();
  for (const { receipt } of own) {
    if (receipt.outcome === RELEASED) continue;
    const code = CODES.get(receipt.outcome) ?? "another reason";
    refused.set(code, (refused.get(code) ?? 0) + 1);
  }
  // Asked twice, a package is released twice: it counts once.
  const given = new Set(
    own.flatMap(({ receipt }) => (receipt.outcome === RELEASED ? [receipt.entry] : [])),
  );
  return [{ custodian, released: given.size, refused: [...refused] }];
}
