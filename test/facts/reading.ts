// What a careful reader knows of a chart before reading its resources: days, codes, who says so. Shares no code with the
// product.
import { firstDay, lastDay } from "./chart.ts";
import { type Base, CLASSES, CODES, DIFFERENCES, type Difference } from "./codes.ts";
import { isRawName, underCode } from "./rawCodes.ts";

/** The first and the last day that something could have. */
export type Days = readonly [from: number, to: number];
export type Membership = "in" | "out" | "open";
export type Belongs = (concept: string) => Membership;

/** What charts say: things by kind, and results. */
export type Kind = Base | "familyHistory";
export type Topic = Kind | "result";

/** One statement of a chart with everything that it leaves open. */
export type Statement = {
  readonly kind: Kind;
  /** False when it may not be true at all: suspected, of unknown status, not the clinic's word. */
  readonly isSure: boolean;
  /** Whether it belongs to a concept. */
  readonly belongs: Belongs;
  readonly start: Days;
  /** Days on which it may have ended; undefined when it cannot have ended. */
  readonly end: Days | undefined;
  /** It may still go on at the day of issue. */
  readonly mayGoOn: boolean;
  /** What a contact was for. */
  readonly reason?: Belongs;
};

/** A result: its day, its value where it can be used, and whether it surely is one of the analyte. */
export type Result = {
  /** "any" where nobody knows what was measured. */
  readonly analyte: string;
  readonly days: Days;
  /** The time, where the source gives one. */
  readonly at?: number | undefined;
  readonly value: number | undefined;
  /** The coded answer. */
  readonly answer?: string | undefined;
  /** The value as a multiple of the report's upper limit. */
  readonly multiple?: number | undefined;
  /** False when it may not count at all. */
  readonly isSure: boolean;
};

export type Reading = {
  /** Undefined when nothing the Patient resource says can be relied on. */
  readonly person: { readonly birth: Days; readonly sex: string | undefined } | undefined;
  readonly statements: readonly Statement[];
  readonly results: readonly Result[];
  /** What the source did not give all of. */
  readonly hidden: ReadonlySet<Topic>;
};

// FHIR as it comes: the reader looks at it as a person would.
// biome-ignore lint/suspicious/noExplicitAny: generated JSON of many shapes
export type Get = { readonly [key: string]: any };

type Found = {
  /** False when nobody has classified it; then `open` is what its words name. */
  readonly isKnown: boolean;
  readonly in: readonly string[];
  readonly open: readonly string[];
};
/** Which concepts a coding belongs to; undefined when nothing at all is known of it. */
export type Lookup = (
  base: Base,
  coding: { readonly system?: string; readonly code?: string },
) => Found | undefined;

/** The codes of the generator. */
export const inTable: Lookup = (base, { system, code }) => {
  const codes = base === "encounter" ? [...CLASSES, ...CODES.encounter] : CODES[base];
  const found = codes.find((one) => one.system === system && one.code === code);
  if (found === undefined) return undefined;
  return { isKnown: found.unknown !== true, in: found.in ?? [], open: found.open ?? [] };
};

/** What every part of a chart is read against. */
export type Page = {
  readonly born: Days;
  readonly issued: number;
  readonly sex: string | undefined;
  readonly lookup: Lookup;
  /** What a reference names; undefined when it was not given. */
  readonly find: (reference: string, from: Get) => Get | undefined;
};

const MASKS = ["REDACTED", "ANONYED"];
const labelsOf = ({ meta }: Get): unknown[] =>
  [...(meta?.tag ?? []), ...(meta?.security ?? [])].map((label: Get) => label.code);

/** Labels of a resource in which something was masked: what is left may have been changed. */
export function isMasked(r: Get): boolean {
  return labelsOf(r).some((label) => MASKS.includes(label as string));
}

/** Labels of a resource of which something was taken. */
export function isCut(r: Get): boolean {
  return isMasked(r) || labelsOf(r).includes("SUBSETTED");
}

/** Everything that makes all of a resource doubtful. */
export function isDoubtful(r: Get): boolean {
  return r.modifierExtension !== undefined || r.implicitRules !== undefined || isCut(r);
}

/** Said by the patient or a relative. */
export function isOwnWord(reference: Get | undefined): boolean {
  return /(^|\/)(Patient|RelatedPerson)\/|^urn:uuid:(p1|kin)$/.test(reference?.reference ?? "");
}

/** Done by nobody but the patient or relatives. */
export function isOwnDoing(performers: readonly (Get | undefined)[]): boolean {
  return performers.length > 0 && performers.every(isOwnWord);
}

/**
 * What a status means under FHIR's own system: "unknown" when it is given in other words or its codes contradict each
 * other, undefined when it is not given at all.
 */
