// What a record can be complete for, as people name it.
import { type Domain, KINDS, kindOfDomain } from "./domains.ts";
import type { CodedSystem } from "./header.ts";

/** When something began and when it was last so are one thing to a reader. */
function domainWords(domain: Domain): string {
  const kind = kindOfDomain(domain);
  return kind === undefined ? "age and sex" : KINDS[kind].words.all;
}

/** Several of them, each name once. */
export function domainList(domains: readonly Domain[]): string {
  return [...new Set(domains.map(domainWords))].join(", ");
}

const CODED_WORDS: Readonly<Record<CodedSystem, string>> = {
  icd10cm: "every condition in ICD-10-CM",
  icd10: "every condition in ICD-10 of some edition",
  icd10gm: "every condition in ICD-10-GM",
  atc: "every drug in ATC",
};

/** What a record says is coded throughout: "every condition in ICD-10-CM, every drug in ATC". */
export function codedList(systems: readonly CodedSystem[]): string {
  return systems.map((system) => CODED_WORDS[system]).join(", ");
}
