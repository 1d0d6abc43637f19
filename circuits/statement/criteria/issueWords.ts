// What zod finds wrong with a value, in words of whoever wrote the file: what it must be, and an example of it.
import type { z } from "zod";
import { closest } from "../encoding/suggest.ts";
import type { Problem } from "./problem.ts";

type Words = Pick<Problem, "message"> & {
  /** Undefined where the issue alone does not say what to do. */
  readonly hint: string | undefined;
};

const TYPES: Readonly<Record<string, readonly [name: string, hint: string]>> = {
  int: ["a whole number", "Write a whole number, such as 3."],
  number: ["a number", "Write a number, such as 3."],
  string: ["text", "Write text in quotes."],
  boolean: ["true or false", "Write true or false, without quotes."],
  array: ["a list", "Write a list in square brackets."],
  object: ["an object", "Write an object in curly brackets."],
};
const MISSING = "is missing";
const FILL = "Fill it in.";

/** An issue in words. `given`: the value that it is about. */
export function issueWords(issue: z.core.$ZodIssue, given: unknown): Words {
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue.expected, given);
    case "invalid_value":
      return choiceWords(issue.values, given);
    case "too_small":
      if (given === "") return { message: MISSING, hint: FILL };
      return limitWords("at least", issue.origin, issue.minimum);
    case "too_big":
      return limitWords("at most", issue.origin, issue.maximum);
    default:
      return { message: issue.message, hint: undefined };
  }
}

function typeWords(expected: string, given: unknown): Words {
  const [name, hint] = TYPES[expected] ?? [expected, undefined];
  if (given === undefined) return { message: MISSING, hint: FILL };
  return { message: `must be ${name}`, hint };
}

function choiceWords(values: readonly unknown[], given: unknown): Words {
  const names = values.map((value) => JSON.stringify(value));
  const listed = names.length > 1 ? `one of ${names.join(", ")}` : names.join();
  if (given === undefined) return { message: MISSING, hint: `Write ${listed}.` };
  const texts = values.filter((value) => typeof value === "string");
  const [near] = typeof given === "string" ? closest(given, texts) : [];
  const hint = near === undefined ? "Choose one of them." : `Did you mean "${near}"?`;
  return { message: `must be ${listed}`, hint };
}

function limitWords(rule: string, origin: string, limit: number | bigint): Words {
  const one = limit === 1 || limit === 1n;
  if (origin === "string") {
    return {
      message: `must have ${rule} ${limit} ${one ? "character" : "characters"}`,
      hint: undefined,
    };
  }
  if (origin === "array") {
    return { message: `must have ${rule} ${limit} ${one ? "entry" : "entries"}`, hint: undefined };
  }
  return { message: `must be ${rule} ${limit}`, hint: `Write ${rule} ${limit}.` };
}

/** The part of a value that an issue is about. */
export function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    return isThere ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  }, json);
}
