// What was in a package as FHIR R4 (4.0.1) resources of a pseudonym. Of a resource only fields listed here are kept:
// what else a form or a device wrote into it may name a person.
import { decodeCode, SYSTEMS } from "../../../circuits/statement/encoding/code.ts";
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import { decodeQuantity } from "../../../circuits/statement/encoding/fact.ts";
import { unitOf } from "../../../circuits/statement/encoding/units.ts";
import type { Payload, ShownFact } from "../../../circuits/statement/exchange/payload.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { identifier } from "../../files/fhir.ts";
import { ENTRY_SYSTEM } from "../entryFhir.ts";
import { shownWords } from "../shown.ts";

/** JSON that is read, not trusted. */
export type Json = { readonly [name: string]: unknown };
export const RESOURCE_TYPES = ["QuestionnaireResponse", "Observation"] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

const SHOWN_SYSTEM = "urn:cohort-zero:shown-fact";
const UCUM = "http://unitsofmeasure.org";
/** Digits of an entry's hash in a resource's id: 160 bits. */
const ID_DIGITS = 40;

const KEPT: Readonly<Record<ResourceType, readonly string[]>> = {
  QuestionnaireResponse: ["language", "questionnaire", "status", "authored", "item"],
  Observation: [
    ...["language", "status", "category", "code", "issued", "dataAbsentReason"],
    ...["effectiveDateTime", "effectivePeriod", "effectiveInstant"],
    ...["valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger"],
    ...["valueRange", "valueRatio", "valueSampledData", "valueTime", "valueDateTime"],
    ...["valuePeriod", "interpretation", "bodySite", "method", "referenceRange", "component"],
  ],
};

/** The FHIR file of a type of resources. */
export function fhirFile(type: ResourceType | "Provenance"): string {
  return `fhir/${type}.ndjson`;
}

/** The resource of an entry, by its number from 1: what its id says. */
export function resourceId(entry: Bytes32, number: number): string {
  return `${entry.slice(2, 2 + ID_DIGITS)}-${number}`;
}

/**
 * The resources of a package in order. `onLeftOut` is told each field that is not kept, as "Observation.note".
 * Throws RangeError for a resource of another type.
 */
export function resourcesOf(
  entry: Bytes32,
  { entry: { pseudonym }, content }: Payload,
  onLeftOut: (field: string) => void = () => {},
): Json[] {
  return contentOf(content).map((found, i) => {
    const type = typeOf(found);
    const kept = KEPT[type].filter((name) => found[name] !== undefined);
    for (const name of Object.keys(found)) {
      if (name !== "resourceType" && !kept.includes(name)) onLeftOut(`${type}.${name}`);
    }
    const own = { system: ENTRY_SYSTEM, value: entry };
    return {
      resourceType: type,
      id: resourceId(entry, i + 1),
      // A response has one identifier, an observation a list of them.
      identifier: type === "Observation" ? [own] : own,
      subject: subjectOf(pseudonym),
      ...Object.fromEntries(kept.map((name) => [name, found[name]])),
    };
  });
}

/** Participants have no Patient resource: their pseudonym stands for it. */
function subjectOf(pseudonym: string) {
  return { type: "Patient", identifier: identifier("pseudonym", pseudonym) };
}

function contentOf(content: Payload["content"]): Json[] {
  if ("facts" in content) return content.facts.map(observationOf);
  const found = "resources" in content ? content.resources : [content.resource];
  return found as unknown as Json[];
}

/** Throws RangeError for a type that no collection holds. */
export function typeOf({ resourceType }: Json): ResourceType {
  const type = RESOURCE_TYPES.find((one) => one === resourceType);
  if (type === undefined) throw new RangeError("a resource of a type that no collection holds");
  return type;
}

/** A fact of an attested record as an Observation: `false` says that the record holds nothing of the kind. */
function observationOf(fact: ShownFact): Json {
  const shown = { resourceType: "Observation", status: "final" };
  if (fact.kind === "none") {
    const days = fact.withinDays === null ? [] : [own("within-days", fact.withinDays)];
    return {
      ...shown,
      code: { coding: [{ system: SHOWN_SYSTEM, code: "absence" }], text: shownWords(fact) },
      valueBoolean: false,
      component: [
        own("kind", fact.kind),
        own("code-from", fact.codeLo),
        own("code-to", fact.codeHi),
        ...days,
      ],
    };
  }
  const { domain, system, code } = decodeCode(BigInt(fact.code));
  const unit = system === "loinc" && domain === "observation" ? unitOf(code)?.unit : undefined;
  return {
    ...shown,
    code: { coding: [{ system: SYSTEMS[system].uri, code }], text: shownWords(fact) },
    ...(typeof fact.day === "string" ? {} : { effectiveDateTime: formatDay(fact.day) }),
    ...(unit === undefined || fact.valueTo !== undefined
      ? {}
      : { valueQuantity: quantityOf(fact.value, unit) }),
    // As proven: what a value means depends on its domain, so the number itself is kept.
    component: [
      own("kind", fact.kind),
      own("domain", domain),
      own("value", fact.value),
      // Of a birth date only the year is shown: without its end, the first of January would be read.
      ...(fact.valueTo === undefined ? [] : [own("value-to", fact.valueTo)]),
      // "ongoing" and "untold" are not the same, and no date says either.
      ...(typeof fact.day === "string" ? [own("day", fact.day)] : []),
    ],
  };
}

function quantityOf(value: string, unit: string): Json {
  return { value: Number(decodeQuantity(BigInt(value))), unit, system: UCUM, code: unit };
}

function own(code: string, value: string | number): Json {
  const held = typeof value === "number" ? { valueInteger: value } : { valueString: value };
  return { code: { coding: [{ system: SHOWN_SYSTEM, code }] }, ...held };
}
