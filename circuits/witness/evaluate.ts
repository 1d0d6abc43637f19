// Tells a patient, on their device, which criteria hold: the circuit's meaning in TypeScript.
import type { Compiled, CompiledCriterion } from "../statement/compile.ts";
import type { Tree } from "../statement/compileGates.ts";
import { formatDay, ONGOING } from "../statement/day.ts";
import { domainList } from "../statement/domainWords.ts";
import type { Header } from "../statement/header.ts";
import type { Policy, Program } from "../statement/program.ts";
import { leavesOf, provablePart } from "../statement/requirement.ts";
import { listedWords } from "../statement/said.ts";
import { evaluateLeaf, type LeafVerdict } from "./evaluateLeaf.ts";

/** The parts of a record that criteria are about. */
export type Readable = {
  /** Packed facts in ascending order. */
  readonly facts: readonly bigint[];
  readonly header: Header;
};

export type PolicyProblem = {
  readonly rule: keyof Policy | "dates";
  readonly message: string;
  /** What would help. */
  readonly hint: string;
};

export type Evaluation = {
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
  /** Its leaves in words, with what the record shows for each. */
  readonly parts: readonly { words: string; holds: boolean; reason: string }[];
  /** First later day (of {@link formatDay}) on which it would hold, were the record to stay as it is. */
  readonly earliest: string | undefined;
};

type Input = { readonly program: Program; readonly record: Readable; readonly asOf: number };

/** Evaluates a program on a record as the circuit does. `asOf` is the day of the proof. */
export function evaluate({ program, record, asOf }: Input): Evaluation {
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

/** Evaluates compiled criteria and says for each criterion of the text whether and why it holds. */
export function evaluateCriteria({
  compiled,
  record,
  asOf,
}: {
  readonly compiled: Compiled;
  readonly record: Readable;
  readonly asOf: number;
}): Evaluation & { readonly criteria: readonly CriterionVerdict[] } {
  const evaluation = evaluate({ program: compiled.program, record, asOf });
  const criteria = compiled.criteria.map((criterion) =>
    judge(criterion, compiled, evaluation, record, asOf),
  );
  return { ...evaluation, criteria };
}

function judge(
  criterion: CompiledCriterion,
  { program }: Compiled,
  { leaves }: Evaluation,
  record: Readable,
  asOf: number,
): CriterionVerdict {
  const { path, list, id, label, english, demanded, tree, requirement } = criterion;
  const listed = listedWords(criterion);
  const holds = tree && holdsOn(tree, (leaf) => leaves[leaf]!.holds);
  const provable = provablePart(requirement);
  const parts = (provable ? leavesOf(provable) : []).map(({ leaf, words }) => {
    const { holds: shown, reason } = evaluateLeaf(leaf, record.facts, asOf);
    return { words, holds: shown, reason };
  });
  const earliest = tree && !holds ? earliestDay(tree, program, leaves, record) : undefined;
  return { path, list, id, label, english, demanded, listed, holds, parts, earliest };
}

function holdsOn(tree: Tree, leafHolds: (leaf: number) => boolean): boolean {
  if ("leaf" in tree) return leafHolds(tree.leaf);
  return tree.of.filter((part) => holdsOn(part, leafHolds)).length >= tree.threshold;
}

function leafNumbers(tree: Tree): number[] {
  return "leaf" in tree ? [tree.leaf] : tree.of.flatMap(leafNumbers);
}

/** Tries each day on which one of the leaves could turn, in order: between them nothing begins to hold. */
function earliestDay(
  tree: Tree,
  { leaves }: Program,
  verdicts: readonly LeafVerdict[],
  { facts }: Readable,
): string | undefined {
  const days = [...new Set(leafNumbers(tree).flatMap((leaf) => verdicts[leaf]!.turns))];
  const first = days
    .sort((a, b) => a - b)
    .find(
      (day) => day < ONGOING && holdsOn(tree, (n) => evaluateLeaf(leaves[n]!, facts, day).holds),
    );
  return first === undefined ? undefined : formatDay(first);
}

/** What in a record's header keeps it from the policy; the same bounds as in the circuit. */
export function policyProblems(policy: Policy, header: Header, asOf: number): PolicyProblem[] {
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
  unless(identitySince <= policy.latestIdentitySince, {
    rule: "latestIdentitySince",
    message: "the identity was renewed at the clinic after the trial was published",
    hint: "A renewed identity can take part in trials published later.",
  });
  return problems;
}
