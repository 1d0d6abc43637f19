// A small terminology of the tests' own, so that they say what the language does whatever the dictionary holds.

import {
  type Compiled,
  type CompileOptions,
  compile,
} from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError, type Problem } from "../../circuits/statement/criteria/problem.ts";
import type { NamedConcept, Terminology } from "../../circuits/statement/dictionary/terminology.ts";
import {
  type Domain,
  decodeCode,
  encodeCode,
  type System,
} from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { EXACT, encodeQuantity, packFact } from "../../circuits/statement/encoding/fact.ts";
import type { Header } from "../../circuits/statement/encoding/header.ts";

const concept = (
  number: number,
  name: string,
  domain: NamedConcept["domain"],
  codes: string[],
  version = 1,
): NamedConcept => ({
  number,
  name,
  title: name.replaceAll("-", " "),
  domain,
  version,
  members: codes.map((code) => ({ system: SYSTEM[domain], code })),
});
const SYSTEM: Record<NamedConcept["domain"], System> = {
  condition: "snomed",
  medication: "rxnorm",
  observation: "loinc",
  procedure: "snomed",
  immunization: "cvx",
  allergy: "snomed",
  encounter: "actCode",
};

export const CONCEPTS: readonly NamedConcept[] = [
  concept(1, "malignancy", "condition", ["363346000"]),
  concept(2, "type-2-diabetes", "condition", ["44054006"]),
  concept(3, "insulin", "medication", ["5856"], 3),
  concept(4, "hba1c", "observation", ["4548-4", "17856-6"]),
  concept(5, "penicillin-allergy", "allergy", ["91936005"]),
  concept(6, "amputation", "procedure", ["81723002"]),
  concept(7, "influenza-vaccine", "immunization", ["140"]),
  concept(8, "hospital-admission", "encounter", ["IMP"]),
  concept(9, "skin-cancer", "condition", ["372130007"]),
  concept(10, "malignancy-other-than-skin-cancer", "condition", []),
  concept(11, "egfr-ckd-epi-2021", "observation", ["98979-8"]),
  concept(12, "beta-blockers", "medication", ["6918"]),
  concept(13, "glioma", "condition", ["393564001"], 4),
];
const DIFFERENCES = [
  { name: "malignancy-other-than-skin-cancer", of: "malignancy", minus: "skin-cancer" },
];
/** ICD-10 and ATC codes that a concept shares. */
const PREFIXES: readonly [string, string][] = [
  ["C", "malignancy"],
  ["E11", "type-2-diabetes"],
  ["A10A", "insulin"],
];

const UNITS: Record<string, string> = {
  "4548-4": "%",
  "1742-6": "U/L",
  "2345-7": "mg/dL",
  "98979-8": "mL/min/{1.73_m2}",
};
const ANSWERS: Record<string, number> = { negative: 1, positive: 2, indeterminate: 3 };

/** HIV 1+2 antibody: the one coded question. */
export const HIV = "5221-7";

export const terminology: Terminology = {
  conceptByName: (name) => CONCEPTS.find((c) => c.name === name),
  suggestConcepts: (name) =>
    CONCEPTS.map((c) => c.name).filter((known) => known.startsWith(name.slice(0, 4))),
  conceptsOverlapping: (base, _system, code) => {
    const names = PREFIXES.filter(([prefix]) => code.startsWith(prefix)).map(([, name]) => name);
    const has = (c: NamedConcept) => c.members.some((member) => member.code === code);
    return CONCEPTS.filter((c) => c.domain === base && (has(c) || names.includes(c.name)));
  },
  conceptDifference: (of, minus) => {
    const found = DIFFERENCES.find((one) => one.of === of && one.minus === minus);
    return CONCEPTS.find((c) => c.name === found?.name);
  },
  differences: () => DIFFERENCES,
  describeCode: (code) => {
    const { system, code: text } = decodeCode(code);
    const named = CONCEPTS.find((c) => system === "concept" && String(c.number) === text);
    return named?.title ?? `${system} ${text}`;
  },
  versionOfCode: (code) => {
    const { system, code: text } = decodeCode(code);
    if (system === "pair") {
      const numbers = text.split(":").map(Number);
      return Math.max(...CONCEPTS.filter((c) => numbers.includes(c.number)).map((c) => c.version));
    }
    return CONCEPTS.find((c) => system === "concept" && String(c.number) === text)?.version ?? 1;
  },
  isKnownLoinc: (loinc) => loinc in UNITS || loinc === HIV,
  unitOf: (loinc) => UNITS[loinc],
  toCanonical: ({ loinc, value, unit }) => {
    if (unit === UNITS[loinc]) return { ok: true, value };
    if (loinc === "2345-7" && unit === "mmol/L") {
      return { ok: true, value: (Number(value) * 18.0156).toFixed(6) };
    }
    return { ok: false, reason: `unit "${unit}" is not ${UNITS[loinc]}` };
  },
  answerRange: (loinc, name) => {
    const number = loinc === HIV ? ANSWERS[name] : undefined;
    return number === undefined ? undefined : { lo: BigInt(number), hi: BigInt(number) };
  },
  answerNames: (loinc) => (loinc === HIV ? Object.keys(ANSWERS) : []),
  answerTitle: (name) => (name === "positive" ? "Positive (any strength)" : undefined),
};

