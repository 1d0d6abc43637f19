// Who asked for a participant's data: out of public cuts, requests and emergencies, and out of custodians' signed
// receipts. All of it is downloaded whole and looked through on the device.
import { id } from "ethers";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { REFUSALS } from "../../circuits/statement/refusal.ts";
import type { Bytes32, TrialId } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicEntry } from "../api/exchange.ts";
import { type Custodian, type CustodyPlace, isReceiptOf, type SignedReceipt } from "./custodian.ts";
import { packagesOf } from "./read.ts";

/** What one custodian answered about one package. */
export type CustodianAnswer = {
  readonly custodian: string;
  readonly entry: Bytes32;
  /** "Released", the refusal's code, or its hash where the code is not known here. */
  readonly outcome: string;
};

export type Access = {
  readonly kind: "request" | "emergency";
  readonly registry: string;
  readonly requestId: bigint;
  /** Of a request. */
  readonly cutId: bigint | undefined;
  /** The account that asked. */
  readonly by: string;
  /** keccak256 of the purpose, or the reason. */
  readonly purpose: Bytes32;
  /** Unix seconds. */
  readonly at: number;
  readonly until: number;
  /** Of the participant's own packages. */
  readonly answers: readonly CustodianAnswer[];
  /** Packages that enough custodians released: they can have been opened. */
  readonly opened: readonly Bytes32[];
  /** When the recipient said that it had destroyed its copy. */
  readonly purgedAt: number | undefined;
  /** Of an emergency: when the board closed it. */
  readonly closedAt: number | undefined;
};

/** A custodian answers an emergency for a day (EmergencyAccess.ANSWER_SECONDS). */
const EMERGENCY_SECONDS = 86_400;
const RECEIPTS_AT_ONCE_MOST = 100_000;

export type ReceiptBook = {
  readonly custodian: string;
  readonly receipts: readonly SignedReceipt[];
  /** It skips a number, signs wrongly or does not answer: what it did is not wholly known. */
  readonly isIncomplete: boolean;
};

/** All receipts of each custodian, with their signatures and numbers checked. */
export async function readReceipts(
  custodians: readonly Custodian[],
  place: CustodyPlace,
): Promise<ReceiptBook[]> {
  return await Promise.all(
    custodians.map(async ({ address: custodian, receipts: read }) => {
      const receipts: SignedReceipt[] = [];
      try {
        for (let last = 0n; receipts.length < RECEIPTS_AT_ONCE_MOST; ) {
          const more = await read(last);
          if (more.length === 0) return { custodian, receipts, isIncomplete: false };
          for (const one of more) {
            const isNext = one.receipt.number === last + 1n;
            const isSigned = isReceiptOf({ ...one, custodian }, place);
            if (!isNext || !isSigned) return { custodian, receipts, isIncomplete: true };
            receipts.push(one);
            last = one.receipt.number;
          }
        }
      } catch {
        // Away: what others say still tells most.
      }
      return { custodian, receipts, isIncomplete: true };
    }),
  );
}

const CODES = new Map(["Released", ...Object.keys(REFUSALS)].map((code) => [id(code), code]));

