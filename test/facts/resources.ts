// Generated resources about conditions, allergies, what was done, who was seen and what runs in the family, with dates,
// statuses and codes left open in the ways in which real charts leave them open. Shares no code with the product.
import type { Json } from "./chart.ts";
import { CLASSES, LOCAL } from "./codes.ts";
import {
  abatement,
  age,
  codingOf,
  concept,
  date,
  type Make,
  oddities,
  onset,
  PATIENT,
  performers,
  period,
  RECALLED,
  type Scene,
  speaker,
  status,
} from "./resourceParts.ts";

export const condition: Make = (scene, id) => [
  {
    ...{ resourceType: "Condition", id, subject: PATIENT },
    ...oddities(scene),
    clinicalStatus: status(scene, "condition-clinical", [
      ...["active", "active", "recurrence", "inactive", "remission", "resolved", "resolved"],
    ]),
    verificationStatus: scene.random.chance(0.3)
      ? status(scene, "condition-ver-status", [
          ...["confirmed", "provisional", "differential", "refuted", "entered-in-error"],
        ])
      : undefined,
    code: concept(scene, "condition"),
    ...onset(scene),
    ...(scene.random.chance(0.4) && abatement(scene)),
    ...(scene.random.chance(0.4) && { recordedDate: date(scene) }),
    ...speaker(scene, "asserter"),
  },
];

export const allergy: Make = (scene, id) => [
  {
    ...{ resourceType: "AllergyIntolerance", id, patient: PATIENT },
    ...oddities(scene),
    clinicalStatus: status(scene, "allergyintolerance-clinical", [
      ...["active", "inactive", "resolved"],
    ]),
    verificationStatus: scene.random.chance(0.3)
      ? status(scene, "allergyintolerance-verification", ["confirmed", "unconfirmed", "refuted"])
      : undefined,
    code: concept(scene, "allergy"),
    ...(scene.random.chance(0.5) && { onsetDateTime: date(scene) }),
    ...(scene.random.chance(0.5) && { recordedDate: date(scene) }),
    ...(scene.random.chance(0.2) && { lastOccurrence: date(scene) }),
    ...(scene.random.chance(0.2) && { reaction: [{ substance: concept(scene, "allergy") }] }),
    ...speaker(scene, "asserter"),
  },
];

export const procedure: Make = (scene, id) => {
  const { random } = scene;
  const performed = [
    { performedDateTime: date(scene) },
    { performedDateTime: date(scene) },
    { performedString: "as a teenager" },
    { performedPeriod: period(scene) },
    { performedPeriod: { start: date(scene) } },
    { performedAge: age(random) },
    {},
  ];
  return [
    {
      ...{ resourceType: "Procedure", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["completed", "completed", "completed", "not-done", "unknown", "stopped"],
        ...["in-progress", "preparation", "on-hold"],
      ]),
      code: concept(scene, "procedure"),
      ...random.pick(performed),
      ...speaker(scene, "asserter"),
      ...performers(scene, (actor) => ({ actor })),
    },
  ];
};

export const immunization: Make = (scene, id) => {
  const { random } = scene;
  return [
    {
      ...{ resourceType: "Immunization", id, patient: PATIENT },
      ...oddities(scene),
      status: random.pick(["completed", "completed", "not-done"]),
      vaccineCode: concept(scene, "immunization"),
      ...(random.chance(0.8) ? { occurrenceDateTime: date(scene) } : { occurrenceString: "2009" }),
      ...(random.chance(0.3) && { recorded: date(scene) }),
      ...(random.chance(0.1) && { isSubpotent: true }),
      ...(random.chance(0.1) && RECALLED),
    },
  ];
};

/** What a contact was for: in codes, by reference, or by a reference to what was not given. */
function reasons(scene: Scene, id: string): { fields: Json; extra: Json[] } {
  const { random } = scene;
  const roll = random.below(6);
  if (roll < 2) return { fields: { reasonCode: [concept(scene, "condition")] }, extra: [] };
  if (roll > 3) return { fields: {}, extra: [] };
  const reference = `Condition/c-${id}`;
  const fields =
    roll === 2
      ? { reasonReference: [{ reference }] }
      : { diagnosis: [{ condition: { reference } }] };
  return { fields, extra: random.chance(0.8) ? condition(scene, `c-${id}`) : [] };
}

export const encounter: Make = (scene, id) => {
  const { random } = scene;
  const { fields, extra } = reasons(scene, id);
  return [
    ...extra,
    {
      ...{ resourceType: "Encounter", id, subject: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["finished", "finished", "finished", "finished", "in-progress", "onleave", "arrived"],
        ...["planned", "cancelled", "unknown"],
      ]),
      ...(random.chance(0.95) && { class: codingOf(random.pick(CLASSES)) }),
      ...(random.chance(0.3) && { type: [concept(scene, "encounter")] }),
      ...fields,
      ...(random.chance(0.95) && { period: period(scene, 0.9, 0.8) }),
    },
  ];
};

const ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const RELATIVES = ["MTH", "FTH", "NSIS", "SON", "GRMTH", "HSIB", "AUNT", "FAMMEMB"];

export const family: Make = (scene, id) => {
  const { random } = scene;
  const known = { coding: [{ system: ROLE, code: random.pick(RELATIVES) }] };
  const local = { coding: [{ system: LOCAL, code: "mother" }] };
  const history = () => (random.chance(0.95) ? { code: concept(scene, "condition") } : {});
  return [
    {
      ...{ resourceType: "FamilyMemberHistory", id, patient: PATIENT },
      ...oddities(scene),
      status: random.pick([
        ...["completed", "completed", "completed", "completed", "completed"],
        ...["partial", "health-unknown", "entered-in-error"],
      ]),
      relationship: random.chance(0.85) ? known : local,
      ...(random.chance(0.7) && { date: date(scene) }),
      condition: Array.from({ length: random.below(3) }, history),
    },
  ];
};

/** A bill codes diagnoses, procedures and drugs, or refers to them. */
export const claim: Make = (scene, id) => {
  const { random } = scene;
  const own = condition(scene, `c-${id}`);
  const isByReference = random.chance(0.3);
  const diagnosis = isByReference
    ? { diagnosisReference: { reference: `Condition/c-${id}` } }
    : { diagnosisCodeableConcept: concept(scene, "condition") };
  const done = { sequence: 1, procedureCodeableConcept: concept(scene, "procedure") };
  const item = { sequence: 1, productOrService: concept(scene, "medication") };
  return [
    ...(isByReference && random.chance(0.8) ? own : []),
    {
      resourceType: random.pick(["ExplanationOfBenefit", "Claim"]),
      ...{ id, patient: PATIENT },
      ...oddities(scene),
      status: random.pick(["active", "active", "active", "cancelled", "entered-in-error"]),
      created: date(scene),
      diagnosis: [{ sequence: 1, ...diagnosis }],
      ...(random.chance(0.3) && { procedure: [done] }),
      ...(random.chance(0.3) && { item: [item] }),
    },
  ];
};
