// A response while it is filled in, and how it is finished: in the order of the questionnaire, only what is asked.

import { enabledItems } from "./form/enabled.ts";
import { type AnswerValue, type Item, isQuestion, placedItems } from "./form/item.ts";
import {
  answersIn,
  canonicalOf,
  type Questionnaire,
  type QuestionnaireResponse,
  type ResponseItem,
} from "./questionnaire.ts";

/** An unfinished response with the answers that the questionnaire begins with. */
export function startResponse(questionnaire: Questionnaire): QuestionnaireResponse {
  const initial = placedItems(questionnaire.item).flatMap(({ item }) => {
    const [value] = item.initial ?? [];
    return value === undefined ? [] : [[item.linkId, value] as const];
  });
  return responseWith(questionnaire, new Map(initial), "in-progress");
}

/**
 * The response with one answer given, changed or (undefined) taken back. What a condition hides stays in it until it is
 * finished: who changes an answer back finds the rest again.
 */
export function withAnswer(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  { linkId, value }: { linkId: string; value: AnswerValue | undefined },
): QuestionnaireResponse {
  const answers = new Map(answersIn(response.item ?? []));
  if (value === undefined) answers.delete(linkId);
  else answers.set(linkId, value);
  return responseWith(questionnaire, answers, "in-progress");
}

/**
 * The response as it is deposited. Nothing that is not asked remains in it; whether it is whole `checkResponse` tells.
 * @param authored a dateTime with its zone.
 */
export function finishResponse(
  questionnaire: Questionnaire,
  response: QuestionnaireResponse,
  authored: string,
): QuestionnaireResponse {
  const answers = answersIn(response.item ?? []);
  return { ...responseWith(questionnaire, answers, "completed"), authored };
}

type Status = QuestionnaireResponse["status"];

function responseWith(
  questionnaire: Questionnaire,
  answers: ReadonlyMap<string, AnswerValue>,
  status: Status,
): QuestionnaireResponse {
  const enabled = enabledItems(questionnaire.item, answers);
  const isKept = (linkId: string) => status === "in-progress" || enabled.has(linkId);
  const build = (list: readonly Item[]): ResponseItem[] =>
    list.flatMap((item): ResponseItem[] => {
      const { linkId } = item;
      if (!isKept(linkId)) return [];
      const head = item.text === undefined ? { linkId } : { linkId, text: item.text };
      if (isQuestion(item)) {
        const answer = answers.get(linkId);
        return answer === undefined ? [] : [{ ...head, answer: [answer] }];
      }
      const inner = build(item.item ?? []);
      return inner.length === 0 ? [] : [{ ...head, item: inner }];
    });
  const item = build(questionnaire.item);
  const canonical = canonicalOf(questionnaire);
  return {
    resourceType: "QuestionnaireResponse",
    ...(canonical !== undefined && { questionnaire: canonical }),
    status,
    ...(item.length > 0 && { item }),
  };
}
