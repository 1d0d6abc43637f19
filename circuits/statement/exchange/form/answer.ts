// One answer against the question that it answers.
import { parseDay } from "../../encoding/day.ts";
import {
  type AnswerOption,
  type AnswerValue,
  type Coding,
  type Item,
  type Quantity,
  rangeOf,
  unitsOf,
  VALUES,
  type ValueKey,
} from "./item.ts";

/** Where the questionnaire names no `maxLength`. */
const MAX_STRING = 1000;
const MAX_TEXT = 10_000;
/** FHIR's integer has 32 bits. */
const MAX_INTEGER = 2 ** 31 - 1;
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

/** The values that an answer holds; one, when it is as it should be. */
export function valueKeys(answer: AnswerValue): ValueKey[] {
  return (Object.keys(answer) as ValueKey[]).filter((key) => answer[key] !== undefined);
}

/** The most characters of an answer in words. */
export function maxLengthOf({ type, maxLength }: Item): number {
  return maxLength ?? (type === "text" ? MAX_TEXT : MAX_STRING);
}

/** Whether two answers say the same. A display text and the unit's spelling say nothing of their own. */
export function isSameAnswer(a: AnswerValue, b: AnswerValue): boolean {
  const [key, ...more] = valueKeys(a);
  if (key === undefined || more.length > 0) return false;
  const [one, other] = [a[key], b[key]];
  if (one === undefined || other === undefined) return false;
  if (key === "valueCoding") return isSameCoding(one as Coding, other as Coding);
  if (key === "valueQuantity") {
    const [first, second] = [one as Quantity, other as Quantity];
    return first.value === second.value && first.code === second.code;
  }
  return one === other;
}

/** By system and code. */
function isSameCoding(a: Coding, b: Coding): boolean {
  return a.code === b.code && a.system === b.system;
}

/** The option that an answer is. */
function optionOf(item: Item, answer: AnswerValue): AnswerOption | undefined {
  return item.answerOption?.find((option) => isSameAnswer(option, answer));
}

/** What is wrong with an answer, as its reader is told; undefined when nothing is. */
export function answerFault(item: Item, answer: AnswerValue): string | undefined {
  const [key, ...more] = valueKeys(answer);
  const allowed = VALUES[item.type];
  if (key === undefined) return "holds no value";
  if (more.length > 0) return `holds ${[key, ...more].join(" and ")} at once`;
  if (!allowed.includes(key)) return `must be given as ${allowed.join(" or ")}, not as ${key}`;
  switch (item.type) {
    case "string":
    case "text":
      return wordsFault(item, answer.valueString!);
    case "integer":
      return numberFault(item, answer.valueInteger!, isInteger, "must be a whole number");
    case "decimal":
      return numberFault(item, answer.valueDecimal!, Number.isFinite, "must be a number");
    case "date":
      return dayFault(item, answer.valueDate!);
    case "dateTime":
      return timeFault(item, answer.valueDateTime!);
    case "choice":
    case "open-choice":
      return choiceFault(item, answer, key);
    case "quantity":
      return quantityFault(item, answer.valueQuantity!);
    default:
      return undefined;
  }
}

const isInteger = (value: number) => Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER;

function wordsFault(item: Item, text: string): string | undefined {
  const most = maxLengthOf(item);
  if (text.trim() === "") return "must not be empty";
  return text.length > most ? `must have at most ${most} characters` : undefined;
}

function numberFault(
  item: Item,
  value: number,
  isNumber: (value: number) => boolean,
  otherwise: string,
): string | undefined {
  return isNumber(value) ? rangeFault(item, value, (limit) => Number(limit)) : otherwise;
}

function dayFault(item: Item, text: string): string | undefined {
  if (!isDay(text)) return "must be a whole date that exists, such as 2026-03-31";
  return rangeFault(item, Date.parse(text), (limit) => Date.parse(String(limit)));
}

function timeFault(item: Item, text: string): string | undefined {
  if (!isTime(text)) return "must be a date and time with a zone, such as 2026-03-31T08:30:00Z";
  return rangeFault(item, Date.parse(text), (limit) => Date.parse(String(limit)));
}

function rangeFault(
  item: Item,
  value: number,
  read: (limit: number | string) => number,
): string | undefined {
  const { min, max } = rangeOf(item);
  if (min !== undefined && value < read(min)) return `must be at least ${min}`;
  return max !== undefined && value > read(max) ? `must be at most ${max}` : undefined;
}

function choiceFault(item: Item, answer: AnswerValue, key: ValueKey): string | undefined {
  if (optionOf(item, answer) !== undefined) return undefined;
  if (item.type === "choice" || key !== "valueString") return "is none of the answers offered";
  return wordsFault(item, answer.valueString!);
}

function quantityFault(item: Item, { value, code }: Quantity): string | undefined {
  const units = unitsOf(item).map((unit) => unit.code);
  if (!Number.isFinite(value)) return "must be a number with a unit";
  if (!units.includes(code)) return `must be in ${units.join(" or ")}, not in ${code}`;
  return rangeFault(item, value, (limit) => Number(limit));
}

/** A day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  try {
    parseDay(text);
    return true;
  } catch {
    return false;
  }
}

/** A FHIR dateTime with a time and its zone. */
export function isTime(text: string): boolean {
  const day = DATE_TIME.exec(text)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text));
}
