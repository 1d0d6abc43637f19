// Rules of the mapping and of the compiler, each turned back to what it was or weakened. test/mutation/facts.ts expects
// the two laws of facts (test/facts) to notice every one.
import { compilerMutants } from "./factsMutantsCompiler.ts";
import { sourceMutants } from "./factsMutantsSources.ts";

/** A change of one file: `from` must stand in it exactly once. */
export type FactMutant = {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
};

const clinic = (file: string, what: string, from: string, to: string): FactMutant => ({
  ...{ what, from, to },
  file: `client/clinic/${file}`,
});

const dates: readonly FactMutant[] = [
  clinic(
    "facts/onset.ts",
    "a condition that is over, nobody says when, ended on the day of issue",
    "boundedBy(start, ended ?? { from: heldOn, to: life.issuedDay })",
    "boundedBy(start, ended ?? { from: life.issuedDay, to: life.issuedDay })",
  ),
  clinic(
    "facts/medicationRequest.ts",
    "an order that is over, nobody says when, ended on the day of issue",
    "boundedBy(start, end ?? { from: start.from, to: context.issuedDay })",
    "boundedBy(start, end ?? { from: context.issuedDay, to: context.issuedDay })",
  ),
  clinic(
    "facts/dates.ts",
    "a date in part is its last day",
    "  const span = withinLife(written.span, life);\n  return written.instant",
    "  const { to } = withinLife(written.span, life);\n  const span = { from: to, to };\n  return written.instant",
  ),
  clinic(
    "facts/dates.ts",
    "a date in part is its first day",
    "  const span = withinLife(written.span, life);\n  return written.instant",
    "  const { from } = withinLife(written.span, life);\n  const span = { from, to: from };\n  return written.instant",
  ),
  clinic(
    "facts/onset.ts",
    "an onset in words is the day on which it was recorded",
    "return aged ?? { from: life.birth.from, to: Math.max(life.birth.from, latest) };",
    "return aged ?? { from: Math.max(life.birth.from, latest), to: Math.max(life.birth.from, latest) };",
  ),
  clinic(
    "facts/onset.ts",
    "active and abated at once is ongoing",
    "return { start: bounded.start, last: { from: bounded.last.from, to: ONGOING } };",
    'return { start: bounded.start, last: status === "active" ? STILL : bounded.last };',
  ),
  clinic(
    "facts/interval.ts",
    "an end before its start is the right one of the two",
    "    return { start: both, last: both };",
    "    return { start: end, last: both.from === end.from ? end : both };",
  ),
  clinic(
    "facts/map.ts",
    "what ended on the day of issue still is so on that day",
    "endingToday(mapped?.drafts ?? [], issuedDay)",
    "endingToday(mapped?.drafts ?? [], -1)",
  ),
  clinic(
    "facts/patient.ts",
    "a birth date in part is its last day",
    '  if (from === to) return { code: BIRTH_DATE_LOINC, day: to, value, label: "Birth date" };',
    '  if (from <= to) return { code: BIRTH_DATE_LOINC, day: to, value, label: "Birth date" };',
  ),
  clinic(
    "facts/procedure.ts",
    "a procedure of which only the beginning is known was done on that day",
    "return isOn ? STILL : { from: start.from, to: issuedDay };",
    "return isOn ? STILL : start;",
  ),
  clinic(
    "facts/encounter.ts",
    "a contact of which only the beginning is known ended on that day",
    "return isOn ? STILL : { from: start.from, to: context.issuedDay };",
    "return isOn ? STILL : start;",
  ),
];

