// Rules of a cohort definition as a person would write them down, for the source text of what is imported.
import type { ConceptSet, Json } from "./circeSchema.ts";

type Endpoint = {
  readonly Days?: number | null;
  readonly TimeUnitValue?: number | null;
  readonly TimeUnit?: string;
  readonly Coeff?: number;
};
type Window = {
  readonly Start?: Endpoint;
  readonly End?: Endpoint;
  readonly UseIndexEnd?: boolean | null;
  readonly UseEventEnd?: boolean | null;
};

/** Days, or units of another length in newer definitions; undefined means "all". */
const lengthOf = ({ Days, TimeUnitValue }: Endpoint) => Days ?? TimeUnitValue ?? undefined;

/** "All days before": no first day, and an end on or after the index event; nothing about ends or visits. */
export function anyTimeBefore(counted: Json): boolean {
  if (counted.RestrictVisit === true) return false;
  if (counted.EndWindow !== undefined && counted.EndWindow !== null) return false;
  const window = counted.StartWindow as Window | null | undefined;
  if (window === null || window === undefined) return true;
  if (window.UseIndexEnd === true || window.UseEventEnd === true) return false;
  const { Start = { Coeff: -1 }, End = { Coeff: 1 } } = window;
  const isFromEver = lengthOf(Start) === undefined && (Start.Coeff ?? -1) === -1;
  const end = lengthOf(End);
  const reachesIndex = end === 0 || (End.Coeff ?? 1) === 1;
  return isFromEver && reachesIndex;
}

export function wordsOfEvent(event: Json, sets: readonly ConceptSet[]): string {
  const [[kind, given] = ["", {}]] = Object.entries(event);
  const { CodesetId, ...fields } = (given ?? {}) as Json;
  const set = sets.find(({ id }) => id === CodesetId);
  const rest = Object.entries(fields).flatMap(([key, value]) => {
    const words = wordsOfValue(value);
    return words === "" ? [] : [`${key} ${words}`];
  });
  return [`${kind} of "${set?.name ?? "anything"}"`, ...rest].join(", ");
}

/** A range, a list of concepts by their names, or the value itself; empty for what was not chosen. */
function wordsOfValue(value: unknown): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    const names = value.map((one) => Object(one).CONCEPT_NAME ?? Object(one).CONCEPT_CODE ?? "?");
    return names.join(" or ");
  }
  const { Value, Extent, Op } = value as { Value?: unknown; Extent?: unknown; Op?: unknown };
  if (Value === undefined) return Object.keys(value).length === 0 ? "" : JSON.stringify(value);
  const signs: Record<string, string> = { gt: ">", gte: "≥", lt: "<", lte: "≤", eq: "=", bt: "" };
  const sign = signs[String(Op)] ?? String(Op);
  return `${sign}${String(Value)}${Extent === undefined || Extent === null ? "" : ` to ${String(Extent)}`}`;
}

const TYPES: Readonly<Record<string, string>> = { "0": "exactly", "1": "at most", "2": "at least" };

/** A rule with everything in it. */
export function wordsOfGroup(group: Json, sets: readonly ConceptSet[]): string {
  const list = (key: string) => (Array.isArray(group[key]) ? (group[key] as Json[]) : []);
  const parts = [
    ...list("CriteriaList").map((one) => wordsOfCounted(one, sets)),
    ...list("DemographicCriteriaList").map((one) =>
      Object.entries(one)
        .filter(([, value]) => wordsOfValue(value) !== "")
        .map(([key, value]) => `${key} ${wordsOfValue(value)}`)
        .join(", "),
    ),
    ...list("Groups").map((one) => `(${wordsOfGroup(one, sets)})`),
  ];
  const count = typeof group.Count === "number" ? ` ${group.Count}` : "";
  const type = String(group.Type).toLowerCase().replace("_", " ");
  return parts.length === 1 && /^(?:all|any)$/.test(type)
    ? parts[0]!
    : `${type}${count} of: ${parts.join("; ")}`;
}

function wordsOfCounted(counted: Json, sets: readonly ConceptSet[]): string {
  const { Type, Count } = (counted.Occurrence ?? {}) as { Type?: number; Count?: number };
  const often = `${TYPES[String(Type)] ?? "at least"} ${Count ?? 1} × `;
  const window = counted.StartWindow as Window | null | undefined;
  const time = window ? `, from ${dayOf(window.Start)} to ${dayOf(window.End)}` : "";
  return `${often}${wordsOfEvent((counted.Criteria ?? {}) as Json, sets)}${time}`;
}

function dayOf(end: Endpoint = {}): string {
  const count = lengthOf(end);
  const side = (end.Coeff ?? 1) < 0 ? "before" : "after";
  if (count === 0) return "the index day";
  const length = count === undefined ? "any time" : `${count} ${end.TimeUnit ?? "day"}s`;
  return `${length} ${side} it`;
}
