// Rules about what a source says of itself, who says so, and results: see factsMutants.ts.
import type { FactMutant } from "./factsMutants.ts";

type Make = (file: string, what: string, from: string, to: string) => FactMutant;

const trust = (clinic: Make): readonly FactMutant[] => [
  clinic(
    "facts/map.ts",
    "the patient's words, referred to by urn, are the clinic's",
    "if (target !== undefined) return",
    'if (target !== undefined && reference?.startsWith("urn:") !== true) return',
  ),
  clinic(
    "facts/map.ts",
    "what a relative says is the clinic's word",
    "const PATIENT_SIDE = /^(Patient|RelatedPerson)$/;",
    "const PATIENT_SIDE = /^(Patient)$/;",
  ),
  clinic(
    "facts/observation.ts",
    "what a patient measured is the clinic's result",
    "const ownWords = performers.length > 0 && performers.every(context.saidByPatient);",
    "const ownWords = performers.length > 9 && performers.every(context.saidByPatient);",
  ),
  clinic(
    "facts/immunization.ts",
    "a vaccine that the patient recalls was given",
    'c.code === "recall"',
    'c.code === "never"',
  ),
  clinic(
    "read/distrust.ts",
    "modifierExtension ignored",
    "  return scan(resource, 0);\n}",
    "  return undefined;\n}",
  ),
  clinic(
    "read/distrust.ts",
    "implicitRules ignored",
    "if (resource.implicitRules !== undefined) return",
    "if (resource.implicitRules === null) return",
  ),
  clinic("read/distrust.ts", "SUBSETTED ignored", '"ANONYED", "SUBSETTED"]', '"ANONYED"]'),
  clinic(
    "facts/map.ts",
    "what was cut had named nothing more",
    "const clears = drafts.length > 0 && !isCut ? [] : domainsGivenBy(resource.resourceType);",
    "const clears = drafts.length > 0 ? [] : domainsGivenBy(resource.resourceType);",
  ),
  clinic(
    "facts/interval.ts",
    "what cannot be relied on may not last",
    "return isLast ? [{ ...blocking, day: ONGOING }] : [blocking];",
    "return isLast ? [blocking] : [blocking];",
  ),
  clinic(
    "facts/patient.ts",
    "a masked birth date is the patient's",
    'return label === undefined || label === "SUBSETTED"',
    "return label !== null",
  ),
  clinic(
    "facts/status.ts",
    "a status is read by its position, whatever its system",
    "for (const { system, code } of concept?.coding ?? []) {",
    "for (const { code } of concept?.coding?.slice(0, 1) ?? []) {\n    const system = undefined as string | undefined;",
  ),
  clinic(
    "facts/condition.ts",
    "a suspected condition is a condition",
    'return verification === "open" ? "verification not known" : "not confirmed";',
    "return undefined;",
  ),
];

const sources = (clinic: Make): readonly FactMutant[] => [
  clinic(
    "read/bundle.ts",
    "a Bundle in a Bundle is not read",
    "return { ...inner, leftOut: [...leftOut, ...inner.leftOut] };",
    "return inner.resources.length < 0 ? inner : { ...nothing, leftOut };",
  ),
  clinic(
    "read/bundle.ts",
    "further pages of a search ignored",
    'if (link.some(({ relation }) => relation === "next")) {',
    'if (link.some(({ relation }) => relation === "never")) {',
  ),
  clinic(
    "read/bundle.ts",
    "a total beyond what was given ignored",
    "total > entry.filter(isMatch).length",
    "total > 1e9 + entry.filter(isMatch).length",
  ),
  clinic(
    "read/incomplete.ts",
    "an OperationOutcome ignored",
    "return [{ path, reason, clears: ALL_DOMAINS }];\n}\n\n/** A section",
    "return [{ path, reason, clears: [] }];\n}\n\n/** A section",
  ),
  clinic(
    "read/incomplete.ts",
    "the reason of an empty section ignored",
    "if (emptyReason !== undefined && !isNil) {",
    "if (emptyReason === null && !isNil) {",
  ),
  clinic(
    "facts/claim.ts",
    "billed diagnoses ignored",
    "...(claim.diagnosis ?? []).map(",
    "...(claim.diagnosis ?? []).slice(0, 0).map(",
  ),
  clinic(
    "facts/claim.ts",
    "a billed or concluded diagnosis is the clinic's",
    "{ start, last: STILL, doubt: note }",
    "{ start, last: STILL }",
  ),
  clinic(
    "facts/claim.ts",
    "a diagnosis that a bill refers to and that was not given does not exist",
    "return { drafts: [], leftOut: [{ field, reason, clears }] };",
    "return { drafts: [], leftOut: [{ field, reason, clears: [] }] };",
  ),
  clinic(
    "facts/diagnosticReport.ts",
    "the codes of a report's conclusion ignored",
    "...conclusionCode.map(",
    "...conclusionCode.slice(0, 0).map(",
  ),
  clinic(
    "facts/diagnosticReport.ts",
    "results inside a report not read",
    "mapContained(input, inheritedFrom(report), context),",
    "mapContained({}, inheritedFrom(report), context),",
  ),
  clinic(
    "facts/diagnosticReport.ts",
    "results that a report lacks do not exist",
    'missing(result, "result", context)',
    'missing(result.slice(0, 0), "result", context)',
  ),
  clinic(
    "facts/familyHistory.ts",
    "a relative of any degree counts",
    'degrees.add(FIRST_DEGREE.has(plain) ? "first" : "other");',
    'degrees.add("first");',
  ),
  clinic(
    "facts/familyHistory.ts",
    "a relative of unknown degree is a close one",
    'const doubt = degree === "first" ? isUnknown : "relationship not known";',
    "const doubt = isUnknown;",
  ),
  clinic(
    "facts/familyHistory.ts",
    "a partial history of a relative is a whole one",
    'status !== "completed" || dataAbsentReason',
    'status === ("never" as string) || dataAbsentReason',
  ),
  clinic(
    "facts/condition.ts",
    "a condition of relatives says nothing of their history",
    'clears: ["familyHistory"] }];',
    "clears: [] }];",
  ),
];