/** Everybody who asked for a participant's data, newest first. */
export function accessesOf(of: {
  readonly trialId: TrialId;
  readonly pseudonym: bigint;
  readonly entries: readonly PublicEntry[];
  /** Of all trials, oldest first: purges and closed cases name none. */
  readonly events: readonly AuditEvent[];
  readonly books: readonly ReceiptBook[];
  readonly registries: { readonly cuts: string; readonly emergency: string };
  readonly threshold: number;
}): Access[] {
  const { trialId, pseudonym, events, registries } = of;
  const own = new Set(packagesOf(of.entries, pseudonym).map(({ entry }) => hashEntry(entry)));
  const cuts = cutsWith(events, trialId, pseudonym);
  const found: Access[] = [];
  for (const { name, arguments: args, blockTime } of events) {
    if (args.trialId !== trialId) continue;
    const isRequest = name === "Requested" && cuts.has(args.cutId ?? "");
    const isCase = name === "GlassBroken" && args.pseudonym === pseudonym.toString();
    if (!isRequest && !isCase) continue;
    const registry = isRequest ? registries.cuts : registries.emergency;
    const requestId = BigInt((isRequest ? args.requestId : args.caseId) ?? 0);
    const answers = answersTo({ registry, requestId }, own, of.books);
    found.push({
      kind: isRequest ? "request" : "emergency",
      registry,
      requestId,
      cutId: isRequest ? BigInt(args.cutId ?? 0) : undefined,
      by: (isRequest ? args.staff : args.clinician) ?? "",
      purpose: (isRequest ? args.purpose : args.reason) ?? "",
      at: blockTime,
      until: isRequest ? Number(args.until) : blockTime + EMERGENCY_SECONDS,
      answers,
      opened: openedOf(answers, of.threshold),
      purgedAt: isRequest ? timeOf(events, "CopyPurged", { requestId }) : undefined,
      closedAt: isCase ? timeOf(events, "CaseClosed", { caseId: requestId }) : undefined,
    });
  }
  return found.reverse();
}

function cutsWith(events: readonly AuditEvent[], trialId: TrialId, pseudonym: bigint): Set<string> {
  const sealed = events.filter(
    ({ name, arguments: args }) => name === "Sealed" && args.trialId === trialId,
  );
  const theirs = sealed.filter(({ arguments: args }) => {
    const listed = JSON.parse(args.pseudonyms ?? "[]") as unknown[];
    return listed.some((one) => String(one) === pseudonym.toString());
  });
  return new Set(theirs.map(({ arguments: args }) => args.cutId ?? ""));
}

/** All that custodians answered, by registry (lower case) and request. */
export function answersByRequest(
  books: readonly Pick<ReceiptBook, "custodian" | "receipts">[],
): ReadonlyMap<string, readonly CustodianAnswer[]> {
  const found = new Map<string, CustodianAnswer[]>();
  for (const { custodian, receipts } of books) {
    for (const { receipt } of receipts) {
      const key = `${receipt.registry.toLowerCase()} ${receipt.requestId}`;
      const own = found.get(key) ?? [];
      if (own.length === 0) found.set(key, own);
      own.push({ custodian, entry: receipt.entry, outcome: outcomeOf(receipt) });
    }
  }
  return found;
}

const outcomeOf = ({ outcome }: SignedReceipt["receipt"]) => CODES.get(outcome) ?? outcome;

function answersTo(
  { registry, requestId }: { registry: string; requestId: bigint },
  own: ReadonlySet<Bytes32>,
  books: readonly ReceiptBook[],
): CustodianAnswer[] {
  return books.flatMap(({ custodian, receipts }) =>
    receipts.flatMap(({ receipt }) => {
      const isTheirs =
        receipt.requestId === requestId &&
        receipt.registry.toLowerCase() === registry.toLowerCase() &&
        own.has(receipt.entry);
      if (!isTheirs) return [];
      return [{ custodian, entry: receipt.entry, outcome: outcomeOf(receipt) }];
    }),
  );
}

/** Packages that enough custodians released. */
export function openedOf(answers: readonly CustodianAnswer[], threshold: number): Bytes32[] {
  const by = new Map<Bytes32, Set<string>>();
  for (const { custodian, entry, outcome } of answers) {
    if (outcome === "Released") by.set(entry, (by.get(entry) ?? new Set()).add(custodian));
  }
  return [...by].flatMap(([entry, custodians]) => (custodians.size >= threshold ? [entry] : []));
}

function timeOf(
  events: readonly AuditEvent[],
  name: "CopyPurged" | "CaseClosed",
  about: { requestId?: bigint; caseId?: bigint },
): number | undefined {
  const [[key, number]] = Object.entries(about) as [[string, bigint]];
  const found = events.find(
    (event) => event.name === name && event.arguments[key] === number.toString(),
  );
  return found?.blockTime;
}
