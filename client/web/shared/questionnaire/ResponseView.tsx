// A response as people read it: each question that was asked, with its answer.
import { unitAfterNumber } from "../../../../circuits/statement/encoding/print.ts";
import {
  type AnswerValue,
  isQuestion,
  placedItems,
} from "../../../../circuits/statement/exchange/form/item.ts";
import {
  answersIn,
  type Questionnaire,
  type QuestionnaireResponse,
  type ResponseItem,
} from "../../../../circuits/statement/exchange/questionnaire.ts";
import { type Fact, Facts } from "../Facts.tsx";
import { formatDate, formatTime, formatValue } from "../format.ts";
import { t } from "../language.ts";
import { labelOf } from "./field.ts";

type Props = {
  /** Of the approved text; undefined where it is not known: then the response's own words stand. */
  readonly questionnaire: Questionnaire | undefined;
  readonly response: QuestionnaireResponse;
};

/** Questions and answers, in the order of the form. */
export function ResponseView({ questionnaire, response }: Props) {
  const items = response.item ?? [];
  return <Facts facts={questionnaire ? asked(questionnaire, items) : told(items)} />;
}

function asked({ item: items }: Questionnaire, given: readonly ResponseItem[]): Fact[] {
  const answers = answersIn(given);
  return placedItems(items).flatMap(({ item }): Fact[] => {
    const answer = answers.get(item.linkId);
    return !isQuestion(item) || answer === undefined ? [] : [[labelOf(item), answerText(answer)]];
  });
}

function told(items: readonly ResponseItem[]): Fact[] {
  return items.flatMap(({ linkId, text = linkId, answer, item = [] }): Fact[] => {
    const [first] = answer ?? [];
    const own: Fact[] = first === undefined ? [] : [[text, answerText(first)]];
    return [...own, ...told(item)];
  });
}

/** As people write it; a unit of the form's own words stands as it is. */
function unitWords({ unit, code }: NonNullable<AnswerValue["valueQuantity"]>): string {
  if (code !== undefined && (unit === undefined || unit === code)) return unitAfterNumber(code);
  return unit === undefined ? "" : ` ${unit}`;
}

function answerText(of: AnswerValue): string {
  const { valueBoolean, valueQuantity: quantity, valueCoding, valueDate, valueDateTime } = of;
  if (valueBoolean !== undefined) return valueBoolean ? t("Yes") : t("No");
  if (quantity !== undefined) {
    return `${formatValue(quantity.value)}${unitWords(quantity)}`;
  }
  if (valueCoding !== undefined) return valueCoding.display ?? valueCoding.code;
  if (valueDate !== undefined)
    return /^\d{4}-\d\d-\d\d$/.test(valueDate) ? formatDate(valueDate) : valueDate;
  if (valueDateTime !== undefined) {
    const time = Date.parse(valueDateTime);
    return Number.isNaN(time) ? valueDateTime : formatTime(time / 1000);
  }
  const number = of.valueInteger ?? of.valueDecimal;
  return number === undefined ? (of.valueString ?? "") : formatValue(number);
}