/** Faults that the charts found when they first covered all types of resources. */
const found = (clinic: Make): readonly FactMutant[] => [
  clinic(
    "facts/familyHistory.ts",
    "a relative whose health is unknown has what is listed",
    'status === "health-unknown" ? "said to be unknown" : undefined',
    "undefined",
  ),
  clinic(
    "facts/condition.ts",
    "what the patient says of relatives says nothing of their history",
    "return { drafts, leftOut: [...leftOut, ...relativesIn(code)] };\n  }",
    "return { drafts, leftOut };\n  }",
  ),
  clinic(
    "facts/onset.ts",
    "a condition that began to abate is over",
    "? { ...unknown, mayLast: true }",
    "? unknown",
  ),
  clinic(
    "facts/patient.ts",
    "an unreliable birth date bounds what else is unknown",
    "return { birth: anyDay.birth,",
    "return { birth,",
  ),
  clinic(
    "facts/observation.ts",
    "a cut result inside a report had no more components",
    "const isCut = maskingLabel(input.meta) !== undefined;",
    "const isCut = maskingLabel(input.meta) === null;",
  ),
];

const results = (clinic: Make): readonly FactMutant[] => [
  clinic(
    "facts/moment.ts",
    "a result of a day in part was of its last day",
    "  if (from !== to) return { day: to, problem: UNCERTAIN };\n",
    "",
  ),
  clinic(
    "facts/moment.ts",
    "a result of a period without an end was of the day of issue",
    "return { day: Math.max(latestDay(o, life), began?.to ?? 0), problem: UNCERTAIN };",
    "return { day: Math.max(latestDay(o, life), began?.to ?? 0) };",
  ),
  clinic(
    "facts/moment.ts",
    "a result without a day was of the day on which it was issued",
    'return { day: latestDay(o, life), problem: "no date on which it was true" };',
    "return { day: latestDay(o, life) };",
  ),
  clinic(
    "facts/value.ts",
    "a bound is read as a value",
    '  if (given.comparator !== undefined) return { ok: false, reason: "only a bound (comparator)" };\n',
    "",
  ),
  clinic(
    "record/resolve.ts",
    "of several results of a day the first in the file counts",
    "  if (agree(sameDay)) return first!;\n",
    "  if (sameDay.length > 0) return first!;\n",
  ),
  clinic(
    "facts/observation.ts",
    "a preliminary result is final",
    'const isDone = ["final", "amended", "corrected"].includes(o.status);',
    'const isDone = ["final", "amended", "corrected", "preliminary"].includes(o.status);',
  ),
  clinic(
    "facts/observation.ts",
    "components not read",
    "const components = (o.component ?? []).map(",
    "const components = (o.component ?? []).slice(0, 0).map(",
  ),
  clinic(
    "facts/focus.ts",
    "a result about a relative is the patient's",
    'return ANOTHER.includes(type) ? "another" : "doubt";',
    'return "patient";',
  ),
  clinic(
    "facts/limits.ts",
    "a limit of the other sex is the patient's",
    'return meant === sex ? "yes" : "no";',
    'return "yes";',
  ),
  clinic(
    "facts/limits.ts",
    "a limit of another age is the patient's",
    '  if (age === undefined) return "yes";',
    '  if (age !== null) return "yes";',
  ),
  clinic(
    "facts/limits.ts",
    "a therapeutic limit is a normal one",
    'OTHER_MEANINGS.includes(code)) ? "no" : "doubt"',
    'OTHER_MEANINGS.includes(code)) ? "yes" : "doubt"',
  ),
  clinic(
    "facts/limits.ts",
    "of several limits the first counts",
    "if (limits.size !== 1) return",
    "if (limits.size === 0) return",
  ),
];

/** All of them. */
export const sourceMutants = (clinic: Make): readonly FactMutant[] => [
  ...trust(clinic),
  ...sources(clinic),
  ...results(clinic),
  ...found(clinic),
];
