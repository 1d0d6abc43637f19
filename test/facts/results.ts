// Generated results: with and without values, units, times and limits, alone, in panels and in reports.
import { type Json, pastDay, textOf } from "./chart.ts";
import { LOCAL, SNOMED } from "./codes.ts";
import {
  concept,
  date,
  type Make,
  oddities,
  PATIENT,
  performers,
  period,
  type Scene,
  wholeDay,
} from "./resourceParts.ts";

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";

type Measure = {
  readonly loinc: string;
  readonly unit: string;
  readonly values: readonly number[];
};
const MEASURES: readonly Measure[] = [
  { loinc: "4548-4", unit: "%", values: [5.4, 6.9, 7, 7.1, 9.5] },
  { loinc: "17856-6", unit: "%", values: [6.2, 7.4] },
  { loinc: "41995-2", unit: "g/dL", values: [0.9] },
  { loinc: "33914-3", unit: "mL/min/{1.73_m2}", values: [25, 44, 61, 90] },
  { loinc: "1742-6", unit: "U/L", values: [20, 40, 79, 80, 81, 130] },
  { loinc: "1742-6", unit: "U/L", values: [20, 40, 79, 80, 81, 130] },
  { loinc: "8480-6", unit: "mm[Hg]", values: [118, 139, 140, 160] },
];

/** A code that no table lists. */
const UNLISTED = "97506-0";

/** Never, former, every day; and one that is no answer to the question. */
const ANSWERS = ["266919005", "8517006", "449868002", "261665006"];

const quantity = (value: number, unit: string): Json => ({ value, unit, system: UCUM, code: unit });

/** A value, one that cannot be compared, or none. */
function givenValue({ random }: Scene, { unit, values }: Measure): Json {
  const plain = quantity(random.pick(values), unit);
  const roll = random.below(16);
  if (roll === 0) return { valueQuantity: { ...plain, comparator: "<" } };
  if (roll === 1) return { valueQuantity: { ...plain, comparator: ">=" } };
  if (roll === 2) return { valueString: "high" };
  if (roll === 3) return { dataAbsentReason: { coding: [{ code: "masked" }] } };
  if (roll === 4) return { valueQuantity: { value: plain.value } };
  return { valueQuantity: plain };
}

const SEX = "http://hl7.org/fhir/administrative-gender";
const years = (value: number) => quantity(value, "a");

/** Limits of everybody, of one sex or age, of a treatment, or in words. */
function limits({ random }: Scene, unit: string): Json {
  if (random.chance(0.2)) return {};
  const one = (): Json => {
    const high = quantity(random.pick([35, 40, 40, 50]), unit);
    return random.pick<Json>([
      { high },
      { high },
      { high, low: quantity(7, unit) },
      { high, appliesTo: [{ coding: [{ system: SEX, code: "female" }] }] },
      { high, appliesTo: [{ coding: [{ system: SEX, code: "male" }] }] },
      { high, appliesTo: [{ text: "Hispanic or Latino" }] },
      { high, age: { low: years(18) } },
      { high, age: { high: years(17) } },
      { high, type: { coding: [{ code: "therapeutic" }] } },
      { high, type: { coding: [{ code: "normal" }] } },
      { low: quantity(7, unit) },
      { text: "up to 40" },
    ]);
  };
  return { referenceRange: Array.from({ length: 1 + random.below(2) }, one) };
}

/** When it was true: on a day, at a time, over a period, or only when it was issued. */
function moment(scene: Scene): Json {
  const { random } = scene;
  const roll = random.below(10);
  if (roll < 3) return { effectiveDateTime: date(scene) };
  if (roll < 5) return { effectiveDateTime: wholeDay(scene) };
  if (roll < 7) {
    const time = random.pick(["07:00", "12:00", "19:30"]);
    const day = random.chance(0.6) ? scene.days[0]! : random.pick(scene.days);
    return { effectiveDateTime: `${textOf(day)}T${time}:00+01:00` };
  }
  if (roll < 9) return { effectivePeriod: { start: date(scene), ...period(scene, 0, 0.7) } };
  return { issued: `${textOf(pastDay(random, scene.birth))}T08:00:00Z` };
}

