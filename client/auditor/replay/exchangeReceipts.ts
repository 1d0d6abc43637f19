// Custodians' receipts against the chain and the public entries. A receipt for a release that nobody
// had asked for, or that a consent no longer covered, is a confession signed by its custodian; so is
// a number that is missing.
import { id } from "ethers";
import { entryTree } from "../../../circuits/statement/exchange/entryTree.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  type Receipt,
} from "../../../circuits/statement/exchange/receipt.ts";
import { type Bytes32, ROLES } from "../../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { SignedReceipt } from "../../exchange/custodian.ts";
import type { Report, Rule } from "../finding/finding.ts";
import { ANSWER_SECONDS, CLOSE_SECONDS, EMERGENCY_PERMISSION } from "./exchangeEmergency.ts";
import type { EntryIndex } from "./exchangeEntries.ts";
import { coverGapAt, earliestTimeOf, versionOf } from "./exchangeMoments.ts";
import type { PublicReceipts } from "./exchangeRows.ts";
import { atBlock, type CaseState, type CutState, personKey } from "./exchangeState.ts";
import { checkTagReceipts } from "./exchangeTagReceipts.ts";
import type { World } from "./state.ts";
import { hashTypedData, recovers } from "./typedData.ts";

/** keccak256 of what a receipt says of a share that was given out. */
export const RELEASED = id("Released");

export type ReceiptsOptions = {
  readonly deployment: Deployment;
  readonly index: EntryIndex;
  readonly report: Report;
  /** Unix seconds of blocks, where somebody asked: else the latest event before bounds them. */
  readonly times?: ReadonlyMap<number, number>;
  /** All trials' entries are there: else one that is not may be another's, and no reason to convict. */
  readonly isWhole: boolean;
  /** False when only one trial is audited: requests of others are unknown then. */
  readonly areRequestsWhole: boolean;
  /** The last block audited: what a custodian read later cannot be judged. */
  readonly head: number;
};

export type ReceiptsCheck = {
  readonly receipts: number;
  readonly released: number;
  /** Of blocks after the last one audited: counted, not judged. */
  readonly later: number;
  /** Requests for which nobody showed a receipt: not answered, or not told. */
  readonly unanswered: readonly bigint[];
};

/** Checks every receipt, and that none is missing. */
export function checkReceipts(
  world: World,
  told: PublicReceipts,
  options: ReceiptsOptions,
): ReceiptsCheck {
  let [receipts, released, later] = [0, 0, 0];
  const answered = new Set<bigint>();
  for (const [custodian, rows] of told) {
    checkNumbers(world, { custodian, rows, report: options.report });
    checkRoots(world, { custodian, rows, options });
    for (const row of rows) {
      receipts++;
      const { receipt } = row;
      const confession = { world, custodian, receipt, options };
      if (!checkSignature(confession, row.signature)) continue;
      const isCut = isOf(options, receipt, "CutRegistry");
      if (isCut) answered.add(receipt.requestId);
      if (receipt.outcome !== RELEASED) continue;
      released++;
      if (receipt.blockNumber > BigInt(options.head)) later++;
      else checkReleased(confession, isCut);
    }
  }
  checkTagReceipts(world, told, options);
  const unanswered = [...world.exchange.requests.keys()].filter((one) => !answered.has(one));
  return { receipts, released, later, unanswered };
}

/** A receipt's digest: what its custodian signs, and the leaf of the roots that it anchors. */
function hashReceipt({ chainId, addresses }: Deployment, receipt: Receipt): Bytes32 {
  const domain = custodianDomain(chainId, addresses.CustodyLog);
  return hashTypedData({ domain, types: CUSTODIAN_TYPES.Receipt, message: receipt });
}

type Confession = {
  readonly world: World;
  readonly custodian: string;
  readonly receipt: Receipt;
  readonly options: ReceiptsOptions;
};

function expectReceipt(of: Confession, condition: boolean, rule: Rule, reason: string): boolean {
  const { custodian, receipt, options } = of;
  const words = `custodian ${custodian}, receipt ${receipt.number}: ${reason}`;
  if (!condition) options.report(rule, words);
  return condition;
}

