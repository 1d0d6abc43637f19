// A trial's own words for its collections and their questions.
import type { Collection } from "../../../circuits/statement/exchange/collection.ts";
import type { Item } from "../../../circuits/statement/exchange/form/item.ts";
import type { DraftedTable } from "./draft.ts";

export type Words = {
  /** A collection's title; its id where the trial is not known. */
  readonly titleOf: (collection: string) => string;
  /** The table with its questions as labels. */
  readonly label: (table: DraftedTable) => DraftedTable;
};

export function wordsOf(collections: readonly Collection[]): Words {
  const byId = new Map(collections.map((one) => [one.id, one]));
  return {
    titleOf: (collection) => byId.get(collection)?.title ?? collection,
    label: (table) => {
      const collection = byId.get(table.collection);
      const isForm = collection?.source === "site" || collection?.source === "participant";
      if (!isForm) return table;
      const questions = new Map(questionsIn(collection.questionnaire.item));
      const columns = table.columns.map((column) => ({
        ...column,
        label: questions.get(column.name) ?? column.label,
      }));
      return { ...table, columns };
    },
  };
}

function questionsIn(items: readonly Item[]): [string, string][] {
  return items.flatMap(({ linkId, text, item = [] }) => {
    const own: [string, string][] = text === undefined ? [] : [[linkId, text]];
    return [...own, ...questionsIn(item)];
  });
}
