// The cells of a resource: a QuestionnaireResponse has one for each answered item, an Observation for its code, time,
// value and components. The tables follow from the resources alone, so that an auditor makes them again.
import canonicalize from "canonicalize";
import { type Cell, dateTimeType, dateType, FIXED_COLUMNS } from "./cells.ts";
import { type Json, typeOf } from "./resources.ts";

/** More than a form of 400 items needs. */
const MAX_CELLS = 2_000;
const MAX_DEPTH = 20;
const MAX_NAME = 200;

/** The cells of a resource in order, each name once. Throws RangeError for one that is too large or too deep. */
export function cellsOf(resource: Json): Cell[] {
  const cells: Cell[] = [];
  // An item that is called like a fixed column stands beside it.
  const names = new Map<string, number>(FIXED_COLUMNS.map(({ name }) => [name, 1]));
  const put = ({ name, ...rest }: Cell) => {
    if (rest.value === "") return;
    if (cells.length >= MAX_CELLS) throw new RangeError(`a row has at most ${MAX_CELLS} cells`);
    const free = freeName(name.slice(0, MAX_NAME).toWellFormed(), names);
    names.set(free, 1);
    cells.push({ name: free, ...rest });
  };
  if (typeOf(resource) === "Observation") putObservation(resource, put);
  else putItems(resource.item, 0, put);
  return cells;
}

type Put = (cell: Cell) => void;
type Labelled = Pick<Cell, "label">;

/** A second value under one name stands beside the first: "weight 2". `taken`: names, each with its last number. */
function freeName(name: string, taken: Map<string, number>): string {
  const last = taken.get(name);
  if (last === undefined) return name;
  let number = last + 1;
  while (taken.has(`${name} ${number}`)) number++;
  taken.set(name, number);
  return `${name} ${number}`;
}

function putItems(items: unknown, depth: number, put: Put): void {
  if (depth > MAX_DEPTH) throw new RangeError(`items lie at most ${MAX_DEPTH} deep`);
  for (const item of listOf(items)) {
    const name = textOf(item.linkId) ?? "item";
    const label = textOf(item.text);
    for (const answer of listOf(item.answer)) {
      putValue({ name, holder: answer, label, put });
      putItems(answer.item, depth + 1, put);
    }
    putItems(item.item, depth + 1, put);
  }
}

function putObservation(of: Json, put: Put): void {
  putConcept("code", of.code, "What was observed", put);
  const period = jsonOf(of.effectivePeriod);
  const start = textOf(of.effectiveDateTime) ?? textOf(of.effectiveInstant) ?? textOf(period.start);
  putTime("start", start, put);
  putTime("end", textOf(period.end), put);
  putValue({ name: "value", holder: of, label: "Value", put });
  putConcept("missing because", of.dataAbsentReason, undefined, put);
  for (const component of listOf(of.component)) {
    const { code, display, text } = conceptOf(component.code);
    const name = code ?? display ?? text ?? "component";
    putValue({ name, holder: component, label: display ?? text, put });
    putConcept(`${name} (missing because)`, component.dataAbsentReason, undefined, put);
  }
}

function putTime(name: string, value: string | undefined, put: Put): void {
  if (value !== undefined) put({ name, value, type: dateTimeType(value) });
}

type Valued = { name: string; holder: Json; label: string | undefined; put: Put };

/** The value[x] of an answer, an Observation or one of its components. */
function putValue({ name, holder, label, put }: Valued): void {
  // In one order, whatever the order in which they were written.
  for (const key of Object.keys(holder).sort()) {
    const value = holder[key];
    if (!key.startsWith("value") || value === undefined || value === null) continue;
    const words: Labelled = label === undefined ? {} : { label };
    if (key === "valueQuantity") {
      putQuantity({ name, quantity: jsonOf(value), words, put });
    } else if (key === "valueCoding") {
      putConcept(name, { coding: [value] }, label, put);
    } else if (key === "valueCodeableConcept") {
      putConcept(name, value, label, put);
    } else {
      put({ name, ...typed(key, value), ...words });
    }
  }
}

function typed(key: string, value: unknown): Pick<Cell, "value" | "type"> {
  if (typeof value === "boolean") return { value, type: "boolean" };
  if (typeof value === "number") {
    const isWhole = key === "valueInteger" && Number.isSafeInteger(value);
    return { value, type: isWhole ? "integer" : "number" };
  }
  if (typeof value !== "string") return { value: canonicalize(value) ?? "", type: "string" };
  if (key === "valueDate") return { value, type: dateType(value) };
  return { value, type: key === "valueDateTime" ? dateTimeType(value) : "string" };
}

function putQuantity(of: { name: string; quantity: Json; words: Labelled; put: Put }) {
  const { name, quantity, words, put } = of;
  const { value } = quantity;
  const [unit, comparator] = [textOf(quantity.code) ?? textOf(quantity.unit), quantity.comparator];
  if (typeof value === "number") put({ name, value, type: "number", ...words });
  if (unit !== undefined) put({ name: `${name} (unit)`, value: unit, type: "code" });
  // "< 5" is not 5.
  const sign = textOf(comparator);
  if (sign !== undefined) put({ name: `${name} (comparator)`, value: sign, type: "code" });
}

function putConcept(name: string, concept: unknown, label: string | undefined, put: Put): void {
  const { code, display, text } = conceptOf(concept);
  const words: Labelled = label === undefined ? {} : { label };
  const value = code ?? display ?? text;
  if (value === undefined) return;
  const isListed = code !== undefined || display !== undefined;
  put({ name, value, type: isListed ? "code" : "string", ...words });
  const shown = display ?? text;
  if (code === undefined || shown === undefined) return;
  put({ name: `${name} (display)`, value: shown, type: display === undefined ? "string" : "code" });
}

/** The first coding of a CodeableConcept, and its text. */
function conceptOf(concept: unknown) {
  const coding = jsonOf(listOf(jsonOf(concept).coding)[0]);
  return {
    code: textOf(coding.code),
    display: textOf(coding.display),
    text: textOf(jsonOf(concept).text),
  };
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(jsonOf) : [];
}

function jsonOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
