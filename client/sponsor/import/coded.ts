// "History of stroke", "current use of insulin", "treatment with metformin within 3 months": what lies in a record under
// codes, and when.
import type { Criterion } from "../../../circuits/statement/criteria/criteria.ts";
import type { BaseDomain, Concept } from "../../../circuits/statement/dictionary/dictionary.ts";
import {
  countedNow,
  countedToo,
  isEvent,
  isOneCancer,
  isPassing,
  isUndated,
  isWider,
} from "./counted.ts";
import type { List, Reading } from "./imported.ts";
import { conceptNamed, describe } from "./names.ts";
import { alternativesIn, type Timed, timedIn } from "./wording.ts";

/** bare: "asthma", which an inclusion means as it is now, and an exclusion as it ever was. */
type Tense = "current" | "ever" | "bare";
type Lead = {
  readonly pattern: RegExp;
  readonly domains: readonly BaseDomain[];
  readonly tense: Tense;
  /** Words after the name that say no more than the domain does. */
  readonly tail?: RegExp;
};

const lead = (
  words: string,
  domains: readonly BaseDomain[],
  tense: Tense,
  tail?: RegExp,
): Lead => ({
  pattern: new RegExp(String.raw`^(?:${words})\s+(?:an?\s+|the\s+|any\s+)?(.+)$`, "i"),
  domains,
  tense,
  ...(tail !== undefined && { tail }),
});

const THERAPY = /\s+(?:therapy|treatment|drugs?|medications?|agents?)$/i;
const VACCINE = /\s+vaccinations?$/i;
const ACTS: readonly BaseDomain[] = ["condition", "procedure", "encounter"];

const LEADS: readonly Lead[] = [
  lead(
    "(?:known |documented )*(?:allergy|allergies|hypersensitivity|allergic) to",
    ["allergy"],
    "ever",
  ),
  lead(
    "current(?:ly)? (?:use of|using|taking|on|receiving|treated with|treatment with)|(?:is |are )?(?:taking|receiving|using|on)",
    ["medication"],
    "current",
    THERAPY,
  ),
  lead("(?:any )?use of|treatment with|treated with|therapy with", ["medication"], "bare", THERAPY),
  lead(
    "(?:any )?(?:prior|previous) (?:use of|treatment with|therapy with)|previously (?:treated with|received)",
    ["medication"],
    "ever",
    THERAPY,
  ),
  lead(
    "(?:has |have )?received|receipt of",
    ["medication", "immunization", "procedure"],
    "ever",
    THERAPY,
  ),
  lead("(?:vaccination|vaccinated|immuni[sz]ation) with", ["immunization"], "ever"),
  lead("current(?:ly)?|active|ongoing", ["condition"], "current"),
  lead(
    "(?:known |documented |any |prior |previous |past |personal |medical )*history of|(?:any )?(?:prior|previous|past)|previously diagnosed with",
    ACTS,
    "ever",
  ),
  lead(
    "(?:known |documented )*(?:diagnosis of|diagnosed with|presence of)|known|documented",
    ["condition"],
    "bare",
  ),
  { pattern: /^(.+)$/, domains: ACTS, tense: "bare" },
  { pattern: /^(.+?)(?:\s+(?:therapy|treatment|use))$/i, domains: ["medication"], tense: "bare" },
  { pattern: /^(.+ allerg(?:y|ies))$/i, domains: ["allergy"], tense: "ever" },
  { pattern: /^(.+)$/, domains: ["immunization"], tense: "ever", tail: VACCINE },
];

/** Of a woman who is pregnant nobody asks whether she is a woman; only exclusions say it in passing. */
const WOMEN =
  /^(?:women|females?|female (?:patients|subjects|participants)) (?:who are )?(?=pregnant|breast-?\s?feeding|lactating|nursing)|(?<=^(?:currently )?(?:pregnant|breast-?\s?feeding|lactating|nursing)(?:,? (?:and\/or|or) (?:pregnant|breast-?\s?feeding|lactating|nursing))?) (?:women|females?|patients|subjects|participants)$/gi;
const SUBJECT =
  /^(?:(?:patients?|subjects?|participants?|individuals|persons|people|those)\s+)?(?:who\s+(?:have|has|are|is)\s+|with\s+|have\s+|has\s+|having\s+|(?:is|are)\s+(?=not\s|pregnant|breast|lactating|nursing|current|taking|receiving|using|on\s))?(?:an?\s+)?/i;

/** Without who is spoken of: "patients who have", "women who are" before "pregnant". */
export function withoutSubject(text: string, list: List): string {
  const plainly = list === "exclusion" ? text.replace(WOMEN, "").trim() : text;
  return plainly.replace(SUBJECT, "").trim();
}

type Named = { readonly concept: Concept; readonly domain: BaseDomain };

/** Reads a name, or several of which the same is said, with a time. */
export function readCoded(given: string, list: List): Reading | undefined {
  const timed = timedIn(given);
  for (const one of LEADS) {
    const match = one.pattern.exec(timed.text);
    if (match === null) continue;
    const whole = namedIn(match[1]!, one);
    const named = whole ? [whole] : alternativesIn(match[1]!)?.map((name) => namedIn(name, one));
    if (named === undefined || named.some((item) => item === undefined)) continue;
    return readNamed(named as Named[], one.tense, timed, list);
  }
  return undefined;
}

