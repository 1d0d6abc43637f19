// What `cohort patient check` prints: each criterion, each part of the trial, and what a yes would tell.

import { partName } from "../../circuits/statement/criteria/partWords.ts";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import type { CriterionVerdict } from "../../circuits/witness/evaluate.ts";
import type { Check } from "../patient/check.ts";
import type { PartCheck, Problem, RecordCheck } from "../patient/parts.ts";

/** Refusals that the verdict says already. */
const SAID = ["NotEligible", "RecordNotAnchored"];

/** A check as text. */
export function renderCheck(protocolNumber: string, found: Check): string {
  const { asOfDay, plan, reveals, refusals, warnings } = found;
  const lines = [`${protocolNumber} on ${formatDay(asOfDay)}, checked on this device only.`];
  lines.push(...(found.parts.length > 1 ? partLines(found) : recordLines(found)), "");
  if (plan === undefined) lines.push(verdictOf(found));
  else {
    lines.push("You are eligible. A yes would tell the sponsor that all of these hold:");
    for (const text of reveals.asserted) lines.push(`  - ${text}`);
  }
  for (const warning of warnings) lines.push(`Warning: ${warning}`);
  for (const refusal of refusals.filter(({ code }) => !SAID.includes(code))) {
    lines.push(`The wallet would refuse: ${refusal.message}`);
  }
  return lines.join("\n");
}

function verdictOf({ parts, records }: Check): string {
  const lacking = parts.filter(
    ({ shownBy, isOnlyUnanchored }) => shownBy === undefined && !isOnlyUnanchored,
  );
  if (lacking.length === 0) {
    return "You fit, but your record is not in the registry now: ask your clinic.";
  }
  if (parts.length === 1) return "You are not eligible; nobody will know that you looked.";
  const names = lacking.map(({ part }) => part + 1).join(" and ");
  const clinics =
    records.length > 1 ? "none of your records answers" : "your record does not answer";
  return `You are not eligible: ${clinics} part ${names}. Another clinic's record might. Nobody will know that you looked.`;
}

function recordLines({ records }: Check): string[] {
  return records.flatMap((record, i) => [
    ...(records.length > 1
      ? [`Record ${i + 1} of ${records.length}, ${record.record.clinicName}:`]
      : []),
    ...criteriaLines(record.criteria),
    ...problemLines(record.problems),
  ]);
}

/** Part by part: the record that shows it and its criteria there, or what the closest lacks. */
function partLines({ parts, records }: Check): string[] {
  return parts.flatMap((part) => {
    const shown = records[part.shownBy ?? part.closest ?? -1];
    const own = shown?.criteria.filter(({ inParts }) => inParts.includes(part.part)) ?? [];
    return [
      `${partName(part.part, parts.length)}: ${shownWords(part, records)}`,
      ...criteriaLines(own),
      ...problemLines(part.problems),
    ];
  });
}

function shownWords(part: PartCheck, records: readonly RecordCheck[]): string {
  const { shownBy, closest, isOnlyUnanchored } = part;
  if (shownBy !== undefined)
    return `shown by your record of ${records[shownBy]!.record.clinicName}`;
  if (isOnlyUnanchored) return "shown by a record of yours that is not in the registry now";
  if (closest === undefined) return "no record answers it";
  return `no record answers it; the one from ${records[closest]!.record.clinicName} comes closest`;
}

function criteriaLines(criteria: readonly CriterionVerdict[]): string[] {
  const lines: string[] = [];
  for (const { holds, listed, parts, earliest } of criteria) {
    const mark = holds === undefined ? "ask " : holds ? "yes " : "no  ";
    lines.push(`  ${mark} ${listed}`);
    if (holds !== false) continue;
    for (const part of parts.filter((p) => !p.holds)) lines.push(`         ${part.reason}`);
    if (earliest !== undefined) lines.push(`         You could meet it from ${earliest}.`);
  }
  return lines;
}

function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ message, hint }) => `  no   ${message} ${hint}`);
}
