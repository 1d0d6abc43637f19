// Tells a patient, on their device, which criteria hold: the circuit's meaning in TypeScript.

import type { Compiled, CompiledCriterion } from "../statement/criteria/compile.ts";
import type { Tree } from "../statement/criteria/compileGates.ts";
import type { Policy, Program } from "../statement/criteria/program.ts";
import { leavesOf, provablePart } from "../statement/criteria/requirement.ts";
import { listedWords } from "../statement/criteria/said.ts";
import { SYSTEMS } from "../statement/encoding/code.ts";
import { formatDay, ONGOING } from "../statement/encoding/day.ts";
import { domainList } from "../statement/encoding/domainWords.ts";
import type { Header } from "../statement/encoding/header.ts";
import { type CriterionLine, linesOf } from "./criterionLines.ts";
import { evaluateLeaf, type LeafVerdict } from "./evaluateLeaf.ts";

/** What of a record criteria are about. */
type Readable = {
  /** Packed facts in ascending order. */
  readonly facts: readonly bigint[];
  readonly header: Header;
};

type PolicyProblem = {
  readonly rule: keyof Policy | "dates";
  readonly message: string;
  /** What would help. */
  readonly hint: string;
};

type Evaluation = {
  /** What the circuit would prove: policy and last gate both hold. */
  readonly eligible: boolean;
  readonly leaves: readonly LeafVerdict[];
  readonly gates: readonly boolean[];
  readonly policy: { readonly holds: boolean; readonly problems: readonly PolicyProblem[] };
};

export type CriterionVerdict = Pick<
  CompiledCriterion,
  "path" | "list" | "id" | "label" | "english" | "demanded"
> & {
  /** The criterion among others: an exclusion as what may not be. */
  readonly listed: string;
  /** Undefined when only a person can say. */
  readonly holds: boolean | undefined;
  /** The compiled criteria's parts that show it. */
  readonly inParts: readonly number[];
  /** Its leaves in words, with what the record shows for each. */
  readonly parts: readonly { words: string; holds: boolean; reason: string }[];
  /** The same as people read it: a sentence, or a list of them, each with what the record shows. */
  readonly line: CriterionLine;
  /** First later day (of {@link formatDay}) on which it would hold, were the record to stay as it is. */
  readonly earliest: string | undefined;
};

type Input = { readonly program: Program; readonly record: Readable; readonly asOf: number };

/** Evaluates a program on a record as the circuit does. `asOf` is the day of the proof. */
function evaluate({ program, record, asOf }: Input): Evaluation {
  const leaves = program.leaves.map((leaf) => evaluateLeaf(leaf, record.facts, asOf));
  const gates: boolean[] = [];
  for (const gate of program.gates) {
    const inputs = [
      ...gate.leaves.map((l) => leaves[l]!.holds),
      ...gate.gates.map((g) => gates[g]!),
    ];
    gates.push(inputs.filter(Boolean).length >= gate.threshold);
  }
  const problems = policyProblems(program.policy, record.header, asOf);
  const policy = { holds: problems.length === 0, problems };
  return { eligible: policy.holds && gates.at(-1)!, leaves, gates, policy };
}

type CriteriaEvaluation = {
  /** Every part could be proven from this one record. */
  readonly eligible: boolean;
  /** One a program, in order. */
  readonly parts: readonly Evaluation[];
  readonly criteria: readonly CriterionVerdict[];
};

/** Evaluates compiled criteria and says for each criterion of the text whether and why it holds. */
export function evaluateCriteria({
  compiled,
  record,
  asOf,
}: {
  readonly compiled: Compiled;
  readonly record: Readable;
  readonly asOf: number;
}): CriteriaEvaluation {
  const parts = compiled.programs.map((program) => evaluate({ program, record, asOf }));
  const criteria = compiled.criteria.map((criterion) =>
    judge(criterion, partsOf(criterion, compiled, parts), record, asOf),
  );
  return { eligible: parts.every(({ eligible }) => eligible), parts, criteria };
}

/** What a criterion demands of one part's program, with the verdicts on that program's leaves. */
type Demand = {
  readonly tree: Tree;
  readonly program: Program;
  readonly leaves: readonly LeafVerdict[];
};

function partsOf(
  { parts, trees }: CompiledCriterion,
  { programs }: Compiled,
  evaluations: readonly Evaluation[],
): Demand[] {
  return parts.map((part, i) => ({
    tree: trees[i]!,
    program: programs[part]!,
    leaves: evaluations[part]!.leaves,
  }));
}

