// Which items of a questionnaire are asked, given the answers so far (FHIR R4, enableWhen).
import { isSameAnswer, isTime } from "./answer.ts";
import type { AnswerValue, EnableWhen, Item } from "./item.ts";

/** An answer by its question's linkId. */
export type Answers = ReadonlyMap<string, AnswerValue>;

/**
 * linkIds of what is asked. An item in a group that is not asked is not asked either, and an answer to what is not asked
 * counts as none. A condition looks only at earlier items (rules.ts), so that one walk settles all.
 */
export function enabledItems(items: readonly Item[], answers: Answers): ReadonlySet<string> {
  const enabled = new Set<string>();
  const walk = (list: readonly Item[]): void => {
    for (const item of list) {
      if (!isEnabled(item, (id) => (enabled.has(id) ? answers.get(id) : undefined))) continue;
      enabled.add(item.linkId);
      walk(item.item ?? []);
    }
  };
  walk(items);
  return enabled;
}

type Look = (linkId: string) => AnswerValue | undefined;

function isEnabled({ enableWhen, enableBehavior }: Item, look: Look): boolean {
  if (enableWhen === undefined) return true;
  const isMet = (condition: EnableWhen) => meets(condition, look(condition.question));
  return enableBehavior === "any" ? enableWhen.some(isMet) : enableWhen.every(isMet);
}

/** Without an answer only "exists: false" is so: nobody is said to differ who has said nothing. */
function meets(condition: EnableWhen, answer: AnswerValue | undefined): boolean {
  const { operator } = condition;
  if (operator === "exists") return (answer !== undefined) === condition.answerBoolean;
  if (answer === undefined) return false;
  const wanted = wantedBy(condition);
  if (operator === "=") return isSameAnswer(wanted, answer);
  if (operator === "!=") return !isSameAnswer(wanted, answer);
  const [given, limit] = [orderOf(answer, wanted), orderOf(wanted, answer)];
  if (given === undefined || limit === undefined) return false;
  if (operator === ">") return given > limit;
  if (operator === "<") return given < limit;
  return operator === ">=" ? given >= limit : given <= limit;
}

/** answer[x] of a condition as the value[x] that it is compared with. */
export function wantedBy(condition: EnableWhen): AnswerValue {
  return {
    valueBoolean: condition.answerBoolean,
    valueDecimal: condition.answerDecimal,
    valueInteger: condition.answerInteger,
    valueDate: condition.answerDate,
    valueDateTime: condition.answerDateTime,
    valueString: condition.answerString,
    valueCoding: condition.answerCoding,
    valueQuantity: condition.answerQuantity,
  };
}

/** What is compared, where order has a meaning: of quantities in one unit only. */
function orderOf(value: AnswerValue, other: AnswerValue): number | undefined {
  const { valueInteger, valueDecimal, valueDate, valueDateTime, valueQuantity } = value;
  if (valueQuantity !== undefined) {
    return valueQuantity.code === other.valueQuantity?.code ? valueQuantity.value : undefined;
  }
  if (valueDate !== undefined) return Date.parse(`${valueDate}T00:00:00Z`);
  if (valueDateTime !== undefined) {
    return isTime(valueDateTime) ? Date.parse(valueDateTime) : undefined;
  }
  return valueInteger ?? valueDecimal;
}
