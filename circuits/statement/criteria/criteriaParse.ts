// Reads criteria text with every problem named by its path, before anything is compiled.
import type { z } from "zod";
import { closest } from "../encoding/suggest.ts";
import { Criteria, FORMS, type FormName, MAX_NESTED, PolicyOverrides } from "./criteria.ts";
import { keyProblem, unsupportedHint } from "./criteriaKeys.ts";
import { issueWords, valueAt } from "./issueWords.ts";
import { CriteriaError, type Problem } from "./problem.ts";

const LISTS = ["inclusion", "exclusion", "policy"];
const MAX_DEPTH = 20;
const FORM_NAMES = Object.keys(FORMS) as FormName[];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Parses criteria text (JSON already read). Throws CriteriaError with every problem. */
export function parseCriteria(json: unknown): Criteria {
  const problems: Problem[] = [];
  if (!isObject(json)) {
    throw new CriteriaError([
      {
        path: "",
        message: "criteria must be an object",
        hint: 'Write { "inclusion": [], "exclusion": [] }.',
      },
    ]);
  }
  for (const key of Object.keys(json)) {
    if (!LISTS.includes(key)) {
      const hint = closest(key, LISTS)[0];
      const known = hint ? `Did you mean "${hint}"?` : `Known here: ${LISTS.join(", ")}.`;
      problems.push({ path: key, message: `unknown key "${key.slice(0, 40)}"`, hint: known });
    }
  }
  for (const key of ["inclusion", "exclusion"]) checkList(json[key], key, 0, problems);
  if (json.policy !== undefined) checkZod(PolicyOverrides, json.policy, "policy", problems);
  if (problems.length > 0) throw new CriteriaError(problems);
  return Criteria.parse(json);
}

function checkList(value: unknown, path: string, depth: number, problems: Problem[]): void {
  if (!Array.isArray(value)) {
    problems.push({ path, message: "must be a list of criteria", hint: "Use [] for none." });
    return;
  }
  if (value.length > MAX_NESTED) {
    const message = `lists ${value.length} criteria; at most ${MAX_NESTED}`;
    problems.push({ path, message, hint: "Group some of them under one criterion." });
    return;
  }
  if (depth > 0 && value.length === 0) {
    problems.push({
      path,
      message: "is empty",
      hint: "Name at least one criterion, or remove it.",
    });
  }
  // Not forEach, which would skip the holes of a sparse array.
  Array.from(value).forEach((item, i) => {
    checkCriterion(item, `${path}[${i}]`, depth, problems);
  });
}

function checkCriterion(value: unknown, path: string, depth: number, problems: Problem[]): void {
  if (!isObject(value)) {
    problems.push({
      path,
      message: "must be an object",
      hint: `Use one of: ${FORM_NAMES.join(", ")}.`,
    });
    return;
  }
  if (depth > MAX_DEPTH) {
    problems.push({
      path,
      message: `nested deeper than ${MAX_DEPTH}`,
      hint: "Flatten the criteria.",
    });
    return;
  }
  const names = FORM_NAMES.filter((name) => name in value);
  if (names.length !== 1) {
    problems.push(formProblem(value, names, path));
    return;
  }
  checkForm(names[0]!, value, path, depth, problems);
}

function formProblem(value: Record<string, unknown>, names: FormName[], path: string): Problem {
  if (names.length > 1) {
    const message = `is two criteria in one: ${names.join(" and ")}`;
    return { path, message, hint: 'Put them side by side under "all".' };
  }
  const keys = Object.keys(value).filter((key) => key !== "id" && key !== "label");
  const unsupported = keys.find((key) => unsupportedHint(key) !== undefined);
  if (unsupported !== undefined) {
    const hint = unsupportedHint(unsupported)!;
    return { path: `${path}.${unsupported}`, message: `"${unsupported}" is not supported`, hint };
  }
  const near = keys.map((key) => closest(key, FORM_NAMES)[0]).find((name) => name !== undefined);
  const message = keys.length ? `no criterion is called ${quote(keys)}` : "says nothing to check";
  const hint = near ? `Did you mean "${near}"?` : `Use one of: ${FORM_NAMES.join(", ")}.`;
  return { path, message, hint };
}

const quote = (keys: string[]) => keys.map((key) => `"${key.slice(0, 40)}"`).join(", ");

function checkForm(
  name: FormName,
  value: Record<string, unknown>,
  path: string,
  depth: number,
  problems: Problem[],
): void {
  const here = `${path}.${name}`;
  if (name === "not") checkCriterion(value.not, here, depth + 1, problems);
  else if (name === "all" || name === "any") checkList(value[name], here, depth + 1, problems);
  else if (name === "atLeast" && isObject(value.atLeast)) {
    checkList(value.atLeast.of, `${here}.of`, depth + 1, problems);
  }
  // The children were checked above: a stand-in keeps zod from repeating them.
  checkZod(FORMS[name], withoutChildren(name, value), path, problems, name);
}

function withoutChildren(name: FormName, value: Record<string, unknown>): unknown {
  const child = { sex: "other" };
  if (name === "not") return { ...value, not: child };
  if (name === "all" || name === "any") return { ...value, [name]: [child] };
  if (name === "atLeast" && isObject(value.atLeast)) {
    return { ...value, atLeast: { ...value.atLeast, of: [child] } };
  }
  return value;
}

function checkZod(
  schema: z.ZodType,
  value: unknown,
  path: string,
  problems: Problem[],
  form?: FormName,
): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  for (const issue of result.error.issues) {
    const at = issue.path.reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
      path,
    );
    if (issue.code === "unrecognized_keys") {
      const parent = at.slice(at.lastIndexOf(".") + 1);
      const own = at === path && form !== undefined ? { form } : {};
      for (const key of issue.keys) {
        problems.push(keyProblem(key, { path: `${at}.${key}`, parent, ...own }));
      }
    } else {
      const { message, hint } = issueWords(issue, valueAt(value, issue.path));
      problems.push({ path: at, message, hint: ownHint(at) ?? hint ?? SEE_SCHEMA });
    }
  }
}

const SEE_SCHEMA = "See circuits/statement/criteria/criteria.schema.json for the form.";

/** Where the place says better what to write than the issue does. */
function ownHint(path: string): string | undefined {
  if (/\.age\.(min|max)$/.test(path)) return "Write completed years from 0 to 149, such as 18.";
  if (/\.(within|atLeastAgo|startedWithin|maxRecordAge|minCoverage)$/.test(path)) {
    return 'Write a whole number and a unit, such as "90 days" or "5 years".';
  }
  if (/\.(min|max|above|below)$/.test(path)) return 'Write a number, such as "7.5".';
  return undefined;
}
