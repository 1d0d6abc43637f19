// What a proven yes tells whoever reads it: that the provable part of every criterion holds, and nothing else.
// Ranges so narrow that they give a value away are flagged by the wallet (client/trial/narrow.ts).

import { formatDay, ONGOING } from "../encoding/day.ts";
import { codedList, domainList } from "../encoding/domainWords.ts";
import type { Compiled, CompiledCriterion } from "./compile.ts";
import { requirementWords } from "./english.ts";
import type { Policy } from "./program.ts";
import { provablePart } from "./requirement.ts";

type Revealed = {
  readonly path: string;
  readonly id: string | undefined;
  readonly text: string;
  /** False when a yes leaves open which of several alternatives holds. */
  readonly certain: boolean;
};

/** The statements that a yes makes, a criterion each, and those the policies make about each part's record. */
export function reveals({ criteria, programs }: Compiled): {
  readonly statements: readonly Revealed[];
  readonly records: readonly (readonly string[])[];
} {
  const records = programs.map(({ policy }) => policyWords(policy));
  return { statements: criteria.flatMap(revealed), records };
}

function revealed({ path, id, requirement }: CompiledCriterion): Revealed[] {
  const part = provablePart(requirement);
  if (part === undefined) return [];
  const certain = part.is === "leaf" || (part.is === "gate" && part.threshold === part.of.length);
  return [{ path, id, text: requirementWords(part), certain }];
}

/** A policy in plain English, a rule a line. */
function policyWords(policy: Policy): string[] {
  const { maxRecordAge, minCoverage, minDictionaryVersion, domains, latestIdentitySince } = policy;
  const { codedIn } = policy;
  const lines = [`The record was issued at most ${maxRecordAge} days before the proof`];
  if (minCoverage > 0) lines.push(`The record covers at least ${minCoverage} days`);
  lines.push(`The record uses dictionary version ${minDictionaryVersion} or later`);
  if (domains.length > 0)
    lines.push(`The clinic vouches that it is complete for ${domainList(domains)}`);
  if (codedIn.length > 0) lines.push(`The clinic vouches that it codes ${codedList(codedIn)}`);
  if (latestIdentitySince < ONGOING) {
    lines.push(`The identity was not renewed after ${formatDay(latestIdentitySince)}`);
  }
  return lines;
}
