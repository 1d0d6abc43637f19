// What sites and made-up participants of the sample fill in: answers to the diabetes trial's forms, different for each.
import type { Coding, Quantity } from "../circuits/statement/exchange/form/item.ts";
import type { QuestionnaireResponse } from "../circuits/statement/exchange/questionnaire.ts";

const FORMS = "urn:cohort-zero:questionnaire";

const quantity = (linkId: string, value: number, code: string) => {
  const valueQuantity: Quantity = { value, unit: code, system: "http://unitsofmeasure.org", code };
  return { linkId, answer: [{ valueQuantity }] };
};
const whole = (linkId: string, valueInteger: number) => ({ linkId, answer: [{ valueInteger }] });
const truth = (linkId: string, valueBoolean: boolean) => ({ linkId, answer: [{ valueBoolean }] });
const choice = (linkId: string, [code, display]: readonly [string, string]) => {
  const valueCoding: Coding = { code, display };
  return { linkId, answer: [{ valueCoding }] };
};

/** The first visit of the person at this place in the sample. */
export function visitOf(i: number): QuestionnaireResponse {
  const vitals = [
    quantity("weight", 91.5 - 6 * i, "kg"),
    quantity("systolic", 134 + 4 * i, "mm[Hg]"),
    quantity("diastolic", 82 + 2 * i, "mm[Hg]"),
    quantity("pulse", 72 + 3 * i, "/min"),
  ];
  const laboratory = [
    quantity("hba1c", 7.1 + 0.4 * i, "%"),
    quantity("glucose", 128 + 9 * i, "mg/dL"),
  ];
  return {
    resourceType: "QuestionnaireResponse",
    questionnaire: `${FORMS}:diabetes-visit|1`,
    status: "completed",
    item: [
      { linkId: "vitals", item: vitals },
      { linkId: "laboratory", item: laboratory },
      { linkId: "doses", item: [whole("missed", 0), truth("stopped", false)] },
      { linkId: "hypoglycaemia", item: [whole("low", 0)] },
      { linkId: "safety", item: [truth("event", false)] },
    ],
  };
}

const ENERGY = [
  ["most-days", "On most days"],
  ["every-day", "Every day"],
  ["some-days", "On some days"],
] as const;
const NAUSEA = [
  ["none", "None"],
  ["mild", "Mild: I noticed it"],
] as const;

/** The first answers of the person at this place in the sample. */
export function diaryOf(i: number): QuestionnaireResponse {
  return {
    resourceType: "QuestionnaireResponse",
    questionnaire: `${FORMS}:diabetes-diary|1`,
    status: "completed",
    item: [
      choice("energy", ENERGY[i % ENERGY.length]!),
      choice("nausea", NAUSEA[i % NAUSEA.length]!),
      choice("diarrhoea", NAUSEA[0]),
      truth("low", false),
      choice("injection", ["not-begun", "I have not begun yet"]),
    ],
  };
}
