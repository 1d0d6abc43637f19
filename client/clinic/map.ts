// All resources of a patient to draft facts, with the path of each; collects every problem before refusing.
import { ZodError } from "zod";
import { mapAllergy } from "./allergy.ts";
import { mapCondition } from "./condition.ts";
import type { Draft, LeftOut, MapContext, Mapped } from "./draft.ts";
import { mapImmunization } from "./immunization.ts";
import { mapMedicationRequest } from "./medication-request.ts";
import { mapMedicationStatement } from "./medication-statement.ts";
import { mapObservation } from "./observation.ts";
import { mapPatient, type Person } from "./patient.ts";
import { ClinicError, type Problem, ResourceProblem } from "./problem.ts";
import { mapProcedure } from "./procedure.ts";
import {
  indexReferences,
  type Located,
  type MAPPED_TYPES,
  type Source,
  UNREAD_TYPES,
} from "./source.ts";

type Mapper = (input: unknown, context: MapContext) => Mapped;
const MAPPERS: Record<(typeof MAPPED_TYPES)[number], Mapper> = {
  Condition: mapCondition,
  Observation: mapObservation,
  MedicationRequest: mapMedicationRequest,
  MedicationStatement: mapMedicationStatement,
  Procedure: mapProcedure,
  Immunization: mapImmunization,
  AllergyIntolerance: mapAllergy,
};

/** The entry of a table, if it is one: types come from outside, "constructor" among them. */
function entryOf<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A draft and the resource it came from. */
export type LocatedDraft = Draft & { readonly path: string };

export type MappedSource = {
  readonly person: Person;
  readonly drafts: readonly LocatedDraft[];
  readonly leftOut: readonly LeftOut[];
  /** Resource types that give no facts, with how many there were. */
  readonly unread: Readonly<Record<string, number>>;
};

export type MapOptions = { readonly issuedDay: number; readonly includePatientReported?: boolean };

/** Maps a patient's resources. Throws ClinicError with every problem found and its path. */
export function mapSource(source: Source, options: MapOptions): MappedSource {
  const { issuedDay, includePatientReported = false } = options;
  const problems: Problem[] = [];
  const person = attempt(source.patient, problems, () =>
    mapPatient(source.patient.resource, issuedDay),
  );
  if (person === undefined) throw new ClinicError(problems);
  const find = indexReferences(source.resources);
  const context: MapContext = {
    issuedDay,
    birthDay: person.birthDay,
    includePatientReported,
    resolve: (ref) => find(ref)?.resource,
  };
  const drafts: LocatedDraft[] = person.drafts.map((d) => ({ ...d, path: source.patient.path }));
  const leftOut = [...source.leftOut];
  const unread = new Map<string, number>();
  for (const located of source.resources) {
    const { path, resource } = located;
    const mapper = entryOf<Mapper>(MAPPERS, resource.resourceType);
    if (mapper === undefined) {
      unread.set(resource.resourceType, (unread.get(resource.resourceType) ?? 0) + 1);
      const clears = entryOf(UNREAD_TYPES, resource.resourceType);
      if (clears) leftOut.push({ path, reason: "this type is not read", clears });
      continue;
    }
    const mapped = attempt(located, problems, () => mapper(resource, context));
    for (const draft of mapped?.drafts ?? []) drafts.push({ ...draft, path });
    for (const { field, ...omission } of mapped?.leftOut ?? []) {
      leftOut.push({ ...omission, path: field === undefined ? path : `${path}.${field}` });
    }
  }
  if (problems.length > 0) throw new ClinicError(problems);
  return { person, drafts, leftOut, unread: Object.fromEntries(unread) };
}

/** Runs a mapper; what it cannot read becomes a problem at the resource's path, without the value. */
function attempt<T>({ path }: Located, problems: Problem[], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof ResourceProblem) {
      problems.push({ path: `${path}.${error.field}`, reason: error.message });
    } else if (error instanceof ZodError) {
      for (const issue of error.issues) {
        const field = [path, ...issue.path.map(String)].join(".");
        problems.push({ path: field, reason: `is not valid FHIR R4: ${issue.message}` });
      }
    } else {
      throw error;
    }
    return undefined;
  }
}
