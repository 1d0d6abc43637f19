// What a resource says about itself that makes every fact of it doubtful: then it blocks and satisfies nothing.
import type { Resource } from "./datatypes.ts";

/** Security labels (v3 ObservationValue) of a resource from which something was taken, or in which it was changed. */
const MASKING = ["MASKED", "REDACTED", "ABSTRED", "AGGRED", "ANONYED", "SUBSETTED"];
const DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

type Labelled = { readonly code?: unknown };
type Labels = { readonly tag?: unknown; readonly security?: unknown };

/** The first label of a resource or Bundle that says that part of it was left out or masked. */
export function maskingLabel(meta: unknown): string | undefined {
  const { tag, security } = (meta ?? {}) as Labels;
  const labels = [tag, security].flatMap((list) =>
    Array.isArray(list) ? (list as Labelled[]) : [],
  );
  return labels.map(({ code }) => code).find(isMasking);
}

function isMasking(code: unknown): code is string {
  return typeof code === "string" && MASKING.includes(code);
}

/**
 * Why no fact of a resource can be relied on: an element that may turn its meaning round and that we do not know
 * (modifierExtension, implicitRules: hl7.org/fhir/R4/extensibility.html), a label that says it was cut or masked, or an
 * element masked by its source. Undefined when there is no such reason.
 */
export function distrust(resource: Resource): string | undefined {
  if (resource.implicitRules !== undefined) return "implicitRules that are not known";
  const label = maskingLabel(resource.meta);
  if (label !== undefined) return `labelled ${label}: part of it was left out or masked`;
  return scan(resource, 0);
}

const MAX_DEPTH = 30;

function scan(value: unknown, depth: number): string | undefined {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return firstOf(value, depth);
  const object = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(object.modifierExtension) && object.modifierExtension.length > 0) {
    return "a modifierExtension that is not known";
  }
  if (object.url === DATA_ABSENT && object.valueCode === "masked")
    return "an element masked by its source";
  for (const key in object) {
    // Contained resources and narratives speak for themselves.
    if (key === "contained" || key === "text") continue;
    const found = scan(object[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstOf(list: readonly unknown[], depth: number): string | undefined {
  for (const item of list) {
    const found = scan(item, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
