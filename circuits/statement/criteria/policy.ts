// What the record must be for a program's leaves to mean something (CRITERIA.md), derived from the leaves.

import { DOMAINS, type Domain, decodeCode } from "../encoding/code.ts";
import { ONGOING } from "../encoding/day.ts";
import { domainsOfKind } from "../encoding/domains.ts";
import { parseDuration } from "../encoding/duration.ts";
import { CODED_SYSTEMS, type CodedSystem } from "../encoding/header.ts";
import type { PolicyOverrides } from "./criteria.ts";
import type { Problem } from "./problem.ts";
import type { Leaf, Policy } from "./program.ts";
import { type Context, leavesOf, type Requirement } from "./requirement.ts";

/** Clinics re-issue weekly: a criterion that needs a fresher record than this belongs at the site. */
const MIN_RECORD_AGE = 7;
/** Oldest record accepted when no window demands a fresher one: "current" means current at issue. */
const MAX_RECORD_AGE = 90;
/** Least coverage behind "never on record": else a record begun yesterday would show it. */
const MIN_COVERAGE_FOR_NEVER = 366;
/** Records of dictionary version 1 say differently how the day of a fact is meant (fact.ts). */
const FIRST_DICTIONARY_VERSION = 2;
/** A record may be as old as this part of the shortest window. */
const WINDOW_SHARE = 4;

/**
 * The weakest policy under which every leaf can be believed. Notes absences in windows too short for any record: what is
 * in a window is on the record whatever its age, but what is not may have been missed since it was issued.
 */
export function derivePolicy(
  requirements: readonly Requirement[],
  latestIdentitySince: number,
  { terminology, dictionaryVersion, problems }: Context,
): Policy {
  const domains = new Set<Domain>();
  const codedIn = new Set<CodedSystem>();
  let maxRecordAge = MAX_RECORD_AGE;
  let minCoverage = 0;
  let minDictionaryVersion = FIRST_DICTIONARY_VERSION;
  for (const { leaf, path } of requirements.flatMap(leavesOf)) {
    const windowed = leaf.far !== ONGOING && leaf.far > 0;
    const freshness = windowed ? Math.floor(leaf.far / WINDOW_SHARE) : MAX_RECORD_AGE;
    if (leaf.kind === "none" && freshness < MIN_RECORD_AGE)
      problems.push(windowProblem(path, leaf.far));
    maxRecordAge = Math.min(maxRecordAge, Math.max(freshness, MIN_RECORD_AGE));
    if (leaf.kind === "none") {
      const needed = leaf.far === ONGOING ? MIN_COVERAGE_FOR_NEVER : leaf.far;
      minCoverage = Math.max(minCoverage, needed);
    }
    if (leaf.kind !== "any") domains.add(domainOf(leaf.codeLo));
    if (leaf.kind === "none") {
      if (leaf.far !== ONGOING && leaf.codeLo !== leaf.codeHi) problems.push(rangeProblem(path));
      const system = codedSystemOf(leaf);
      if (system !== undefined) codedIn.add(system);
    }
    const versions = [leaf.codeLo, leaf.codeHi].map((code) =>
      terminology.versionOfCode(code, dictionaryVersion),
    );
    minDictionaryVersion = Math.max(minDictionaryVersion, ...versions);
  }
  return {
    maxRecordAge,
    minCoverage,
    minDictionaryVersion,
    domains: inOrder(domains),
    latestIdentitySince,
    codedIn: (Object.keys(CODED_SYSTEMS) as CodedSystem[]).filter((system) => codedIn.has(system)),
  };
}

/**
 * The system in which everything must be coded for a raw code's absence to mean something. Short references of every
 * edition of ICD-10 stand in `icd10` (codeSpan.ts).
 */
function codedSystemOf({ codeLo }: Leaf): CodedSystem | undefined {
  const { system } = decodeCode(codeLo);
  return system in CODED_SYSTEMS ? (system as CodedSystem) : undefined;
}

/** The newest fact of one code tells of all its older ones; of a range it tells of its own code only. */
function rangeProblem(path: string): Problem {
  const message = "absence within a time cannot be proven of several codes at once";
  const hint =
    'Exclude each code by itself ("I50", "I51"), or a concept, or all of them at any time.';
  return { path, message, hint };
}

function windowProblem(path: string, days: number): Problem {
  const freshness = Math.floor(days / WINDOW_SHARE);
  const message = `absence within ${days} days needs a record no older than ${freshness} days`;
  const hint = "Clinics re-issue weekly: widen it to 28 days or make it a site attestation.";
  return { path, message, hint };
}

function domainOf(code: bigint): Domain {
  const names = Object.keys(DOMAINS) as Domain[];
  return names.find((name) => BigInt(DOMAINS[name]) === code >> 64n)!;
}

function inOrder(domains: Iterable<Domain>): Domain[] {
  return [...new Set(domains)].sort((a, b) => DOMAINS[a] - DOMAINS[b]);
}

/** Applies a trial's stricter demands. A weaker one is a problem: the criteria would not mean what they say. */
export function tightenPolicy(
  derived: Policy,
  overrides: PolicyOverrides | undefined,
  problems: Problem[],
): Policy {
  const refuse = (key: string, message: string, hint: string) =>
    problems.push({ path: `policy.${key}`, message, hint });
  const policy = { ...derived };
  if (overrides?.maxRecordAge !== undefined) {
    const days = parseDuration(overrides.maxRecordAge).shortest;
    if (days > derived.maxRecordAge) {
      const message = `${overrides.maxRecordAge} is weaker than the criteria need`;
      refuse(
        "maxRecordAge",
        message,
        `Allow at most ${derived.maxRecordAge} days, or leave it out.`,
      );
    }
    policy.maxRecordAge = days;
  }
  if (overrides?.minCoverage !== undefined) {
    const days = parseDuration(overrides.minCoverage).longest;
    if (days < derived.minCoverage) {
      const message = `${overrides.minCoverage} is weaker than the criteria need`;
      refuse(
        "minCoverage",
        message,
        `Ask for at least ${derived.minCoverage} days, or leave it out.`,
      );
    }
    policy.minCoverage = days;
  }
  if (overrides?.minDictionaryVersion !== undefined) {
    const version = overrides.minDictionaryVersion;
    if (version < derived.minDictionaryVersion) {
      const message = `version ${version} lacks concepts that the criteria use`;
      refuse("minDictionaryVersion", message, `Ask for at least ${derived.minDictionaryVersion}.`);
    }
    policy.minDictionaryVersion = version;
  }
  const more = (overrides?.completeFor ?? []).flatMap(domainsOfKind);
  return { ...policy, domains: inOrder([...derived.domains, ...more]) };
}
