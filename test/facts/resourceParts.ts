// The parts of generated resources that charts leave open: dates, statuses, codes, who says so.
import { dateText, ISSUED, type Json, pastDay, type Random, textOf } from "./chart.ts";
import { type Base, CODES, type Code, LOCAL, SNOMED } from "./codes.ts";

/** What one chart is made of: chance, the patient's birth, and the few codes and days that its resources share. */
export type Scene = {
  readonly random: Random;
  readonly birth: number;
  readonly palette: Readonly<Record<Base, readonly Code[]>>;
  readonly days: readonly number[];
  /** What is mostly measured, as a share of the list of measures. */
  readonly measure: number;
};
export type Make = (scene: Scene, id: string) => Json[];

export const PATIENT = { reference: "Patient/p1" };
const RECALL = "http://terminology.hl7.org/CodeSystem/immunization-origin";
export const RECALLED = {
  primarySource: false,
  reportOrigin: { coding: [{ system: RECALL, code: "recall" }] },
};

const PALETTE_SIZE = 3;
const SHARED_DAYS = 3;

/** Few codes and few days, so that several resources of a chart are about the same. */
export function sceneOf(random: Random, birth: number): Scene {
  const palette = Object.fromEntries(
    Object.entries(CODES).map(([base, codes]) => [
      base,
      Array.from({ length: 1 + random.below(PALETTE_SIZE) }, () => random.pick(codes)),
    ]),
  ) as Record<Base, Code[]>;
  const days = Array.from({ length: SHARED_DAYS }, () => pastDay(random, birth));
  return { random, birth, palette, days, measure: random.below(100) / 100 };
}

export function codingOf({ system, code, display }: Code): Json {
  return { system, code, ...(display && { display }) };
}

/** Sometimes one coding, sometimes two, sometimes only words. */
export function concept({ random, palette }: Scene, base: Base): Json {
  const any = () => random.pick(random.chance(0.85) ? palette[base] : CODES[base]);
  const first = codingOf(any());
  const roll = random.below(14);
  if (roll === 0) return { text: "see the letter" };
  if (roll === 1) return { coding: [first, { system: LOCAL, code: "X-9" }] };
  if (roll === 2) return { coding: [first, codingOf(any())] };
  return { coding: [first] };
}

export function status(
  { random }: Scene,
  system: string,
  codes: readonly string[],
): Json | undefined {
  const roll = random.below(12);
  if (roll === 0) return undefined;
  if (roll === 1) return { coding: [{ system: "http://hospital.example/status", code: "A" }] };
  const right = `http://terminology.hl7.org/CodeSystem/${system}`;
  const coding = { system: right, code: random.pick(codes) };
  if (roll === 2) return { coding: [{ system: SNOMED, code: "55561003" }, coding] };
  // A foreign code that reads like one of FHIR's, and two that contradict each other.
  if (roll === 3) {
    const foreign = { system: "http://hospital.example/status", code: random.pick(codes) };
    return { coding: [foreign, coding] };
  }
  if (roll === 4) return { coding: [coding, { system: right, code: random.pick(codes) }] };
  return { coding: [coding] };
}

/** A date within the patient's life, in full or in part. */
export function date({ random, birth, days }: Scene): string {
  const day = random.chance(0.3) ? random.pick(days) : pastDay(random, birth);
  return dateText(random, day, day);
}

/** A whole day within the patient's life. */
export function wholeDay({ random, birth, days }: Scene): string {
  return textOf(random.chance(0.3) ? random.pick(days) : pastDay(random, birth));
}

/** A start and an end, either of which may be missing. */
export function period(scene: Scene, starts = 0.8, ends = 0.5): Json {
  return {
    ...(scene.random.chance(starts) && { start: date(scene) }),
    ...(scene.random.chance(ends) && { end: date(scene) }),
  };
}

/** What may stand in any resource and turn its meaning. */
export function oddities({ random }: Scene): Json {
  const roll = random.below(50);
  if (roll === 0)
    return { modifierExtension: [{ url: "http://hospital.example/ext", valueBoolean: true }] };
  if (roll === 1) return { meta: { tag: [{ code: "SUBSETTED" }] } };
  if (roll === 2) return { meta: { security: [{ code: random.pick(["REDACTED", "ANONYED"]) }] } };
  return roll === 3 ? { implicitRules: "http://hospital.example/rules" } : {};
}

const SPEAKERS = ["Patient/p1", "urn:uuid:p1", "RelatedPerson/kin", "Practitioner/d1"];

/** Who said or did it: by chance the patient, a relative, or a doctor. */
export function anyone({ random }: Scene): Json {
  return { reference: random.pick(SPEAKERS) };
}

export function speaker(scene: Scene, field: string): Json {
  return scene.random.chance(0.1) ? { [field]: anyone(scene) } : {};
}

/** Several who did it, each a reference or an object around one. */
export function performers(scene: Scene, wrap = (ref: Json): Json => ref): Json {
  const { random } = scene;
  if (!random.chance(0.12)) return {};
  const count = 1 + random.below(2);
  return { performer: Array.from({ length: count }, () => wrap(anyone(scene))) };
}

export function onset(scene: Scene): Json {
  const { random } = scene;
  const roll = random.below(10);
  if (roll === 0) return {};
  if (roll === 1) return { onsetString: "in childhood" };
  if (roll === 2) return { onsetAge: age(random) };
  if (roll === 3)
    return {
      onsetPeriod: { start: date(scene), ...(random.chance(0.5) && { end: textOf(ISSUED) }) },
    };
  return { onsetDateTime: date(scene) };
}

export function age(random: Random): Json {
  const code = random.pick(["a", "mo", "wk", "d"]);
  return {
    value: random.below(code === "a" ? 3 : 20),
    system: "http://unitsofmeasure.org",
    code,
    unit: code,
  };
}

export function abatement(scene: Scene): Json {
  const { random } = scene;
  const roll = random.below(8);
  if (roll === 0) return { abatementString: "long ago" };
  if (roll === 1) return { abatementAge: age(random) };
  if (roll === 2) return { abatementPeriod: { start: date(scene) } };
  if (roll === 3) return { abatementDateTime: "9999-12-31" };
  return roll < 6 ? { abatementDateTime: date(scene) } : {};
}
