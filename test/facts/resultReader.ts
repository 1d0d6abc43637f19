// The results of a chart, each with everything that it leaves open: from FHIR R4 and the two laws alone.
import {
  anyDay,
  clip,
  type Days,
  dayRange,
  endOf,
  type Get,
  isCut,
  isDoubtful,
  isOwnDoing,
  type Page,
  type Result,
} from "./reading.ts";

/** LOINC codes of an analyte; of the third nobody can say whether it is the same measure. */
const ANALYTES: Readonly<Record<string, string>> = {
  "4548-4": "hba1c",
  "17856-6": "hba1c",
  "41995-2": "hba1c",
  "33914-3": "egfr",
  "1742-6": "alt",
  "8480-6": "systolic-blood-pressure",
  "72166-2": "smoking-status",
};
const OTHER_MEASURE = "41995-2";
/** Codes of things that nobody asks for: a panel, and a diastolic pressure. */
const OTHERS = ["85354-9", "8462-4"];
const WORDS: Readonly<Record<string, string>> = {
  HbA1c: "hba1c",
  "Systolic blood pressure": "systolic-blood-pressure",
};
/** Answers about smoking (SNOMED CT). */
const SMOKING: Readonly<Record<string, string>> = {
  "266919005": "never-smoker",
  "8517006": "former-smoker",
  "449868002": "every-day-smoker",
};

/** The results of a resource, and of those that a report contains. */
export function resultsOf(r: Get, page: Page): Result[] {
  if (r.resourceType === "Observation") return observed(r, page, isDoubtful(r));
  if (r.resourceType !== "DiagnosticReport") return [];
  const isNone = r.status === "entered-in-error" || r.status === "cancelled";
  if (isNone && !isDoubtful(r)) return [];
  const inner = ((r.contained ?? []) as Get[]).filter((o) => o.resourceType === "Observation");
  const results = inner.flatMap((o) => observed(o, page, isDoubtful(r) || isDoubtful(o)));
  return isCut(r) ? [...results, anyResult(page)] : results;
}

const anyResult = (page: Page): Result => ({
  ...{ analyte: "any", days: anyDay(page), value: undefined, isSure: false },
});

function observed(r: Get, page: Page, isOfDoubt: boolean): Result[] {
  const isNone = r.status === "cancelled" || r.status === "entered-in-error" || isAboutAnother(r);
  if (isNone && !isDoubtful(r)) return [];
  const parts = [r, ...((r.component ?? []) as Get[])];
  if (isCut(r)) return [anyResult(page)];
  if (isOwnDoing(r.performer ?? [])) {
    return parts.flatMap(analytesOf).length > 0 ? [anyResult(page)] : [];
  }
  const isDone = ["final", "amended", "corrected"].includes(r.status);
  const isSure = isDone && !isOfDoubt && !isNone;
  const when = momentOf(r, page);
  return parts.flatMap((part) =>
    analytesOf(part).map((analyte) => ({
      analyte,
      ...when,
      ...valuesOf(part, when.days, page),
      isSure: isSure && analyte !== "any" && isCoded(part),
    })),
  );
}

/** Observed of a relative: nothing about the patient (Observation.focus). */
const isAboutAnother = (r: Get) => /RelatedPerson|kin$/.test(r.focus?.[0]?.reference ?? "");

const isCoded = (part: Get) =>
  ((part.code?.coding ?? []) as Get[]).some((c) => Object.hasOwn(ANALYTES, c.code));

function analytesOf({ code, valueQuantity }: Get): string[] {
  const codings = (code?.coding ?? []) as Get[];
  const found = codings.flatMap((c) =>
    Object.hasOwn(ANALYTES, c.code) ? [ANALYTES[c.code]!] : [],
  );
  if (found.length > 0) return found;
  if (codings.some((c) => OTHERS.includes(c.code))) return [];
  // Under an unplaced code of LOINC nobody asks for it, unless its words name an analyte; without any it may be one of
  // those that have such a unit.
  const words = [code?.text, ...codings.map((c) => c.display)].filter((w) => w !== undefined);
  const isLoinc = codings.some((c) => c.system === "http://loinc.org");
  if (!isLoinc) return ["any"];
  if (words.length === 0)
    return [valueQuantity?.unit === "%" ? "hba1c" : "systolic-blood-pressure"];
  return Object.keys(WORDS)
    .filter((word) => words.some((text) => text.includes(word)))
    .map((word) => WORDS[word]!);
}