function isOf(
  { deployment }: ReceiptsOptions,
  { registry }: Receipt,
  name: "CutRegistry" | "EmergencyAccess",
): boolean {
  return registry.toLowerCase() === deployment.addresses[name].toLowerCase();
}

type Rows = { readonly custodian: string; readonly rows: readonly SignedReceipt[] };

/** 1, 2, 3 ... up to the newest that was anchored at least. */
function checkNumbers(
  { exchange }: World,
  { custodian, rows, report }: Rows & { readonly report: Report },
): void {
  const numbers = rows.map(({ receipt }) => receipt.number);
  const wrong = numbers.findIndex((number, i) => number !== BigInt(i + 1));
  if (wrong >= 0) {
    const reason = `custodian ${custodian}: receipt ${numbers[wrong]} where ${wrong + 1} was due`;
    report("receipt/number", reason);
    return;
  }
  const last = exchange.receiptRoots.findLast((one) => one.custodian === custodian)?.last ?? 0n;
  if (BigInt(numbers.length) >= last) return;
  const reason = `custodian ${custodian}: ${numbers.length} receipts shown, ${last} anchored`;
  report("receipt/number", reason);
}

/** Each root that was anchored is the one of so many receipts, up to its last number. */
function checkRoots(
  { exchange }: World,
  { custodian, rows, options }: Rows & { readonly options: ReceiptsOptions },
): void {
  const hashes = rows.map(({ receipt }) => hashReceipt(options.deployment, receipt));
  for (const one of exchange.receiptRoots) {
    // Fewer than were anchored: named already.
    if (one.custodian !== custodian || one.last > BigInt(hashes.length)) continue;
    const under = hashes.slice(Number(one.last) - one.count, Number(one.last));
    if (entryTree(under).root === one.root) continue;
    const reason = `custodian ${custodian}: its receipts up to ${one.last} have another root`;
    options.report("receipt/root", reason, one.place);
  }
}

function checkSignature(of: Confession, signature: string): boolean {
  const digest = hashReceipt(of.options.deployment, of.receipt);
  of.world.counts.signatures++;
  const isIts = recovers({ digest, signature, signer: of.custodian });
  return expectReceipt(of, isIts, "receipt/signature", "it is not signed by that custodian");
}

/** What a release must fit, as of the block that its custodian had read. */
function checkReleased(of: Confession, isCut: boolean): void {
  const { world, receipt, options } = of;
  const block = Number(receipt.blockNumber);
  const asked = isCut ? requestAt(of, block) : caseAt(of, block);
  // Whatever it was for, nobody had asked for it.
  if (asked === undefined) return;
  const found = options.index.get(receipt.entry);
  const isKnown = found !== undefined && (found.anchoredIn ?? Number.POSITIVE_INFINITY) <= block;
  if (!isKnown && !options.isWhole) return;
  if (!expectReceipt(of, isKnown, "receipt/entry", "no entry like it was anchored by then")) return;
  const { entry } = found!;
  const { trialId, pseudonym } = entry;
  checkCustodian(of, trialId, block);
  const isLatest = (found!.supersededIn ?? Number.POSITIVE_INFINITY) > block;
  expectReceipt(of, isLatest, "receipt/superseded", "the entry had been corrected by then");
  const erasure = world.exchange.erasures.get(personKey(trialId, pseudonym));
  const isKept = erasure === undefined || erasure.place.block > block;
  expectReceipt(of, isKept, "receipt/erased", `the erasure of ${pseudonym} had been asked for`);
  if ("cut" in asked) checkCovered(of, { entry, cut: asked.cut, block });
  else checkCase(of, entry, asked);
}

/** Accredited, and named by the version that was in force. */
function checkCustodian(of: Confession, trialId: Bytes32, block: number): void {
  const { world, custodian } = of;
  const { rolesAt, trialsAt } = world.exchange;
  const holds = atBlock(rolesAt.get(`${ROLES.custodian} ${custodian}`), block)?.holds === true;
  const moment = atBlock(trialsAt.get(trialId), block);
  const terms = moment && versionOf(world, trialId, moment)?.terms;
  const isNamed = terms?.custodians.some((one) => one.toLowerCase() === custodian) === true;
  const reason = "it was not accredited then, or the trial did not name it";
  expectReceipt(of, holds && isNamed, "receipt/custodian", reason);
}