export function statusIn(
  concept: Get | undefined,
  system: string,
  meanings: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  if (concept === undefined) return undefined;
  const right = (concept.coding ?? []).filter((c: Get) => c.system?.endsWith(`/${system}`));
  const found = Object.keys(meanings).filter((meaning) =>
    right.some((c: Get) => meanings[meaning]!.includes(c.code)),
  );
  return found.length === 1 ? found[0] : "unknown";
}

/** What the clinic does not stand behind may be about anything. */
export const ANYTHING: Belongs = () => "open";

/** How many of several concepts about one thing must be placed for it to be known. */
type Rule = "all" | "first or all others";

/**
 * Which concepts a statement belongs to, by the codings of all concepts that say what it is about. Codings of one concept
 * mean the same, so that one of them that is classified places it.
 */
export function belongsOf(
  base: Base,
  concepts: readonly (Get | undefined)[],
  { lookup }: Page,
  rule: Rule = "all",
): Belongs {
  const groups = concepts.map((one) =>
    ((one?.coding ?? []) as Get[])
      .map((coding) => lookup(base, coding))
      .filter((found) => found !== undefined),
  );
  const isPlaced = (group: readonly Found[]) => group.some((found) => found.isKnown);
  const [first, ...others] = groups;
  const isFirst = first !== undefined && isPlaced(first);
  const areOthers = others.every(isPlaced);
  const isKnown =
    rule === "all" ? isFirst && areOthers : isFirst || (areOthers && others.length > 0);
  const codings = concepts.map((one) => (one?.coding ?? []) as Get[]);
  return (concept) => {
    if (isRawName(concept)) return underCode(codings, concept);
    const difference = DIFFERENCES[base]?.find(({ name }) => name === concept);
    // Of two drugs in one, one may be excepted and the other not: each is looked at by itself.
    const all = groups.map((group) =>
      difference === undefined ? inGroup(group, concept) : inDifference(group, difference),
    );
    if (all.includes("in")) return "in";
    return !isKnown || all.includes("open") ? "open" : "out";
  };
}

/** By the codings of one concept; what nobody has placed is open only where its words name the concept. */
function inGroup(group: readonly Found[], concept: string): Membership {
  if (group.some((one) => one.in.includes(concept))) return "in";
  return group.some((one) => one.open.includes(concept)) ? "open" : "out";
}

function inDifference(group: readonly Found[], { of, minus }: Difference): Membership {
  const [whole, part] = [inGroup(group, of), inGroup(group, minus)];
  if (whole === "out" || part === "in") return "out";
  const isPlaced = group.some((found) => found.isKnown);
  return part === "out" && isPlaced ? whole : "open";
}

export function clip([from, to]: Days, { born, issued }: Page): Days {
  return [Math.max(from, born[0]), Math.min(Math.max(to, born[0]), issued)];
}

export function dayRange(text: string | undefined, page: Page): Days | undefined {
  return text === undefined ? undefined : clip([firstDay(text), lastDay(text)], page);
}

/** The days of an age counted from birth in years, months, weeks or days. */
export function ageRange(age: Get | undefined, page: Page): Days | undefined {
  if (age === undefined) return undefined;
  const step = (day: number, n: number) => {
    const date = new Date(day * 86_400_000);
    const { value, code } = age as { value: number; code: string };
    if (code === "d" || code === "wk") return day + (value + n) * (code === "d" ? 1 : 7);
    const months = (value + n) * (code === "a" ? 12 : 1);
    return (
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()) / 86_400_000
    );
  };
  return clip([step(page.born[0], 0), step(page.born[1], 1)], page);
}

/** A written end: the days that it may mean, and whether it may lie ahead; only ahead: no days. */
export type End = { readonly days: Days | undefined; readonly mayLast: boolean };

export function endOf(text: string | undefined, page: Page): End | undefined {
  if (text === undefined) return undefined;
  const isAhead = firstDay(text) > page.issued;
  return {
    days: isAhead ? undefined : dayRange(text, page),
    mayLast: lastDay(text) > page.issued,
  };
}

export type Lasting = Pick<Statement, "start" | "end" | "mayGoOn">;

/** Puts start and end together: an end before its start leaves both open. */
export function lasting(start: Days, end: Days | undefined, mayGoOn: boolean): Lasting {
  if (end !== undefined && end[1] < start[0]) {
    const both: Days = [Math.min(start[0], end[0]), Math.max(start[1], end[1])];
    return { start: both, end: both, mayGoOn };
  }
  return { start, end: end && [Math.max(end[0], start[0]), end[1]], mayGoOn };
}

/** Any day of life. */
export const anyDay = ({ born, issued }: Page): Days => [born[0], issued];

const DISTANT = ["GRMTH", "HSIB", "AUNT"];

/** A relative who is surely not a parent, sibling or child. */
export function isDistant({ relationship }: Get): boolean {
  const { system, code } = (relationship?.coding?.[0] ?? {}) as Get;
  return system?.endsWith("RoleCode") === true && DISTANT.includes(code);
}
