// What a source says about what it did not give: it clears the domains that may be concerned.
import { z } from "zod";
import {
  CODED_KINDS,
  DOMAINS,
  type Domain,
  domainsOfKind,
  KINDS,
} from "../../../circuits/statement/encoding/domains.ts";
import { codeableConcept } from "./datatypes.ts";
import type { LeftOut } from "./draft.ts";
import type { Located } from "./references.ts";

/** Every domain: what is lost when a part of the input was not given at all. */
export const ALL_DOMAINS = Object.keys(DOMAINS) as readonly Domain[];

/** The domains that a section of a clinical document is about, by its LOINC code. */
function domainsOfSection(code: string | undefined): readonly Domain[] {
  return CODED_KINDS.filter(
    (kind) => code !== undefined && KINDS[kind].sections.includes(code),
  ).flatMap((kind) => domainsOfKind(kind));
}

const section = z.looseObject({
  code: codeableConcept.optional(),
  emptyReason: codeableConcept.optional(),
  entry: z.array(z.unknown()).optional(),
  text: z.unknown().optional(),
  get section() {
    return z.array(z.unknown()).optional();
  },
});
const composition = z.looseObject({ section: z.array(z.unknown()).optional() });
const outcome = z.looseObject({
  issue: z
    .array(z.looseObject({ severity: z.string().optional(), code: z.string().optional() }))
    .optional(),
});

/** What an OperationOutcome, a Composition or a List says that it left out; nothing for other resources. */
export function saidIncomplete({ path, resource }: Located): LeftOut[] {
  if (resource.resourceType === "OperationOutcome") return fromOutcome(path, resource);
  if (resource.resourceType === "List") return fromSection(path, resource);
  if (resource.resourceType !== "Composition") return [];
  const parsed = composition.safeParse(resource);
  const sections = parsed.success ? (parsed.data.section ?? []) : [];
  return sections.flatMap((one, i) => fromSection(`${path}.section[${i}]`, one));
}

/** A report of the server about its answer: unless it only informs, something may be missing. */
function fromOutcome(path: string, resource: unknown): LeftOut[] {
  const parsed = outcome.safeParse(resource);
  const issues = parsed.success ? (parsed.data.issue ?? []) : [];
  const informs = issues.every(
    ({ severity, code }) => severity === "information" && code === "informational",
  );
  if (issues.length > 0 && informs) return [];
  const isSuppressed = issues.some(({ code }) => code === "suppressed");
  const reason = isSuppressed
    ? "the source says that it kept something back (OperationOutcome, suppressed)"
    : "the source reports a problem with its answer (OperationOutcome)";
  return [{ path, reason, clears: ALL_DOMAINS }];
}

/** A section or a list that is empty for another reason than that nothing is known. */
function fromSection(path: string, value: unknown): LeftOut[] {
  const parsed = section.safeParse(value);
  if (!parsed.success) return [];
  const { code, emptyReason, entry = [], text } = parsed.data;
  const inner = (parsed.data.section ?? []).flatMap((one, i) =>
    fromSection(`${path}.section[${i}]`, one),
  );
  const domains = (code?.coding ?? []).flatMap((c) => domainsOfSection(c.code));
  const reasons = (emptyReason?.coding ?? []).map((c) => c.code);
  const isNil = reasons.length > 0 && reasons.every((reason) => reason === "nilknown");
  if (emptyReason !== undefined && !isNil) {
    const why = reasons[0] ?? "a reason in words";
    const reason = `the section is empty: ${why.slice(0, 40)}`;
    return [...inner, { path, reason, clears: domains.length > 0 ? domains : ALL_DOMAINS }];
  }
  const isToldOnly = text !== undefined && emptyReason === undefined && entry.length === 0;
  if (isToldOnly && inner.length === 0 && domains.length > 0 && parsed.data.section === undefined) {
    const reason = "the section is in words only, which are not read";
    return [...inner, { path, reason, clears: domains }];
  }
  return inner;
}
