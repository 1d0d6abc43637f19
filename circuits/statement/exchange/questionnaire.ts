// A FHIR R4 Questionnaire as trials use it (the subset of form/item.ts), and whether a QuestionnaireResponse wholly
// answers it. Deposits hold the response; everybody who opens one checks it against the approved text again.
import { z } from "zod";
import type { Problem } from "../criteria/problem.ts";
import { answerFault, isSameAnswer, isTime } from "./form/answer.ts";
import { type Answers, enabledItems } from "./form/enabled.ts";
import { AnswerValue, type Item, Items, isQuestion, MAX_DEPTH, MAX_LISTED } from "./form/item.ts";
import { problemsOf } from "./form/problems.ts";
import { itemProblems } from "./form/rules.ts";

const line = z.string().min(1).max(500);
const markdown = z.string().min(1).max(5000);

/** The subset of FHIR R4's Questionnaire: at most 400 items, groups up to 5 deep, no item that repeats. */
export const Questionnaire = z
  .strictObject({
    resourceType: z.literal("Questionnaire"),
    id: line.optional(),
    language: line.optional(),
    url: line.optional(),
    version: line.optional(),
    name: line.optional(),
    title: line.optional(),
    status: z.enum(["draft", "active", "retired", "unknown"]),
    subjectType: z.array(z.literal("Patient")).max(1).optional(),
    date: line.optional(),
    publisher: line.optional(),
    description: markdown.optional(),
    purpose: markdown.optional(),
    copyright: markdown.optional(),
    item: Items,
  })
  .superRefine(({ item }, context) => {
    for (const { path, message, hint } of itemProblems(item)) {
      context.addIssue({ code: "custom", path: [...path], message, params: { hint } });
    }
  });
export type Questionnaire = z.infer<typeof Questionnaire>;

const responseItem = {
  linkId: z.string().min(1).max(100),
  text: z.string().max(2000).optional(),
  answer: z.array(AnswerValue).min(1).max(2).optional(),
};
export type ResponseItem = z.infer<z.ZodObject<typeof responseItem, z.core.$strict>> & {
  item?: ResponseItem[] | undefined;
};

function responseListAt(depth: number): z.ZodType<ResponseItem[]> {
  const items = depth < MAX_DEPTH ? { item: responseListAt(depth + 1).optional() } : {};
  const shape = z.strictObject({ ...responseItem, ...items });
  return z.array(shape).min(1).max(MAX_LISTED) as unknown as z.ZodType<ResponseItem[]>;
}

/** The subset of FHIR R4's QuestionnaireResponse. It names no person: the deposit says whose it is. */
export const QuestionnaireResponse = z.strictObject({
  resourceType: z.literal("QuestionnaireResponse"),
  /** The Questionnaire's url, with "|version" where it has one. */
  questionnaire: z.string().min(1).max(1100).optional(),
  status: z.enum(["in-progress", "completed", "amended"]),
  /** When it was answered: a dateTime with its zone. */
  authored: z.string().refine(isTime, "must be a date and time with a zone").optional(),
  item: responseListAt(1).optional(),
});
export type QuestionnaireResponse = z.infer<typeof QuestionnaireResponse>;

/**
 * Checks a response (JSON, already read) wholly: its shape, that it is finished, every item in its place, every answer
 * of its type and within its range, all that is required and asked answered, nothing answered that is not asked.
 * @returns one problem a fault, by its path in the response; none: it may be deposited, or relied on.
 */
export function checkResponse(questionnaire: Questionnaire, response: unknown): Problem[] {
  const parsed = QuestionnaireResponse.safeParse(response);
  if (!parsed.success) return problemsOf(parsed.error.issues, response);
  const problems: Problem[] = [];
  const { status, item = [], questionnaire: named } = parsed.data;
  if (status === "in-progress") {
    const hint = 'Finish it, then write "completed".';
    problems.push({ path: "status", message: "the response is not finished", hint });
  }
  const canonical = canonicalOf(questionnaire);
  if (named !== undefined && canonical !== undefined && named !== canonical) {
    const message = `answers another questionnaire: ${named}`;
    problems.push({ path: "questionnaire", message, hint: `It must be ${canonical}.` });
  }
  const enabled = enabledItems(questionnaire.item, answersIn(item));
  checkItems({ items: questionnaire.item, given: item, list: "item", enabled, problems });
  return problems;
}