type Released = {
  readonly trialId: Bytes32;
  readonly pseudonym: bigint;
  readonly permission: number;
};

/** The request that a receipt names, which had been made and had not ended; undefined when there was none. */
function requestAt(of: Confession, block: number): { readonly cut: CutState } | undefined {
  const { world, receipt, options } = of;
  const { exchange } = world;
  const request = exchange.requests.get(receipt.requestId);
  const cut: CutState | undefined = request && exchange.cuts.get(request.cutId);
  const isNumbered = receipt.requestId < exchange.numbered.requests;
  if (request === undefined && isNumbered && !options.areRequestsWhole) return;
  const isThere = request !== undefined && cut !== undefined && request.place.block <= block;
  const none = `nobody had made request ${receipt.requestId} by block ${block}`;
  if (!expectReceipt(of, isThere, "receipt/request", none)) return;
  const over = `request ${receipt.requestId} had ended`;
  expectReceipt(of, BigInt(timeOf(of, block)) <= request!.until, "receipt/request", over);
  return { cut: cut! };
}

/** What is released is of the cut, and its participant's consent covers it. */
function checkCovered(
  of: Confession,
  { entry, cut, block }: { entry: Released; cut: CutState; block: number },
): void {
  const isInCut =
    cut.trialId === entry.trialId &&
    cut.pseudonyms.has(entry.pseudonym) &&
    (entry.permission & ~cut.permission) === 0;
  const outside = `the entry is not of anybody in cut ${cut.cutId}, or needs another permission`;
  if (!expectReceipt(of, isInCut, "receipt/entry", outside)) return;
  const permission = entry.permission | cut.permission;
  const gap = coverGapAt(of.world, { ...entry, permission, block, time: timeOf(of, block) });
  const reason = `participant ${entry.pseudonym} ${gap}`;
  expectReceipt(of, gap === undefined, "receipt/consent", reason);
}

/** The emergency that a receipt names, in its time; undefined when there was none. */
function caseAt(of: Confession, block: number): CaseState | undefined {
  const { world, receipt, options } = of;
  const found: CaseState | undefined = world.exchange.cases.get(receipt.requestId);
  const isCase = isOf(options, receipt, "EmergencyAccess");
  const isThere = isCase && found !== undefined && found.place.block <= block;
  const none = `nobody had asked for it by block ${block}`;
  if (!expectReceipt(of, isThere, "receipt/request", none)) return;
  checkClinician(of, found!.clinician, block);
  const isTimely = timeOf(of, block) <= found!.openedAt + ANSWER_SECONDS;
  expectReceipt(of, isTimely, "receipt/request", `emergency case ${found!.caseId} was over`);
  return found;
}

function checkCase(of: Confession, entry: Released, found: CaseState): void {
  const isIts =
    found.trialId === entry.trialId &&
    found.pseudonym === entry.pseudonym &&
    entry.permission === EMERGENCY_PERMISSION;
  const outside = "the entry is another participant's, or not for emergencies";
  expectReceipt(of, isIts, "receipt/entry", outside);
}

/** Still accredited, and not suspended by a case that a board had left open for a week. */
function checkClinician(of: Confession, clinician: string, block: number): void {
  const { rolesAt, cases } = of.world.exchange;
  const time = timeOf(of, block);
  const key = `${ROLES.emergencyClinician} ${clinician}`;
  const holds = atBlock(rolesAt.get(key), block)?.holds === true;
  const isLate = ({ openedAt, closedAt }: CaseState) =>
    time > openedAt + CLOSE_SECONDS && (closedAt === undefined || closedAt > time);
  const isFree = ![...cases.values()].some((one) => one.clinician === clinician && isLate(one));
  const reason = `clinician ${clinician} was not accredited then, or suspended`;
  expectReceipt(of, holds && isFree, "receipt/request", reason);
}

/** Never later than it was: what a doubt leaves open convicts nobody. */
function timeOf({ world, options }: Confession, block: number): number {
  return options.times?.get(block) ?? earliestTimeOf(world, block);
}