function judge(
  criterion: CompiledCriterion,
  demands: readonly Demand[],
  record: Readable,
  asOf: number,
): CriterionVerdict {
  const { path, list, id, label, english, demanded, requirement, parts: inParts } = criterion;
  const listed = listedWords(criterion);
  const holds = demands.length
    ? demands.every(({ tree, leaves }) => holdsOn(tree, (leaf) => leaves[leaf]!.holds))
    : undefined;
  const provable = provablePart(requirement);
  const parts = (provable ? leavesOf(provable) : []).map(({ leaf, words }) => {
    const { holds: shown, reason } = evaluateLeaf(leaf, record.facts, asOf);
    return { words, holds: shown, reason };
  });
  const earliest = holds === false ? earliestDay(demands, record) : undefined;
  const line = linesOf(criterion, (leaf) => evaluateLeaf(leaf, record.facts, asOf));
  return {
    path,
    list,
    id,
    label,
    english,
    demanded,
    listed,
    holds,
    inParts,
    parts,
    line,
    earliest,
  };
}

function holdsOn(tree: Tree, leafHolds: (leaf: number) => boolean): boolean {
  if ("leaf" in tree) return leafHolds(tree.leaf);
  return tree.of.filter((part) => holdsOn(part, leafHolds)).length >= tree.threshold;
}

function leafNumbers(tree: Tree): number[] {
  return "leaf" in tree ? [tree.leaf] : tree.of.flatMap(leafNumbers);
}

/** Tries each day on which one of the leaves could turn, in order: between them nothing begins to hold. */
function earliestDay(demands: readonly Demand[], { facts }: Readable): string | undefined {
  const turns = demands.flatMap(({ tree, leaves }) =>
    leafNumbers(tree).flatMap((leaf) => leaves[leaf]!.turns),
  );
  const holdsAt = (day: number) =>
    demands.every(({ tree, program }) =>
      holdsOn(tree, (leaf) => evaluateLeaf(program.leaves[leaf]!, facts, day).holds),
    );
  const first = [...new Set(turns)]
    .sort((a, b) => a - b)
    .find((day) => day < ONGOING && holdsAt(day));
  return first === undefined ? undefined : formatDay(first);
}

/** What in a record's header keeps it from the policy; the same bounds as in the circuit. */
function policyProblems(policy: Policy, header: Header, asOf: number): PolicyProblem[] {
  const { issuedDay, coverageFromDay, dictionaryVersion, completeFor, identitySince } = header;
  const problems: PolicyProblem[] = [];
  const unless = (holds: boolean, problem: PolicyProblem) => {
    if (!holds) problems.push(problem);
  };
  const refresh = "Import the clinic's next issue of the record.";
  unless(coverageFromDay <= issuedDay && issuedDay <= asOf, {
    rule: "dates",
    message: "the record is issued after the day of the proof, or covers nothing",
    hint: refresh,
  });
  unless(asOf - issuedDay <= policy.maxRecordAge, {
    rule: "maxRecordAge",
    message: `the record is ${asOf - issuedDay} days old; the trial accepts ${policy.maxRecordAge}`,
    hint: refresh,
  });
  unless(asOf - coverageFromDay >= policy.minCoverage, {
    rule: "minCoverage",
    message: `the record covers ${asOf - coverageFromDay} days; the trial needs ${policy.minCoverage}`,
    hint: `It will be enough from ${formatDay(coverageFromDay + policy.minCoverage)}.`,
  });
  unless(dictionaryVersion >= policy.minDictionaryVersion, {
    rule: "minDictionaryVersion",
    message: `the record uses dictionary ${dictionaryVersion}; the trial needs ${policy.minDictionaryVersion}`,
    hint: refresh,
  });
  const missing = policy.domains.filter((domain) => !completeFor.includes(domain));
  unless(missing.length === 0, {
    rule: "domains",
    message: `the clinic does not vouch that the record is complete for: ${domainList(missing)}`,
    hint: "Ask the clinic what was left out, or use another clinic's record.",
  });
  const uncoded = policy.codedIn.filter((system) => !header.codedIn.includes(system));
  unless(uncoded.length === 0, {
    rule: "codedIn",
    message: `the clinic does not vouch that every entry is coded in: ${uncoded.map((system) => SYSTEMS[system].name).join(", ")}`,
    hint: "Ask the clinic which entries lack such a code, or use another clinic's record.",
  });
  unless(identitySince <= policy.latestIdentitySince, {
    rule: "latestIdentitySince",
    message: "the identity was renewed at the clinic after the trial was published",
    hint: "A renewed identity can take part in trials published later.",
  });
  return problems;
}
