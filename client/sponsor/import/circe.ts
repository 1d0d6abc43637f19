// OHDSI CIRCE cohort definitions (github.com/OHDSI/circe-be): concept sets, and rules about events around an index date.
//
// A window of CIRCE counts from the index event, a criterion here from the day of the proof. So only rules about "any
// time before" are taken over whole; of a rule with a window the event itself is proven, and a person attests the rest.
import { readEvent, readPerson } from "./circeEvent.ts";
import { type ConceptSet, type Definition, definitionSchema, type Json } from "./circeSchema.ts";
import { anyTimeBefore, wordsOfEvent, wordsOfGroup } from "./circeWords.ts";
import { type Found, inclusionOf, joined, missed } from "./found.ts";
import { hasAt, ImportError, type Imported, type ImportedLine, inForm } from "./imported.ts";

/** A definition as ATLAS exports it, or within the envelope in which WebAPI keeps it. */
function unwrap(value: unknown): { readonly name: string; readonly inner: unknown } {
  if (hasAt(value, "PrimaryCriteria") || !hasAt(value, "expression"))
    return { name: "", inner: value };
  const { name, expression } = value as { name?: unknown; expression?: unknown };
  return { name: typeof name === "string" ? name : "", inner: fromText(expression) };
}

function fromText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** True for an OHDSI cohort definition. */
export function isCirce(value: unknown): boolean {
  return hasAt(unwrap(value).inner, "PrimaryCriteria");
}

/** Reads a cohort definition. Throws ImportError when it has no rules at all. */
export function importCirce(value: unknown): Imported {
  const { name, inner } = unwrap(value);
  const definition = inForm(definitionSchema, inner, "an OHDSI cohort definition");
  const { ConceptSets: sets, PrimaryCriteria, InclusionRules, AdditionalCriteria } = definition;
  const lines: ImportedLine[] = [];
  const add = (source: string, found: Found) =>
    lines.push(inclusionOf(source, found, lines.length + 1));
  const primary = PrimaryCriteria.CriteriaList;
  if (primary.length > 0) {
    const events = primary.map((one) => wordsOfEvent(one, sets)).join(" or ");
    const found = primary.map((one) => readEvent(one, sets));
    add(`Index event: ${events}`, joined(found, "any"));
  }
  const rules = [
    ...(isEmpty(AdditionalCriteria) ? [] : [{ name: "", expression: AdditionalCriteria as Json }]),
    ...(InclusionRules ?? []),
  ];
  for (const { name: title, expression } of rules) {
    const words = wordsOfGroup(expression, sets);
    add(title ? `${title}: ${words}` : words, readGroup(expression, sets));
  }
  if (lines.length === 0) {
    throw new ImportError("PrimaryCriteria.CriteriaList: is empty; nothing to import");
  }
  return {
    format: "OHDSI CIRCE",
    title: name,
    number: undefined,
    lines,
    notes: notesOf(definition),
  };
}

function notesOf({ PrimaryCriteria, EndStrategy, CensoringCriteria }: Definition): string[] {
  const { PriorDays = 0, PostDays = 0 } = PrimaryCriteria.ObservationWindow ?? {};
  const days = [PriorDays > 0 && `${PriorDays} days before`, PostDays > 0 && `${PostDays} after`];
  const observed = days.filter((part) => part !== false).join(", ");
  return [
    "windows of a cohort definition count from its index event, those of a trial from the day of the proof",
    ...(observed ? [`not imported: continuous observation, ${observed} the index event`] : []),
    ...(isEmpty(EndStrategy) ? [] : ["not imported: when the cohort ends"]),
    ...(isEmpty(CensoringCriteria) ? [] : ["not imported: censoring events"]),
  ];
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || Object.keys(value).length === 0;

/** ALL, ANY or AT_LEAST n of counted events, demographics and inner groups. */
function readGroup(group: Json, sets: readonly ConceptSet[]): Found {
  const list = (key: string) => (Array.isArray(group[key]) ? (group[key] as Json[]) : []);
  const parts = [
    ...list("CriteriaList").map((one) => readCounted(one, sets)),
    ...list("DemographicCriteriaList").map(readPerson),
    ...list("Groups").map((one) => readGroup(one, sets)),
  ];
  if (parts.length === 0) return missed("a rule without criteria");
  const { Type: type, Count: count } = group;
  if (type === "ALL") return joined(parts, "all");
  if (type === "ANY") return joined(parts, "any");
  const any = joined(parts, "any");
  if (type !== "AT_LEAST" || typeof count !== "number" || any.criterion === undefined) {
    return missed(`groups of type ${String(type)} are not imported`);
  }
  if (count === 1) return any;
  const of = parts.map(({ criterion }) => criterion!);
  return { ...any, criterion: { atLeast: { n: count, of } } };
}

/** CIRCE's numbers for how often an event occurs. */
const [EXACTLY, AT_MOST, AT_LEAST] = [0, 1, 2];

/** An event with how often it must occur: at least once, or never. */
function readCounted(counted: Json, sets: readonly ConceptSet[]): Found {
  const event = readEvent((counted.Criteria ?? {}) as Json, sets);
  if (event.criterion === undefined) return event;
  const occurrence = (counted.Occurrence ?? { Type: AT_LEAST, Count: 1 }) as {
    Type: number;
    Count: number;
  };
  const isNever = occurrence.Count === 0 && [EXACTLY, AT_MOST].includes(occurrence.Type);
  const isAnyTime = anyTimeBefore(counted);
  if (isNever) {
    if (!event.whole) return { whole: false, notes: event.notes ?? [] };
    if (!isAnyTime)
      return missed("an absence around the index event is not one around the day of the proof");
    if ("observation" in event.criterion || "all" in event.criterion)
      return missed("that no result, age or sex of this kind is on record is attested");
    return { ...event, criterion: { not: event.criterion } };
  }
  if (occurrence.Type !== AT_LEAST || occurrence.Count !== 1)
    return missed("counts of events are not supported");
  if (isAnyTime) return event;
  const note = "the window counts from the index event: the event is proven, its time is not";
  return { ...event, whole: false, notes: [...(event.notes ?? []), note] };
}
