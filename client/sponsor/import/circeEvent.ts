// One event of a cohort definition: what it is of, its result, and the person's age and gender at it.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import type { BaseDomain } from "../../../circuits/statement/dictionary/dictionary.ts";
import type { ConceptSet, Json } from "./circeSchema.ts";
import { type Found, joined, missed } from "./found.ts";
import { conceptNamed, describe } from "./names.ts";

const DOMAINS: Readonly<Record<string, BaseDomain>> = {
  ConditionOccurrence: "condition",
  ConditionEra: "condition",
  DrugExposure: "medication",
  DrugEra: "medication",
  ProcedureOccurrence: "procedure",
  Measurement: "observation",
};
/** Vocabularies of OMOP under our names. `below`: a code there reaches all that lies below it. */
const SYSTEMS: Readonly<Record<string, { readonly name: string; readonly below: boolean }>> = {
  SNOMED: { name: "snomed", below: false },
  ICD10CM: { name: "icd10cm", below: true },
  RxNorm: { name: "rxnorm", below: false },
  ATC: { name: "atc", below: true },
  LOINC: { name: "loinc", below: false },
};
/** Fields that are read here or mean nothing by themselves. */
const READ = ["CodesetId", "First", "Age", "Gender"];
const READ_RESULT = ["ValueAsNumber", "Unit", "RangeHighRatio", "RangeLowRatio"];

/** Reads an event, whenever it was. */
export function readEvent(event: Json, sets: readonly ConceptSet[]): Found {
  const [[kind, given] = ["", {}]] = Object.entries(event);
  const domain = Object.hasOwn(DOMAINS, kind) ? DOMAINS[kind]! : undefined;
  if (domain === undefined) return missed(`${kind || "an event without a kind"} is attested`);
  const fields = (given ?? {}) as Json;
  const set = sets.find(({ id }) => id === fields.CodesetId);
  if (set === undefined) return missed(`${kind} names no concept set`);
  const target = targetOf(set, domain);
  if (target === undefined)
    return missed(`concept set "${set.name}" is not a concept of the dictionary`);
  const result = domain === "observation" ? resultOf(fields) : {};
  if (result === undefined) return missed(`the result of "${set.name}" cannot be read`);
  if (fields.First === true && Object.keys(result).length > 0)
    return missed("a result that must be the first one is attested");
  const known = domain === "observation" ? [...READ, ...READ_RESULT] : READ;
  const extra = Object.keys(fields).filter((key) => !known.includes(key) && says(fields[key]));
  const own: Found = {
    criterion: { [domain]: target.ref, ...result } as unknown as Criterion,
    whole: extra.length === 0 && target.whole,
    notes: [...target.notes, ...extra.map((key) => `${key} is attested`)],
  };
  const people = ["Age", "Gender"]
    .filter((key) => says(fields[key]))
    .map((key) => readPerson({ [key]: fields[key] }));
  return people.length === 0 ? own : joined([own, ...people], "all");
}

