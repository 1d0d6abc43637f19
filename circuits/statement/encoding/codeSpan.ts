// Codes as criteria give them: a single one, a prefix, or in ICD-10 and ATC a span of prefixes such as C00-C97.
import {
  type CodeRange,
  codeRange,
  type Domain,
  encodeCode,
  ICD10_SYSTEMS,
  PREFIX_SYSTEMS,
  type System,
} from "./code.ts";

const CATEGORY = /^[A-Z]\d[0-9A-Z]$/i;
/** Lengths of ATC's levels 2 to 4, which every record writes as exact codes, and of its whole codes. */
const ATC_EXACT = [3, 4, 5, 7];

const isIcd10 = (system: System) => (ICD10_SYSTEMS as readonly System[]).includes(system);

/** The prefixes that a text names: both ends of a span. Throws RangeError. */
function endsOf(system: System, code: string): readonly string[] {
  const ends = PREFIX_SYSTEMS.includes(system) ? code.split("-") : [code];
  if (ends.length > 2) throw new RangeError(`not a span of codes: ${code}`);
  return ends;
}

/**
 * The codes of a reference. The categories of ICD-10 (three characters) are written into every record in WHO's system,
 * whatever the edition, and ATC's levels 2 to 4 as codes of their own: there a category or level is one exact code. What
 * is longer stays in its edition.
 */
export function codeSpan(system: System, code: string): (domain: Domain) => CodeRange {
  const ends = endsOf(system, code);
  const home = homeOf(system, code);
  const isExact =
    (isIcd10(system) && CATEGORY.test(code)) ||
    (system === "atc" && ATC_EXACT.includes(code.length));
  return (domain) => {
    if (ends.length === 1 && isExact) {
      const exact = encodeCode(domain, home, code);
      return { lo: exact, hi: exact };
    }
    const [lo, hi] = [ends[0]!, ends.at(-1)!].map((end) => codeRange(domain, home, end));
    return { lo: lo!.lo, hi: hi!.hi };
  };
}

/** The system under which records write what a reference names. */
export function homeOf(system: System, code: string): System {
  const isShort = endsOf(system, code).every((end) => /^[A-Z0-9]{1,3}$/i.test(end));
  return isIcd10(system) && isShort ? "icd10" : system;
}

/** Whether a reference stands for what lies below it, too. */
export function hasSubcodes(system: System, code: string): boolean {
  return PREFIX_SYSTEMS.includes(system) && !(system === "atc" && code.length === 7);
}

/** Prefixes that together make up a reference: the categories of a span of ICD-10, else its ends. */
export function prefixesOf(system: System, code: string): readonly string[] {
  const [first, last] = endsOf(system, code) as [string, string | undefined];
  if (last === undefined) return [first];
  if (!isIcd10(system) || ![first, last].every((end) => /^[A-Z]\d\d$/i.test(end))) {
    return [first, last];
  }
  const number = (category: string) =>
    (category.toUpperCase().charCodeAt(0) - 65) * 100 + Number(category.slice(1));
  const count = Math.max(0, number(last) - number(first) + 1);
  return Array.from({ length: count }, (_, i) => {
    const at = number(first) + i;
    return `${String.fromCharCode(65 + Math.floor(at / 100))}${String(at % 100).padStart(2, "0")}`;
  });
}
