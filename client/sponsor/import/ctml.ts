// CTML JSON (clinical trial markup language of MatchMiner, matchminer.org): nested "and", "or" with clinical and
// genomic leaves, at steps, arms and dose levels.
import { z } from "zod";
import { type Found, inclusionOf, joined, missed } from "./found.ts";
import { hasAt, ImportError, type Imported, inForm } from "./imported.ts";
import { conceptNamed, describe } from "./names.ts";

type Node = { readonly [key: string]: unknown };

const node = z.looseObject({});
const matching = { match: z.array(node).nullish() };
const level = z.looseObject({ ...matching, level_code: z.string().nullish() });
const arm = z.looseObject({
  ...matching,
  arm_code: z.string().nullish(),
  dose_level: z.array(level).nullish(),
});
const step = z.looseObject({
  ...matching,
  step_code: z.union([z.string(), z.number()]).nullish(),
  arm: z.array(arm).nullish(),
});
const schema = z.looseObject({
  short_title: z.string().nullish(),
  long_title: z.string().nullish(),
  nct_id: z.string().nullish(),
  protocol_no: z.string().nullish(),
  treatment_list: z.looseObject({ step: z.array(step) }),
});

/** True for a trial in CTML. */
export function isCtml(json: unknown): boolean {
  return hasAt(json, "treatment_list");
}

/** OncoTree's names for kinds of what the dictionary has as a whole: shown, and a person attests the kind. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  "lung-cancer": [
    ...["non-small cell lung cancer", "small cell lung cancer", "lung adenocarcinoma"],
    ...["lung squamous cell carcinoma", "large cell lung carcinoma"],
  ],
  "breast-cancer": [
    ...["invasive breast carcinoma", "breast invasive ductal carcinoma"],
    ...["breast invasive lobular carcinoma", "breast invasive carcinoma, nos"],
  ],
  "colorectal-cancer": [
    ...["colorectal adenocarcinoma", "colon adenocarcinoma", "rectal adenocarcinoma"],
  ],
  "prostate-cancer": ["prostate adenocarcinoma"],
  "pancreatic-cancer": ["pancreatic adenocarcinoma"],
  "ovarian-cancer": ["high-grade serous ovarian cancer", "ovarian epithelial tumor"],
  "bladder-cancer": ["bladder urothelial carcinoma"],
  "gastric-cancer": ["stomach adenocarcinoma"],
};
const CUTANEOUS = "cutaneous melanoma";

type Match = { readonly place: string; readonly nodes: readonly Node[] };

/** Reads the first match of a step, arm or dose level. Throws ImportError when none has one. */
export function importCtml(json: unknown): Imported {
  const trial = inForm(schema, json, "CTML");
  const [first, ...others] = matchesOf(trial.treatment_list.step);
  if (first === undefined) {
    throw new ImportError("treatment_list.step: no step or arm has a match; nothing to import");
  }
  const lines = first.nodes.flatMap(topLines);
  return {
    format: "CTML",
    title: trial.short_title ?? trial.long_title ?? "",
    number: trial.protocol_no ?? trial.nct_id ?? undefined,
    lines: lines.map((one, i) => inclusionOf(wordsOf(one), readNode(one), i + 1)),
    notes: [
      `read: the match of ${first.place}`,
      ...others.map(({ place }) => `not read: the match of ${place}, which is another way in`),
    ],
  };
}

function matchesOf(steps: readonly z.infer<typeof step>[]): Match[] {
  return steps
    .flatMap(({ match, step_code, arm: arms }, i) => {
      const place = `step ${step_code ?? i + 1}`;
      return [
        { place, nodes: match ?? [] },
        ...(arms ?? []).flatMap((one, j) => {
          const inArm = `${place}, arm ${one.arm_code ?? j + 1}`;
          const levels = (one.dose_level ?? []).map((dose, k) => ({
            place: `${inArm}, dose level ${dose.level_code ?? k + 1}`,
            nodes: dose.match ?? [],
          }));
          return [{ place: inArm, nodes: one.match ?? [] }, ...levels];
        }),
      ];
    })
    .filter(({ nodes }) => nodes.length > 0);
}

/** The parts of a top-level "and" are criteria of their own. */
function topLines(one: Node): Node[] {
  const isOnlyAnd = Array.isArray(one.and) && Object.keys(one).length === 1;
  return isOnlyAnd ? (one.and as Node[]).flatMap(topLines) : [one];
}

function readNode(one: Node): Found {
  const keys = Object.keys(one);
  if (keys.length !== 1) return missed(`"${keys.join('" and "')}" side by side are not imported`);
  const [key] = keys;
  const value = one[key!];
  if (key === "and" && Array.isArray(value)) return joined(value.map(readNode), "all");
  if (key === "or" && Array.isArray(value)) return joined(value.map(readNode), "any");
  if (key === "clinical" && typeof value === "object" && value !== null) {
    const fields = Object.entries(value as Node);
    return joined(
      fields.map(([name, text]) => readField(name, String(text))),
      "all",
    );
  }
  if (key === "genomic") return missed("genomic findings are attested");
  return missed(`"${key}" is not imported`);
}

function readField(key: string, value: string): Found {
  const name = key.toLowerCase();
  const age = /^(>=|<=|>|<)\s*(\d{1,3})$/.exec(value);
  if (name === "age_numerical" && age) {
    return { whole: true, criterion: { age: ageBound(age[1]!, Number(age[2])) } };
  }
  const sex = { male: "male", female: "female" }[value.toLowerCase()];
  if (name === "gender" && (sex === "male" || sex === "female")) {
    return { whole: true, criterion: { sex } };
  }
  if (name === "oncotree_primary_diagnosis") return readDiagnosis(value);
  return missed(`${name} "${value}" is attested`);
}

/** Completed years; an age in fractions of a year, as CTML writes months, is none. */
function ageBound(sign: string, years: number): { min?: number; max?: number } {
  if (sign === ">=") return { min: years };
  if (sign === ">") return { min: years + 1 };
  return { max: sign === "<=" ? years : years - 1 };
}

function readDiagnosis(value: string): Found {
  const name = value.toLowerCase().trim();
  const whole = conceptNamed("condition", name === CUTANEOUS ? "melanoma" : name);
  const isOwn = whole !== undefined && whole.name !== "melanoma";
  if (whole !== undefined && (isOwn || name === CUTANEOUS)) {
    return { whole: true, criterion: diagnosed(whole.name), notes: [describe(whole)] };
  }
  const kind = Object.entries(KINDS).find(([, names]) => names.includes(name))?.[0];
  if (kind === undefined) return missed(`"${value}" is not a concept of the dictionary`);
  const notes = [`"${value}" is shown as ${kind}, which is wider: a person attests the rest`];
  return { whole: false, criterion: diagnosed(kind), notes };
}

const diagnosed = (concept: string) => ({ condition: { concept }, status: "current" }) as const;

/** The node in words. */
function wordsOf(one: Node): string {
  const parts = Object.entries(one).map(([key, value]) => {
    if (Array.isArray(value)) {
      const joint = key === "or" ? " or " : " and ";
      return `(${(value as Node[]).map(wordsOf).join(joint)})`;
    }
    const pairs = Object.entries((value ?? {}) as Node).map(
      ([name, text]) => `${name.toLowerCase().replaceAll("_", " ")} ${String(text)}`,
    );
    return `${key}: ${pairs.join(", ")}`;
  });
  return parts.join(" and ");
}
