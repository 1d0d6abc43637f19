// What a record collection shows of a record: each fact in the words of the criteria language, and the leaves of the
// eligibility circuits that prove it. A shown fact is a leaf of no width: its range is narrowed to the value itself.
import { z } from "zod";
import { compileLeafForm } from "../criteria/compileLeaves.ts";
import type { LeafForm } from "../criteria/criteria.ts";
import { CodeRef, Duration } from "../criteria/criteriaParts.ts";
import { capital, requirementWords } from "../criteria/english.ts";
import type { Problem } from "../criteria/problem.ts";
import type { Leaf } from "../criteria/program.ts";
import { type Context, leavesOf, type Meant } from "../criteria/requirement.ts";
import { publishedTerminology } from "../dictionary/terminology.ts";
import { encodeCode } from "../encoding/code.ts";
import { ONGOING } from "../encoding/day.ts";
import { CODED_KINDS, type CodedKind, KINDS } from "../encoding/domains.ts";

const kinds = Object.fromEntries(
  CODED_KINDS.map((kind) => [kind, CodeRef.optional()]),
) as unknown as Readonly<Record<CodedKind, z.ZodOptional<typeof CodeRef>>>;

/** Exactly one of the kinds (or `person`) is given, which {@link compileFact} checks. */
export const Fact = z.strictObject({
  /** `latest`: the newest result, and that nothing newer is there. `present`, `absent`: whether it is on record. */
  show: z.enum(["latest", "present", "absent"]),
  ...kinds,
  /** What the record says of the person. Of a birth date only the year is shown. */
  person: z.enum(["sex", "birthYear"]).optional(),
  within: Duration.optional(),
  /** Of what lasts: still so when the record was issued. */
  status: z.literal("current").optional(),
});
export type Fact = z.infer<typeof Fact>;

export type CompiledFact = {
  readonly fact: Fact;
  /**
   * As in criteria; all of one fact stand for one choice. Of `latest` the values are narrowed to the one shown, of
   * `present` the days may be as well; `none` stays as it is.
   */
  readonly leaves: readonly Leaf[];
  /** "Newest ejection fraction within the last 12 months". */
  readonly words: string;
};

export type FactOptions = Partial<Pick<Context, "terminology" | "dictionaryVersion">>;

/**
 * Compiles one fact.
 * @param path where it stands, for the problems, which are added to `problems`.
 * @returns undefined when there is a problem.
 */
export function compileFact(
  fact: Fact,
  { path, problems, ...options }: { path: string; problems: Problem[] } & FactOptions,
): CompiledFact | undefined {
  const refuse = (key: string, message: string, hint: string): undefined => {
    problems.push({ path: key === "" ? path : `${path}.${key}`, message, hint });
  };
  const given = [...CODED_KINDS, "person" as const].filter((key) => fact[key] !== undefined);
  const [kind, ...more] = given;
  if (kind === undefined || more.length > 0) {
    const message = kind === undefined ? "shows nothing" : `shows ${given.join(" and ")} at once`;
    return refuse("", message, `Give exactly one of ${CODED_KINDS.join(", ")}, person.`);
  }
  if (kind === "person") return compilePerson(fact, refuse);
  if (fact.show === "latest" && kind !== "observation") {
    const hint = 'Use "present" or "absent": only results have a newest one.';
    return refuse("show", `"latest" says nothing of this kind: ${kind}`, hint);
  }
  const { timing } = KINDS[kind];
  if (fact.status !== undefined && timing !== "lasts") {
    return refuse("status", "only what lasts can be current", "Remove it.");
  }
  if (fact.within !== undefined && timing === "undated") {
    return refuse("within", "records do not say when a relative had it", "Remove it.");
  }
  return compileCoded(fact, kind, { path, problems, ...options });
}

function compileCoded(
  fact: Fact,
  kind: CodedKind,
  { path, problems, ...options }: { path: string; problems: Problem[] } & FactOptions,
): CompiledFact | undefined {
  const { terminology = publishedTerminology } = options;
  const { dictionaryVersion = Number.POSITIVE_INFINITY } = options;
  const { show, within, status } = fact;
  const form = {
    [kind]: fact[kind],
    ...(within !== undefined && { within }),
    ...(status !== undefined && { status }),
    ...(show === "latest" && { latest: true }),
  } as unknown as LeafForm;
  const before = problems.length;
  const context: Context = { terminology, dictionaryVersion, problems, warnings: [] };
  const place = { path, negated: show === "absent", decides: true };
  const meant = compileLeafForm(form, place, context);
  if (meant === undefined || problems.length > before) return undefined;
  const leaves = leavesOf(meant.requirement).map(({ leaf }) => leaf);
  return { fact, leaves, words: wordsOf(fact, kind, meant) };
}

/** What would be sent: a fact that the record does not show is left out. */
function wordsOf({ show }: Fact, kind: CodedKind, { said, requirement }: Meant): string {
  if (show === "absent") return `${requirementWords(requirement)}, if the record shows that`;
  const leaf = said.is === "leaf" ? said : { what: kind };
  if (show === "latest") {
    return `${capital(leaf.what.replace(/ is a usable result$/, ""))}, with its day`;
  }
  const when = "when" in leaf && leaf.when !== undefined ? ` ${leaf.when}` : "";
  const day = KINDS[kind].timing === "undated" ? "" : ", with its day";
  return `${capital(`${leaf.what}${when}`)}${day}, if it is on record`;
}

const SEX = encodeCode("demographic", "loinc", "46098-0");
const BIRTH_DATE = encodeCode("demographic", "loinc", "21112-8");
/** female, male, other. */
const SEXES = [1n, 3n] as const;
/** Birth dates are yyyymmdd. */
const BIRTH_DATES = [19_000_101n, 22_991_231n] as const;

type Refuse = (key: string, message: string, hint: string) => undefined;

function compilePerson(fact: Fact, refuse: Refuse): CompiledFact | undefined {
  const { person, show, within, status } = fact;
  if (show !== "latest") return refuse("show", "of the person there is one value", 'Use "latest".');
  if (within !== undefined) return refuse("within", "a person's facts have no time", "Remove it.");
  if (status !== undefined) return refuse("status", "a person's facts have no time", "Remove it.");
  const [code, [valueLo, valueHi], words] =
    person === "sex"
      ? ([SEX, SEXES, "Sex, as the clinic recorded it"] as const)
      : ([BIRTH_DATE, BIRTH_DATES, "Year of birth"] as const);
  const range = { codeLo: code, codeHi: code, valueLo, valueHi };
  const leaf: Leaf = { kind: "any", ...range, relative: false, near: 0, far: ONGOING };
  return { fact, leaves: [leaf], words };
}