type When = { readonly days: Days; readonly at?: number };

const timeOf = (text: string): Pick<When, "at"> =>
  text.includes("T") ? { at: Date.parse(text) } : {};

export function momentOf(r: Get, page: Page): When {
  if (r.effectiveDateTime !== undefined) {
    return { days: dayRange(r.effectiveDateTime, page)!, ...timeOf(r.effectiveDateTime) };
  }
  const issued = dayRange(r.issued?.slice(0, 10), page)?.[1] ?? page.issued;
  if (r.effectivePeriod === undefined) return { days: [page.born[0], issued] };
  const { start, end } = r.effectivePeriod;
  const [from, to] = dayRange(start, page) ?? [page.born[0], issued];
  const ended = endOf(end, page)?.days;
  if (ended === undefined) return { days: clip([from, Math.max(issued, to)], page) };
  // An end before its start: nobody knows which of the two is wrong.
  if (ended[1] < from) return { days: [ended[0], to] };
  return { days: [Math.max(ended[0], from), ended[1]], ...timeOf(end) };
}

type Values = Pick<Result, "value" | "answer" | "multiple">;

function valuesOf(part: Get, days: Days, page: Page): Values {
  const quantity = part.valueQuantity as Get | undefined;
  const isPlain =
    quantity !== undefined &&
    quantity.comparator === undefined &&
    quantity.unit !== undefined &&
    part.dataAbsentReason === undefined &&
    isCoded(part) &&
    part.code.coding[0].code !== OTHER_MEASURE;
  const value = isPlain ? (quantity.value as number) : undefined;
  const limit = limitOf(part, days, page);
  const answered = part.valueCodeableConcept?.coding?.[0].code as string | undefined;
  return {
    value,
    answer: answered && SMOKING[answered],
    multiple: value !== undefined && limit !== undefined ? value / limit : undefined,
  };
}

type Fit = "yes" | "no" | "open";

/** The one upper limit that is the patient's; undefined where there is none, or it is not sure. */
function limitOf(part: Get, days: Days, page: Page): number | undefined {
  const ranges = ((part.referenceRange ?? []) as Get[])
    .filter(({ high }) => high !== undefined)
    .map((range) => ({ limit: range.high.value as number, fit: fitOf(range, days, page) }))
    .filter(({ fit }) => fit !== "no");
  const limits = new Set(ranges.map(({ limit }) => limit));
  return limits.size === 1 && ranges.every(({ fit }) => fit === "yes") ? [...limits][0] : undefined;
}

function fitOf(range: Get, days: Days, page: Page): Fit {
  const fits = [kindFit(range), sexFit(range, page), ageFit(range, days, page)];
  if (fits.includes("no")) return "no";
  return fits.includes("open") ? "open" : "yes";
}

const kindFit = ({ type }: Get): Fit =>
  type === undefined || type.coding[0].code === "normal" ? "yes" : "no";

function sexFit({ appliesTo }: Get, { sex }: Page): Fit {
  const meant = appliesTo?.[0].coding?.[0].code as string | undefined;
  if (appliesTo === undefined) return "yes";
  if (meant === undefined || (sex !== "female" && sex !== "male")) return "open";
  return meant === sex ? "yes" : "no";
}

function ageFit({ age }: Get, days: Days, { born }: Page): Fit {
  if (age === undefined) return "yes";
  const youngest = yearsBetween(born[1], days[0]);
  const oldest = yearsBetween(born[0], days[1]);
  if (age.low !== undefined) {
    if (youngest >= age.low.value) return "yes";
    return oldest < age.low.value ? "no" : "open";
  }
  // "To 17 years" may end on the 17th birthday or just before the 18th.
  if (oldest < age.high.value) return "yes";
  return youngest > age.high.value ? "no" : "open";
}

/** Completed years from one day to another. */
export function yearsBetween(born: number, day: number): number {
  const [b, d] = [new Date(born * 86_400_000), new Date(day * 86_400_000)];
  const key = (date: Date) => date.getUTCMonth() * 100 + date.getUTCDate();
  return d.getUTCFullYear() - b.getUTCFullYear() - (key(d) < key(b) ? 1 : 0);
}