/** What responses call it; undefined when it has no url. */
export function canonicalOf({ url, version }: Questionnaire): string | undefined {
  return url !== undefined && version !== undefined ? `${url}|${version}` : url;
}

/** The answers of a response by linkId. Of a linkId that stands twice the first one counts, and is reported elsewhere. */
export function answersIn(items: readonly ResponseItem[]): Answers {
  const answers = new Map<string, AnswerValue>();
  const walk = (list: readonly ResponseItem[]): void => {
    for (const { linkId, answer, item } of list) {
      if (answer?.[0] !== undefined && !answers.has(linkId)) answers.set(linkId, answer[0]);
      walk(item ?? []);
    }
  };
  walk(items);
  return answers;
}

type Level = {
  readonly items: readonly Item[];
  readonly given: readonly ResponseItem[];
  /** Path of the list in the response. */
  readonly list: string;
  readonly enabled: ReadonlySet<string>;
  readonly problems: Problem[];
};

/** One list of the questionnaire against the same list of the response. */
function checkItems({ items, given, list, enabled, problems }: Level): void {
  const known = new Map(items.map((item) => [item.linkId, item]));
  const found = new Set<string>();
  for (const [i, one] of given.entries()) {
    const at = `${list}[${i}]`;
    const item = known.get(one.linkId);
    const fault = item === undefined ? "is no item here" : found.has(one.linkId) && "stands twice";
    if (item === undefined || fault) {
      const hint = "Name each item once, in the group where the questionnaire has it.";
      problems.push({ path: `${at}.linkId`, message: `"${one.linkId}" ${fault}`, hint });
      continue;
    }
    found.add(one.linkId);
    checkItem(item, one, { path: at, enabled, problems });
  }
  for (const item of items) {
    if (found.has(item.linkId) || !enabled.has(item.linkId)) continue;
    // What an absent group would have to hold is missing all the same.
    if (item.type === "group") {
      const before = problems.length;
      checkItems({ items: item.item ?? [], given: [], list, enabled, problems });
      if (problems.length > before) continue;
    }
    if (item.required === true) problems.push(missing(item, list));
  }
}

function missing({ linkId, text }: Item, path: string): Problem {
  const name = text === undefined ? `"${linkId}"` : `"${linkId}" (${text.slice(0, 80)})`;
  return { path, message: `${name} is required and not answered`, hint: "Answer it." };
}

type Place = Pick<Level, "enabled" | "problems"> & { readonly path: string };

function checkItem(item: Item, given: ResponseItem, { path, enabled, problems }: Place): void {
  const report = (key: string, message: string, hint: string) =>
    problems.push({ path: key === "" ? path : `${path}.${key}`, message, hint });
  if (given.text !== undefined && given.text !== item.text) {
    report("text", "differs from the questionnaire's", "Leave it out, or write the same.");
  }
  if (!enabled.has(item.linkId)) {
    report("", "is answered although it is not asked, by its conditions", "Remove it.");
    return;
  }
  if (item.type === "group") {
    if (given.answer !== undefined) report("answer", "a group is not answered", "Remove it.");
    const before = problems.length;
    const list = `${path}.item`;
    checkItems({ items: item.item ?? [], given: given.item ?? [], list, enabled, problems });
    const isEmpty = answersIn(given.item ?? []).size === 0;
    if (item.required === true && isEmpty && problems.length === before) {
      problems.push(missing(item, path));
    }
    return;
  }
  if (given.item !== undefined) report("item", "only a group holds items", "Remove them.");
  checkAnswer(item, given, { path, enabled, problems });
}

function checkAnswer(item: Item, { answer }: ResponseItem, { path, problems }: Place): void {
  const report = (at: string, message: string, hint: string) =>
    problems.push({ path: `${path}${at}`, message, hint });
  if (!isQuestion(item)) {
    if (answer !== undefined) report(".answer", "nothing is asked here", "Remove it.");
    return;
  }
  if (answer === undefined) {
    if (item.required === true) problems.push(missing(item, path));
    return;
  }
  if (answer.length > 1) report(".answer", "is given twice", "Give one answer.");
  const fault = answerFault(item, answer[0]!);
  if (fault !== undefined) report(".answer[0]", fault, "Correct it.");
  const [initial] = item.initial ?? [];
  const isKept = initial !== undefined && isSameAnswer(initial, answer[0]!);
  if (item.readOnly === true && !isKept) {
    report(".answer[0]", "cannot be changed: it is read-only", "Leave it as it was given.");
  }
}
