// Codes that criteria ask for directly, without a concept: a category of ICD-10 whatever the edition, a level of ATC. What
// a careful reader says of them: whoever coded otherwise may have meant them. Shares no code with the product.
import type { Random } from "./chart.ts";

/** As a criterion writes it, and whether what lies between two categories is asked for. */
export type RawCode = { readonly key: string; readonly code: string };

export const RAW: Readonly<Record<"condition" | "medication", readonly RawCode[]>> = {
  condition: [
    { key: "icd10", code: "E11" },
    { key: "icd10cm", code: "E11" },
    { key: "icd10gm", code: "J45" },
    { key: "icd10", code: "I10" },
    { key: "icd10cm", code: "C50" },
    { key: "icd10", code: "E10-E14" },
    { key: "icd10", code: "C00-C97" },
  ],
  medication: [
    { key: "atc", code: "A10" },
    { key: "atc", code: "A10BA02" },
    { key: "atc", code: "C10AA" },
    { key: "atc", code: "M01A" },
    { key: "atc", code: "M01AB01" },
    { key: "atc", code: "N02BE01" },
  ],
};

export const isSpan = ({ code }: RawCode) => code.includes("-");

/** The name by which the reader knows it among concepts: no concept has a space in its name. */
export const nameOf = ({ key, code }: RawCode) => (key === "atc" ? `atc ${code}` : `icd10 ${code}`);

export const isRawName = (name: string) => name.includes(" ");

export function pickRaw(random: Random, kind: "condition" | "medication"): RawCode {
  return random.pick(RAW[kind]);
}

type Coding = { readonly system?: string; readonly code?: string };
/** "silent": not coded in the system at all. */
type Said = "in" | "out" | "open" | "silent";

const ICD10 = /icd-10/i;
const ATC = "http://www.whocc.no/atc";
const WHOLE = 7;

function saidBy(codings: readonly Coding[], name: string): Said {
  const [system, asked = ""] = name.split(" ") as [string, string];
  if (system === "icd10") {
    const [from = "", to = from] = asked.split("-");
    const categories = codings
      .filter((one) => ICD10.test(one.system ?? ""))
      .map(({ code = "" }) => code.slice(0, 3));
    if (categories.some((one) => one >= from && one <= to)) return "in";
    return categories.length > 0 ? "out" : "silent";
  }
  const codes = codings.filter((one) => one.system === ATC).map(({ code = "" }) => code);
  if (codes.some((one) => one.startsWith(asked))) return "in";
  if (codes.some((one) => one.length === WHOLE)) return "out";
  // A group's code: any of its substances may be meant.
  return codes.length > 0 && codes.every((one) => !asked.startsWith(one)) ? "out" : "silent";
}

/** Whether a statement is under a code, by the codings of each thing that says what it is about: a product, its parts. */
export function underCode(groups: readonly (readonly Coding[])[], name: string) {
  const [first = "silent", ...others] = groups.map((codings) => saidBy(codings, name));
  if ([first, ...others].includes("in")) return "in";
  const isTold = first === "out" || (others.length > 0 && others.every((one) => one === "out"));
  return isTold ? "out" : "open";
}
