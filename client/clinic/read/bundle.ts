// A FHIR R4 Bundle (hl7.org/fhir/R4/bundle.html), Bundles inside it included, and what it says about what it lacks.
import { z } from "zod";
import { ClinicError, type Problem, refuse } from "../problem.ts";
import { maskingLabel } from "./distrust.ts";
import type { LeftOut } from "./draft.ts";
import { ALL_DOMAINS } from "./incomplete.ts";
import { type Located, locate, type Source, splitByPatient } from "./source.ts";

const READ = [
  "collection",
  "transaction",
  "searchset",
  "document",
  "batch",
  "batch-response",
  "transaction-response",
];
const MAX_NESTED = 10;

const schema = z.looseObject({
  resourceType: z.literal("Bundle"),
  type: z.string(),
  meta: z.unknown().optional(),
  implicitRules: z.unknown().optional(),
  total: z.number().optional(),
  link: z.array(z.looseObject({ relation: z.string() })).optional(),
  entry: z
    .array(
      z.looseObject({
        fullUrl: z.string().optional(),
        resource: z.unknown().optional(),
        search: z.looseObject({ mode: z.string().optional() }).optional(),
        request: z
          .looseObject({ method: z.string().optional(), url: z.string().optional() })
          .optional(),
        response: z.looseObject({ status: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});
type BundleJson = z.infer<typeof schema>;
type Entry = NonNullable<BundleJson["entry"]>[number];

/** What a Bundle holds, before it is known whose it is. */
export type Gathered = {
  readonly resources: readonly Located[];
  readonly leftOut: readonly LeftOut[];
  /** References to resources that the source deleted. */
  readonly deleted: readonly string[];
};

/** True for what should be read as a Bundle rather than as one resource. */
export function isBundle(value: unknown): boolean {
  return (value as { resourceType?: unknown } | null)?.resourceType === "Bundle";
}

/**
 * Reads a Bundle. `name` is the file, for paths. Throws ClinicError when it is empty, of another type, or not about
 * exactly one patient.
 */
export function readBundle(value: unknown, name: string): Source {
  return patientIn(gatherBundle(value, name), name);
}

/** The one patient of a gathered Bundle. Throws ClinicError when there is not exactly one. */
export function patientIn({ resources, leftOut, deleted }: Gathered, name: string): Source {
  if (resources.length === 0) refuse(`${name}: Bundle.entry`, "is empty; nothing to attest");
  return onePatient(splitByPatient(name, resources, leftOut, deleted), name);
}

/** The resources of a Bundle and of those inside it. Throws ClinicError naming the place of every problem. */
export function gatherBundle(value: unknown, name: string): Gathered {
  const problems: Problem[] = [];
  const gathered = gather(value, `${name}: Bundle`, problems, 0);
  if (problems.length > 0) throw new ClinicError(problems);
  return gathered;
}

function gather(value: unknown, path: string, problems: Problem[], depth: number): Gathered {
  const parsed = schema.safeParse(value);
  if (!parsed.success || depth > MAX_NESTED) {
    const at = parsed.success ? path : [path, ...parsed.error.issues[0]!.path].join(".");
    problems.push({ path: at, reason: parsed.success ? "is nested too deeply" : "is malformed" });
    return { resources: [], leftOut: [], deleted: [] };
  }
  const { type, entry = [], implicitRules } = parsed.data;
  if (!READ.includes(type)) {
    problems.push({ path: `${path}.type`, reason: `is not read; give one of ${READ.join(", ")}` });
  }
  if (implicitRules !== undefined) {
    const reason = "names rules that are not known, which may change the meaning of all of it";
    problems.push({ path: `${path}.implicitRules`, reason: `${reason}; export it without` });
  }
  const parts = entry.map((e, i) => readEntry(e, type, `${path}.entry[${i}]`, problems, depth));
  return {
    resources: parts.flatMap((part) => part.resources),
    leftOut: [...saidByBundle(parsed.data, path), ...parts.flatMap((part) => part.leftOut)],
    deleted: parts.flatMap((part) => part.deleted),
  };
}

/** What a Bundle says about what it does not hold: each clears everything. */
function saidByBundle({ type, meta, total, link = [], entry = [] }: BundleJson, path: string) {
  const said: LeftOut[] = [];
  const add = (field: string, reason: string) =>
    said.push({ path: `${path}.${field}`, reason, clears: ALL_DOMAINS });
  if (link.some(({ relation }) => relation === "next")) {
    add("link", "the search has further pages that were not given");
  }
  const isMatch = ({ resource, search }: Entry) =>
    resource !== undefined && (search?.mode ?? "match") === "match";
  if (type === "searchset" && total !== undefined && total > entry.filter(isMatch).length) {
    add("total", "the search found more than is given here");
  }
  const label = maskingLabel(meta);
  if (label !== undefined) add("meta", `labelled ${label}: part of it was left out or masked`);
  return said;
}

function readEntry(
  { resource, fullUrl, request, response }: Entry,
  type: string,
  path: string,
  problems: Problem[],
  depth: number,
): Gathered {
  const nothing: Gathered = { resources: [], leftOut: [], deleted: [] };
  if (request?.method === "DELETE") {
    return request.url === undefined ? nothing : { ...nothing, deleted: [request.url] };
  }
  const failed = response?.status !== undefined && !/^[23]/.test(response.status);
  const reason = "a part of the source's answer failed";
  const leftOut = failed ? [{ path: `${path}.response`, reason, clears: ALL_DOMAINS }] : [];
  if (resource === undefined) {
    if (!type.endsWith("-response")) problems.push({ path, reason: "has no resource" });
    return { ...nothing, leftOut };
  }
  if (isBundle(resource)) {
    const inner = gather(resource, `${path} (Bundle)`, problems, depth + 1);
    return { ...inner, leftOut: [...leftOut, ...inner.leftOut] };
  }
  return { ...nothing, leftOut, resources: locate(resource, path, problems, fullUrl) };
}

function onePatient(sources: readonly Source[], name: string): Source {
  if (sources.length === 1) return sources[0]!;
  if (sources.length === 0) return refuse(name, "holds no Patient resource");
  throw new ClinicError(
    sources.map(({ patient }) => ({
      path: patient.path,
      reason: `is one of ${sources.length} patients; a record is of one, so give each a Bundle`,
    })),
  );
}
