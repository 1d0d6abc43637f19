// The exchange of data in a report: what happened, what is still owed, and what could not be checked.
import { counted } from "../../../circuits/statement/encoding/print.ts";
import type { Audit } from "../audit/audit.ts";
import { custodiansNamed, standingOf } from "../replay/exchangeStanding.ts";
import type { ExchangeCheck } from "../server/compareExchange.ts";

export type ExchangeReport = {
  /** Of the chain. */
  readonly batches: number;
  readonly entriesAnchored: number;
  readonly cuts: readonly {
    readonly cutId: string;
    readonly trialId: string;
    readonly participants: number;
    /** Covered in its block, and not in it. */
    readonly leftOut: number;
    readonly sealedAt: number;
  }[];
  readonly requests: number;
  readonly emergencies: number;
  /** Out of public entries and receipts; null where nobody was asked. */
  readonly entries: number | null;
  readonly waiting: number | null;
  readonly receipts: number | null;
  readonly released: number | null;
  /** Requests for which nobody showed a receipt. */
  readonly unanswered: readonly string[];
  /** Custodians that showed no receipts. */
  readonly silent: readonly string[];
  readonly openCases: readonly {
    readonly caseId: string;
    readonly trialId: string;
    readonly board: string;
    readonly clinician: string;
    readonly openedAt: number;
    readonly isOverdue: boolean;
  }[];
  readonly erasures: readonly {
    readonly trialId: string;
    readonly pseudonym: string;
    readonly by: string;
    readonly askedAt: number;
    readonly destroyed: readonly string[];
    readonly outstanding: readonly string[];
    readonly isUnreadable: boolean;
    readonly isOverdue: boolean;
  }[];
  readonly owedPurges: readonly {
    readonly requestId: string;
    readonly cutId: string;
    readonly trialId: string;
    readonly staff: string;
    readonly left: number;
    readonly since: number;
    readonly isForErasure: boolean;
    readonly isOverdue: boolean;
  }[];
};

/** As data with numbers of any size in decimal. */
export function exchangeReport({ world, source }: Audit, told?: ExchangeCheck): ExchangeReport {
  const { batches, cuts, numbered } = world.exchange;
  const { openCases, erasures, owedPurges } = standingOf(world, source.head.timestamp);
  const isAnswered = told !== undefined && told.receipts.receipts > 0;
  return {
    batches: batches.size,
    entriesAnchored: [...batches.values()].reduce((sum, { count }) => sum + count, 0),
    cuts: [...cuts.values()].map(({ cutId, trialId, pseudonyms, leftOut, sealedAt }) => ({
      ...{ cutId: String(cutId), trialId, participants: pseudonyms.size, leftOut, sealedAt },
    })),
    requests: Number(numbered.requests),
    emergencies: Number(numbered.cases),
    entries: told?.entries?.entries ?? null,
    waiting: told?.entries?.waiting ?? null,
    receipts: told?.receipts.receipts ?? null,
    released: told?.receipts.released ?? null,
    unanswered: isAnswered ? told.receipts.unanswered.map(String) : [],
    silent: told?.silent ?? [...custodiansNamed(world)].sort(),
    openCases: openCases.map((one) => ({ ...one, caseId: String(one.caseId) })),
    erasures: erasures.map((one) => ({ ...one, pseudonym: String(one.pseudonym) })),
    owedPurges: owedPurges.map(({ requestId, cutId, left, ...one }) => ({
      ...{ ...one, requestId: String(requestId), cutId: String(cutId), left: left.length },
    })),
  };
}

/** What of the exchange of data was not looked at, in words; nothing where no trial collects data. */
export function exchangeLimits({ world }: Audit, told?: ExchangeCheck): string[] {
  const named = custodiansNamed(world);
  const { batches } = world.exchange;
  if (named.size === 0 && batches.size === 0) return [];
  const silent = told?.silent ?? [...named].sort();
  const later = told?.receipts.later ?? 0;
  return [
    ...(told?.entries === undefined
      ? [
          "The public entries were not at hand: who made each deposit, and that the anchored batches are theirs in their order, was not checked.",
        ]
      : []),
    ...silent.map(
      (one) => `Custodian ${one} showed no receipts: what it released was not checked.`,
    ),
    ...(later > 0
      ? [`Not judged, since of blocks after the last one audited: ${counted(later, "receipt")}.`]
      : []),
    "What t custodians open together leaves no receipt, and what a recipient does with what it opened, no entry shows.",
  ];
}

/** What of the exchange of data is still owed, a line each. */
export function owedLines(report: ExchangeReport): string[] {
  const late = (isOverdue: boolean) => (isOverdue ? ", overdue" : "");
  return [
    ...report.openCases.map(
      ({ caseId, board, isOverdue }) =>
        `emergency case ${caseId} has yet to be closed by board ${board}${late(isOverdue)}`,
    ),
    ...report.erasures.flatMap(({ pseudonym, outstanding, isUnreadable, isOverdue }) =>
      outstanding.length === 0
        ? []
        : [
            `keys of pseudonym ${pseudonym} have yet to be destroyed by ${outstanding.join(", ")}${late(isOverdue)}${isUnreadable ? "; nothing opens with what is left" : ""}`,
          ],
    ),
    ...report.owedPurges.map(
      ({ requestId, staff, left, isForErasure, isOverdue }) =>
        `${staff} has yet to declare what request ${requestId} opened destroyed: ${left} in it ${isForErasure ? "asked for erasure" : "withdrew (what was collected before may have to be kept)"}${late(isOverdue)}`,
    ),
    ...report.unanswered.map((one) => `request ${one}: nobody showed a receipt`),
  ];
}
