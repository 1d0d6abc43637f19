// The statements of a chart's resources, each with everything that it leaves open: from FHIR R4 and the two laws alone.
import { firstDay, lastDay } from "./chart.ts";
import { administrationOf, dispenseOf, requestOf, takenOf } from "./drugStatements.ts";
import { billedOf, conclusionsOf, mention } from "./mentions.ts";
import {
  ANYTHING,
  ageRange,
  anyDay,
  type Belongs,
  belongsOf,
  clip,
  type Days,
  dayRange,
  endOf,
  type Get,
  isCut,
  isDistant,
  isDoubtful,
  isOwnDoing,
  isOwnWord,
  lasting,
  type Page,
  type Statement,
  statusIn,
} from "./reading.ts";

type Read = (r: Get, page: Page) => Statement[];
const READERS: Readonly<Record<string, Read>> = {
  Condition: conditionOf,
  AllergyIntolerance: allergyOf,
  MedicationRequest: requestOf,
  MedicationStatement: takenOf,
  MedicationDispense: dispenseOf,
  MedicationAdministration: administrationOf,
  Procedure: procedureOf,
  Immunization: immunizationOf,
  Encounter: encounterOf,
  FamilyMemberHistory: familyOf,
  DiagnosticReport: conclusionsOf,
  Claim: billedOf,
  ExplanationOfBenefit: billedOf,
};

/** What bills and reports may name besides what is left of them. */
const BILLED = ["condition", "procedure", "medication", "immunization"] as const;
const KINDS: Readonly<Record<string, readonly Statement["kind"][]>> = {
  DiagnosticReport: ["condition"],
  Claim: BILLED,
  ExplanationOfBenefit: BILLED,
  FamilyMemberHistory: ["familyHistory"],
};

/** What a resource says, if it says anything. What was cut may have been about anything besides. */
export function statementsOf(r: Get, page: Page): Statement[] {
  const read = READERS[r.resourceType as string]?.(r, page) ?? [];
  // An element that nobody knows may say that it is not over.
  const said = isDoubtful(r) ? read.map(openEnded) : read;
  if (!isCut(r)) return said;
  const kinds = KINDS[r.resourceType as string] ?? said.map(({ kind }) => kind);
  return [...said, ...kinds.map((kind) => mention(kind, ANYTHING, page))];
}

const LASTING: readonly Statement["kind"][] = ["condition", "medication", "allergy"];
const openEnded = (one: Statement): Statement =>
  LASTING.includes(one.kind) ? { ...one, mayGoOn: true } : one;

const CLINICAL = {
  active: ["active", "recurrence", "relapse"],
  over: ["inactive", "remission", "resolved"],
};
const VERIFICATION = {
  confirmed: ["confirmed"],
  suspected: ["unconfirmed", "provisional", "differential"],
  nothing: ["refuted", "entered-in-error"],
};

/** The days on which it may have begun, none of them after `latest` unless the chart says so. */
function onsetOf(r: Get, latest: number, noted: number, page: Page): Days {
  const told =
    dayRange(r.onsetDateTime, page) ?? ageRange(r.onsetAge, page) ?? onsetPeriod(r, latest, page);
  if (told === undefined) return [page.born[0], Math.max(page.born[0], latest)];
  // Written down, or felt, before it is said to have begun: nobody knows when it did.
  if (noted >= told[0]) return told;
  const isOpen = r.onsetPeriod !== undefined && r.onsetPeriod.end === undefined;
  return [page.born[0], isOpen ? page.issued : told[1]];
}

function onsetPeriod({ onsetPeriod: given }: Get, latest: number, page: Page): Days | undefined {
  if (given === undefined) return undefined;
  const from = firstDay(given.start);
  return clip([from, given.end ? lastDay(given.end) : Math.max(latest, from)], page);
}

const verificationOf = (r: Get) =>
  statusIn(r.verificationStatus, "condition-ver-status", VERIFICATION) ?? "confirmed";

