// Why something was done: a reason tells of a condition that may stand nowhere else in the chart. It blocks absence and
// satisfies nothing (`reasonCode` and its like in FHIR R4; findings, adverse events).
import { z } from "zod";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { UNUSABLE } from "../../../circuits/statement/encoding/fact.ts";
import { type CodeableConcept, codeableConcept, period, type Resource } from "../read/datatypes.ts";
import type { Draft, MapContext, Omission } from "../read/draft.ts";
import { readCodings } from "./codings.ts";
import { readEnd } from "./dates.ts";

const schema = z.looseObject({
  status: z.unknown().optional(),
  reasonCode: z.union([z.array(codeableConcept), codeableConcept]).optional(),
  finding: z.array(z.looseObject({ itemCodeableConcept: codeableConcept.optional() })).optional(),
  event: codeableConcept.optional(),
});
const dated = z.looseObject({
  period: period.optional(),
  performedDateTime: z.string().optional(),
  performedPeriod: period.optional(),
  occurrenceDateTime: z.string().optional(),
  effectiveDateTime: z.string().optional(),
  effectivePeriod: period.optional(),
  authoredOn: z.string().optional(),
  date: z.string().optional(),
});
const DOMAINS = lastingDomains("condition");
const NOTE = "given as a reason or finding only: blocks absence, satisfies nothing";

type Reason = {
  /** A last-known-true fact on the day of the resource, for a condition that the chart holds. */
  readonly drafts: readonly Draft[];
  readonly leftOut: readonly Omission[];
};

/** The conditions that a resource gives as reasons, dated on its last day. Nothing for most resources. */
export function readReasons(resource: Resource, context: MapContext): Reason {
  const named = conceptsIn(resource);
  if (named.length === 0) return { drafts: [], leftOut: [] };
  const day = dayOf(resource, context);
  const [, domain] = DOMAINS;
  const read = named.map(({ concepts, field }) =>
    readCodings({ concepts, base: "condition", domains: DOMAINS, field, context }),
  );
  for (const { codedIn } of read) context.noteCoded("condition", codedIn);
  return {
    drafts: read.flatMap(({ known }) =>
      known.map(({ doubt: _, ...code }) => ({ ...code, domain, day, value: UNUSABLE, note: NOTE })),
    ),
    // The resource itself is read: what it was done for clears nothing, but is not passed over in silence.
    leftOut: read.flatMap(({ leftOut }) => leftOut.map((one) => ({ ...one, clears: [] }))),
  };
}

function conceptsIn(resource: Resource): { concepts: CodeableConcept; field: string }[] {
  const parsed = schema.safeParse(resource);
  if (!parsed.success || parsed.data.status === "entered-in-error") return [];
  const { reasonCode, finding = [], event } = parsed.data;
  const reasons = reasonCode === undefined ? [] : [reasonCode].flat();
  const isAdverse = resource.resourceType === "AdverseEvent" && event !== undefined;
  return [
    ...reasons.map((concepts, i) => ({ concepts, field: `reasonCode[${i}]` })),
    ...finding.flatMap(({ itemCodeableConcept: concepts }, i) =>
      concepts === undefined ? [] : [{ concepts, field: `finding[${i}]` }],
    ),
    ...(isAdverse ? [{ concepts: event, field: "event" }] : []),
  ];
}

/** The last day that the resource is about; the day of issue where it gives none that can be read. */
function dayOf(resource: Resource, context: MapContext): number {
  const parsed = dated.safeParse(resource);
  const {
    period: own,
    performedPeriod,
    effectivePeriod,
    ...rest
  } = parsed.success ? parsed.data : {};
  const texts = [
    ...[own, performedPeriod, effectivePeriod].flatMap((one) => [one?.end, one?.start]),
    ...[rest.performedDateTime, rest.occurrenceDateTime, rest.effectiveDateTime],
    ...[rest.authoredOn, rest.date],
  ];
  const text = texts.find((one) => typeof one === "string");
  if (text === undefined) return context.issuedDay;
  try {
    return readEnd(text, "date", context)?.to ?? context.issuedDay;
  } catch {
    // The date is looked at where the resource is read; here it only says how late the reason may be.
    return context.issuedDay;
  }
}

/**
 * The facts of reasons: the newest under each code. It was so on the day of the reason. What lasts is for the chart's
 * conditions to say, which the clinic declares complete: of one that they do not hold the beginning blocks too.
 */
export function reasonDrafts<T extends Draft>(
  reasons: readonly T[],
  conditions: readonly Draft[],
): T[] {
  const [start, last] = DOMAINS;
  const keyOf = ({ system, code }: Draft) => `${system} ${code}`;
  const held = new Set(conditions.filter(({ domain }) => domain === last).map(keyOf));
  const newest = new Map<string, T>();
  for (const draft of reasons) {
    const other = newest.get(keyOf(draft));
    if (other === undefined || other.day < draft.day) newest.set(keyOf(draft), draft);
  }
  return [...newest].flatMap(([key, draft]): T[] =>
    held.has(key) ? [draft] : [{ ...draft, domain: start }, draft],
  );
}
