// Adding, moving, copying and removing in one list of criteria, said aloud and with the focus kept.
import { useMemo } from "react";
import type { FormName } from "../../../../circuits/statement/criteria/criteria.ts";
import { BLANK_CRITERIA, FORM_TITLES } from "../draft/blank.ts";
import { keyOf, moved, type Path, partAt, pathText } from "../draft/tree.ts";
import { useEditing } from "./editing.tsx";

export type ListEdits = {
  readonly add: (form: FormName) => void;
  readonly move: (index: number, by: number) => void;
  readonly duplicate: (index: number) => void;
  readonly remove: (index: number) => void;
};

/** The button that adds to a list, by the list's path. */
export const addButtonId = (path: Path) => `add-${pathText(path).replace(/[.[\]]/g, "-")}`;

export function useListEdits(path: Path): ListEdits {
  const { value, edit, announce, fresh } = useEditing();
  const name = pathText(path);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is named by its text
  return useMemo(() => {
    const found = partAt(value, path);
    const list: readonly unknown[] = Array.isArray(found) ? found : [];
    const change = (next: readonly unknown[]) => edit(path, () => next);
    const insert = (at: number, part: object) => {
      fresh.current = keyOf(part);
      change([...list.slice(0, at), part, ...list.slice(at)]);
    };
    return {
      add: (form) => {
        insert(list.length, BLANK_CRITERIA[form]());
        announce(`${FORM_TITLES[form]} added.`);
      },
      move: (index, by) => {
        const next = moved(list, index, by);
        if (next === list) return announce("It cannot be moved any further.");
        change(next);
        announce(`Moved to place ${index + by + 1} of ${list.length}.`);
      },
      duplicate: (index) => {
        insert(index + 1, structuredClone(list[index]) as object);
        announce("Duplicated.");
      },
      remove: (index) => {
        change(list.filter((_, i) => i !== index));
        announce("Deleted.");
        document.getElementById(addButtonId(path))?.focus();
      },
    };
  }, [value, edit, announce, fresh, name]);
}