/** A condition that is said not to be so. */
export const isDenied = (r: Get) => verificationOf(r) === "nothing" && !isDoubtful(r);

function conditionOf(r: Get, page: Page): Statement[] {
  if (isDenied(r)) return [];
  const verification = verificationOf(r);
  const status = statusIn(r.clinicalStatus, "condition-clinical", CLINICAL);
  const written = endOf(r.abatementDateTime, page);
  const past =
    written?.days ??
    ageRange(r.abatementAge, page) ??
    (r.abatementPeriod && clip([firstDay(r.abatementPeriod.start), page.issued], page)) ??
    (r.abatementString && anyDay(page));
  const recorded = dayRange(r.recordedDate, page)?.[1] ?? page.issued;
  // Active and over at once: either may be wrong, so the end says nothing about the beginning.
  const bound = past !== undefined && status !== "active" ? past[1] : page.issued;
  const onset = onsetOf(r, Math.min(recorded, bound), recorded, page);
  const end: Days | undefined = past ?? (status === "active" ? undefined : [onset[0], page.issued]);
  const mayGoOn =
    status !== "over"
      ? status !== undefined || past === undefined || written?.mayLast === true || isOpenEnd(r)
      : written !== undefined && written.days === undefined;
  return [
    {
      kind: "condition",
      isSure: verification === "confirmed" && !isDoubtful(r) && !isOwnWord(r.asserter),
      belongs: isOwnWord(r.asserter) ? ANYTHING : belongsOf("condition", [r.code], page),
      ...lasting(onset, end, mayGoOn),
    },
  ];
}

/** It abated from a day on, and nobody says until when. */
const isOpenEnd = (r: Get) => r.abatementPeriod !== undefined;

function allergyOf(r: Get, page: Page): Statement[] {
  const verification =
    statusIn(r.verificationStatus, "allergyintolerance-verification", VERIFICATION) ?? "confirmed";
  if (verification === "nothing" && !isDoubtful(r)) return [];
  const status = statusIn(r.clinicalStatus, "allergyintolerance-clinical", CLINICAL);
  const reacted = dayRange(r.lastOccurrence, page);
  const recorded = dayRange(r.recordedDate, page)?.[1] ?? page.issued;
  const noted = Math.min(recorded, reacted?.[1] ?? page.issued);
  const start = onsetOf(r, noted, noted, page);
  const heldOn = Math.max(start[0], reacted?.[0] ?? start[0]);
  const substances = (r.reaction ?? []).map((one: Get) => one.substance);
  const belongs = belongsOf("allergy", [r.code, ...substances], page);
  return [
    {
      kind: "allergy",
      isSure: verification === "confirmed" && !isDoubtful(r) && !isOwnWord(r.asserter),
      belongs: isOwnWord(r.asserter) ? ANYTHING : belongs,
      ...lasting(start, status === "active" ? undefined : [heldOn, page.issued], status !== "over"),
    },
  ];
}

/** The days among which is the last of what took a while; `mayGoOn` while it is going on. */
function lastDays(period: Get, isGoing: boolean, page: Page): Pick<Statement, "end" | "mayGoOn"> {
  const end = endOf(period.end, page);
  const start = dayRange(period.start, page) ?? [page.born[0], end?.days?.[1] ?? page.issued];
  if (end?.days === undefined || end.mayLast) {
    return isGoing
      ? { end: undefined, mayGoOn: true }
      : { end: [start[0], page.issued], mayGoOn: false };
  }
  return { end: lasting(start, end.days, false).end, mayGoOn: isGoing };
}