const STATUSES = [
  ...["final", "final", "final", "final", "amended", "corrected"],
  ...["preliminary", "registered", "cancelled", "unknown", "entered-in-error"],
];

function shared(scene: Scene, id: string): Json {
  const { random } = scene;
  const focus = random.pick(["RelatedPerson/kin", "Patient/p1"]);
  return {
    ...{ resourceType: "Observation", id, subject: PATIENT },
    ...oddities(scene),
    status: random.pick(STATUSES),
    ...moment(scene),
    ...performers(scene),
    ...(random.chance(0.06) && { focus: [{ reference: focus }] }),
  };
}

const coded = (loinc: string): Json => ({ coding: [{ system: LOINC, code: loinc }] });

const measured: Make = (scene, id) => {
  const favourite = MEASURES[Math.floor(scene.measure * MEASURES.length)]!;
  const measure = scene.random.chance(0.6) ? favourite : scene.random.pick(MEASURES);
  const limited = measure.loinc === "1742-6" ? limits(scene, measure.unit) : {};
  const code = coded(measure.loinc);
  return [{ ...shared(scene, id), code, ...givenValue(scene, measure), ...limited }];
};

/** A blood pressure: its systolic part may be missing, or said to be. */
const panel: Make = (scene, id) => {
  const systolic = MEASURES.find(({ loinc }) => loinc === "8480-6")!;
  const diastolic = { code: coded("8462-4"), valueQuantity: quantity(80, "mm[Hg]") };
  const first = { code: coded("8480-6"), ...givenValue(scene, systolic) };
  const component = scene.random.chance(0.9) ? [first, diastolic] : [diastolic];
  return [{ ...shared(scene, id), code: coded("85354-9"), component }];
};

const answered: Make = (scene, id) => {
  const coding = [{ system: SNOMED, code: scene.random.pick(ANSWERS) }];
  return [{ ...shared(scene, id), code: coded("72166-2"), valueCodeableConcept: { coding } }];
};

/** Under a code that nobody has placed, its words say what was measured; or do not. */
const named: Make = (scene, id) => {
  const code = scene.random.pick<Json>([
    { coding: [{ system: LOCAL, code: "L-1" }], text: "HbA1c (point of care)" },
    { coding: [{ system: LOCAL, code: "L-2", display: "Systolic blood pressure" }] },
    { coding: [{ system: LOCAL, code: "L-3" }], text: "Colour of the door" },
    { coding: [{ system: LOINC, code: UNLISTED }], text: "HbA1c (point of care)" },
    { coding: [{ system: LOINC, code: UNLISTED, display: "Systolic blood pressure" }] },
    { coding: [{ system: LOINC, code: UNLISTED }], text: "Colour of the door" },
    { coding: [{ system: LOINC, code: UNLISTED }] },
    { text: "HbA1c" },
  ]);
  const value = scene.random.chance(0.5) ? 7.2 : 150;
  return [
    { ...shared(scene, id), code, valueQuantity: quantity(value, value > 10 ? "mm[Hg]" : "%") },
  ];
};

/** One result, of any of these kinds. */
export const observation: Make = (scene, id) => {
  const roll = scene.random.below(10);
  if (roll < 6) return measured(scene, id);
  if (roll < 8) return panel(scene, id);
  return roll === 8 ? answered(scene, id) : named(scene, id);
};

/** A report: with results inside it, beside it or missing, and with a conclusion in codes. */
export const report: Make = (scene, id) => {
  const { random } = scene;
  const roll = random.below(4);
  const inner = (roll < 2 ? observation(scene, `o-${id}`) : []) as Json[];
  const references = inner.map((one) => ({ reference: `#${one.id}` }));
  const lost = roll === 2 && random.chance(0.5) ? [{ reference: "Observation/lost" }] : [];
  const result = [...references, ...lost];
  return [
    {
      ...{ resourceType: "DiagnosticReport", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick(["final", "final", "final", "amended", "cancelled", "entered-in-error"]),
      code: coded("11502-2"),
      ...(inner.length > 0 && { contained: inner }),
      ...(result.length > 0 && { result }),
      ...(random.chance(0.8) && { effectiveDateTime: date(scene) }),
      ...(random.chance(0.5) && { conclusionCode: [concept(scene, "condition")] }),
    },
  ];
};
