// The resources of one patient, gathered from a Bundle or from loose resources, and whose each one is.
import { z } from "zod";
import { domainsGivenBy } from "../../../circuits/statement/encoding/domains.ts";
import { ClinicError, type Problem } from "../problem.ts";
import { type Reference, type Resource, reference, resource } from "./datatypes.ts";
import type { LeftOut } from "./draft.ts";
import { foreignRelease } from "./foreign.ts";
import { saidIncomplete } from "./incomplete.ts";
import { type Find, identityOf, indexReferences, type Located } from "./references.ts";

export type { Located } from "./references.ts";

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

/** Types that may leave their subject out: nobody then knows whom they are about. */
const MAY_LACK_SUBJECT = ["Encounter", "DiagnosticReport", "MedicationDispense"];
/** Subjects that are no person. */
const NO_PERSON = /(^|\/)(Group|Location|Device|Substance|Specimen|Organization)(\/|$)/;

/** "Condition/c1" or the type alone: how a resource is named in paths. */
export function nameOf({ resourceType, id }: Resource): string {
  return id === undefined ? resourceType : `${resourceType}/${id.slice(0, 64)}`;
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
  const foreign = foreignRelease(parsed.data);
  if (foreign !== undefined) {
    const { release, element } = foreign;
    const reason = `is FHIR ${release}, not R4 (it has ${element}); export it as R4 (4.0.1)`;
    problems.push({ path: at, reason });
    return [];
  }
  return [{ path: at, resource: parsed.data, ...(fullUrl === undefined ? {} : { fullUrl }) }];
}

/** Reference to the patient that a resource is about, if it has one. */
function subjectOf(input: Resource): Reference | undefined {
  const parsed = owned.safeParse(input);
  return parsed.success ? (parsed.data.subject ?? parsed.data.patient) : undefined;
}

/**
 * One copy of each resource: equal copies count once, of different ones under the same id the last updated counts.
 * Collects a problem when nothing says which is newer.
 */
function dropDuplicates(
  resources: readonly Located[],
  problems: Problem[],
): { kept: Located[]; leftOut: LeftOut[] } {
  const byKey = new Map<string, Located>();
  const anonymous: Located[] = [];
  const leftOut: LeftOut[] = [];
  for (const located of resources) {
    const key = identityOf(located);
    const other = key === undefined ? undefined : byKey.get(key);
    if (key === undefined) anonymous.push(located);
    else if (other === undefined) byKey.set(key, located);
    else if (JSON.stringify(other.resource) === JSON.stringify(located.resource)) {
      leftOut.push({ path: located.path, reason: "an identical copy was read before", clears: [] });
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

/** Takes out what the source says it deleted since ("Condition/c1", with or without its server). */
function dropDeleted(
  resources: readonly Located[],
  deleted: readonly string[],
): { kept: readonly Located[]; leftOut: LeftOut[] } {
  if (deleted.length === 0) return { kept: resources, leftOut: [] };
  const find = indexReferences(resources);
  const gone = new Set(deleted.map((ref) => find(ref)).filter((one) => one !== undefined));
  const leftOut = [...gone].map(({ path }) => ({
    path,
    reason: "deleted by the source",
    clears: [],
  }));
  return { kept: resources.filter((one) => !gone.has(one)), leftOut };
}

/**
 * Splits resources by patient. Resources without a subject (Medication, Organization) go to everybody.
 * Throws ClinicError for mapped resources whose subject is missing or not among the patients.
 */
export function splitByPatient(
  name: string,
  resources: readonly Located[],
  readLeftOut: readonly LeftOut[] = [],
  deleted: readonly string[] = [],
): Source[] {
  const problems: Problem[] = [];
  const once = dropDuplicates(resources, problems);
  const { kept, leftOut: gone } = dropDeleted(once.kept, deleted);
  const find = indexReferences(kept);
  const groups = new Map<Located, Located[]>();
  for (const located of kept) {
    if (located.resource.resourceType === "Patient") groups.set(located, []);
  }
  const shared: Located[] = [];
  const nobodys: LeftOut[] = [];
  for (const located of kept) {
    if (located.resource.resourceType === "Patient") continue;
    const owner = nobodysOf(located, nobodys) ? undefined : ownerOf(located, find, problems);
    if (owner === "shared") shared.push(located);
    else if (owner !== undefined) groups.get(owner)?.push(located);
  }
  if (problems.length > 0) throw new ClinicError(problems);
  const said = [...readLeftOut, ...once.leftOut, ...gone, ...nobodys];
  return [...groups].map(([patient, own]) => {
    const all = [...own, ...shared];
    const ours = groups.size === 1 ? said : said.filter(({ clears }) => clears.length > 0);
    return {
      name: groups.size === 1 ? name : `${name} (${nameOf(patient.resource)})`,
      patient,
      resources: all,
      leftOut: [...ours, ...all.flatMap(saidIncomplete)],
    };
  });
}

/** True for what is left out since it is about no person, or does not say about whom; says so. */
function nobodysOf({ path, resource: own }: Located, leftOut: LeftOut[]): boolean {
  const { resourceType } = own;
  if (domainsGivenBy(resourceType).length === 0) return false;
  const subject = subjectOf(own);
  if (subject === undefined && MAY_LACK_SUBJECT.includes(resourceType)) {
    const reason = "does not say whom it is about";
    leftOut.push({ path, reason, clears: domainsGivenBy(resourceType) });
    return true;
  }
  if (!NO_PERSON.test(subject?.reference ?? subject?.type ?? "")) return false;
  leftOut.push({ path, reason: "is about a group, a device or a place", clears: [] });
  return true;
}

function ownerOf(
  located: Located,
  find: Find,
  problems: Problem[],
): Located | "shared" | undefined {
  const subject = subjectOf(located.resource);
  const mustBeOurs = domainsGivenBy(located.resource.resourceType).length > 0;
  if (subject === undefined) {
    if (!mustBeOurs) return "shared";
    problems.push({ path: located.path, reason: "does not say which patient it is about" });
    return undefined;
  }
  const target = find(subject, located);
  if (target?.resource.resourceType === "Patient" && !subject.reference?.startsWith("#")) {
    return target;
  }
  if (!mustBeOurs && !/(^|\/)Patient\//.test(subject.reference ?? "")) return "shared";
  const reason = "is about somebody who is not the patient given here; remove it";
  problems.push({ path: located.path, reason });
  return undefined;
}
