// The resources of one patient, gathered from a Bundle or from loose resources, and whose each one is.
import { z } from "zod";
import type { Domain } from "../../circuits/statement/code.ts";
import { type Resource, reference, resource } from "./datatypes.ts";
import type { LeftOut } from "./draft.ts";
import { ClinicError, type Problem } from "./problem.ts";

/** A resource and where it was found. */
export type Located = {
  readonly path: string;
  readonly fullUrl?: string;
  readonly resource: Resource;
};

/** All that was read about one patient. */
export type Source = {
  /** File or folder the patient was read from, for messages. */
  readonly name: string;
  readonly patient: Located;
  readonly resources: readonly Located[];
  /** What reading itself left out: pages of a search not given, outdated copies. */
  readonly leftOut: readonly LeftOut[];
};

const owned = z.looseObject({ subject: reference.optional(), patient: reference.optional() });

/** Resource types that give facts: their subject must be the patient. */
export const MAPPED_TYPES = [
  "Condition",
  "Observation",
  "MedicationRequest",
  "MedicationStatement",
  "Procedure",
  "Immunization",
  "AllergyIntolerance",
] as const;

/** Types we do not read although they may hold such facts: absence there is no longer provable. */
export const UNREAD_TYPES: Readonly<Record<string, readonly Domain[]>> = {
  MedicationAdministration: ["medicationStart", "medicationLast"],
  MedicationDispense: ["medicationStart", "medicationLast"],
};

/** "Condition/c1" or the type alone: how a resource is named in paths. */
export function nameOf({ resourceType, id }: Resource): string {
  return id === undefined ? resourceType : `${resourceType}/${id.slice(0, 64)}`;
}

/** The names by which references can point at a resource. */
function keysOf({ fullUrl, resource: { resourceType, id } }: Located): string[] {
  const keys = id === undefined ? [] : [`${resourceType}/${id}`];
  return fullUrl === undefined ? keys : [...keys, fullUrl];
}

/** Relative form of a reference: without version, and without the server's address. */
function relative(ref: string): string {
  const plain = ref.replace(/\/_history\/[^/]+$/, "");
  return /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]+)$/.exec(plain)?.[1] ?? plain;
}

/** Finds resources by reference: "Medication/m1", "urn:uuid:...", an absolute URL, with or without version. */
export function indexReferences(
  resources: readonly Located[],
): (ref: string) => Located | undefined {
  const byKey = new Map<string, Located>();
  for (const located of resources) for (const key of keysOf(located)) byKey.set(key, located);
  return (ref) => byKey.get(ref) ?? byKey.get(relative(ref));
}

/** Parses what every resource must have. Collects a problem when it is not a FHIR resource. */
export function locate(
  value: unknown,
  path: string,
  problems: Problem[],
  fullUrl?: string,
): Located[] {
  const parsed = resource.safeParse(value);
  if (!parsed.success) {
    problems.push({ path, reason: "is not a FHIR resource (no usable resourceType)" });
    return [];
  }
  const at = `${path} (${nameOf(parsed.data)})`;
  return [{ path: at, resource: parsed.data, ...(fullUrl === undefined ? {} : { fullUrl }) }];
}

/** Reference to the patient that a resource is about, if it has one. */
export function subjectOf(input: Resource): string | undefined {
  const parsed = owned.safeParse(input);
  return parsed.success
    ? (parsed.data.subject?.reference ?? parsed.data.patient?.reference)
    : undefined;
}

/**
 * One copy of each resource: equal copies count once, of different ones under the same id the last updated counts.
 * Collects a problem when nothing says which is newer.
 */
export function dropDuplicates(
  resources: readonly Located[],
  problems: Problem[],
): { kept: Located[]; leftOut: LeftOut[] } {
  const byKey = new Map<string, Located>();
  const anonymous: Located[] = [];
  const leftOut: LeftOut[] = [];
  for (const located of resources) {
    const key = `${located.resource.resourceType}/${located.resource.id}`;
    const other = byKey.get(key);
    if (located.resource.id === undefined) anonymous.push(located);
    else if (other === undefined) byKey.set(key, located);
    else if (JSON.stringify(other.resource) === JSON.stringify(located.resource)) {
      leftOut.push({ path: located.path, reason: "an equal copy was read before", clears: [] });
    } else {
      const [older, newer] = byUpdate(other, located);
      if (older === undefined || newer === undefined) {
        const reason = "another resource has this id and nothing says which is newer; keep one";
        problems.push({ path: located.path, reason });
        continue;
      }
      byKey.set(key, newer);
      leftOut.push({ path: older.path, reason: "a newer version was read", clears: [] });
    }
  }
  return { kept: [...byKey.values(), ...anonymous], leftOut };
}

function byUpdate(a: Located, b: Located): [Located, Located] | [] {
  const [x, y] = [a, b].map(({ resource: r }) => Date.parse(r.meta?.lastUpdated ?? ""));
  if (Number.isNaN(x) || Number.isNaN(y) || x === y) return [];
  return x! < y! ? [a, b] : [b, a];
}

/**
 * Splits resources by patient. Resources without a subject (Medication, Organization) go to everybody.
 * Throws ClinicError for mapped resources whose subject is missing or not among the patients.
 */
export function splitByPatient(
  name: string,
  resources: readonly Located[],
  readLeftOut: readonly LeftOut[] = [],
): Source[] {
  const problems: Problem[] = [];
  const { kept, leftOut } = dropDuplicates(resources, problems);
  const find = indexReferences(kept);
  const groups = new Map<Located, Located[]>();
  for (const located of kept) {
    if (located.resource.resourceType === "Patient") groups.set(located, []);
  }
  const shared: Located[] = [];
  for (const located of kept) {
    if (located.resource.resourceType === "Patient") continue;
    const owner = ownerOf(located, find, problems);
    if (owner === "shared") shared.push(located);
    else if (owner !== undefined) groups.get(owner)?.push(located);
  }
  if (problems.length > 0) throw new ClinicError(problems);
  const said = [...readLeftOut, ...leftOut];
  return [...groups].map(([patient, own]) => ({
    name: groups.size === 1 ? name : `${name} (${nameOf(patient.resource)})`,
    patient,
    resources: [...own, ...shared],
    leftOut: groups.size === 1 ? said : said.filter(({ clears }) => clears.length > 0),
  }));
}

function ownerOf(
  located: Located,
  find: (ref: string) => Located | undefined,
  problems: Problem[],
): Located | "shared" | undefined {
  const subject = subjectOf(located.resource);
  const mustBeOurs = (MAPPED_TYPES as readonly string[]).includes(located.resource.resourceType);
  if (subject === undefined) {
    if (!mustBeOurs) return "shared";
    problems.push({ path: located.path, reason: "does not say which patient it is about" });
    return undefined;
  }
  const target = find(subject);
  if (target?.resource.resourceType === "Patient") return target;
  if (!mustBeOurs && !/(^|\/)Patient\//.test(subject)) return "shared";
  const reason = "is about somebody who is not the patient given here; remove it";
  problems.push({ path: located.path, reason });
  return undefined;
}
