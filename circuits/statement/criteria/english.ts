// Plain-English words for what is compiled: made together with each leaf, so that they cannot say anything else.
// Two voices: what a reader is told of a criterion (said.ts puts it together), and what the record must show.
import { KINDS } from "../encoding/domains.ts";
import type { Target } from "./compileCodes.ts";
import type { Attestation, Requirement } from "./requirement.ts";

/** First words that are names, and keep their capital within a sentence; those with an apostrophe always do. */
const PROPER =
  /^(?:Alzheimer|Barrett|Brugada|Charcot|Charlson|Child-Pugh|Clostridioides|Creutzfeldt|Crohn|Cushing|Down|Duchenne|Dukes|Ebola|Epstein|Epworth|Ewing|Fabry|Framingham|Friedreich|Gaucher|Gilbert|Glasgow|Gleason|Graves|Guillain|Hachinski|Hashimoto|Helicobacter|Hib|Hodgkin|Huntington|Japanese|Kaposi|Karnofsky|Kawasaki|Klinefelter|Lewy|Lyme|Lynch|Marfan|Merkel|Mini-Mental|Montreal|Nx|Parkinson|Pompe|Raynaud|Sj[oö]gren|Tis|Tourette|Turner|Tx|Wilson|Wolff|Zika)$/;

/** A title within a sentence: "type 1 diabetes", "non-HDL cholesterol", but "HbA1c", "COPD" and "Parkinson's disease". */
export function inSentence(title: string): string {
  const first = title.split(/[\s/,(:]/)[0]!;
  const [start] = first.split("-");
  const isPlain = /^[A-Z][a-zà-ÿ]+$/.test(start!) || /^An? [a-z]/.test(title);
  const isProper = PROPER.test(first) || PROPER.test(start!);
  return isPlain && !isProper ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** An answer after its question, without the words that both begin with: "NYHA class" is "II", not "NYHA class II". */
export function afterName(answer: string, name: string): string {
  const [words, asked] = [answer.split(" "), name.toLowerCase().split(" ")];
  const differs = words.findIndex((word, i) => word.toLowerCase() !== asked[i]);
  return differs >= 2 ? words.slice(differs).join(" ") : answer;
}

/** The subject of a coded criterion as people name it. */
export function subjectOf({ form, name }: Target): string {
  return KINDS[form].subject(inSentence(name));
}

/** The same as a noun: "use of insulin". */
function nounOf(target: Target): string {
  const { form, name } = target;
  return form === "medication" ? `use of ${inSentence(name)}` : subjectOf(target);
}

/** The first letter as a capital, for the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "year", not "1 year", after "the last". */
function plain(time: string): string {
  return time.replace(/^1 (\w+?)s?$/, "$1");
}

export type Times = { readonly within?: string | undefined; readonly ago?: string | undefined };

/** A window in words: "within the last 5 years", "at least 3 and at most 18 months ago". */
export function timeWords({ within, ago }: Times): string {
  if (within === undefined) return ago === undefined ? "" : `at least ${ago} ago`;
  if (ago === undefined) return `within the last ${plain(within)}`;
  return `at least ${ago} and at most ${within} ago`;
}

/** What lasts comes in episodes, a drug in courses, each with a start and an end. */
export function episodeOf({ form }: Target): "a course" | "an episode" {
  return form === "medication" ? "a course" : "an episode";
}

/** That one and another demand may be met by different episodes. */
export function perhapsOther(target: Target, { ago }: Times): string {
  const noun = target.form === "medication" ? "course" : "episode";
  return `perhaps ${ago === undefined ? "another" : "an earlier"} ${noun}`;
}

/** What a leaf about something coded demands of the record. Durations are the text's own words. */
export const phrases = {
  ever: (t: Target) => capital(`${nounOf(t)} on record`),
  current: (t: Target) => capital(`${nounOf(t)}, current when the record was issued`),
  lastedWithin: (t: Target, within: string) =>
    capital(`${nounOf(t)} ${timeWords({ within })}, even if begun earlier`),
  started: (t: Target, times: Times) => capital(`${nounOf(t)} that began ${timeWords(times)}`),
  sameEpisode: (t: Target, times: Times) =>
    capital(
      `${nounOf(t)} that began ${timeWords(times)} and still went on when the record was issued`,
    ),
  happened: (t: Target, times: Times) => capital(`${nounOf(t)} ${timeWords(times)}`),
  noneEver: (t: Target) => `No ${bare(t)} on record since coverage began`,
  noneCurrent: (t: Target) => `No ${bare(t)} current when the record was issued`,
  noneWithin: (t: Target, within: string) => `No ${bare(t)} ${timeWords({ within })}`,
  noneStarted: (t: Target, within: string) => `No ${bare(t)} that began ${timeWords({ within })}`,
};

/** The noun after "no". */
function bare(target: Target): string {
  return nounOf(target).replace(/^an? /, "");
}

/** How a result in a range reads: "newest HbA1c within the last 90 days is below 10 %". */
export function resultWords(
  { name }: Target,
  { newest, range, ...times }: Times & { newest: boolean; range: string },
): string {
  const which = newest ? "newest" : "a result of";
  const when = timeWords(times);
  return `${which} ${inSentence(name)}${when && ` ${when}`} is ${range || "a usable result"}`;
}

/** How an age range reads. */
export function ageWords(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `age at most ${max} years`;
  return max === undefined ? `age at least ${min} years` : `age ${min} to ${max} years`;
}

/** How every other age reads. */
export function ageOutsideWords(min: number | undefined, max: number | undefined): string {
  const sides = [min === undefined ? [] : `below ${min}`, max === undefined ? [] : `above ${max}`];
  return `age ${sides.flat().join(" or ")} years`;
}

/** How an attestation reads, with who gives it and when. */
export function attestationWords({ text, by, when, negated }: Attestation): string {
  const who = by === "patient" ? "the patient" : "the site";
  const time = when === "consent" ? " at consent" : by === "patient" ? " at the site" : "";
  return `Attested by ${who}${time}${negated ? ", that this is not so" : ""}: ${text}`;
}

/** What the record must show, in one sentence; nested parts in brackets. */
export function requirementWords(requirement: Requirement): string {
  return capital(partWords(requirement));
}

function partWords(requirement: Requirement): string {
  if (requirement.is === "leaf") return inSentence(requirement.words);
  if (requirement.is === "attested") return inSentence(attestationWords(requirement.attestation));
  if (requirement.words !== undefined) return inSentence(requirement.words);
  const { threshold, of } = requirement;
  const isAll = threshold === of.length;
  if (!isAll && threshold > 1) {
    return `at least ${threshold} of: ${of.map(bracketed).join("; ")}`;
  }
  const parts = [...new Set(flat(requirement).map(bracketed))];
  if (parts.length === 1) return partWords(flat(requirement)[0]!);
  return `${isAll ? "all" : "any"} of: ${parts.join("; ")}`;
}

function bracketed(part: Requirement): string {
  const words = partWords(part);
  return part.is === "gate" && / of: /.test(words) ? `(${words})` : words;
}

/** The parts of a conjunction or disjunction with those of the same kind inside of it, as the program has them. */
export function flat(gate: Requirement & { is: "gate" }): Requirement[] {
  const isAll = (one: Requirement & { is: "gate" }) => one.threshold === one.of.length;
  return gate.of.flatMap((part) => {
    if (part.is !== "gate" || part.words !== undefined) return [part];
    const isSame = isAll(gate) ? isAll(part) : part.threshold === 1;
    return isSame || part.of.length === 1 ? flat(part) : [part];
  });
}
