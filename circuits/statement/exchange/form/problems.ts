// What zod finds, as problems with a path and what to do: the names of FHIR's own fields get answers of their own.
import type { z } from "zod";
import { issueWords, valueAt } from "../../criteria/issueWords.ts";
import type { Problem } from "../../criteria/problem.ts";
import { ITEM_TYPES, MAX_DEPTH } from "./item.ts";

/** What real questionnaires hold and no page here can show, with what serves instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  answerValueSet: 'List the answers as "answerOption": no value set is looked up here.',
  contained: 'Remove it, and list the answers as "answerOption".',
  item: `Groups are at most ${MAX_DEPTH} deep: put the items one level up.`,
  initialSelected: 'Use "initial" of the item.',
  valueReference: "References to other resources are not asked here: use a choice or a text.",
  valueAttachment: "Files are not asked here: use a text.",
  valueUri: "Use a text.",
  valueTime: "Use a dateTime, or a text.",
  answerTime: "Use a dateTime, or a text.",
  answerReference: "References to other resources are not asked here.",
  modifierExtension: "It would change the meaning of what people read: remove it.",
  subject: "Leave it out: the deposit says whose it is, by pseudonym.",
  author: "Leave it out: the deposit says who made it.",
  source: "Leave it out: the deposit says who made it.",
};

/** Types of FHIR that no page here can show. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  time: 'Use "dateTime" or "string".',
  url: 'Use "string".',
  attachment: "Files are not asked here: remove the item.",
  reference: "References to other resources are not asked here: use a choice.",
  question: 'It is abstract: use a concrete type, such as "string".',
};

/** A path as text: `item[2].text`. */
export function pathText(path: readonly PropertyKey[], prefix = ""): string {
  return path
    .reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
      prefix,
    )
    .replace(/^\./, "");
}

/** The issues of one parse. An unknown key has its own path. `json`: what was parsed, to say of it what to do. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  json: unknown,
  prefix = "",
): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key], prefix),
        message: `"${key.slice(0, 40)}" is not supported`,
        hint: Object.hasOwn(INSTEAD, key) ? INSTEAD[key]! : "Remove it.",
      }));
    }
    const path = pathText(issue.path, prefix);
    const { message } = issueWords(issue, valueAt(json, issue.path));
    return [{ path, message, hint: hintFor(issue, json) }];
  });
}

function hintFor(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.code === "custom" && typeof issue.params?.hint === "string") return issue.params.hint;
  const key = issue.path.at(-1);
  if (key === "source") return "Write one of these.";
  const given = valueAt(json, issue.path);
  if (key === "type" && typeof given === "string") {
    const known = `Use one of: ${ITEM_TYPES.join(", ")}.`;
    return Object.hasOwn(OTHER_TYPES, given) ? OTHER_TYPES[given]! : known;
  }
  if (key === "repeats") return "Ask once: write one item for each answer that is wanted.";
  if (key === "url" && issue.path.includes("extension")) {
    return "Remove the extension: only minValue, maxValue and units have a meaning here.";
  }
  if (given === undefined) return "Add it.";
  if (issue.code === "too_big") return "Make it shorter, or split it.";
  return "See the example trials in client/sponsor/examples.";
}
