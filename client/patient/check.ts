// What a patient learns before anything leaves the device: which criteria hold, which record would
// show each part of the trial, what a yes would reveal, to whom, and among how many others.
import type { Compiled } from "../../circuits/statement/criteria/compile.ts";
import { type DemandLine, demandLine } from "../../circuits/statement/criteria/demandLines.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import type { RecordsState } from "../api/registry.ts";
import { type Flag, flagNarrow } from "../trial/narrow.ts";
import type { ReviewedTrial } from "../trial/review.ts";
import { type Crowd, countCrowd } from "./anonymity.ts";
import { type Budget, budgetFor } from "./budget.ts";
import {
  assignRecords,
  mixedWords,
  type PartCheck,
  partChecks,
  type RecordCheck,
} from "./parts.ts";
import { lookForPath } from "./path.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

/** What "yes" tells the sponsor about the person behind a pseudonym. */
type Reveals = {
  /** In plain English: each of these holds, one a criterion. */
  readonly asserted: readonly DemandLine[];
  readonly flags: readonly Flag[];
  /** What a proof from several clinics' records shows besides; undefined when one clinic's do. */
  readonly mixed: string | undefined;
};

export type Check = {
  readonly asOfDay: number;
  readonly records: readonly RecordCheck[];
  /** Each part of the trial: the record that shows it, or what is missing. */
  readonly parts: readonly PartCheck[];
  /** The record that a screening would show for each part; undefined when a part has none. */
  readonly plan: readonly RecordCheck[] | undefined;
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
  reviewed: Pick<ReviewedTrial, "compiled"> & {
    readonly trial: Pick<ReviewedTrial["trial"], "sponsor" | "trialId">;
  };
  registry: RecordsState;
  /** Day of proof, since 1900-01-01; the chain's day by default is the caller's to pass. */
  asOfDay: number;
}): Check {
  const { wallet, reviewed, registry, asOfDay } = options;
  const { compiled } = reviewed;
  const records = wallet.records.map((record) => checkRecord({ ...options, record, compiled }));
  const plan = assignRecords(records, compiled.programs.length);
  const parts = partChecks({ records, plan, count: compiled.programs.length });
  const { sponsor, trialId } = reviewed.trial;
  const budget = budgetFor({ wallet, sponsor, trialId, today: asOfDay });
  const policies = compiled.programs.map(({ policy }) => policy);
  const crowd = countCrowd({ registry, policies, asOfDay, settings: wallet.settings });
  const reveals = describeYes({ compiled, asOfDay, plan });
  const partial = { asOfDay, records, parts, plan, reveals, crowd, budget };
  const refusals = refusalsOf(partial, { wallet, registry });
  return { ...partial, refusals, warnings: warningsOf(partial) };
}

function checkRecord(of: {
  record: WalletRecord;
  compiled: Compiled;
  registry: RecordsState;
  asOfDay: number;
}): RecordCheck {
  const { record, compiled, registry, asOfDay: asOf } = of;
  const evaluated = evaluateCriteria({ compiled, record: record.record, asOf });
  const parts = evaluated.parts.map(({ eligible, policy }) => ({
    eligible,
    problems: policy.problems,
  }));
  const problems = new Map(
    parts.flatMap((part) => part.problems.map((problem) => [problem.message, problem])),
  );
  return {
    record,
    eligible: evaluated.eligible,
    parts,
    criteria: evaluated.criteria,
    problems: [...problems.values()],
    path: lookForPath({ record, registry }),
  };
}

/** Every provable criterion is asserted; where it reads "either", a yes leaves open which. */
function describeYes(of: {
  compiled: Compiled;
  asOfDay: number;
  plan: readonly RecordCheck[] | undefined;
}): Reveals {
  const { compiled, asOfDay, plan } = of;
  return {
    asserted: compiled.criteria.flatMap(({ requirement }) => demandLine(requirement) ?? []),
    flags: flagNarrow(compiled.programs, asOfDay),
    mixed: plan && mixedWords(plan),
  };
}

type Partial = Omit<Check, "refusals" | "warnings">;

function refusalsOf(
  { records, parts, plan, reveals, crowd, budget }: Partial,
  { wallet, registry }: { wallet: Wallet; registry: RecordsState },
): Refusal[] {
  const refusals: Refusal[] = [];
  if (reveals.flags.some(({ severity }) => severity === "refuse")) {
    refusals.push(new Refusal("NarrowCriteria"));
  }
  if (!budget.allows) refusals.push(new Refusal("BudgetSpent", { limit: budget.limit }));
  if (!crowd.enough && wallet.settings.belowThat === "refuse") {
    refusals.push(new Refusal("SmallCrowd", { leaves: crowd.leaves, clinics: crowd.clinics }));
  }
  if (registry.blocked) refusals.push(new Refusal("RegistryBlocked"));
  if (plan === undefined) {
    const fits = parts.every(({ part }) => records.some((record) => record.parts[part]!.eligible));
    refusals.push(new Refusal(fits ? "RecordNotAnchored" : "NotEligible"));
  }
  return refusals;
}

function warningsOf({ reveals, crowd, budget }: Partial): string[] {
  const flags = reveals.flags.map(({ text }) => `A yes ${text}.`);
  const { leaves, clinics } = crowd;
  const few = `Only ${counted(leaves, "record")} of ${counted(clinics, "clinic")} could be behind a yes.`;
  const last = `This sponsor has had ${budget.used} of ${counted(budget.limit, "answer")} from this wallet.`;
  return [
    ...flags,
    ...(reveals.mixed === undefined ? [] : [reveals.mixed]),
    ...(crowd.enough ? [] : [few]),
    ...(budget.used > 0 ? [last] : []),
  ];
}
