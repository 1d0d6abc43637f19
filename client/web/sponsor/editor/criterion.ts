// A criterion in a draft, which may be half-written: what it is, and the parts inside of it.
import type { FormName } from "../../../../circuits/statement/criteria/criteria.ts";
import { FORM_TITLES, GROUPS } from "../draft/blank.ts";
import { isObject, type Path } from "../draft/tree.ts";

export const FORM_NAMES = Object.keys(FORM_TITLES) as FormName[];

/** The form of a criterion; undefined when it has none, or two at once. */
export function formIn(criterion: unknown): FormName | undefined {
  if (!isObject(criterion)) return undefined;
  const names = FORM_NAMES.filter((name) => name in criterion);
  return names.length === 1 ? names[0] : undefined;
}

export type Shape =
  | { readonly is: "leaf"; readonly form: FormName; readonly path: Path; readonly negated: boolean }
  | { readonly is: "list"; readonly form: FormName; readonly listPath: Path }
  | { readonly is: "not"; readonly path: Path }
  | { readonly is: "unreadable" };

/** How a criterion is shown: a leaf that must not be so counts as a leaf. */
export function shapeOf(criterion: unknown, path: Path): Shape {
  const form = formIn(criterion);
  if (form === undefined || !isObject(criterion)) return { is: "unreadable" };
  if (form === "not") {
    const inner = formIn(criterion.not);
    const innerPath = [...path, "not"];
    if (inner === undefined || GROUPS.includes(inner)) return { is: "not", path: innerPath };
    return { is: "leaf", form: inner, path: innerPath, negated: true };
  }
  if (form === "all" || form === "any") return { is: "list", form, listPath: [...path, form] };
  if (form === "atLeast") return { is: "list", form, listPath: [...path, "atLeast", "of"] };
  return { is: "leaf", form, path, negated: false };
}

/** The criterion with the opposite demand. The protocol's number and words stay outside. */
export function negate(criterion: Readonly<Record<string, unknown>>): object {
  const { id, label, ...rest } = criterion;
  const named = { ...(id !== undefined && { id }), ...(label !== undefined && { label }) };
  if (!("not" in rest)) return { ...named, not: rest };
  return { ...named, ...(isObject(rest.not) ? rest.not : {}) };
}

/** The criterion as the first part of a group. */
export function wrapIn(criterion: unknown, form: "all" | "any" | "atLeast"): object {
  return form === "atLeast" ? { atLeast: { n: 1, of: [criterion] } } : { [form]: [criterion] };
}

/** A group as another kind of group, its parts as they were. */
export function regroup(criterion: Readonly<Record<string, unknown>>, form: string): object {
  const { all, any, atLeast, ...named } = criterion;
  const least = isObject(atLeast) ? atLeast : {};
  const parts = all ?? any ?? least.of ?? [];
  return form === "atLeast"
    ? { ...named, atLeast: { n: 1, of: parts } }
    : { ...named, [form]: parts };
}
