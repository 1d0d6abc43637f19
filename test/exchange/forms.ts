// Questionnaires and collections of the tests, small and whole.
import type { Item, Quantity } from "../../circuits/statement/exchange/form/item.ts";
import type { Questionnaire } from "../../circuits/statement/exchange/questionnaire.ts";

const SD = "http://hl7.org/fhir/StructureDefinition";
const UCUM = "http://unitsofmeasure.org";

export const minValue = (valueInteger: number) => ({ url: `${SD}/minValue`, valueInteger });
export const maxValue = (valueInteger: number) => ({ url: `${SD}/maxValue`, valueInteger });
export const unitOption = (code: string) => ({
  url: `${SD}/questionnaire-unitOption`,
  valueCoding: { system: UCUM, code, display: code },
});
export const kilograms = (value: number): { valueQuantity: Quantity } => ({
  valueQuantity: { value, unit: "kg", system: UCUM, code: "kg" },
});

/** An item with a linkId, a type and a text; more as given. */
export const item = (linkId: string, type: Item["type"], more: Partial<Item> = {}): Item => ({
  linkId,
  type,
  text: `Text of ${linkId}`,
  ...more,
});

export const questionnaireOf = (...items: Item[]): Questionnaire => ({
  resourceType: "Questionnaire",
  status: "active",
  item: items,
});

/** One question of each type, a condition, and groups. */
export const VISIT: Questionnaire = {
  ...questionnaireOf(
    item("vitals", "group", {
      item: [
        item("weight", "quantity", {
          required: true,
          extension: [unitOption("kg"), minValue(20), maxValue(300)],
        }),
        item("pulse", "integer", { extension: [minValue(20), maxValue(250)] }),
      ],
    }),
    item("read", "display"),
    item("ill", "boolean", { required: true }),
    item("illness", "group", {
      enableWhen: [{ question: "ill", operator: "=", answerBoolean: true }],
      item: [
        item("what", "text", { required: true, maxLength: 20 }),
        item("since", "date"),
        item("noted", "dateTime"),
      ],
    }),
    item("grade", "choice", {
      answerOption: [
        { valueCoding: { system: "urn:grades", code: "1", display: "Mild" } },
        { valueCoding: { system: "urn:grades", code: "2", display: "Severe" } },
      ],
    }),
    item("why", "open-choice", { answerOption: [{ valueString: "Forgotten" }] }),
    item("dose", "decimal"),
    item("name", "string"),
    item("arm", "string", { readOnly: true, initial: [{ valueString: "A" }] }),
  ),
  url: "urn:test:visit",
  version: "2",
};
