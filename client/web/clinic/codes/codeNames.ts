// Codes and what they are about, as staff read them.

import {
  type BaseDomain,
  CONCEPTS,
  conceptByName,
  searchConcepts,
} from "../../../../circuits/statement/dictionary/dictionary.ts";
import { SYSTEMS } from "../../../../circuits/statement/encoding/code.ts";
import { KINDS } from "../../../../circuits/statement/encoding/domains.ts";
import { systemOf } from "../../../clinic/codes/codeSystem.ts";
import type { UnlistedCode } from "../../../clinic/read/draft.ts";

/** What a code of a kind is about. */
export function kindWords(base: BaseDomain): string {
  return KINDS[base].words.code ?? KINDS[base].words.clinic;
}

/** "SNOMED CT 44054006"; the URI of a code system that is the clinic's own. */
export function codeName({ system: uri, code }: Pick<UnlistedCode, "system" | "code">): string {
  const system = systemOf(uri);
  return `${system === undefined ? uri : SYSTEMS[system].name} ${code}`;
}

export function conceptTitle(name: string): string {
  return conceptByName(name)?.title ?? name;
}

/** Concepts that a code of this kind can be a member of; those that follow from two others cannot be named. */
export function conceptOptions(base: BaseDomain): { value: string; label: string }[] {
  return CONCEPTS.filter((c) => c.domain === base && c.difference === undefined)
    .map(({ name, title }) => ({ value: name, label: title }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** Names of the concepts that hold every word that is looked for. */
export function conceptsFound(search: string, base: BaseDomain): ReadonlySet<string> {
  return new Set(searchConcepts(search, base).map(({ name }) => name));
}
