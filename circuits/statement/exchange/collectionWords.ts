// A collection in plain English, for those who approve it, those who give it, and those who audit it: one text for all.
import { capital } from "../criteria/english.ts";
import { printUnit } from "../encoding/print.ts";
import {
  type Collection,
  compileFacts,
  type Occasion,
  occasionsOf,
  type ParticipantCollection,
} from "./collection.ts";
import {
  type EnableWhen,
  type Item,
  isQuestion,
  optionText,
  placedItems,
  rangeOf,
  unitsOf,
} from "./form/item.ts";

export type CollectionWords = {
  /** Where it comes from: "Answered in the wallet". */
  readonly from: string;
  /** How often, and when: "once, after arrival". */
  readonly when: string;
  /** What is sent, one line for each fact, question or stream. */
  readonly items: readonly string[];
  /** Undefined unless it may be opened in an emergency. */
  readonly emergency: string | undefined;
};

const EMERGENCY =
  "An accredited emergency clinician may open it without asking first, of those who allow that in their consent. Everybody whose data are opened so is told at once, and the ethics board reviews it.";

/** What a reader has to know of a collection, part by part. */
export function describeCollection(collection: Collection): CollectionWords {
  const emergency = collection.emergency === true ? EMERGENCY : undefined;
  switch (collection.source) {
    case "record": {
      const facts = compileFacts(collection, { path: "", problems: [] });
      return {
        from: "Read from the medical record in the wallet, with a proof that it is unaltered",
        when: "Once, after arrival at the site",
        items: facts.map(({ words }) => words),
        emergency,
      };
    }
    case "site":
      return {
        from: "Filled in at the site, and signed by its staff",
        when: visitsWords(occasionsOf(collection)),
        items: itemsWords(collection.questionnaire.item),
        emergency,
      };
    case "participant":
      return {
        from: "Answered in the wallet",
        when: scheduleWords(collection.schedule),
        items: itemsWords(collection.questionnaire.item),
        emergency,
      };
    case "device":
      return {
        from: "Measured by personal devices, and read in the wallet",
        when: `Every day, for ${countOf(collection.days, "day")} from arrival at the site`,
        items: collection.streams.map(
          ({ title, unit, loinc }) =>
            `${[title, printUnit(unit)].filter(Boolean).join(", in ")} (LOINC ${loinc})`,
        ),
        emergency,
      };
  }
}

/** The whole collection as lines of text, the title apart. */
export function collectionWords(collection: Collection): string[] {
  const { from, when, items, emergency } = describeCollection(collection);
  return [
    collection.why,
    `${from}. ${when}.`,
    ...items.map((item) => `- ${item}`),
    ...(emergency === undefined ? [] : [emergency]),
  ];
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const dayWords = (day: number) =>
  day === 0 ? "on the day of arrival" : `${countOf(day, "day")} after arrival`;

function visitsWords(visits: readonly Occasion[]): string {
  const each = visits.map(({ title, day, from, until }) => {
    const isFree = from < until;
    const window = isFree ? `, between day ${from} and day ${until}` : "";
    return `${title} (${dayWords(day)}${window})`;
  });
  return `${capital(timesWords(visits.length))}: ${each.join("; ")}`;
}

function timesWords(times: number): string {
  if (times === 1) return "once";
  return times === 2 ? "twice" : `${times} times`;
}

function scheduleWords({
  firstDay,
  everyDays,
  times,
  openDays,
}: ParticipantCollection["schedule"]): string {
  const open = `it can be answered for ${countOf(openDays, "day")}`;
  if (times === 1) return `Once, ${dayWords(firstDay)}; ${open}`;
  const every = everyDays === 1 ? "every day" : `every ${everyDays} days`;
  const first = `${capital(timesWords(times))}, ${every}, the first one ${dayWords(firstDay)}`;
  return `${first}; each time ${open}`;
}

/** Questions and texts, in order, with the names of the groups that they stand in. */
function itemsWords(items: readonly Item[]): string[] {
  const all = placedItems(items).map(({ item }) => item);
  const byId = new Map(all.map((item) => [item.linkId, item]));
  return all.flatMap((item) => {
    const condition = conditionWords(item, byId);
    if (item.type === "group" && (item.text === undefined || condition === "")) {
      return item.text === undefined ? [] : [`${item.text}:`];
    }
    const notes = [answerWords(item), needWords(item), condition].filter((note) => note !== "");
    return [`${item.text ?? ""}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`];
  });
}

function needWords(item: Item): string {
  if (!isQuestion(item)) return "";
  if (item.readOnly === true) return "given beforehand";
  return item.required === true ? "" : "may be left out";
}

/** What kind of answer is asked for. */
function answerWords(item: Item): string {
  const options = (item.answerOption ?? []).map(optionText);
  switch (item.type) {
    case "group":
      return "";
    case "display":
      return "only to be read";
    case "boolean":
      return "yes or no";
    case "choice":
      return `one of: ${options.join(" / ")}`;
    case "open-choice":
      return `one of: ${options.join(" / ")} / something else, in words`;
    case "string":
    case "text":
      return "in words";
    case "date":
      return `a date${rangeWords(item)}`;
    case "dateTime":
      return `a date and time${rangeWords(item)}`;
    case "integer":
      return `a whole number${rangeWords(item)}`;
    case "decimal":
      return `a number${rangeWords(item)}`;
    case "quantity": {
      const units = unitsOf(item).map(({ display, code }) => display ?? code);
      return `a number in ${units.join(" or ")}${rangeWords(item)}`;
    }
  }
}

function rangeWords(item: Item): string {
  const { min, max } = rangeOf(item);
  if (min === undefined) return max === undefined ? "" : `, at most ${max}`;
  return max === undefined ? `, at least ${min}` : `, ${min} to ${max}`;
}

const OPERATORS = {
  "=": "is",
  "!=": "is not",
  ">": "is more than",
  "<": "is less than",
  ">=": "is at least",
  "<=": "is at most",
} as const;

/** 'asked only if "Do you smoke?" is Yes'. */
function conditionWords(
  { enableWhen, enableBehavior }: Item,
  byId: ReadonlyMap<string, Item>,
): string {
  if (enableWhen === undefined) return "";
  const each = enableWhen.map((condition) => {
    const question = `"${byId.get(condition.question)?.text ?? condition.question}"`;
    if (condition.operator === "exists") {
      return `${question} is ${condition.answerBoolean === true ? "" : "not "}answered`;
    }
    return `${question} ${OPERATORS[condition.operator]} ${wantedWords(condition)}`;
  });
  return `asked only if ${each.join(enableBehavior === "any" ? " or " : " and ")}`;
}

function wantedWords(condition: EnableWhen): string {
  const { answerBoolean, answerCoding, answerQuantity } = condition;
  if (answerBoolean !== undefined) return answerBoolean ? "yes" : "no";
  if (answerCoding !== undefined) return answerCoding.display ?? answerCoding.code;
  if (answerQuantity !== undefined) return `${answerQuantity.value} ${answerQuantity.code}`;
  const { answerInteger, answerDecimal, answerDate, answerDateTime, answerString } = condition;
  return String(answerInteger ?? answerDecimal ?? answerDate ?? answerDateTime ?? answerString);
}
