// All resources of a patient to draft facts, with the path of each; collects every problem before refusing.
import { ZodError } from "zod";
import { domainsGivenBy, type MappedType } from "../../../circuits/statement/encoding/domains.ts";
import type { CodedSystem } from "../../../circuits/statement/encoding/header.ts";
import { type Classifier, dictionaryClassifier } from "../codes/classify.ts";
import { ClinicError, type Problem, ResourceProblem } from "../problem.ts";
import type { Reference } from "../read/datatypes.ts";
import { distrust, maskingLabel } from "../read/distrust.ts";
import type { Draft, LeftOut, MapContext, Mapped } from "../read/draft.ts";
import { type Find, indexReferences, type Located } from "../read/references.ts";
import type { Source } from "../read/source.ts";
import { mapAllergy } from "./allergy.ts";
import { mapClaim } from "./claim.ts";
import { CodedTally } from "./codedIn.ts";
import { mapCondition } from "./condition.ts";
import { mapDiagnosticReport } from "./diagnosticReport.ts";
import { mapEncounter } from "./encounter.ts";
import { mapFamilyHistory } from "./familyHistory.ts";
import { mapImmunization } from "./immunization.ts";
import { blockingDrafts, endingToday } from "./interval.ts";
import { mapMedicationAdministration } from "./medicationAdministration.ts";
import { mapMedicationDispense } from "./medicationDispense.ts";
import { mapMedicationRequest } from "./medicationRequest.ts";
import { mapMedicationStatement } from "./medicationStatement.ts";
import { mapObservation } from "./observation.ts";
import { mapPatient, type Person } from "./patient.ts";
import { mapProcedure } from "./procedure.ts";
import { readReasons, reasonDrafts } from "./reasons.ts";

type Mapper = (input: unknown, context: MapContext) => Mapped;
const MAPPERS: Readonly<Record<MappedType, Mapper>> = {
  Condition: mapCondition,
  Observation: mapObservation,
  MedicationRequest: mapMedicationRequest,
  MedicationStatement: mapMedicationStatement,
  MedicationDispense: mapMedicationDispense,
  MedicationAdministration: mapMedicationAdministration,
  Procedure: mapProcedure,
  Immunization: mapImmunization,
  AllergyIntolerance: mapAllergy,
  Encounter: mapEncounter,
  FamilyMemberHistory: mapFamilyHistory,
  DiagnosticReport: mapDiagnosticReport,
  Claim: mapClaim,
  ExplanationOfBenefit: mapClaim,
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
  /** Code systems in which all conditions, or all drugs, are coded. */
  readonly codedIn: readonly CodedSystem[];
  /** Resource types that give no facts, with how many there were. */
  readonly unread: Readonly<Record<string, number>>;
};

type MapOptions = {
  readonly issuedDay: number;
  readonly includePatientReported?: boolean;
  /** Which concepts a code belongs to; by default what the dictionary says. */
  readonly codes?: Classifier;
};

/** Maps a patient's resources. Throws ClinicError with every problem found and its path. */
export function mapSource(source: Source, options: MapOptions): MappedSource {
  const { issuedDay, includePatientReported = false, codes = dictionaryClassifier } = options;
  const problems: Problem[] = [];
  const person = attempt(source.patient, problems, () =>
    mapPatient(source.patient.resource, issuedDay),
  );
  if (person === undefined) throw new ClinicError(problems);
  const find = indexReferences([source.patient, ...source.resources]);
  const { birth, sex } = person;
  const coded = new CodedTally();
  const { note: noteCoded } = coded;
  const shared = { issuedDay, birth, sex, includePatientReported, codes, noteCoded };
  const drafts: LocatedDraft[] = person.drafts.map((d) => ({ ...d, path: source.patient.path }));
  const leftOut = [...source.leftOut];
  const unread = new Map<string, number>();
  const reasons: LocatedDraft[] = [];
  for (const located of source.resources) {
    const { path, resource } = located;
    const context: MapContext = { ...shared, ...referencesFrom(located, find) };
    const why = readReasons(resource, context);
    for (const draft of why.drafts) reasons.push({ ...draft, path });
    const mapper = entryOf<Mapper>(MAPPERS, resource.resourceType);
    if (mapper === undefined) {
      unread.set(resource.resourceType, (unread.get(resource.resourceType) ?? 0) + 1);
    }
    const mapped = mapper && attempt(located, problems, () => trusted(mapper, located, context));
    coded.endResource([...why.drafts, ...(mapped?.drafts ?? [])]);
    for (const draft of endingToday(mapped?.drafts ?? [], issuedDay)) {
      drafts.push({ ...draft, path });
    }
    for (const { field, ...omission } of [...(mapped?.leftOut ?? []), ...why.leftOut]) {
      leftOut.push({ ...omission, path: field === undefined ? path : `${path}.${field}` });
    }
  }
  if (problems.length > 0) throw new ClinicError(problems);
  drafts.push(...reasonDrafts(reasons, drafts));
  const codedIn = coded.result(leftOut);
  return { person, drafts, leftOut, codedIn, unread: Object.fromEntries(unread) };
}

/** What a resource's references mean, seen from where it stands. */
function referencesFrom(
  located: Located,
  find: Find,
): Pick<MapContext, "resolve" | "saidByPatient"> {
  return {
    resolve: (ref) => find(ref, located)?.resource,
    saidByPatient: (ref) => ref !== undefined && isPerson(ref, find(ref, located)),
  };
}

const PATIENT_SIDE = /^(Patient|RelatedPerson)$/;

/** True for the patient and those who speak for them; by the reference's own words where what it names is not given. */
function isPerson({ reference, type }: Reference, target: Located | undefined): boolean {
  if (target !== undefined) return PATIENT_SIDE.test(target.resource.resourceType);
  if (PATIENT_SIDE.test(type?.split("/").at(-1) ?? "")) return true;
  return /(^|\/)(Patient|RelatedPerson)\//.test(reference ?? "");
}

/**
 * Maps a resource, and takes nothing of it for sure when it says itself that it cannot be relied on: its facts block,
 * as if all of it might still be so; without any, its domains are no longer complete.
 */
function trusted(mapper: Mapper, { resource }: Located, context: MapContext): Mapped {
  const reason = distrust(resource);
  if (reason === undefined) return mapper(resource, context);
  const mapped = mapAsFar(mapper, resource, context);
  const drafts = blockingDrafts(mapped.drafts, reason);
  // What was cut may have named more: another condition of a relative, another substance, another component.
  const isCut = maskingLabel(resource.meta) !== undefined;
  const clears = drafts.length > 0 && !isCut ? [] : domainsGivenBy(resource.resourceType);
  return { drafts, leftOut: [...mapped.leftOut, { reason, clears }] };
}

/** What can be read of a resource from which something was taken: its gaps are no reason to refuse it. */
function mapAsFar(mapper: Mapper, resource: Located["resource"], context: MapContext): Mapped {
  try {
    return mapper(resource, context);
  } catch (error) {
    if (error instanceof ResourceProblem || error instanceof ZodError) {
      return { drafts: [], leftOut: [] };
    }
    throw error;
  }
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
