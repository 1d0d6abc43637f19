// What `cohort patient check` prints: each criterion, each part of the trial, and what a yes would tell.

import { demandText } from "../../circuits/statement/criteria/demandLines.ts";
import { capital } from "../../circuits/statement/criteria/english.ts";
import { partName } from "../../circuits/statement/criteria/partWords.ts";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import type { CriterionLine } from "../../circuits/witness/criterionLines.ts";
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
    lines.push(...reveals.asserted.flatMap((line) => demandText(line, "  ")));
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

/** One sentence each, or a list of them, with the record's own values; what only a person can say is asked. */
function criteriaLines(criteria: readonly CriterionVerdict[]): string[] {
  return criteria.flatMap(({ list, line, earliest }) => {
    const lead = list === "exclusion" ? "May not take part: " : "";
    const lines = lineText({ ...line, words: `${lead}${line.words}` }, list, "  ");
    if (line.holds !== false || earliest === undefined) return lines;
    return [...lines, `         You could meet it from ${earliest}.`];
  });
}

/** A reason not to take part is named by whether it applies: that it "holds" would be read the wrong way round. */
const MARKS = {
  inclusion: { yes: "met      ", no: "not met  ", asked: "asked    " },
  exclusion: { yes: "no       ", no: "applies  ", asked: "asked    " },
} as const;

function lineText(line: CriterionLine, list: CriterionVerdict["list"], indent: string): string[] {
  const { words, holds, reasons, of } = line;
  const marks = MARKS[list];
  const mark = holds === undefined ? marks.asked : holds ? marks.yes : marks.no;
  const own = reasons.length === 0 ? "" : `. Your record: ${reasons.join("; ")}`;
  const lead = `${indent}${mark}${words}${of.length > 0 ? ":" : own}`;
  return [lead, ...of.flatMap((one) => lineText(one, list, `${indent}  `))];
}

function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ message, hint }) => `  not met  ${capital(message)}. ${hint}`);
}
