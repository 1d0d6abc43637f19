// A trial as its sponsor writes it: one JSON file with criteria, consent form, sites and places.
import { z } from "zod";
import { Criteria } from "./criteria.ts";
import { CriteriaError, type Problem, parseCriteria } from "./criteriaParse.ts";
import { PROTOCOL_NUMBER_RULE, suggestProtocolNumber } from "./protocolNumber.ts";
import { isProtocolNumber, PERMISSIONS, type Permission } from "./trial.ts";

const permissionNames = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

export const ConsentForm = z.strictObject({
  /** Rises with every change of the text or the permissions. */
  version: z.int().min(1),
  title: z.string().min(1).max(200),
  text: z.string().min(1).max(50_000),
  /** Each is asked and stored separately. */
  permissions: z
    .array(
      z.strictObject({
        id: z.enum(permissionNames),
        label: z.string().min(1).max(300),
        required: z.boolean(),
      }),
    )
    .min(1),
});
export type ConsentForm = z.infer<typeof ConsentForm>;

export const TrialFile = z.strictObject({
  /** Registered once on the chain: its hash is the trial's id. */
  protocolNumber: z
    .string()
    .min(1)
    .refine((text) => text === "" || isProtocolNumber(text), PROTOCOL_NUMBER_RULE),
  title: z.string().min(1).max(300),
  phase: z.enum(["n-a", "early-phase-1", "phase-1", "phase-2", "phase-3", "phase-4"]),
  sponsor: z.string().min(1).max(200),
  summary: z.string().min(1).max(5000),
  /** Published protocols that the criteria were written from. */
  sources: z.array(z.string().min(1).max(300)).optional(),
  /** The one document that the sites' desks check: two kinds would make two people of one. */
  identityDocument: z.string().min(1).max(200),
  criteria: Criteria,
  consentForm: ConsentForm,
  sites: z
    .array(
      z.strictObject({
        id: z.int().min(1).max(4_294_967_295),
        name: z.string().min(1).max(200),
        /** 0, in an amendment: takes nobody new, and still signs for its participants. */
        capacity: z.int().min(0).max(1_000_000),
      }),
    )
    .min(1),
  /** Places of the whole trial. */
  capacity: z.int().min(1).max(1_000_000),
  /** Days from enrollment to the last moment of arrival. */
  arrivalDeadlineDays: z.int().min(1).max(3650),
  /** What an amendment asks of those already in; both false for a first version. */
  requires: z.strictObject({ reconsent: z.boolean(), rescreening: z.boolean() }),
});
export type TrialFile = z.infer<typeof TrialFile>;

/** Reads a trial file (JSON, already read). Throws CriteriaError with every problem and its path. */
export function parseTrialFile(json: unknown): TrialFile {
  const problems: Problem[] = [];
  const { criteria, ...rest } = Object(json) as { criteria?: unknown };
  try {
    parseCriteria(criteria);
  } catch (error) {
    if (!(error instanceof CriteriaError)) throw error;
    problems.push(...error.problems.map((p) => ({ ...p, path: underCriteria(p.path) })));
  }
  const outer = TrialFile.omit({ criteria: true }).safeParse(rest);
  for (const issue of outer.error?.issues ?? []) {
    const path = issue.path.reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
      "",
    );
    const hint = hintFor(issue, rest);
    problems.push({ path: path.replace(/^\./, ""), message: issue.message, hint });
  }
  if (outer.success) problems.push(...inconsistencies(outer.data));
  if (problems.length > 0) throw new CriteriaError(problems);
  return TrialFile.parse(json);
}

function hintFor({ path: [key], message }: z.core.$ZodIssue, trial: Partial<TrialFile>): string {
  const isSpelling = key === "protocolNumber" && message === PROTOCOL_NUMBER_RULE;
  const suggested = isSpelling ? suggestProtocolNumber(trial.protocolNumber ?? "") : undefined;
  if (suggested !== undefined) return `Write ${suggested}.`;
  return "See the example trials in client/sponsor/examples.";
}

/** A path of the criteria as one of the whole file. */
export function underCriteria(path: string): string {
  return path === "" ? "criteria" : `criteria.${path}`;
}

/** What no field shows alone: repeated ids, places beyond those of the sites, nothing to consent to. */
function inconsistencies(trial: Omit<TrialFile, "criteria">): Problem[] {
  const problems: Problem[] = [];
  const { permissions } = trial.consentForm;
  const repeated = (values: readonly (string | number)[]) =>
    values.find((value, i) => values.indexOf(value) !== i);
  const permission = repeated(permissions.map(({ id }) => id));
  if (permission !== undefined) {
    const path = "consentForm.permissions";
    problems.push({ path, message: `"${permission}" is asked twice`, hint: "Remove one." });
  }
  if (!permissions.some(({ id, required }) => id === "participate" && required)) {
    const message = 'the permission "participate" must be asked and required';
    problems.push({ path: "consentForm.permissions", message, hint: "Add it." });
  }
  const site = repeated(trial.sites.map(({ id }) => id));
  if (site !== undefined) {
    problems.push({ path: "sites", message: `site ${site} twice`, hint: "Renumber one." });
  }
  const places = trial.sites.reduce((sum, { capacity }) => sum + capacity, 0);
  if (places < trial.capacity) {
    const message = `the sites have ${places} places, the trial ${trial.capacity}`;
    problems.push({ path: "capacity", message, hint: "Lower it, or give the sites more." });
  }
  return problems;
}
