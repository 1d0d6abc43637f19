// What makes the items of a questionnaire answerable, beyond the shape of each: linkIds, options, units, limits and
// conditions. Every problem comes with the item's path and what to do.
import { answerFault, isDay, isTime, valueKeys } from "./answer.ts";
import { wantedBy } from "./enabled.ts";
import {
  type EnableWhen,
  EXTENSIONS,
  type Item,
  type ItemType,
  isQuestion,
  placedItems,
  rangeOf,
  UCUM,
  unitsOf,
  VALUES,
} from "./item.ts";

/** Items of one questionnaire, groups and texts among them. */
const MAX_ITEMS = 400;

/** What is wrong, where below the questionnaire, and what to do. */
export type ItemProblem = {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
};
type Report = (key: string | undefined, message: string, hint: string) => void;

/** Checks all items of a questionnaire. */
export function itemProblems(items: readonly Item[]): ItemProblem[] {
  const problems: ItemProblem[] = [];
  const placed = placedItems(items);
  if (placed.length > MAX_ITEMS) {
    const message = `has ${placed.length} items; at most ${MAX_ITEMS}`;
    problems.push({ path: ["item"], message, hint: "Make two collections of it." });
    return problems;
  }
  const earlier = new Map<string, Item>();
  for (const { item, path } of placed) {
    const report: Report = (key, message, hint) =>
      problems.push({ path: key === undefined ? path : [...path, key], message, hint });
    if (earlier.has(item.linkId)) {
      report("linkId", `"${item.linkId}" stands twice`, "Give every item a linkId of its own.");
    }
    checkParts(item, report);
    checkOptions(item, report);
    checkLimits(item, report);
    checkInitial(item, report);
    checkConditions(item, earlier, report);
    earlier.set(item.linkId, item);
  }
  if (!placed.some(({ item }) => isQuestion(item))) {
    const hint = "Add an item that can be answered.";
    problems.push({ path: ["item"], message: "asks nothing", hint });
  }
  return problems;
}

/** What belongs to which type. */
function checkParts(item: Item, report: Report): void {
  const { type, text } = item;
  if (type !== "group" && text === undefined) {
    report("text", "is missing: nobody can read the item", "Write what is asked or to be read.");
  }
  if (type === "group" && item.item === undefined) {
    report("item", "is missing: the group is empty", "Add items, or remove the group.");
  }
  if (type !== "group" && item.item !== undefined) {
    const hint = 'Put them behind it in the same list, with "enableWhen" where they depend on it.';
    report("item", "only a group can hold items", hint);
  }
  const refuse = (key: keyof Item, isFine: boolean, why: string) => {
    if (item[key] !== undefined && !isFine) report(key, why, "Remove it.");
  };
  const isWords = ["string", "text", "open-choice"].includes(type);
  refuse("maxLength", isWords, "says nothing of an answer that is not text");
  refuse("required", type !== "display", "a text to be read cannot be required");
  refuse("readOnly", isQuestion(item), "only a question can be read-only");
  refuse("initial", isQuestion(item), "only a question can have an initial answer");
  refuse("answerOption", hasOptions(type), `says nothing of an item of the type ${type}`);
  refuse("enableBehavior", item.enableWhen !== undefined, 'says nothing without "enableWhen"');
  if (item.required === true && item.readOnly === true && item.initial === undefined) {
    const hint = 'Give it an "initial" answer, or remove "readOnly".';
    report("readOnly", "is required, and nobody can answer it", hint);
  }
}

const hasOptions = (type: ItemType) => type === "choice" || type === "open-choice";

function checkOptions(item: Item, report: Report): void {
  if (!hasOptions(item.type)) return;
  if (item.answerOption === undefined) {
    const hint = "List the answers: a value set is looked up nowhere here.";
    report("answerOption", "is missing", hint);
    return;
  }
  const seen = new Set<string>();
  for (const option of item.answerOption) {
    if (valueKeys(option).length !== 1) {
      const hint = "Give exactly one of valueCoding, valueString, valueInteger.";
      report("answerOption", "an option must hold one value", hint);
      return;
    }
    const { valueCoding } = option;
    if (valueCoding !== undefined && valueCoding.display === undefined) {
      const message = `the option ${valueCoding.code} has no "display"`;
      report("answerOption", message, "Write what people read.");
    }
    const named = valueCoding && [valueCoding.system, valueCoding.code];
    const key = JSON.stringify(named ?? option);
    if (seen.has(key)) report("answerOption", `offers ${key} twice`, "Remove one.");
    seen.add(key);
  }
}

/** Types whose answers have an order, and how a limit is then written. */
const LIMIT_KEYS: Partial<Record<ItemType, readonly string[]>> = {
  integer: ["valueInteger"],
  decimal: ["valueDecimal", "valueInteger"],
  date: ["valueDate"],
  dateTime: ["valueDateTime"],
  quantity: ["valueDecimal", "valueInteger"],
};