function namedIn(text: string, { domains, tail }: Lead): Named | undefined {
  const name = text.replace(/^(?:an?|the|any)\s+/i, "");
  const forms = [name, ...(tail ? [name.replace(tail, "")] : [])];
  for (const domain of domains) {
    const tries = domain === "allergy" ? [name, `${name} allergy`] : forms;
    const vaccines = domain === "immunization" ? [`${name.replace(VACCINE, "")} vaccine`] : [];
    for (const form of [...tries, ...vaccines]) {
      const concept = conceptNamed(domain, form);
      if (concept !== undefined) return { concept, domain };
    }
  }
  return undefined;
}

function readNamed(
  named: readonly Named[],
  tense: Tense,
  timed: Timed,
  list: List,
): Reading | undefined {
  const isList = named.length > 1;
  const isExclusion = list === "exclusion";
  const allEvents = named.every(
    ({ concept, domain }) => domain !== "condition" || isEvent(concept.name),
  );
  // "Asthma or stroke within 6 months", "active hepatitis B or HIV": how far the time reaches is open.
  if (isList && timed.within !== undefined && !allEvents) return undefined;
  if (isList && (tense === "current" || timed.lasting !== undefined) && isExclusion) {
    if (named.some(({ domain }) => domain !== "medication")) return undefined;
  }
  const isPast = isExclusion && tense === "ever";
  if (
    isPast &&
    named.some(({ concept, domain }) => domain === "condition" && isOneCancer(concept.name))
  )
    return undefined;
  const leaves = named.map((one) =>
    isExclusion ? excluded(one, tense, timed) : included(one, tense, timed),
  );
  if (leaves.some((leaf) => leaf === undefined)) return undefined;
  const criteria = distinct(leaves.flatMap((leaf) => leaf!.criteria));
  const criterion = criteria.length === 1 ? criteria[0]! : { any: criteria };
  const notes = [
    ...named.map(({ concept }) => describe(concept)),
    ...new Set(leaves.flatMap((leaf) => leaf!.notes)),
    ...[timed.within, timed.lasting]
      .filter((time) => time !== undefined)
      .map((time) => `"${time}" counts back from the day of the proof`),
    ...(isList && timed.within !== undefined ? ["the time is read as applying to each"] : []),
  ];
  return { criterion, notes };
}

const refOf = (ref: { domain: BaseDomain; concept: string }): object => ({
  [ref.domain]: { concept: ref.concept },
});

function distinct(criteria: readonly Criterion[]): Criterion[] {
  return [...new Map(criteria.map((one) => [JSON.stringify(one), one])).values()];
}

type Leaves = { readonly criteria: readonly Criterion[]; readonly notes: readonly string[] };
const lasts = (domain: BaseDomain) => domain === "condition" || domain === "medication";

/** As an inclusion: nobody may get in of whom the sentence is not true. */
function included({ concept, domain }: Named, tense: Tense, timed: Timed): Leaves | undefined {
  if (isWider(concept.name)) return undefined;
  const subject: object = { [domain]: { concept: concept.name } };
  const leaf = (rest: object, ...notes: string[]): Leaves => ({
    criteria: [{ ...subject, ...rest } as Criterion],
    notes,
  });
  const { within, lasting, isAgo } = timed;
  if (lasting !== undefined) {
    const wasThen = tense === "ever" || isEvent(concept.name) || domain === "procedure";
    if (wasThen && domain !== "medication" && domain !== "allergy")
      return isAgo ? leaf({ atLeastAgo: lasting }) : undefined;
    if (!lasts(domain) || tense === "ever" || (domain === "medication" && isAgo)) return undefined;
    return leaf({ status: "current", atLeastAgo: lasting, sameEpisode: true });
  }
  if (within !== undefined) {
    if (domain === "allergy" || tense === "current") return undefined;
    if (domain !== "condition") return leaf({ within });
    return leaf({ startedWithin: within }, "what began within the time counts");
  }
  if (!lasts(domain)) return tense === "current" ? undefined : leaf({});
  const isOver = tense === "ever" || (tense === "bare" && isEvent(concept.name));
  return isOver ? leaf({}) : leaf({ status: "current" });
}

/** As an exclusion: everybody must be kept out of whom the sentence is true. */
function excluded({ concept, domain }: Named, tense: Tense, timed: Timed): Leaves | undefined {
  const { within, lasting } = timed;
  if (lasting !== undefined) return undefined;
  const subject: object = { [domain]: { concept: concept.name } };
  const others = countedToo(concept.name);
  if (within !== undefined) {
    if (domain === "allergy") return undefined;
    const undated =
      others.some(isUndated) || (domain === "condition" && isOneCancer(concept.name))
        ? ["codes that only say that it once was have no day: they are not counted"]
        : [];
    const dated = others.filter((ref) => !isUndated(ref));
    const own: object = { ...subject, within };
    const all: object[] = [own, ...dated.map((ref) => ({ ...refOf(ref), within }))];
    return { criteria: all as Criterion[], notes: undated };
  }
  const isNow = tense === "current" || (tense === "bare" && isPassing(concept.name));
  if (isNow) {
    const now = [{ domain, concept: concept.name }, ...countedNow(concept.name)];
    if (now.some((ref) => !lasts(ref.domain))) return undefined;
    const all: object[] = now.map((ref) => ({ ...refOf(ref), status: "current" }));
    return { criteria: all as Criterion[], notes: [] };
  }
  const all: object[] = [subject, ...others.map(refOf)];
  const note = lasts(domain) && tense === "bare" ? ["counts if it was ever on record"] : [];
  return { criteria: all as Criterion[], notes: note };
}
