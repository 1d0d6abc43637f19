// Plain-English words for what is compiled: made together with each leaf, so that they cannot say anything else.
import type { CodedForm, Target } from "./compileCodes.ts";
import type { Attestation, Requirement } from "./requirement.ts";

const SUBJECT: Record<CodedForm, (name: string) => string> = {
  condition: (name) => name,
  medication: (name) => `use of ${name}`,
  allergy: (name) => `allergy: ${name}`,
  observation: (name) => `result of ${name}`,
  procedure: (name) => `procedure: ${name}`,
  immunization: (name) => `vaccination: ${name}`,
};

/** The first letter as a capital, for the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "the last year", not "the last 1 year". */
function plain(time: string): string {
  return time.replace(/^1 (\w+?)s?$/, "$1");
}

/** How a leaf about something coded reads. Durations are the text's own words. */
export const phrases = {
  ever: (t: Target) => capital(`${SUBJECT[t.form](t.name)}, on record since coverage began`),
  current: (t: Target) => capital(`${SUBJECT[t.form](t.name)}, current when the record was issued`),
  within: (t: Target, time: string) =>
    capital(`${SUBJECT[t.form](t.name)} within the last ${plain(time)}`),
  lastedWithin: (t: Target, time: string) =>
    capital(
      `${SUBJECT[t.form](t.name)} within the last ${plain(time)}, begun then or still going on`,
    ),
  started: (t: Target, { within, ago }: { within?: string; ago?: string }) => {
    const parts = [within && `within the last ${plain(within)}`, ago && `at least ${ago} ago`];
    return capital(`${SUBJECT[t.form](t.name)} that began ${parts.filter(Boolean).join(" and ")}`);
  },
  happened: (t: Target, { within, ago }: { within?: string; ago?: string }) => {
    const parts = [within && `within the last ${plain(within)}`, ago && `at least ${ago} ago`];
    return capital(`${SUBJECT[t.form](t.name)} ${parts.filter(Boolean).join(" and ")}`);
  },
  noneEver: (t: Target) => `No ${SUBJECT[t.form](t.name)} on record since coverage began`,
  noneCurrent: (t: Target) =>
    `No ${SUBJECT[t.form](t.name)} that was current when the record was issued`,
  noneWithin: (t: Target, time: string) =>
    `No ${SUBJECT[t.form](t.name)} within the last ${plain(time)} (of the record's coverage)`,
  noneStarted: (t: Target, time: string) =>
    `No ${SUBJECT[t.form](t.name)} that began within the last ${plain(time)}`,
};

/** How an observation's range reads: newest or any result, its range and its window. */
export function observationWords(
  name: string,
  { newest, range, within, ago }: { newest: boolean; range: string; within?: string; ago?: string },
): string {
  const which = newest ? "newest result" : "any result";
  const when = [within && `within the last ${plain(within)}`, ago && `at least ${ago} ago`]
    .filter(Boolean)
    .join(" and ");
  return `${name}: ${which}${when && ` ${when}`}${range && `, ${range}`}`;
}

/** How an age range reads. */
export function ageWords(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `Age at most ${max} years`;
  return max === undefined ? `Age at least ${min} years` : `Age ${min} to ${max} years`;
}

/** How an attestation reads, with who gives it and when. */
export function attestationWords({ text, by, when, negated }: Attestation): string {
  const who = by === "patient" ? "the patient" : "the site";
  const time = when === "consent" ? " at consent" : by === "patient" ? " at the site" : "";
  return `Attested by ${who}${time}${negated ? ", that this is not so" : ""}: ${text}`;
}

/** One sentence for a requirement; nested parts in brackets. */
export function requirementWords(requirement: Requirement): string {
  if (requirement.is === "leaf") return requirement.words;
  if (requirement.is === "attested") return attestationWords(requirement.attestation);
  const { threshold, of } = requirement;
  const parts = of.map((part) =>
    part.is === "gate" ? `(${requirementWords(part)})` : requirementWords(part),
  );
  if (threshold === of.length) return `All of: ${parts.join("; ")}`;
  if (threshold === 1) return `Any of: ${parts.join("; ")}`;
  return `At least ${threshold} of: ${parts.join("; ")}`;
}
