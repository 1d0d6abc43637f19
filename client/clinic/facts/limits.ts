// Multiples of the report's own reference limits (hl7.org/fhir/R4/observation-definitions.html#Observation.referenceRange).
import {
  type Decimal,
  parseDecimal,
  quotient,
} from "../../../circuits/statement/encoding/decimal.ts";
import type { Sex } from "../../desk/person.ts";
import type { CodeableConcept, Quantity } from "../read/datatypes.ts";
import type { Span } from "../read/draft.ts";
import { completedMonths, completedYears } from "./age.ts";
import {
  canonicalOf,
  type ReadValue,
  type ReferenceRange,
  storeExact,
  unusable,
  type Valued,
} from "./value.ts";

export type Side = "high" | "low";
/** Whose result it is, and the day on which it was true. */
type Whose = { readonly birth: Span; readonly sex: Sex; readonly day: number };
/** Whether a range is meant for the patient; in doubt its limit may or may not be theirs. */
type Fit = "yes" | "no" | "doubt";

/**
 * The value as a multiple of the report's reference limit, rounded once to four decimals. Unusable when the report
 * gives no limit for this patient, several that differ, or one of which it is not sure that it is for them: an older
 * report with one must not pose as the newest.
 */
export function readMultiple(input: Valued, loinc: string, side: Side, whose: Whose): ReadValue {
  const given = input.dataAbsentReason === undefined ? input.valueQuantity : undefined;
  if (given === undefined) return unusable("no quantity");
  const value = canonicalOf(given, loinc);
  if (!value.ok) return unusable(value.reason);
  const limits = new Map<string, Decimal>();
  for (const range of input.referenceRange ?? []) {
    const limit = range[side];
    const fit = limit === undefined ? "no" : fitOf(range, whose);
    if (limit === undefined || fit === "no") continue;
    if (fit === "doubt") return unusable("a reference range that may not apply to the patient");
    const unitless = limit.code === undefined && limit.unit === undefined;
    const canonical = canonicalOf(unitless ? { ...given, value: limit.value } : limit, loinc);
    const decimal = canonical.ok ? parseDecimal(canonical.value) : undefined;
    if (decimal === undefined || decimal.digits <= 0n) return unusable("the limit is not usable");
    limits.set(quotient(decimal, { digits: 1n, places: 0 }, 12), decimal);
  }
  if (limits.size !== 1) return unusable(limits.size === 0 ? "no limit" : "several limits");
  return storeExact(quotient(parseDecimal(value.value)!, [...limits.values()][0]!, 4));
}

function fitOf(range: ReferenceRange, whose: Whose): Fit {
  const fits = [normalFit(range.type), populationFit(range.appliesTo, whose), ageFit(range, whose)];
  if (fits.includes("no")) return "no";
  return fits.includes("doubt") ? "doubt" : "yes";
}

/** The other meanings in HL7's value set referencerange-meaning: targets of a treatment, phases of a cycle. */
const OTHER_MEANINGS = [
  "recommended",
  "treatment",
  "therapeutic",
  "pre",
  "post",
  "endocrine",
  "pre-puberty",
  "follicular",
  "midcycle",
  "luteal",
  "postmenopausal",
];

/** Ranges say what they mean by `type`; the normal one is also the default. */
function normalFit(type: CodeableConcept | undefined): Fit {
  const codes = (type?.coding ?? []).map(({ code }) => code);
  if (type === undefined || codes.includes("normal")) return "yes";
  return codes.some((code) => code !== undefined && OTHER_MEANINGS.includes(code)) ? "no" : "doubt";
}

