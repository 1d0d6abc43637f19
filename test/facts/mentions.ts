// What is only mentioned, in bills and in the conclusions of reports: it may be so. From FHIR R4 and the two laws alone.
import {
  ANYTHING,
  anyDay,
  type Belongs,
  belongsOf,
  type Days,
  dayRange,
  type Get,
  isDoubtful,
  type Page,
  type Statement,
} from "./reading.ts";
import { momentOf } from "./resultReader.ts";

/** Something that is only mentioned: it may be so, since any day until then, and may last. */
export function mention(
  kind: Statement["kind"],
  belongs: Belongs,
  page: Page,
  until: number = page.issued,
): Statement {
  const start: Days = [page.born[0], until];
  const isEvent = kind === "procedure";
  const end = isEvent ? start : anyDay(page);
  return { kind, isSure: false, belongs, start, end, mayGoOn: !isEvent };
}

export function conclusionsOf(r: Get, page: Page): Statement[] {
  const isNone = r.status === "entered-in-error" || r.status === "cancelled";
  if (isNone && !isDoubtful(r)) return [];
  return ((r.conclusionCode ?? []) as Get[]).map((code) =>
    mention("condition", belongsOf("condition", [code], page), page, momentOf(r, page).days[1]),
  );
}

const DRUG_SYSTEMS = /rxnorm|whocc\.no\/atc/;

/** What was billed may be so; what a bill refers to is read where it stands. */
export function billedOf(r: Get, page: Page): Statement[] {
  const isNone = r.status === "entered-in-error" || r.status === "cancelled";
  if (isNone && !isDoubtful(r)) return [];
  const created = dayRange(r.created, page)?.[1] ?? page.issued;
  const coded = (kind: "condition" | "procedure" | "medication", code: Get) =>
    mention(kind, belongsOf(kind, [code], page), page, created);
  const diagnoses = ((r.diagnosis ?? []) as Get[]).flatMap((one) => {
    if (one.diagnosisCodeableConcept) return [coded("condition", one.diagnosisCodeableConcept)];
    const target = page.find(one.diagnosisReference?.reference ?? "", r);
    return target === undefined ? [mention("condition", ANYTHING, page)] : [];
  });
  const done = ((r.procedure ?? []) as Get[])
    .filter((one) => one.procedureCodeableConcept !== undefined)
    .map((one) => coded("procedure", one.procedureCodeableConcept));
  const items = ((r.item ?? []) as Get[])
    .map((one) => one.productOrService as Get | undefined)
    .filter((one) => one?.coding?.some((c: Get) => DRUG_SYSTEMS.test(c.system)))
    .map((one) => coded("medication", one!));
  return [...diagnoses, ...done, ...items];
}
