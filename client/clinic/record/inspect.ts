// What `cohort clinic inspect` shows: exactly which facts a record holds, what was left out and why.

import { conceptsContaining } from "../../../circuits/statement/dictionary/dictionary.ts";
import { DOMAINS, type Domain, SYSTEMS } from "../../../circuits/statement/encoding/code.ts";
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import { UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import type { CodedSystem } from "../../../circuits/statement/encoding/header.ts";
import type { Issued } from "./issue.ts";
import { codeWords, DOMAIN_WORDS, factWords, valueWords } from "./words.ts";

/** Systems whose codes the dictionary's drug and disease concepts are made of. */
const GROUPED = new Set(["snomed", "rxnorm"]);

export type Inspection = {
  readonly issuedOn: string;
  /** YYYY-MM-DD; the first day of all records when the clinic has known the patient since birth. */
  readonly coverageFrom: string;
  readonly person: Deceased;
  readonly dictionaryVersion: number;
  readonly counts: Issued["counts"];
  /** Domains in which absence can be proved. */
  readonly completeFor: readonly Domain[];
  /** Code systems in which all conditions, or all drugs, are coded: there absence of single codes can be proved too. */
  readonly codedIn: readonly CodedSystem[];
  readonly facts: readonly InspectedFact[];
  readonly leftOut: readonly Group[];
  /** Facts that block absence and satisfy nothing, by reason; multiples of limits not counted. */
  readonly unusable: readonly Omit<Group, "clears">[];
};

type Deceased = {
  readonly deceased: boolean;
  /** YYYY-MM-DD, or two of them where the day is uncertain; absent when the chart does not say it. */
  readonly diedOn?: string;
};

type Group = {
  readonly reason: string;
  readonly clears: readonly Domain[];
  readonly paths: readonly string[];
};

type InspectedFact = {
  readonly domain: Domain;
  /** YYYY-MM-DD or "ongoing". */
  readonly day: string;
  readonly label: string;
  readonly code: string;
  readonly value: string;
  readonly note?: string;
  readonly path: string;
};

/** The report of an issued record as plain data, for `--json`. Holds health data, but no blinding. */
export function inspectRecord(issued: Issued): Inspection {
  const { record, facts, leftOut, completeFor, counts } = issued;
  const reasons = new Map<string, { reason: string; clears: Set<Domain>; paths: string[] }>();
  for (const { reason, clears, path } of leftOut) {
    const group = reasons.get(reason) ?? { reason, clears: new Set<Domain>(), paths: [] };
    for (const domain of clears) group.clears.add(domain);
    group.paths.push(path);
    reasons.set(reason, group);
  }
  return {
    issuedOn: formatDay(record.header.issuedDay),
    coverageFrom: formatDay(record.header.coverageFromDay),
    person: deceasedOf(issued.person),
    dictionaryVersion: record.header.dictionaryVersion,
    counts,
    completeFor,
    codedIn: record.header.codedIn,
    facts: facts.map((fact) => ({
      domain: fact.domain,
      day: formatDay(fact.day),
      label: fact.label,
      code: codeWords(fact),
      value: valueWords(fact),
      ...(fact.note === undefined ? {} : { note: fact.note }),
      path: fact.path,
    })),
    leftOut: [...reasons.values()].map((group) => ({ ...group, clears: [...group.clears] })),
    unusable: groupUnusable(facts),
  };
}

function deceasedOf({ deceased, death }: Issued["person"]): Deceased {
  if (death === undefined) return { deceased };
  const [from, to] = [formatDay(death.from), formatDay(death.to)];
  return { deceased, diedOn: from === to ? to : `${from} to ${to}` };
}

/** "drugs, all coded in ATC". */
export function codedWords(system: CodedSystem): string {
  const what = system === "atc" ? "drugs" : "conditions";
  const name = system === "icd10" ? "ICD-10 of some edition" : SYSTEMS[system].name;
  return `${what}, all coded in ${name}`;
}

/** What a reader must know before the facts of a patient who has died. */
function deceasedLines({ deceased, diedOn }: Deceased): string[] {
  if (!deceased) return [];
  return [`The patient has died${diedOn === undefined ? "" : ` (${diedOn})`}`];
}

/** SNOMED CT and RxNorm codes that no concept holds: criteria written with concepts do not see them. */
export function inNoConcept({ facts }: Pick<Issued, "facts">) {
  const codes = new Map<string, { system: string; code: string; label: string }>();
  for (const { domain, system, code, label } of facts) {
    if (!GROUPED.has(system) || conceptsContaining(domain, system, code).length > 0) continue;
    codes.set(`${system} ${code}`, { system, code, label });
  }
  return [...codes.values()];
}

function groupUnusable(facts: Issued["facts"]): Inspection["unusable"] {
  const groups = new Map<string, Set<string>>();
  for (const { domain, value, note = "not usable", path } of facts) {
    const isMultiple = domain === "observationUpper" || domain === "observationLower";
    if (value !== UNUSABLE || isMultiple) continue;
    groups.set(note, (groups.get(note) ?? new Set()).add(path));
  }
  return [...groups].map(([reason, paths]) => ({ reason, paths: [...paths] }));
}

/** The report as text for a terminal. `paths`: how many places to show of each reason. */
export function renderInspection(issued: Issued, paths = 3): string {
  const inspection = inspectRecord(issued);
  const { counts, completeFor, codedIn } = inspection;
  const isSinceBirth = issued.record.header.coverageFromDay === 0;
  const coverage = isSinceBirth
    ? "all time since birth"
    : `the time from ${inspection.coverageFrom}`;
  const lines = [
    `Record of ${inspection.issuedOn}, covering ${coverage}, ` +
      `dictionary version ${inspection.dictionaryVersion}`,
    ...deceasedLines(inspection.person),
    `${counts.resources} resources -> ${counts.facts} facts under ${counts.codes} codes, ` +
      `${counts.rollUps} of them roll-ups under concepts`,
    `Absence can be proved for: ${completeFor.length > 0 ? completeFor.join(", ") : "nothing"}`,
    `Absence of single codes, too: ${codedIn.length > 0 ? codedIn.map(codedWords).join("; ") : "in no code system"}`,
  ];
  for (const domain of Object.keys(DOMAINS) as Domain[]) {
    const facts = issued.facts.filter((fact) => fact.domain === domain);
    if (facts.length === 0) continue;
    lines.push("", `${DOMAIN_WORDS[domain]} (${facts.length})`);
    for (const fact of facts) lines.push(`  ${factWords(fact)}`);
  }
  lines.push("", ...leftOutLines(inspection, paths));
  return `${lines.join("\n")}\n`;
}

function leftOutLines({ leftOut, unusable, counts }: Inspection, shown: number): string[] {
  const lines = unusable.length > 0 ? ["Not usable: blocks absence, satisfies nothing"] : [];
  for (const { reason, paths } of unusable) lines.push(...reasonLines(reason, paths, shown));
  lines.push(leftOut.length > 0 ? "Left out" : "Nothing was left out");
  for (const { reason, clears, paths } of leftOut) {
    const effect = clears.length > 0 ? `; absence unprovable for ${clears.join(", ")}` : "";
    lines.push(...reasonLines(`${reason}${effect}`, paths, shown));
  }
  const unread = Object.entries(counts.unread).map(([type, count]) => `${count} ${type}`);
  if (unread.length > 0) lines.push(`Types that give no facts: ${unread.join(", ")}`);
  return lines;
}

function reasonLines(reason: string, paths: readonly string[], shown: number): string[] {
  const more = paths.length > shown ? [`    and ${paths.length - shown} more`] : [];
  return [
    `  ${reason} (${paths.length})`,
    ...paths.slice(0, shown).map((p) => `    ${p}`),
    ...more,
  ];
}