export const options: CompileOptions = {
  salt: 1n << 130n,
  latestIdentitySince: 46_000,
  terminology,
};
export const AS_OF = parseDay("2026-03-01");

/** Compiles a trial of one inclusion criterion. */
export function include(...inclusion: unknown[]): Compiled {
  return compile({ inclusion, exclusion: [] }, options);
}

/** Compiles a trial of exclusions beside an age, so that there is always something to prove. */
export function exclude(...exclusion: unknown[]): Compiled {
  return compile({ inclusion: [], exclusion }, options);
}

/** The problems of a criteria text. Fails when there are none. */
export function problemsOf(json: unknown): readonly Problem[] {
  try {
    compile(json, options);
  } catch (error) {
    if (error instanceof CriteriaError) return error.problems;
    throw error;
  }
  throw new Error("compiled, though a refusal was expected");
}

/** The one problem of a trial with this inclusion criterion. */
export function refusalOf(criterion: unknown): Problem {
  return oneOf(problemsOf({ inclusion: [criterion], exclusion: [] }));
}

/** The one problem of a trial with this exclusion criterion. */
export function exclusionRefusal(criterion: unknown): Problem {
  return oneOf(problemsOf({ inclusion: [{ age: { min: 18 } }], exclusion: [criterion] }));
}

function oneOf(problems: readonly Problem[]): Problem {
  if (problems.length !== 1) throw new Error(`expected one problem: ${JSON.stringify(problems)}`);
  return problems[0]!;
}

/** The only leaf of a compiled trial. */
export function onlyLeaf(compiled: Compiled) {
  if (compiled.programs[0]!.leaves.length !== 1) throw new Error("expected one leaf");
  return compiled.programs[0]!.leaves[0]!;
}

export const conceptCode = (name: string, domain: Domain) =>
  encodeCode(domain, "concept", String(CONCEPTS.find((c) => c.name === name)!.number));

type FactInput = { code: bigint; day: number; value?: bigint };

/** Sorted packed facts. */
export function facts(...inputs: FactInput[]): bigint[] {
  return inputs
    .map(({ code, day, value }) => packFact({ code, day, value: value ?? EXACT }))
    .sort((a, b) => (a < b ? -1 : 1));
}

export const quantity = (decimal: string) => encodeQuantity(decimal)!;

/** A header that meets every policy of the tests. */
export const header: Header = {
  issuer: "0x00000000000000000000000000000000000000aa",
  issuedDay: AS_OF,
  coverageFromDay: 0,
  dictionaryVersion: 9,
  completeFor: [
    "conditionStart",
    "conditionLast",
    "medicationStart",
    "medicationLast",
    "observation",
    "observationUpper",
    "observationLower",
    "procedure",
    "immunization",
    "allergyStart",
    "allergyLast",
    "encounter",
    "familyHistory",
  ],
  codedIn: ["icd10cm", "icd10", "icd10gm", "atc"],
  identitySince: 0,
};

export { ONGOING };
