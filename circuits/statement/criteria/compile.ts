// Criteria text to program: the one meaning of the text, recompiled by sponsor, board, wallet and auditor.

import { publishedTerminology, type Terminology } from "../dictionary/terminology.ts";
import { ONGOING } from "../encoding/day.ts";
import type { Tree } from "./compileGates.ts";
import { compileLeafForm } from "./compileLeaves.ts";
import { policiesOf, type Shown, shownBy } from "./compileParts.ts";
import type { Place } from "./compilePresence.ts";
import { splitParts } from "./compileSplit.ts";
import type { AtLeastForm, AttestationForm, Criteria, Criterion, LeafForm } from "./criteria.ts";
import { parseCriteria } from "./criteriaParse.ts";
import { inSentence, requirementWords } from "./english.ts";
import { linesInParts, partsWarnings } from "./partWords.ts";
import { CriteriaError, type Problem } from "./problem.ts";
import { type CircuitName, checkCanonical, type Program, SIZES } from "./program.ts";
import {
  type Attestation,
  attestationsOf,
  type Context,
  leavesOf,
  type Meant,
  provablePart,
  type Requirement,
  type Said,
} from "./requirement.ts";
import { listedWords, saidParts, saidWords } from "./said.ts";

/** How much of a criterion a record proves. */
export type Proof = "proven" | "partly" | "attested";

export type CompiledCriterion = {
  readonly path: string;
  readonly list: "inclusion" | "exclusion";
  readonly id: string | undefined;
  readonly label: string | undefined;
  /** What it is about, in plain English: for an exclusion, what must not be so. */
  readonly english: string;
  /** What the record must show: for an exclusion, that it is not so. */
  readonly demanded: string;
  /** True when `english` says all that `demanded` does. */
  readonly isPlain: boolean;
  readonly said: Said;
  readonly requirement: Requirement;
  /** Indexes of the programs that show it, ascending: one, unless it fits no program; none when all is attested. */
  readonly parts: readonly number[];
  /** What it demands of each of `parts`, over that program's leaves. */
  readonly trees: readonly Tree[];
  /** The one program that shows it, and what it demands there; undefined when none or several do. */
  readonly part: number | undefined;
  readonly tree: Tree | undefined;
  readonly proof: Proof;
};

type Coverage = {
  readonly criteria: number;
  readonly proven: number;
  readonly partly: number;
  readonly attested: number;
  readonly byPatient: number;
  readonly bySite: number;
};

export type Compiled = {
  /**
   * One a part, 1 to 4, all of one size: each is proven from one record, two of them may be from records of two clinics.
   */
  readonly programs: readonly Program[];
  readonly circuit: CircuitName;
  readonly criteria: readonly CompiledCriterion[];
  readonly attestations: readonly Attestation[];
  readonly coverage: Coverage;
  /** Sound but worth a second look. */
  readonly warnings: readonly Problem[];
  /** The whole trial in plain English, a criterion a line. */
  readonly english: string;
  /** The same for boards and auditors: where the words differ, what the record must show stands beside. */
  readonly reviewed: string;
};

export type CompileOptions = {
  /** At least 128 random bits, kept with the text: the same salt gives the same program. */
  readonly salt: bigint;
  /** Day of the trial's first publication: identities re-bound later are refused. */
  readonly latestIdentitySince: number;
  readonly terminology?: Terminology;
  /** Dictionary version that the text was written for; the newest when not given. */
  readonly dictionaryVersion?: number;
};

/**
 * Compiles criteria (JSON, already read) into one program for the smallest circuit it fits, or into the fewest parts.
 * Deterministic. Throws CriteriaError with every problem, each with its path in the text.
 */
export function compile(json: unknown, options: CompileOptions): Compiled {
  const text = parseCriteria(json);
  const terminology = options.terminology ?? publishedTerminology;
  const { dictionaryVersion = Number.POSITIVE_INFINITY } = options;
  const context: Context = { terminology, dictionaryVersion, problems: [], warnings: [] };
  const listed = compileLists(text, context);
  checkAttestations(
    listed.map(({ requirement }) => requirement),
    context,
  );
  const provable = listed.flatMap(({ path, requirement }) => {
    const part = provablePart(requirement);
    return part ? [{ path, requirement: part }] : [];
  });
  stopOn(context);
  if (provable.length === 0) {
    const message = "no criterion can be proven from a record";
    const hint = "Add at least one that a record can answer, such as an age.";
    throw new CriteriaError([{ path: "", message, hint }]);
  }
  const parts = splitParts(provable, context.problems);
  const policies = policiesOf(parts, { provable, overrides: text.policy, ...options }, context);
  stopOn(context);
  const programs = parts.map(({ size, gated: { leaves, gates } }, i) => {
    const program: Program = { size, leaves, gates, policy: policies[i]!, salt: options.salt };
    checkCanonical(program);
    return program;
  });
  const criteria = listed.map((entry) => describe(entry, shownBy(parts, entry.path)));
  return {
    programs,
    circuit: SIZES[programs[0]!.size].circuit,
    criteria,
    attestations: criteria.flatMap(({ requirement }) => attestationsOf(requirement)),
    coverage: coverageOf(criteria),
    warnings: [...context.warnings, ...partsWarnings(programs)],
    english: linesInParts(criteria, programs.length, listedWords).join("\n"),
    reviewed: linesInParts(criteria, programs.length, reviewedWords).join("\n"),
  };
}

/** "May not take part: type 1 diabetes. Shown by: no type 1 diabetes on record since coverage began". */
function reviewedWords(criterion: CompiledCriterion): string {
  const { demanded, isPlain } = criterion;
  if (isPlain) return listedWords(criterion);
  return `${listedWords(criterion)}. Shown by: ${inSentence(demanded)}`;
}