function procedureOf(r: Get, page: Page): Statement[] {
  const isOwn = isOwnWord(r.asserter) || isOwnDoing((r.performer ?? []).map((p: Get) => p.actor));
  const isNotDone = r.status === "not-done" || (r.status === "preparation" && !isOwn);
  if (isNotDone && !isDoubtful(r)) return [];
  const isGoing = r.status === "in-progress";
  const { start, end } = r.performedPeriod ?? {};
  const days =
    dayRange(r.performedDateTime, page) ?? ageRange(r.performedAge, page) ?? anyDay(page);
  const last =
    start !== undefined || end !== undefined
      ? lastDays(r.performedPeriod, isGoing, page)
      : { end: isGoing ? undefined : days, mayGoOn: isGoing };
  return [
    {
      kind: "procedure",
      isSure: (r.status === "completed" || isGoing) && !isDoubtful(r) && !isOwn,
      belongs: isOwn ? ANYTHING : belongsOf("procedure", [r.code], page),
      start: last.end ?? days,
      ...last,
    },
  ];
}

function immunizationOf(r: Get, page: Page): Statement[] {
  if (r.status !== "completed" && !isDoubtful(r)) return [];
  const recorded = dayRange(r.recorded, page)?.[1] ?? page.issued;
  const days = dayRange(r.occurrenceDateTime, page) ?? ([page.born[0], recorded] as Days);
  const isRecalled = r.reportOrigin !== undefined;
  return [
    {
      kind: "immunization",
      isSure: r.status === "completed" && !r.isSubpotent && !isRecalled && !isDoubtful(r),
      belongs: isRecalled ? ANYTHING : belongsOf("immunization", [r.vaccineCode], page),
      ...{ start: days, end: days, mayGoOn: false },
    },
  ];
}

function encounterOf(r: Get, page: Page): Statement[] {
  const isNone = ["planned", "cancelled", "entered-in-error"].includes(r.status);
  if (isNone && !isDoubtful(r)) return [];
  const isGoing = ["arrived", "in-progress", "onleave"].includes(r.status);
  const kinds = [r.class && { coding: [r.class] }, ...(r.type ?? [])];
  const last = lastDays(r.period ?? {}, isGoing, page);
  return [
    {
      kind: "encounter",
      isSure: !isNone && r.status !== "unknown" && !isDoubtful(r),
      belongs: belongsOf("encounter", kinds, page),
      reason: reasonOf(r, page),
      start: last.end ?? anyDay(page),
      ...last,
    },
  ];
}

/** What it was for: by codes, or by conditions that are surely so. */
function reasonOf(r: Get, page: Page): Belongs {
  const coded = ((r.reasonCode ?? []) as Get[]).map((one) => belongsOf("condition", [one], page));
  const references: Get[] = [
    ...(r.reasonReference ?? []),
    ...(r.diagnosis ?? []).map((one: Get) => one.condition),
  ];
  const referred = references.map((ref): Belongs => {
    const target = page.find(ref.reference, r);
    const [said] = target === undefined ? [] : conditionOf(target, page);
    return said?.isSure === true ? said.belongs : ANYTHING;
  });
  return (concept) => {
    const all = [...coded, ...referred].map((belongs) => belongs(concept));
    if (all.includes("in")) return "in";
    return all.includes("open") ? "open" : "out";
  };
}

const FIRST_DEGREE = ["MTH", "FTH", "NSIS", "SON"];

function familyOf(r: Get, page: Page): Statement[] {
  const role = r.relationship?.coding?.[0] as Get | undefined;
  const isRole = role?.system?.endsWith("RoleCode") === true;
  const isNone = r.status === "entered-in-error" || isDistant(r);
  if (isNone && !isDoubtful(r)) return [];
  const isFirst = isRole && FIRST_DEGREE.includes(role!.code);
  const isTold = r.status === "completed" || r.status === "partial";
  return ((r.condition ?? []) as Get[]).map(
    ({ code }): Statement => ({
      kind: "familyHistory",
      isSure: isFirst && isTold && !isDoubtful(r),
      belongs: belongsOf("condition", [code], page),
      ...{ start: anyDay(page), end: anyDay(page), mayGoOn: false },
    }),
  );
}
