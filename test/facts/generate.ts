// The whole of a generated chart: its patient, what is said of them, and what the source says of itself.
import { type Chart, firstDay, type Json, pickBirth, type Random, seeded } from "./chart.ts";
import { administration, dispense, request, statement } from "./drugs.ts";
import { type Make, oddities, PATIENT, type Scene, sceneOf } from "./resourceParts.ts";
import {
  allergy,
  claim,
  condition,
  encounter,
  family,
  immunization,
  procedure,
} from "./resources.ts";
import { observation, report } from "./results.ts";

const MAKERS: readonly Make[] = [
  ...[condition, condition, condition, allergy, allergy, request, request, statement, dispense],
  ...[administration, procedure, procedure, immunization, encounter, encounter, family],
  ...[observation, observation, observation, observation, report, claim],
];

const GENDERS = ["female", "female", "male", "male", "other", "unknown", undefined];

function patientOf(scene: Scene, birthDate: string): Json {
  const { random } = scene;
  return {
    resourceType: "Patient",
    id: "p1",
    birthDate,
    gender: random.pick(GENDERS),
    ...(random.chance(0.2) && oddities(scene)),
  };
}

/** One to six resources, in half of the charts all of one or two kinds. */
function resourcesOf(scene: Scene): Json[] {
  const { random } = scene;
  const makers = random.chance(0.5) ? [random.pick(MAKERS), random.pick(MAKERS)] : MAKERS;
  const count = 1 + random.below(6);
  return Array.from({ length: count }, (_, i) => random.pick(makers)(scene, `r${i}`)).flat();
}

const SECTIONS = ["11450-4", "10160-0", "48765-2", "47519-4", "30954-2", "10157-6", "00000-0"];

/** What a document or a server says of what it did not give. */
function saidOf(random: Random): Json[] {
  const roll = random.below(60);
  if (roll === 0) {
    const code = { coding: [{ system: "http://loinc.org", code: random.pick(SECTIONS) }] };
    const reason = random.pick(["nilknown", "notasked", "withheld", "unavailable"]);
    const section = [{ code, emptyReason: { coding: [{ code: reason }] } }];
    return [{ resourceType: "Composition", id: "doc", subject: PATIENT, section }];
  }
  if (roll !== 1) return [];
  const issue = random.pick([
    { severity: "warning", code: "suppressed" },
    { severity: "error", code: "timeout" },
    { severity: "information", code: "informational" },
  ]);
  return [{ resourceType: "OperationOutcome", issue: [issue] }];
}

type Entry = { readonly resource: Json; readonly fullUrl?: string; readonly search?: Json };

/** A page of a search: with a total that may be more than it holds. */
function searchset(random: Random, entries: readonly Entry[]): Json {
  const isIncluded = ({ resource }: Entry) =>
    ["Medication", "Practitioner", "RelatedPerson"].includes(resource.resourceType as string);
  const modeOf = (entry: Entry) => {
    if (entry.resource.resourceType === "OperationOutcome") return "outcome";
    return isIncluded(entry) ? "include" : "match";
  };
  const entry = entries.map((one) => ({ ...one, search: { mode: modeOf(one) } }));
  const matches = entry.filter(({ search }) => search.mode === "match").length;
  const more = random.chance(0.8) ? 0 : random.pick([1, 2, 20]);
  return {
    ...{ resourceType: "Bundle", type: "searchset" },
    ...(random.chance(0.5) && { total: matches + more }),
    ...(random.chance(0.15) && {
      link: [{ relation: "next", url: "http://hospital.example/page2" }],
    }),
    entry,
  };
}

const SERVER = "http://hospital.example/fhir/";

/** The same chart with full URLs: references by urn:uuid, absolute, or relative as before. */
function addressed(random: Random, resources: readonly Json[]): Entry[] {
  const roll = random.below(8);
  if (roll > 2) return resources.map((resource) => ({ resource }));
  const base = roll === 0 ? "urn:uuid:" : SERVER;
  const urlOf = (type: string, id: string) => (roll === 0 ? base + id : `${base}${type}/${id}`);
  const rewrite = (resource: Json): Json =>
    roll === 2
      ? resource
      : JSON.parse(
          JSON.stringify(resource).replace(
            /"reference":"([A-Z][A-Za-z]+)\/([^"]+)"/g,
            (_, type: string, id: string) => `"reference":"${urlOf(type, id)}"`,
          ),
        );
  return resources.map((resource) => ({
    resource: rewrite(resource),
    ...(typeof resource.id === "string" && {
      fullUrl: urlOf(resource.resourceType as string, resource.id),
    }),
  }));
}

/** Some of the entries in a Bundle of their own inside the Bundle, as batches answer. */
function nested(entries: readonly Entry[], from: number): Entry[] {
  const inner = { resourceType: "Bundle", type: "searchset", entry: entries.slice(from) };
  return [...entries.slice(0, from), { resource: inner }];
}

/** The chart of a seed. The same seed always gives the same chart. */
export function chartOf(seed: number): Chart {
  const random = seeded(seed);
  const birth = pickBirth(random);
  const scene = sceneOf(random, firstDay(birth));
  const related = { resourceType: "RelatedPerson", id: "kin", patient: PATIENT };
  const doctor = { resourceType: "Practitioner", id: "d1" };
  const own = [patientOf(scene, birth), related, doctor, ...resourcesOf(scene), ...saidOf(random)];
  const plain = own.map((resource) => JSON.parse(JSON.stringify(resource)) as Json);
  const entries = addressed(random, plain);
  const roll = random.below(12);
  if (roll === 0) return { bundle: searchset(random, entries) };
  const entry = roll === 1 ? nested(entries, 3 + random.below(2)) : entries;
  return { bundle: { resourceType: "Bundle", type: "collection", entry } };
}
