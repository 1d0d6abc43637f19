// Visit data as the benchmark deposits them: a form of forty questions, and the stream of a device that fills 50 kB.
import type { Item } from "../../circuits/statement/exchange/form/item.ts";
import type { Content, PackageProvenance } from "../../circuits/statement/exchange/payload.ts";
import type { Questionnaire } from "../../circuits/statement/exchange/questionnaire.ts";
import { item, kilograms, questionnaireOf, unitOption } from "../exchange/forms.ts";

const QUESTIONS = 40;

/** How question n is asked, and answered. */
const KINDS = [
  {
    type: "quantity",
    more: { extension: [unitOption("kg")] },
    answer: (n: number) => kilograms(60 + (n % 40)),
  },
  { type: "integer", more: {}, answer: (n: number) => ({ valueInteger: n }) },
  { type: "date", more: {}, answer: () => ({ valueDate: "2026-11-30" }) },
  {
    type: "text",
    more: {},
    answer: (n: number) => ({ valueString: `Nothing remarkable at examination ${n}.` }),
  },
] as const;

const kindOf = (n: number) => KINDS[n % KINDS.length]!;
const linkId = (n: number) => `question-${n}`;
const questions = Array.from({ length: QUESTIONS }, (_, n) => n);

export const FORM: Questionnaire = questionnaireOf(
  ...questions.map(
    (n): Item => item(linkId(n), kindOf(n).type, kindOf(n).more as unknown as Partial<Item>),
  ),
);

/** The form filled in, some 6 kB; `seed` changes its numbers. */
export function filledForm(seed: number): Content {
  return {
    resource: {
      resourceType: "QuestionnaireResponse",
      status: "completed",
      item: questions.map((n) => ({
        linkId: linkId(n),
        text: `Text of ${linkId(n)}`,
        answer: [kindOf(n).answer(n + seed)],
      })),
    },
  } as unknown as Content;
}

/** So many bytes of a device's readings, about. */
export function readings(bytes: number): Content {
  const one = (n: number) => ({
    resourceType: "Observation",
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: "8867-4", display: "Heart rate" }] },
    effectiveDateTime: new Date(Date.UTC(2026, 10, 30, 0, 0, n)).toISOString(),
    valueQuantity: {
      ...{ value: 60 + (n % 40), unit: "/min" },
      ...{ system: "http://unitsofmeasure.org", code: "/min" },
    },
  });
  const count = Math.floor(bytes / (JSON.stringify(one(0)).length + 1));
  const resources = Array.from({ length: count }, (_, n) => one(n));
  return { resources, stream: "watch", streamSequence: 1 } as unknown as Content;
}

export const PROVENANCE: PackageProvenance = {
  agent: "participant",
  software: "benchmark",
  origin: "made up",
  madeAt: 1_790_000_000,
};
