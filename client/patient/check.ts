// What a patient learns before anything leaves the device: which criteria hold, what a yes would
// reveal, to whom, and among how many others.
import { dayOfTimestamp } from "../../circuits/statement/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type CriterionVerdict, evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import type { RecordsState } from "../api/registry.ts";
import { type Crowd, countCrowd } from "./anonymity.ts";
import { type Budget, budgetFor } from "./budget.ts";
import { type Flag, flagNarrow } from "./narrow.ts";
import { findPath, type RecordPath } from "./path.ts";
import type { ReviewedTrial } from "./review.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

/** One record's answer to the trial. */
export type RecordCheck = {
  readonly record: WalletRecord;
  readonly eligible: boolean;
  readonly criteria: readonly CriterionVerdict[];
  /** What about the record's age, coverage or completeness stands in the way. */
  readonly problems: readonly { message: string; hint: string }[];
  /** Undefined when the record is not in the registry now. */
  readonly path: RecordPath | undefined;
};

/** What "yes" tells the sponsor about the person behind a pseudonym. */
export type Reveals = {
  /** In plain English: each of these holds. */
  readonly asserted: readonly string[];
  readonly flags: readonly Flag[];
};

export type Check = {
  readonly asOfDay: number;
  readonly records: readonly RecordCheck[];
  /** The record a screening would use: eligible and anchored. */
  readonly best: RecordCheck | undefined;
  readonly reveals: Reveals;
  readonly crowd: Crowd;
  readonly budget: Budget;
  /** Why the wallet would not prove; empty when it would. */
  readonly refusals: readonly Refusal[];
  /** What the patient should know before saying yes. */
  readonly warnings: readonly string[];
};

/** Evaluates a reviewed trial on the wallet's records. Pure: nothing is sent. */
export function checkTrial(options: {
  wallet: Wallet;
  reviewed: ReviewedTrial;
  registry: RecordsState;
  /** Day of proof, since 1900-01-01; the chain's day by default is the caller's to pass. */
  asOfDay: number;
}): Check {
  const { wallet, reviewed, registry, asOfDay } = options;
  const { program } = reviewed.compiled;
  const records = wallet.records.map((record) => checkRecord(record, options));
  const best = records.find(({ eligible, path }) => eligible && path !== undefined);
  const { sponsor, trialId } = reviewed.trial;
  const budget = budgetFor({ wallet, sponsor, trialId, today: asOfDay });
  const { settings } = wallet;
  const crowd = countCrowd({ registry, policy: program.policy, asOfDay, settings });
  const reveals = describeYes(reviewed, asOfDay);
  const partial = { asOfDay, records, best, reveals, crowd, budget };
  return { ...partial, refusals: refusalsOf(partial, wallet), warnings: warningsOf(partial) };
}

/** The chain's day: the day to prove for. */
export function chainDay(deployment: { chainTime: number }): number {
  return dayOfTimestamp(deployment.chainTime);
}

function checkRecord(
  record: WalletRecord,
  options: { reviewed: ReviewedTrial; registry: RecordsState; asOfDay: number },
): RecordCheck {
  const { reviewed, registry, asOfDay: asOf } = options;
  const { compiled } = reviewed;
  const { eligible, criteria, policy } = evaluateCriteria({
    compiled,
    record: record.record,
    asOf,
  });
  return { record, eligible, criteria, problems: policy.problems, path: pathIn(record, registry) };
}

function pathIn(record: WalletRecord, registry: RecordsState): RecordPath | undefined {
  try {
    return findPath({ record, registry });
  } catch (error) {
    if (error instanceof Refusal && error.code === "RecordNotAnchored") return undefined;
    throw error;
  }
}

/** Every provable criterion is asserted; where it reads "either", a yes leaves open which. */
function describeYes({ compiled }: ReviewedTrial, asOfDay: number): Reveals {
  const provable = compiled.criteria.filter(({ tree }) => tree !== undefined);
  return {
    asserted: provable.map(({ demanded }) => demanded),
    flags: flagNarrow(compiled.program, asOfDay),
  };
}

type Partial = Omit<Check, "refusals" | "warnings">;

function refusalsOf({ records, best, reveals, crowd, budget }: Partial, wallet: Wallet): Refusal[] {
  const refusals: Refusal[] = [];
  if (reveals.flags.some(({ severity }) => severity === "refuse")) {
    refusals.push(new Refusal("NarrowCriteria"));
  }
  if (!budget.allows) refusals.push(new Refusal("BudgetSpent", { limit: budget.limit }));
  if (!crowd.enough && wallet.settings.belowThat === "refuse") {
    refusals.push(new Refusal("SmallCrowd", { leaves: crowd.leaves, clinics: crowd.clinics }));
  }
  if (best === undefined) {
    const eligible = records.some((record) => record.eligible);
    refusals.push(new Refusal(eligible ? "RecordNotAnchored" : "NotEligible"));
  }
  return refusals;
}

function warningsOf({ reveals, crowd, budget }: Partial): string[] {
  const flags = reveals.flags.map(({ text }) => `A yes ${text}.`);
  const { leaves, clinics } = crowd;
  const few = `Only ${leaves} records of ${clinics} clinics could be behind a yes.`;
  const last = `This sponsor has had ${budget.used} of ${budget.limit} answers from this wallet.`;
  return [...flags, ...(crowd.enough ? [] : [few]), ...(budget.used > 0 ? [last] : [])];
}