/** Whether a field demands anything: exports write false, null and empty lists for what was not chosen. */
function says(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

type ConceptCode = ConceptSet["expression"]["items"][number]["concept"];
type Target = { readonly ref: Json; readonly whole: boolean; readonly notes: readonly string[] };

/** A concept set as one of ours when it is called the same, or as its only code. */
function targetOf({ name, expression }: ConceptSet, domain: BaseDomain): Target | undefined {
  const { items } = expression;
  const [only, ...others] = items;
  if (only === undefined || items.some((item) => item.isExcluded === true)) return undefined;
  const isOne = others.length === 0;
  const reaches = only.includeDescendants === true;
  const byItem = isOne ? conceptNamed(domain, only.concept.CONCEPT_NAME ?? "") : undefined;
  const code = isOne && byItem === undefined ? codeOf(only.concept, reaches) : undefined;
  if (code !== undefined) return { ref: code, whole: true, notes: [] };
  const ours = byItem ?? conceptNamed(domain, name);
  if (ours === undefined) return undefined;
  if (isOne && !reaches) {
    const exact = codeOf(only.concept, false);
    return exact && { ref: exact, whole: true, notes: [] };
  }
  const whole = byItem !== undefined;
  const notes = [
    `concept set "${name}": ${describe(ours)}`,
    ...(whole ? [] : ["codes of the set are not compared with it: a person attests the rest"]),
  ];
  return { ref: { concept: ours.name }, whole, notes };
}

/** A code as it is: of ICD-10-CM and ATC with all below it, of the others alone. */
function codeOf(concept: ConceptCode, reaches: boolean): Json | undefined {
  const system = SYSTEMS[concept.VOCABULARY_ID ?? ""];
  if (system === undefined || concept.CONCEPT_CODE === undefined) return undefined;
  // LOINC has hardly anything below a code: the code alone shows less, and nothing else.
  if (system.below !== reaches && system.name !== "loinc") return undefined;
  return { [system.name]: concept.CONCEPT_CODE };
}

type Range = { readonly Value?: number; readonly Extent?: number; readonly Op?: string };

const SIDES: Readonly<Record<string, string>> = {
  gt: "above",
  gte: "min",
  lt: "below",
  lte: "max",
};

/** Bounds of a NumericRange; "equal" and "not" cannot be expressed here. */
function boundsOf({ Value, Extent, Op = "" }: Range): Json | undefined {
  if (Value === undefined || Value === null) return undefined;
  if (Op === "bt") {
    const isRange = Extent !== undefined && Extent !== null;
    return isRange ? { min: String(Value), max: String(Extent) } : undefined;
  }
  return Object.hasOwn(SIDES, Op) ? { [SIDES[Op]!]: String(Value) } : undefined;
}

/** Any result counts, as in a cohort. Undefined when the result cannot be read; empty when none is asked for. */
function resultOf(fields: Json): Json | undefined {
  const asked = ["ValueAsNumber", "RangeHighRatio", "RangeLowRatio"].filter((key) =>
    says(fields[key]),
  );
  if (asked.length === 0) return says(fields.Unit) ? undefined : {};
  if (asked.length > 1) return undefined;
  const [key] = asked;
  const bounds = boundsOf(fields[key!] as Range);
  if (bounds === undefined) return undefined;
  if (key !== "ValueAsNumber") {
    const limit = key === "RangeHighRatio" ? "timesUpperLimit" : "timesLowerLimit";
    return { [limit]: bounds, latest: false };
  }
  const units = (fields.Unit ?? []) as { CONCEPT_CODE?: string }[];
  const unit = units.length === 1 ? units[0]!.CONCEPT_CODE : undefined;
  return unit === undefined ? undefined : { value: { ...bounds, unit }, latest: false };
}

/** Age and gender of the person. The age is that at the index event: shown as it is now, a person attests the rest. */
export function readPerson(given: Json): Found {
  const others = Object.keys(given).filter(
    (key) => key !== "Age" && key !== "Gender" && says(given[key]),
  );
  const parts: Found[] = others.map((key) => missed(`${key} is attested`));
  if (says(given.Age)) parts.push(ageOf(given.Age as Range));
  if (says(given.Gender)) parts.push(sexOf(given.Gender as { CONCEPT_CODE?: string }[]));
  return parts.length === 0
    ? missed("a demographic rule that asks for nothing")
    : joined(parts, "all");
}

/** Who was old enough then still is; who was young enough then need not be now, so an upper bound is attested. */
function ageOf({ Value, Extent, Op = "" }: Range): Found {
  const min = Op === "gte" || Op === "bt" ? Value : Op === "gt" ? Number(Value) + 1 : undefined;
  const isKnown = ["gte", "gt", "bt", "lt", "lte"].includes(Op) && Number.isInteger(Value);
  if (!isKnown || (Op === "bt" && !Number.isInteger(Extent)))
    return missed("an age in another form");
  const note = "the age at the index event is attested";
  if (min === undefined || !Number.isInteger(min)) return missed(note);
  return { criterion: { age: { min } }, whole: false, notes: [note] };
}

function sexOf(genders: readonly { CONCEPT_CODE?: string }[]): Found {
  const [only, ...others] = genders.map((one) => one.CONCEPT_CODE);
  const sex = { F: "female", M: "male" }[only ?? ""];
  if (others.length > 0 || (sex !== "female" && sex !== "male")) return missed("several genders");
  return { criterion: { sex }, whole: true };
}