const drugs: readonly FactMutant[] = [
  clinic(
    "facts/medicationRequest.ts",
    "an active order whose course has ended goes on",
    "return { start: bounded.start, last: { from: bounded.last.from, to: ONGOING }, doubt };",
    "return { start: bounded.start, last: STILL, doubt };",
  ),
  clinic(
    "facts/medicationRequest.ts",
    "an order without a date began on the day of issue",
    "if (r.authoredOn === undefined) return { from: birth.from, to: issuedDay };",
    "if (r.authoredOn === undefined) return { from: issuedDay, to: issuedDay };",
  ),
  clinic(
    "facts/medicationRequest.ts",
    "a stopped order lasted until the end it was written for",
    'return r.status === "stopped" ?',
    'return r.status === ("never" as string) ?',
  ),
  clinic(
    "facts/medicationStatement.ts",
    "a drug taken on a day was begun on that day",
    "      ? { from: birth.from, to: known }\n",
    "      ? { from: known, to: known }\n",
  ),
  clinic(
    "facts/medicationDispense.ts",
    "a supply of unknown length is used up",
    "const until = supply === undefined ? ONGOING : start.to + supply;",
    "const until = supply === undefined ? start.to : start.to + supply;",
  ),
  clinic(
    "facts/medicationDispense.ts",
    "a supply is used until its last day",
    "return { from: start.from, to: until };",
    "return { from: until, to: until };",
  ),
  clinic(
    "facts/medicationAdministration.ts",
    "a drug that is being given was given on its first day only",
    "return { start: day, last: mayGoOn ? STILL : day, doubt };",
    "return { start: day, last: day, doubt };",
  ),
  clinic(
    "facts/medication.ts",
    "ingredients ignored",
    "const active = ingredient.filter(({ isActive }) => isActive !== false);",
    "const active = ingredient.filter(({ isActive }) => isActive !== false && false);",
  ),
  clinic(
    "facts/medication.ts",
    "one known ingredient makes a product known",
    "(parts.length > 0 && parts.every(isClassified));",
    "parts.some(isClassified);",
  ),
];

const codes: readonly FactMutant[] = [
  clinic(
    "facts/codings.ts",
    "an unclassified code clears nothing",
    "const clears = isHarmless ? [] : domains;",
    "const clears: typeof domains = isHarmless ? domains.slice(0, 0) : domains.slice(0, 0);",
  ),
  clinic(
    "facts/codings.ts",
    "words, and codes of foreign systems, clear nothing",
    "return [{ field, reason, clears: domains, ...(unlisted",
    "return [{ field, reason, clears: [], ...(unlisted",
  ),
  clinic(
    "facts/codings.ts",
    "a code that may belong to a concept belongs to it",
    "const sure = new Set(read.flatMap(({ classified }) => classified.members));",
    "const sure = new Set(read.flatMap(({ classified }) => [...classified.members, ...classified.possible]));",
  ),
  clinic(
    "facts/codings.ts",
    "a code that may belong to a concept does not",
    "for (const concept of classified.possible) {",
    "for (const concept of classified.possible.slice(0, 0)) {",
  ),
  clinic(
    "facts/codings.ts",
    "the words of unclassified codes name no concept",
    "const told = textsOf(groups, isKnown);",
    "const told = textsOf(groups, isKnown).slice(0, 0);",
  ),
  clinic(
    "facts/difference.ts",
    "one concept without another holds what may be the other",
    "isSure: sure.has(of) && !possible.has(minus)",
    "isSure: sure.has(of)",
  ),
  clinic(
    "facts/difference.ts",
    "one concept without another holds the other, too",
    "if (!sure.has(minus)) return",
    "if (sure.has(of)) return",
  ),
  clinic(
    "facts/allergy.ts",
    "the substance of a reaction ignored",
    "const substances = (reaction ?? []).flatMap(",
    "const substances = (reaction ?? []).slice(0, 0).flatMap(",
  ),
  clinic(
    "facts/encounter.ts",
    "the types of a contact ignored",
    "...type.map((one, i)",
    "...type.slice(0, 0).map((one, i)",
  ),
  clinic(
    "facts/encounter.ts",
    "a contact for a condition that is only suspected was for it",
    "if (doubt === undefined) return read;",
    "if (doubt !== null) return read;",
  ),
];

export const FACT_MUTANTS: readonly FactMutant[] = [
  ...dates,
  ...drugs,
  ...codes,
  ...sourceMutants(clinic),
  ...compilerMutants,
];