/** Sexes as `appliesTo` codes them: SNOMED CT, HL7 administrative gender (FHIR and v3), LOINC answers. */
const SEX_CODES: Readonly<Record<string, Sex>> = {
  "http://snomed.info/sct|248152002": "female",
  "http://snomed.info/sct|248153007": "male",
  "http://hl7.org/fhir/administrative-gender|female": "female",
  "http://hl7.org/fhir/administrative-gender|male": "male",
  "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender|F": "female",
  "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender|M": "male",
  "http://loinc.org|LA3-6": "female",
  "http://loinc.org|LA2-8": "male",
};
/** Populations that a patient of a year or more, or of the male sex, is not part of (SNOMED CT). */
const NEWBORNS = ["133931009"];
const PREGNANT = ["77386006"];

function populationFit(appliesTo: readonly CodeableConcept[] | undefined, whose: Whose): Fit {
  const fits = new Set((appliesTo ?? []).map((concept) => fitOfPopulation(concept, whose)));
  if (fits.size === 0) return "yes";
  // Several entries may mean "both" or "either": they must agree.
  return fits.size === 1 ? [...fits][0]! : "doubt";
}

function fitOfPopulation(concept: CodeableConcept, { birth, sex, day }: Whose): Fit {
  const codings = concept.coding ?? [];
  const sexes = codings.map(({ system, code }) => SEX_CODES[`${system}|${code}`]);
  const meant = sexes.find((found) => found !== undefined) ?? sexInWords(concept.text);
  if (meant !== undefined) {
    if (sexes.some((found) => found !== undefined && found !== meant)) return "doubt";
    if (sex !== "female" && sex !== "male") return "doubt";
    return meant === sex ? "yes" : "no";
  }
  const codes = codings.flatMap(({ system, code }) =>
    system === "http://snomed.info/sct" && code !== undefined ? [code] : [],
  );
  if (codes.some((code) => NEWBORNS.includes(code)) && day - birth.to > 365) return "no";
  if (codes.some((code) => PREGNANT.includes(code)) && sex === "male") return "no";
  return "doubt";
}

function sexInWords(text: string | undefined): Sex | undefined {
  const word = text?.trim().toLowerCase();
  if (word === "female" || word === "females" || word === "women") return "female";
  return word === "male" || word === "males" || word === "men" ? "male" : undefined;
}

const AGE_UNITS: readonly (readonly [RegExp, (born: number, day: number) => number])[] = [
  [/^(?:a|y|yrs?|years?)$/i, completedYears],
  [/^(?:mo|mon|mth|months?)$/i, completedMonths],
  [/^(?:wk|w|weeks?)$/i, (born, day) => Math.floor((day - born) / 7)],
  [/^(?:d|days?)$/i, (born, day) => day - born],
];

/** Whether the patient's age on that day lies in the range's; born on an uncertain day, it must either way. */
function ageFit({ age }: ReferenceRange, { birth, day }: Whose): Fit {
  if (age === undefined) return "yes";
  const fits = [birth.from, birth.to].flatMap((born) => [
    boundFit(age.low, born, day, "low"),
    boundFit(age.high, born, day, "high"),
  ]);
  // Outside for either day of birth, but not both, is not sure.
  const outside = [fits.slice(0, 2), fits.slice(2)].map((pair) => pair.includes("no"));
  if (outside[0] && outside[1]) return "no";
  return outside[0] || outside[1] || fits.includes("doubt") ? "doubt" : "yes";
}

function boundFit(
  bound: Quantity | undefined,
  born: number,
  day: number,
  side: "low" | "high",
): Fit {
  if (bound === undefined) return "yes";
  const unit = bound.code ?? bound.unit ?? "";
  const completed = AGE_UNITS.find(([pattern]) => pattern.test(unit))?.[1](born, day);
  if (completed === undefined || bound.value === undefined || bound.comparator !== undefined) {
    return "doubt";
  }
  if (side === "low") {
    if (completed >= bound.value) return "yes";
    return completed + 1 <= bound.value ? "no" : "doubt";
  }
  // "To 17 years" may end on the 17th birthday or just before the 18th.
  if (completed + 1 <= bound.value) return "yes";
  return completed > bound.value ? "no" : "doubt";
}