function checkLimits(item: Item, report: Report): void {
  const units = unitsOf(item);
  for (const { url, ...values } of item.extension ?? []) {
    const isUnit = url === EXTENSIONS.unit || url === EXTENSIONS.unitOption;
    const keys = Object.keys(values).filter((key) => values[key as keyof typeof values] != null);
    const allowed = isUnit ? item.type === "quantity" && ["valueCoding"] : LIMIT_KEYS[item.type];
    const name = url.slice(url.lastIndexOf("/") + 1);
    if (!allowed) {
      report("extension", `${name} says nothing of an item of the type ${item.type}`, "Remove it.");
    } else if (keys.length !== 1 || !allowed.includes(keys[0]!)) {
      report("extension", `${name} must be one ${allowed.join(" or ")}`, "Write it so.");
    } else if (!isLimit(values)) {
      report("extension", `${name} is no date that exists`, "Write it in full, as 2026-03-31.");
    }
  }
  if (item.type === "quantity") checkUnits(item, report);
  const { min, max } = rangeOf(item);
  if (min === undefined && max === undefined) return;
  const [low, high] = [min, max].map((limit) => orderOf(limit));
  if (low !== undefined && high !== undefined && low > high) {
    report("extension", `the range is inverted: ${min} to ${max}`, "Swap them.");
  }
  if (units.length > 1) {
    const message = "a range of a quantity with several units says nothing";
    report("extension", message, "Keep one unit, or remove the range.");
  }
}

const orderOf = (limit: number | string | undefined) =>
  typeof limit === "string" ? Date.parse(limit) : limit;

function isLimit(values: { valueDate?: string | undefined; valueDateTime?: string | undefined }) {
  const { valueDate, valueDateTime } = values;
  return valueDate !== undefined
    ? isDay(valueDate)
    : valueDateTime === undefined || isTime(valueDateTime);
}

function checkUnits(item: Item, report: Report): void {
  const units = unitsOf(item);
  if (units.length === 0) {
    const hint = "Add the extension questionnaire-unitOption with a valueCoding in UCUM.";
    report("extension", "a quantity needs a unit", hint);
  }
  for (const { system, code } of units) {
    if (system === UCUM) continue;
    report("extension", `the unit ${code} is not of UCUM`, `Write its system: ${UCUM}.`);
  }
  if (new Set(units.map(({ code }) => code)).size < units.length) {
    report("extension", "offers a unit twice", "Remove one.");
  }
}

function checkInitial(item: Item, report: Report): void {
  const [initial] = item.initial ?? [];
  if (initial === undefined || !isQuestion(item)) return;
  const fault = answerFault(item, initial);
  if (fault !== undefined) report("initial", fault, "Correct it, or remove it.");
}

/** A condition looks at an earlier question: then none looks at itself, not even by way of others. */
function checkConditions(
  { enableWhen, enableBehavior }: Item,
  earlier: ReadonlyMap<string, Item>,
  report: Report,
): void {
  if (enableWhen !== undefined && enableWhen.length > 1 && enableBehavior === undefined) {
    const hint = 'Write "all" or "any".';
    report("enableBehavior", `is missing: there are ${enableWhen.length} conditions`, hint);
  }
  for (const condition of enableWhen ?? []) {
    const asked = earlier.get(condition.question);
    if (asked === undefined || !isQuestion(asked)) {
      const message = `no question before this one has the linkId "${condition.question}"`;
      report("enableWhen", message, "Name an earlier question.");
      continue;
    }
    const fault = conditionFault(condition, asked);
    if (fault !== undefined) report("enableWhen", fault, "Correct the condition.");
  }
}

function conditionFault(condition: EnableWhen, asked: Item): string | undefined {
  const { operator, question } = condition;
  const wanted = wantedBy(condition);
  const keys = valueKeys(wanted);
  if (keys.length !== 1) return "must hold one answer to compare with";
  if (operator === "exists") {
    return keys[0] === "valueBoolean" ? undefined : '"exists" needs an answerBoolean';
  }
  if (!VALUES[asked.type].includes(keys[0]!)) {
    const key = keys[0]!.replace("value", "answer");
    return `"${question}" is of the type ${asked.type}, which no ${key} is compared with`;
  }
  const isEqual = operator === "=" || operator === "!=";
  if (!isEqual && LIMIT_KEYS[asked.type] === undefined) {
    return `answers of the type ${asked.type} have no order: use = or !=`;
  }
  // A limit may lie outside of what can be answered; an answer that must be given exactly may not.
  const fault = isEqual ? answerFault(asked, wanted) : undefined;
  return fault && `the answer ${fault}: it could never be given`;
}
