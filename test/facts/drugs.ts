// Generated resources about drugs: ordered, taken, handed over, given.
import { ISSUED, type Json, textOf } from "./chart.ts";
import {
  anyone,
  concept,
  date,
  type Make,
  oddities,
  PATIENT,
  performers,
  period,
  type Scene,
  speaker,
} from "./resourceParts.ts";

/** A drug inline, or as a Medication, contained or beside it, whose ingredients say more than its own code. */
function drug(scene: Scene, id: string): { fields: Json; extra: Json[] } {
  const { random } = scene;
  if (random.chance(0.75)) {
    return { fields: { medicationCodeableConcept: concept(scene, "medication") }, extra: [] };
  }
  const own: Json = { resourceType: "Medication", id: `m-${id}` };
  if (random.chance(0.8)) own.code = concept(scene, "medication");
  if (random.chance(0.6)) {
    own.ingredient = Array.from({ length: 1 + random.below(2) }, () => ({
      itemCodeableConcept: concept(scene, "medication"),
    }));
  }
  if (random.chance(0.3)) {
    return {
      fields: { contained: [own], medicationReference: { reference: `#m-${id}` } },
      extra: [],
    };
  }
  const isThere = random.chance(0.8);
  return {
    fields: { medicationReference: { reference: `Medication/m-${id}` } },
    extra: isThere ? [own] : [],
  };
}

const AHEAD = textOf(ISSUED + 40);
const days = (value: number): Json => ({
  value,
  unit: "days",
  system: "http://unitsofmeasure.org",
  code: "d",
});

function dosage(scene: Scene): Json {
  const { random } = scene;
  const bounds = period(scene, 0.7, 0.6);
  if (random.chance(0.1)) bounds.start = AHEAD;
  if (random.chance(0.1)) bounds.end = AHEAD;
  return { timing: { repeat: { boundsPeriod: bounds } } };
}

export const request: Make = (scene, id) => {
  const { random } = scene;
  const { fields, extra } = drug(scene, id);
  const validity = { start: date(scene), end: random.chance(0.5) ? "9999-12-31" : date(scene) };
  const dispensing = {
    validityPeriod: validity,
    ...(random.chance(0.6) && { expectedSupplyDuration: days(random.pick([7, 30, 90])) }),
  };
  return [
    ...extra,
    {
      ...{ resourceType: "MedicationRequest", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["active", "active", "completed", "completed", "stopped", "on-hold"],
        ...["unknown", "cancelled", "draft"],
      ]),
      intent: random.pick(["order", "order", "order", "plan"]),
      ...fields,
      ...(random.chance(0.9) && { authoredOn: date(scene) }),
      ...(random.chance(0.25) && {
        dosageInstruction: Array.from({ length: 1 + random.below(2) }, () => dosage(scene)),
      }),
      ...(random.chance(0.2) && { dispenseRequest: dispensing }),
      ...(random.chance(0.08) && { reportedBoolean: true }),
      ...(random.chance(0.08) && { reportedReference: anyone(scene) }),
      ...(random.chance(0.04) && { doNotPerform: true }),
    },
  ];
};

export const statement: Make = (scene, id) => {
  const { random } = scene;
  const { fields, extra } = drug(scene, id);
  const taken = { effectiveDateTime: date(scene) };
  return [
    ...extra,
    {
      ...{ resourceType: "MedicationStatement", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["active", "completed", "stopped", "on-hold", "unknown"],
        ...["not-taken", "intended"],
      ]),
      ...fields,
      ...(random.chance(0.5) ? { effectivePeriod: period(scene) } : taken),
      ...(random.chance(0.3) && { dateAsserted: date(scene) }),
      ...speaker(scene, "informationSource"),
    },
  ];
};

export const dispense: Make = (scene, id) => {
  const { random } = scene;
  const { fields, extra } = drug(scene, id);
  return [
    ...extra,
    {
      ...{ resourceType: "MedicationDispense", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["completed", "completed", "completed", "in-progress", "cancelled", "declined"],
        ...["preparation", "stopped", "unknown"],
      ]),
      ...fields,
      ...(random.chance(0.8) && { whenHandedOver: date(scene) }),
      ...(random.chance(0.3) && { whenPrepared: date(scene) }),
      ...(random.chance(0.6) && { daysSupply: days(random.pick([7, 28, 90])) }),
    },
  ];
};

export const administration: Make = (scene, id) => {
  const { random } = scene;
  const { fields, extra } = drug(scene, id);
  const given = random.chance(0.5)
    ? { effectiveDateTime: date(scene) }
    : { effectivePeriod: { start: date(scene), ...period(scene, 0.3, 0.6) } };
  return [
    ...extra,
    {
      ...{ resourceType: "MedicationAdministration", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["completed", "completed", "completed", "in-progress", "in-progress", "not-done"],
        ...["on-hold", "stopped", "unknown", "entered-in-error"],
      ]),
      ...fields,
      ...given,
      ...performers(scene, (actor) => ({ actor })),
    },
  ];
};
