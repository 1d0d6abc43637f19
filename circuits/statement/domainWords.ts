// What a record can be complete for, as people name it.
import type { Domain } from "./code.ts";

/** When something began and when it was last so are one thing to a reader. */
export const DOMAIN_WORDS: Readonly<Record<Domain, string>> = {
  demographic: "age and sex",
  conditionStart: "conditions",
  conditionLast: "conditions",
  medicationStart: "drugs",
  medicationLast: "drugs",
  observation: "results",
  observationUpper: "results",
  observationLower: "results",
  procedure: "procedures",
  immunization: "vaccinations",
  allergyStart: "allergies",
  allergyLast: "allergies",
  encounter: "contacts with hospitals and practices",
  familyHistory: "family history",
};

/** Several of them, each name once. */
export function domainList(domains: readonly Domain[]): string {
  return [...new Set(domains.map((domain) => DOMAIN_WORDS[domain]))].join(", ");
}
