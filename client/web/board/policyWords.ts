// What a record must be to be asked at all, in words.

import type { Policy } from "../../../circuits/statement/criteria/program.ts";
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import { codedList, domainList } from "../../../circuits/statement/encoding/domainWords.ts";
import { formatCounted, formatDate } from "../shared/format.ts";

/** The policy in sentences, one for each subject. */
export function policyWords(policy: Policy): readonly (readonly [string, string])[] {
  const { maxRecordAge, minCoverage, domains, minDictionaryVersion, latestIdentitySince } = policy;
  const covered =
    minCoverage === 0
      ? "Not asked: no criterion relies on something being absent."
      : `It covers at least the last ${formatCounted(minCoverage, "day")}, so that “never on record” means something.`;
  const complete = domainList(domains);
  const coded = codedList(policy.codedIn);
  return [
    ["How fresh", `The record was issued at most ${formatCounted(maxRecordAge, "day")} before.`],
    ["How far back", covered],
    ["How complete", `The clinic vouches that it is complete for: ${complete || "nothing"}.`],
    ...(coded === "" ? [] : [["How coded", `The clinic vouches that it codes ${coded}.`] as const]),
    ["Dictionary", `Version ${minDictionaryVersion} of the dictionary, or a later one.`],
    [
      "Whose",
      `The person was bound to the record on ${formatDate(formatDay(latestIdentitySince))} or before: nobody is screened twice under a new identity.`,
    ],
  ];
}
