// What every part of the form needs from the editor: what is wrong where, how to change it and announce it.
import { createContext, useContext } from "react";
import type { Problem } from "../../../../circuits/statement/criteria/problem.ts";
import type { Check } from "../draft/check.ts";
import type { Drafting } from "../draft/draft.tsx";
import { isWithin, type Path, partAt, pathText } from "../draft/tree.ts";

type Editing = Pick<Drafting, "edit"> & {
  readonly value: unknown;
  readonly check: Check;
  /** Tells screen readers what has happened to the list. */
  readonly announce: (message: string) => void;
  /** The part that was just made, to be opened and focused. */
  readonly fresh: { current: string | undefined };
};

export const EditingContext = createContext<Editing | undefined>(undefined);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === undefined) throw new Error("outside of the editor");
  return editing;
}

export const problemText = ({ message, hint }: Problem) => {
  const start = message.charAt(0).toUpperCase() + message.slice(1);
  return `${start}. ${hint}`;
};

/** One value of the trial file: its text, what is wrong with it, and how to change it. */
export function useField(path: Path) {
  const { value, edit, check } = useEditing();
  const name = pathText(path);
  const found = partAt(value, path);
  const problem = check.problems.find((p) => p.path === name);
  return {
    name,
    found,
    text: typeof found === "string" || typeof found === "number" ? String(found) : "",
    error: problem && problemText(problem),
    set: (next: unknown) => edit(path, () => next),
  };
}

/** Problems of a part but not of the parts inside of it that show theirs themselves. */
export function ownProblems(
  problems: readonly Problem[],
  path: string,
  children: readonly string[],
): readonly Problem[] {
  return problems.filter(
    (p) => isWithin(p.path, path) && !children.some((child) => isWithin(p.path, child)),
  );
}

/** How many problems lie in any of these parts. */
export function countProblems(problems: readonly Problem[], parts: readonly string[]): number {
  return problems.filter((p) => parts.some((part) => isWithin(p.path, part))).length;
}
