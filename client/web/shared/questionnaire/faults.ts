// What still has to be done before a form can be finished, in words for whoever fills it in.
import { answerFault } from "../../../../circuits/statement/exchange/form/answer.ts";
import { enabledItems } from "../../../../circuits/statement/exchange/form/enabled.ts";
import {
  type AnswerValue,
  type Item,
  isQuestion,
  rangeOf,
} from "../../../../circuits/statement/exchange/form/item.ts";
import {
  answersIn,
  type Questionnaire,
  type QuestionnaireResponse,
} from "../../../../circuits/statement/exchange/questionnaire.ts";
import { t } from "../language.ts";

export type Fault = {
  readonly text: string;
  /** Not answered yet, rather than answered wrongly: said only when somebody wants to finish. */
  readonly isMissing: boolean;
};

/** The faults of what is asked, by linkId, in the order of the form. */
export function faultsOf(
  { item: items }: Questionnaire,
  response: QuestionnaireResponse,
): ReadonlyMap<string, Fault> {
  const answers = answersIn(response.item ?? []);
  const enabled = enabledItems(items, answers);
  const faults = new Map<string, Fault>();
  /** Whether anything in the list is answered. */
  const walk = (list: readonly Item[]): boolean => {
    let isAnswered = false;
    for (const item of list.filter(({ linkId }) => enabled.has(linkId))) {
      const { linkId } = item;
      const answer = answers.get(linkId);
      if (isQuestion(item)) {
        const fault = faultOf(item, answer);
        if (fault !== undefined) faults.set(linkId, fault);
        isAnswered ||= answer !== undefined;
      } else if (walk(item.item ?? [])) {
        isAnswered = true;
      } else if (item.type === "group" && item.required === true) {
        faults.set(linkId, { text: t("Answer at least one of these"), isMissing: true });
      }
    }
    return isAnswered;
  };
  walk(items);
  return faults;
}

function faultOf(item: Item, answer: AnswerValue | undefined): Fault | undefined {
  if (answer === undefined) {
    return item.required === true ? { text: t("Please answer this"), isMissing: true } : undefined;
  }
  const fault = answerFault(item, answer);
  return fault === undefined ? undefined : { text: plainly(fault, item), isMissing: false };
}

function plainly(fault: string, item: Item): string {
  const range = rangeText(item);
  if (/^must be at (?:least|most)/.test(fault) && range !== undefined)
    return t("Please give {{range}}", { range });
  return t("This {{fault}}", { fault });
}

/** "a value from 20 to 300"; undefined where everything goes. */
export function rangeText(item: Item): string | undefined {
  const { min, max } = rangeOf(item);
  if (min === undefined) return max === undefined ? undefined : t("at most {{max}}", { max });
  return max === undefined
    ? t("at least {{min}}", { min })
    : t("a value from {{min}} to {{max}}", { min, max });
}
