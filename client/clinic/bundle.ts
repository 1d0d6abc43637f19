// A FHIR R4 Bundle of one patient (hl7.org/fhir/R4/bundle.html).
import { z } from "zod";
import { DOMAINS, type Domain } from "../../circuits/statement/code.ts";
import type { LeftOut } from "./draft.ts";
import { ClinicError, type Problem, refuse } from "./problem.ts";
import { type Located, locate, type Source, splitByPatient } from "./source.ts";

const READ = ["collection", "transaction", "searchset", "document", "batch"];
/** Every domain: what is lost when a part of the input was not given at all. */
export const ALL_DOMAINS = Object.keys(DOMAINS) as readonly Domain[];

const schema = z.looseObject({
  resourceType: z.literal("Bundle"),
  type: z.string(),
  link: z.array(z.looseObject({ relation: z.string() })).optional(),
  entry: z
    .array(
      z.looseObject({
        fullUrl: z.string().optional(),
        resource: z.unknown().optional(),
        search: z.looseObject({ mode: z.string().optional() }).optional(),
        request: z.looseObject({ method: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});
type Entry = NonNullable<z.infer<typeof schema>["entry"]>[number];

/** True for what should be read as a Bundle rather than as one resource. */
export function isBundle(value: unknown): boolean {
  return (value as { resourceType?: unknown } | null)?.resourceType === "Bundle";
}

/**
 * Reads a Bundle. `name` is the file, for paths. Throws ClinicError when it is empty, of another type, or not about
 * exactly one patient.
 */
export function readBundle(value: unknown, name: string): Source {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    refuse(`${name}: ${["Bundle", ...parsed.error.issues[0]!.path].join(".")}`, "is malformed");
  }
  const { type, entry = [], link = [] } = parsed.data;
  if (!READ.includes(type)) {
    refuse(`${name}: Bundle.type`, `is not read; give one of ${READ.join(", ")}`);
  }
  const problems: Problem[] = [];
  const resources = entry.flatMap((e, i) => readEntry(e, `${name}: Bundle.entry[${i}]`, problems));
  if (problems.length > 0) throw new ClinicError(problems);
  if (resources.length === 0) refuse(`${name}: Bundle.entry`, "is empty; nothing to attest");
  const leftOut: LeftOut[] = link
    .filter(({ relation }) => relation === "next")
    .map(() => ({
      path: `${name}: Bundle.link`,
      reason: "the search has further pages that were not given",
      clears: ALL_DOMAINS,
    }));
  return onePatient(splitByPatient(name, resources, leftOut), name);
}

function readEntry(entry: Entry, path: string, problems: Problem[]): Located[] {
  const { resource, fullUrl, search, request } = entry;
  if (search?.mode === "outcome" || request?.method === "DELETE") return [];
  if (resource === undefined) {
    problems.push({ path, reason: "has no resource" });
    return [];
  }
  return locate(resource, path, problems, fullUrl);
}

function onePatient(sources: readonly Source[], name: string): Source {
  if (sources.length === 1) return sources[0]!;
  if (sources.length === 0) return refuse(name, "holds no Patient resource");
  throw new ClinicError(
    sources.map(({ patient }) => ({
      path: patient.path,
      reason: `is one of ${sources.length} patients; a record is of one, give a Bundle each`,
    })),
  );
}
