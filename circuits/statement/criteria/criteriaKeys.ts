// Keys that a criterion does not have: misspelt, misplaced, or asking for what no record can show.

import { CODED_KINDS, type CodedKind, KINDS } from "../encoding/domains.ts";
import { closest } from "../encoding/suggest.ts";
import type { FormName } from "./criteria.ts";
import { CODE_KEYS } from "./criteriaParts.ts";
import type { Problem } from "./problem.ts";

const LASTING = ["within", "atLeastAgo", "startedWithin", "status", "sameEpisode"];
const HAPPENING = ["within", "atLeastAgo"];
const CALCULATED = [...HAPPENING, "latest", "value", "whenMissing"];
const KEYS_OF_TIMING = {
  lasts: LASTING,
  happens: HAPPENING,
  measured: [...CALCULATED, "timesUpperLimit", "timesLowerLimit", "answer"],
  undated: [],
} as const;

/** The keys of each form beside its own, "id" and "label". */
const KEYS_OF_FORM: Partial<Record<FormName, readonly string[]>> = {
  ...Object.fromEntries(CODED_KINDS.map((kind) => [kind, keysOfKind(kind)])),
  derived: CALCULATED,
};

function keysOfKind(kind: CodedKind): readonly string[] {
  const { timing, reason } = KINDS[kind];
  return [...(reason === undefined ? [] : ["reason"]), ...KEYS_OF_TIMING[timing]];
}

const CODED: readonly string[] = [...CODED_KINDS, "reason"];
const BOUNDS = ["min", "max", "above", "below"];
const KEYS_BY_PARENT: Record<string, readonly string[]> = {
  value: [...BOUNDS, "unit"],
  timesUpperLimit: BOUNDS,
  timesLowerLimit: BOUNDS,
  age: ["min", "max"],
  attestation: ["id", "text", "by", "when"],
  atLeast: ["n", "of"],
  policy: ["maxRecordAge", "minCoverage", "minDictionaryVersion", "completeFor"],
};

const BY_PERSON = "make it a site attestation";
/** What criteria in the wild ask for and records do not hold, with what serves instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  dose: `Records hold which drug, not how much: name the drug, and ${BY_PERSON}.`,
  strength: `Records hold which drug, not how much: name the drug, and ${BY_PERSON}.`,
  route: `Use a concept for the drug by this route, or ${BY_PERSON}.`,
  frequency: `Records do not hold how often a drug is taken: ${BY_PERSON}.`,
  ageAtOnset: `Combine "atLeastAgo" or "startedWithin" with "age", or ${BY_PERSON}.`,
  onsetAge: `Combine "atLeastAgo" or "startedWithin" with "age", or ${BY_PERSON}.`,
  count: `Events are not counted: ask for one with "within", or ${BY_PERSON}.`,
  times: `Events are not counted: ask for one with "within", or ${BY_PERSON}.`,
  occurrences: `Events are not counted: ask for one with "within", or ${BY_PERSON}.`,
  consecutive: `Results are not compared with each other: use the newest one, or ${BY_PERSON}.`,
  severity: `Use a concept or code of that severity, or a result that measures it, or ${BY_PERSON}.`,
  stage: `Use a concept of that stage, or the observation that records it, or ${BY_PERSON}.`,
  grade: `Use a concept of that grade, or the observation that records it, or ${BY_PERSON}.`,
  bodySite: `Use a concept or code that names the site, or ${BY_PERSON}.`,
  laterality: `Use a concept or code that names the side, or ${BY_PERSON}.`,
  trend: `Results are not compared with each other: use the newest one, or ${BY_PERSON}.`,
  change: `Results are not compared with each other: use the newest one, or ${BY_PERSON}.`,
  duration: `Use "status": "current" with "atLeastAgo" and "sameEpisode": true, or ${BY_PERSON}.`,
  stable: `Use "status": "current" with "atLeastAgo" and "sameEpisode": true, or ${BY_PERSON}.`,
  mean: 'Use "derived": "mean-systolic-blood-pressure" or "mean-diastolic-blood-pressure".',
  relative: 'Use "familyHistory": parents, siblings and children are meant, whichever of them.',
  ethnicity: `Records hold no ethnicity: ${BY_PERSON}.`,
};

/** Where a key stands: its criterion's form when it is a key of the criterion itself. */
type KeyPlace = { readonly path: string; readonly parent: string; readonly form?: FormName };

/** The problem with a key that has no meaning where it stands. */
export function keyProblem(key: string, { path, parent, form }: KeyPlace): Problem {
  if (key === "idTag") {
    const hint = "It is for the person check at the site only; remove it.";
    return { path, message: "idTag would name a person and is refused in a trial", hint };
  }
  const known = keysIn(parent, form);
  const [near] = closest(key, known);
  const unsupported = unsupportedHint(key);
  if (unsupported !== undefined) {
    return { path, message: `"${key}" is not supported`, hint: unsupported };
  }
  const misplaced = form && misplacedHint(key, form);
  if (misplaced !== undefined) {
    return { path, message: `"${key}" says nothing of ${nounOf(form!)}`, hint: misplaced };
  }
  if (form === undefined && KEYS_OF_FORM[parent as FormName]?.includes(key)) {
    const hint = `It belongs beside "${parent}", not inside of it.`;
    return { path, message: `"${key}" stands in the wrong place`, hint };
  }
  const hint = near ? `Did you mean "${near}"?` : `Known here: ${known.join(", ")}.`;
  return { path, message: `unknown key "${key.slice(0, 40)}"`, hint };
}

/** What serves instead of something that criteria cannot ask for. */
export function unsupportedHint(key: string): string | undefined {
  return Object.hasOwn(UNSUPPORTED, key) ? UNSUPPORTED[key] : undefined;
}

function keysIn(parent: string, form: FormName | undefined): readonly string[] {
  if (form !== undefined) return [form, ...(KEYS_OF_FORM[form] ?? []), "id", "label"];
  return KEYS_BY_PARENT[parent] ?? (CODED.includes(parent) ? [...CODE_KEYS, "minus"] : []);
}

function nounOf(form: FormName): string {
  const noun =
    timingOf(form) === undefined
      ? form
      : form.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${/^[aeiou]/.test(form) ? "an" : "a"} ${noun}`;
}

function timingOf(form: FormName) {
  return Object.hasOwn(KINDS, form) ? KINDS[form as CodedKind].timing : undefined;
}

/** Keys of other forms, where a reader would expect them to work. */
function misplacedHint(key: string, form: FormName): string | undefined {
  if (!Object.values(KEYS_OF_FORM).some((keys) => keys.includes(key))) return undefined;
  if (timingOf(form) === "undated") {
    return "Records say only that a relative has or had it: leave the time out.";
  }
  if (form === "derived" && ["timesUpperLimit", "timesLowerLimit", "answer"].includes(key)) {
    return 'A calculated value has no reference limits and no answers: use "value" with a unit.';
  }
  if (LASTING.includes(key) && (KEYS_OF_FORM[form] ?? []).includes("within")) {
    return 'It happens on a day: use "within" and "atLeastAgo".';
  }
  return `Known here: ${keysIn("", form).join(", ")}.`;
}