function stopOn({ problems }: Context): void {
  if (problems.length > 0) throw new CriteriaError(problems);
}

type Listed = Meant & { path: string; list: "inclusion" | "exclusion"; criterion: Criterion };

function compileLists(text: Criteria, context: Context): Listed[] {
  return (["inclusion", "exclusion"] as const).flatMap((list) =>
    text[list].flatMap((criterion, i) => {
      const place = { path: `${list}[${i}]`, negated: list === "exclusion", decides: true };
      const meant = compileCriterion(criterion, place, context);
      return meant ? [{ path: place.path, list, criterion, ...meant }] : [];
    }),
  );
}

/** Pushes `not` to the leaves by De Morgan. Returns undefined when a part has a problem, which is noted. */
function compileCriterion(criterion: Criterion, place: Place, context: Context): Meant | undefined {
  const { path, negated } = place;
  if ("not" in criterion) {
    const inner = { ...place, path: `${path}.not`, negated: !negated };
    const meant = compileCriterion(criterion.not, inner, context);
    return meant && { ...meant, said: { is: "not", path, of: meant.said } };
  }
  if ("all" in criterion) {
    const { all } = criterion;
    return compileParts(all, all.length, { ...place, path: `${path}.all` }, context);
  }
  if ("any" in criterion) {
    return compileParts(criterion.any, 1, { ...place, path: `${path}.any` }, context);
  }
  if ("atLeast" in criterion) return compileAtLeast(criterion, place, context);
  if ("attestation" in criterion) {
    const { attestation: given } = criterion as AttestationForm;
    const attestation = { ...given, path, negated };
    return {
      requirement: { is: "attested", attestation },
      said: { is: "attested", path, attestation },
    };
  }
  return compileLeafForm(criterion as LeafForm, place, context);
}

function compileAtLeast(
  { atLeast: { n, of } }: AtLeastForm,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path } = place;
  if (n > of.length) {
    const message = `asks for ${n} of only ${of.length}`;
    const hint = `Use at most ${of.length}.`;
    context.problems.push({ path: `${path}.atLeast.n`, message, hint });
    return undefined;
  }
  return compileParts(of, n, { ...place, path: `${path}.atLeast.of` }, context);
}

/** At least `threshold` of the parts. Not at least n of m is at least m - n + 1 that are not so. */
function compileParts(
  parts: readonly Criterion[],
  threshold: number,
  place: Place,
  context: Context,
): Meant | undefined {
  const { path, negated } = place;
  const demanded = negated ? parts.length - threshold + 1 : threshold;
  const decides = place.decides && demanded === parts.length;
  const meant = parts
    .map((part, i) => compileCriterion(part, { path: `${path}[${i}]`, negated, decides }, context))
    .filter((part) => part !== undefined);
  if (meant.length < parts.length) return undefined;
  const of = meant.map(({ requirement }) => requirement);
  const said = { is: "gate", path, threshold, of: meant.map((part) => part.said) } as const;
  return { requirement: { is: "gate", threshold: demanded, of }, said };
}

function checkAttestations(requirements: readonly Requirement[], { problems }: Context): void {
  const seen = new Map<string, string>();
  for (const { id, path } of requirements.flatMap(attestationsOf)) {
    const first = seen.get(id);
    if (first !== undefined) {
      const message = `attestation id "${id}" is used twice, first at ${first}`;
      problems.push({ path: `${path}.attestation.id`, message, hint: "Give each its own id." });
    }
    seen.set(id, path);
  }
}

function describe(listed: Listed, shown: readonly Shown[]): CompiledCriterion {
  const { path, list, criterion, requirement, said } = listed;
  const { id, label } = criterion;
  const hasAttestation = attestationsOf(requirement).length > 0;
  const proof: Proof = shown.length === 0 ? "attested" : hasAttestation ? "partly" : "proven";
  const english = saidWords(said, list);
  const demanded = requirementWords(requirement);
  const isSame = list === "inclusion" && english === demanded;
  const isPlain = proof === "attested" || isSame || saysSame(said, requirement);
  const only = shown.length === 1 ? shown[0] : undefined;
  return {
    ...{ path, list, id, label, english, demanded, isPlain, said, requirement, proof },
    ...{ parts: shown.map(({ part }) => part), trees: shown.map(({ tree }) => tree) },
    ...{ part: only?.part, tree: only?.tree },
  };
}

/** Whether each leaf reads as its part of the criterion does. */
function saysSame(said: Said, requirement: Requirement): boolean {
  const leaves = leavesOf(requirement).map(({ words }) => words);
  const parts = saidParts(said).filter((part) => part.is === "leaf");
  const words = parts.map((part) => saidWords(part, "inclusion"));
  return words.length === leaves.length && words.every((one, i) => one === leaves[i]);
}

function coverageOf(criteria: readonly CompiledCriterion[]): Coverage {
  const count = (proof: Proof) => criteria.filter((c) => c.proof === proof).length;
  const by = (who: "patient" | "site") =>
    criteria.filter((c) => attestationsOf(c.requirement).some((a) => a.by === who)).length;
  return {
    criteria: criteria.length,
    proven: count("proven"),
    partly: count("partly"),
    attested: count("attested"),
    byPatient: by("patient"),
    bySite: by("site"),
  };
}

/** The problems of a criteria text without throwing; none means that it compiles. */
export function checkCriteria(json: unknown, terminology?: Terminology): readonly Problem[] {
  try {
    const options = { salt: 1n << 128n, latestIdentitySince: ONGOING };
    compile(json, terminology ? { ...options, terminology } : options);
    return [];
  } catch (error) {
    if (error instanceof CriteriaError) return error.problems;
    throw error;
  }
}
