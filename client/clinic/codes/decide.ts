// The clinic's decisions about codes, as they are written: "<system>|<code>=<concept>,<concept>" or "=none".

import {
  type BaseDomain,
  conceptByName,
  DICTIONARY_VERSION,
  suggestConcepts,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { SYSTEMS, type System } from "../../../circuits/statement/encoding/code.ts";
import { InputError } from "../../files/inputError.ts";
import { type CodeDecision, keyOf } from "./codeTable.ts";
import type { AskedCode } from "./termServer.ts";

/** Who decides, and on which day (YYYY-MM-DD). */
export type Signed = { readonly by: string; readonly at: string };

/**
 * Reads a decision. What a code is about comes from the concepts named, or from the work list where it is a member of
 * none. Throws InputError saying what is wrong.
 */
export function readDecision(
  written: string,
  listed: readonly AskedCode[],
  signed: Signed,
): CodeDecision[] {
  const match = /^(.+)\|([^|=]+)=([^=]+)$/.exec(written);
  if (!match) {
    throw new InputError(
      `--decide ${written}: write <system>|<code>=<concept>,<concept> or <system>|<code>=none`,
    );
  }
  const system = uriOf(match[1]!.trim());
  const code = match[2]!.trim();
  const isSame = (item: AskedCode) =>
    keyOf(item.base, item.system, item.code) === keyOf(item.base, system, code);
  const found = listed.filter(isSame);
  const names = readNames(match[3]!);
  if (names.length > 0) {
    const base = baseOf(names);
    const display = found.find((item) => item.base === base)?.display;
    return [decisionOf({ base, system, code, ...(display && { display }) }, names, signed)];
  }
  if (found.length === 0) {
    throw new InputError(
      `--decide ${written}: this code is not on the work list, so it is not known what it is about`,
    );
  }
  return found.map((item) => decisionOf(item, [], signed));
}

/** The names in "diabetes, heart-failure"; none for "none". Throws InputError naming the one there is not. */
export function readNames(text: string): string[] {
  if (text.trim() === "none") return [];
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    const concept = conceptByName(name);
    if (concept === undefined) {
      const near = suggestConcepts(name);
      const hint = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
      throw new InputError(`the dictionary has no concept "${name}"${hint}`);
    }
    if (concept.difference !== undefined) {
      throw new InputError(`concept ${name} follows from two others: name those`);
    }
  }
  return names;
}

function baseOf(names: readonly string[]): BaseDomain {
  const [base, other] = new Set(names.map((name) => conceptByName(name)!.domain));
  if (other === undefined) return base!;
  throw new InputError(
    `${names.join(", ")}: these are about ${base} and ${other}; decide each separately`,
  );
}

/** The clinic's decision about a code. Throws InputError when a concept is about something else. */
export function decisionOf(
  { base, system, code, display }: AskedCode,
  concepts: readonly string[],
  { by, at }: Signed,
): CodeDecision {
  const wrong = concepts.find((name) => conceptByName(name)?.domain !== base);
  if (wrong !== undefined) {
    throw new InputError(`concept ${wrong} is about ${conceptByName(wrong)?.domain}, not ${base}`);
  }
  return {
    system,
    code,
    base,
    ...(display && { display }),
    concepts: [...concepts],
    by,
    at,
    dictionaryVersion: DICTIONARY_VERSION,
    source: "clinic",
  };
}

/** "snomed" and "SNOMED CT" as well as the URI. */
function uriOf(name: string): string {
  const systems = Object.keys(SYSTEMS) as System[];
  const known = systems.find((s) => s === name || SYSTEMS[s].name === name);
  if (known !== undefined) return SYSTEMS[known].uri;
  if (name.includes(":")) return name;
  throw new InputError(`${name}: give the code system's URI, or one of ${systems.join(", ")}`);
}
