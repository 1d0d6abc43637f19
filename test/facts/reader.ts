// A careful reader of a chart: what each resource leaves open, as the days, codes and truths that it could have. Written
// from FHIR R4 and the two laws alone; shares no code with the product.
import { type Chart, firstDay, ISSUED, lastDay } from "./chart.ts";
import {
  type Days,
  type Get,
  inTable,
  isDistant,
  isMasked,
  type Lookup,
  type Page,
  type Reading,
  type Topic,
} from "./reading.ts";
import { resultsOf } from "./resultReader.ts";
import { isDenied, statementsOf } from "./statements.ts";

export type { Kind, Lookup, Reading, Result, Statement, Topic } from "./reading.ts";

const TOPICS: readonly Topic[] = [
  ...(["condition", "medication", "allergy", "procedure", "immunization"] as const),
  ...(["encounter", "familyHistory", "result"] as const),
];
const EVER = firstDay("1900");

type Entry = { readonly resource: Get; readonly fullUrl?: string; readonly search?: Get };

/** Reads a chart; by default one with the codes of the generator. */
export function readChart(
  { bundle }: Chart,
  {
    lookup = inTable,
    issued = ISSUED,
  }: { readonly lookup?: Lookup; readonly issued?: number } = {},
): Reading {
  const entries = entriesOf(bundle as Get);
  const resources = entries.map(({ resource }) => resource);
  const patient = resources.find(({ resourceType }) => resourceType === "Patient")!;
  const birth: Days = [firstDay(patient.birthDate), lastDay(patient.birthDate)];
  // A birth date that is left of a cut resource is one; in a masked one it may be a made-up one.
  const isTrusted =
    patient.modifierExtension === undefined &&
    patient.implicitRules === undefined &&
    !isMasked(patient);
  const page: Page = {
    born: isTrusted ? birth : [EVER, issued],
    ...{ issued, lookup, sex: isTrusted ? patient.gender : undefined },
    find: finderIn(entries),
  };
  return {
    person: isTrusted ? { birth, sex: patient.gender } : undefined,
    statements: resources.flatMap((r) => statementsOf(r, page)),
    results: resources.flatMap((r) => resultsOf(r, page)),
    hidden: new Set([
      ...bundlesIn(bundle as Get).flatMap(hiddenBy),
      ...resources.flatMap(keptBack),
    ]),
  };
}

/** A Bundle and those inside it. */
function bundlesIn(bundle: Get): Get[] {
  const inner = (bundle.entry as Entry[])
    .map(({ resource }) => resource)
    .filter(({ resourceType }) => resourceType === "Bundle");
  return [bundle, ...inner.flatMap(bundlesIn)];
}

function entriesOf(bundle: Get): Entry[] {
  return bundlesIn(bundle).flatMap((one) =>
    (one.entry as Entry[]).filter(({ resource }) => resource.resourceType !== "Bundle"),
  );
}

/** By full URL, by type and id, or contained. */
function finderIn(entries: readonly Entry[]): Page["find"] {
  return (reference, from) => {
    if (reference.startsWith("#")) {
      return ((from.contained ?? []) as Get[]).find(({ id }) => id === reference.slice(1));
    }
    const [id, type] = reference.split("/").reverse() as [string, string | undefined];
    return entries.find(
      ({ resource, fullUrl }) =>
        fullUrl === reference || (resource.id === id && resource.resourceType === type),
    )?.resource;
  };
}

/** What a page of a search did not give. */
function hiddenBy({ link, total, entry }: Get): readonly Topic[] {
  const matches = (entry as Entry[]).filter(({ search }) => search?.mode === "match").length;
  return link !== undefined || (total !== undefined && total > matches) ? TOPICS : [];
}

const SECTIONS: Readonly<Record<string, readonly Topic[]>> = {
  "11450-4": ["condition"],
  "10160-0": ["medication"],
  "48765-2": ["allergy"],
  "47519-4": ["procedure"],
  "30954-2": ["result"],
  "10157-6": ["familyHistory"],
};

function sectionHides({ code, emptyReason }: Get): readonly Topic[] {
  if (emptyReason === undefined || emptyReason.coding?.[0].code === "nilknown") return [];
  return SECTIONS[code?.coding?.[0].code as string] ?? TOPICS;
}

/** What a resource says that it does not tell. */
function keptBack(r: Get): readonly Topic[] {
  if (r.resourceType === "OperationOutcome") {
    return r.issue[0].severity === "information" ? [] : TOPICS;
  }
  if (r.resourceType === "Composition") {
    return ((r.section ?? []) as Get[]).flatMap(sectionHides);
  }
  if (r.resourceType === "FamilyMemberHistory") {
    const isTold = r.status === "completed" || r.status === "entered-in-error";
    return isTold || isDistant(r) ? [] : ["familyHistory"];
  }
  if (r.resourceType === "Condition") {
    return isOfRelatives(r) && !isDenied(r) ? ["familyHistory"] : [];
  }
  if (r.resourceType === "DiagnosticReport") return lacksResults(r) ? ["result"] : [];
  return [];
}

const isOfRelatives = ({ code }: Get) =>
  ((code?.coding ?? []) as Get[]).some((c) => /^Z8[0-4]/.test(c.code));

const lacksResults = ({ result, status }: Get) =>
  status !== "entered-in-error" &&
  status !== "cancelled" &&
  ((result ?? []) as Get[]).some(({ reference }) => /[/:]lost$/.test(reference));
