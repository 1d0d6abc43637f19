// The codes of a statement: its own, the categories above them, and the concepts of the dictionary they belong to
// (hl7.org/fhir/R4/datatypes.html#CodeableConcept). In doubt a code blocks and satisfies nothing.

import {
  type BaseDomain,
  type Classified,
  type Concept,
  conceptsNamed,
  displayOf,
  normaliseCode,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import {
  type Domain,
  encodeCode,
  ICD10_SYSTEMS,
  SYSTEMS,
  type System,
} from "../../../circuits/statement/encoding/code.ts";
import { systemOf } from "../codes/codeSystem.ts";
import type { CodeableConcept } from "../read/datatypes.ts";
import type { Codings, MapContext, Omission, UnlistedCode, WrittenCode } from "../read/draft.ts";
import { systemsOf, systemsOfAll } from "./codedIn.ts";
import { differencesOf } from "./difference.ts";
import { type Measured, measurable } from "./measurable.ts";

export type CodingRequest = {
  /**
   * All that codes ONE statement, the most telling first: a drug and its ingredients, an allergy and the substance of
   * its reaction.
   */
  readonly concepts: CodeableConcept | readonly CodeableConcept[] | undefined;
  readonly base: BaseDomain;
  readonly domains: readonly Domain[];
  readonly field?: string;
  readonly context: Pick<MapContext, "codes">;
  /** What was measured, where it was: a result without a word is of what has such a unit. */
  readonly measured?: Measured;
};

/** One coding of a statement, read. */
type Read = {
  readonly uri: string;
  readonly code: string;
  readonly display?: string;
  /** How a fact carries it; undefined for a foreign system. */
  readonly written?: { readonly system: System; readonly code: string };
  readonly classified: Classified;
};
type Skipped = { readonly reason: string; readonly display?: string; readonly foreign?: Foreign };
/** A code of a system that facts cannot carry: the clinic may decide it. */
type Foreign = { readonly system: string; readonly code: string };
/** What is read of one CodeableConcept. */
type Group = {
  readonly read: readonly Read[];
  readonly skipped: readonly Skipped[];
  readonly text?: string;
};

/** Lengths of an ATC code's levels 2 to 4. */
const ATC_LEVELS = [3, 4, 5];
const CATEGORY_LENGTH = 3;

/**
 * The codes under which a statement is written. It counts as classified when its first concept is, or every other one;
 * else absence in `domains` is unprovable, for it may be of any concept. What unclassified codings say in words blocks
 * the concepts they name.
 */
export function readCodings(request: CodingRequest): Codings {
  const { base, domains, field = "code", context } = request;
  const given = request.concepts === undefined ? [] : [request.concepts].flat();
  const groups = given.map((concept) =>
    readConcept(concept as CodeableConcept, base, domains, context),
  );
  const read = groups.flatMap((group) => group.read);
  const isKnown = isClassified(groups);
  const sure = new Set(read.flatMap(({ classified }) => classified.members));
  const doubts = new Map<Concept, string>();
  for (const { classified, uri, code } of read) {
    for (const concept of classified.possible) {
      if (!sure.has(concept))
        doubts.set(concept, `${codeWords(uri, code)} may mean something else`);
    }
  }
  const told = textsOf(groups, isKnown);
  for (const concept of told.flatMap((text) => conceptsNamed(base, text))) {
    if (!sure.has(concept) && !doubts.has(concept)) doubts.set(concept, "named in words only");
  }
  const isResult = base === "observation" && !isKnown;
  if (isResult && told.length === 0) {
    for (const concept of measurable(request.measured)) {
      doubts.set(concept, "an unclassified result without a name, in such a unit");
    }
  }
  for (const { concept, isSure } of differencesOf(base, sure, new Set(doubts.keys()))) {
    if (isSure) sure.add(concept);
    else doubts.set(concept, "may be what is excepted");
  }
  const concepts = [...sure].map(toWritten);
  const blocked = [...doubts].map(([concept, doubt]) => ({ ...toWritten(concept), doubt }));
  return {
    known: [...ownCodes(groups), ...concepts, ...blocked],
    leftOut: omissions({ groups, isKnown, isResult, base, domains, field, blocked }),
    codedIn: systemsOfAll(groups.map(codedGroup)),
  };
}

function codedGroup({ read }: Group) {
  return systemsOf(read.flatMap(({ written }) => written ?? []));
}

function toWritten({ number, title }: Concept): WrittenCode {
  return { system: "concept", code: String(number), label: title };
}

function isClassified([first, ...rest]: readonly Group[]): boolean {
  const known = (group: Group) => group.read.some(({ classified }) => classified.known);
  if (first === undefined) return false;
  return known(first) || (rest.length > 0 && rest.every(known));
}

function readConcept(
  { coding = [], text }: CodeableConcept,
  base: BaseDomain,
  domains: readonly Domain[],
  { codes }: CodingRequest["context"],
): Group {
  const read = new Map<string, Read>();
  const skipped: Skipped[] = [];
  for (const { system: uri, code: given, display } of coding) {
    const named = display === undefined ? {} : { display };
    const system = systemOf(uri);
    const code = given?.trim();
    const foreign =
      system === undefined && uri !== undefined && code
        ? codes.classifyForeign(base, uri, code)
        : undefined;
    if (uri !== undefined && code && foreign !== undefined) {
      read.set(`${uri} ${code}`, { uri, code, ...named, classified: foreign });
    } else if (system === undefined || !code) {
      const where = uri?.slice(0, 100) ?? "not given";
      const reason = system === undefined ? `code system ${where}` : "no code";
      const isForeign = system === undefined && uri !== undefined && code;
      skipped.push({ reason, ...named, ...(isForeign && { foreign: { system: uri, code } }) });
    } else {
      const plain = stripMarks(system, code);
      const key = tryEncode(domains[0]!, system, plain);
      if (key === undefined) {
        skipped.push({ reason: `malformed ${SYSTEMS[system].name} code`, ...named });
      } else if (!read.has(key)) {
        const classified = codes.classify(base, system, plain);
        const written = { system, code: plain };
        read.set(key, { uri: SYSTEMS[system].uri, code: plain, ...named, written, classified });
      }
    }
  }
  return { read: [...read.values()], skipped, ...(text === undefined ? {} : { text }) };
}

/** ICD-10 without the marks of dual coding, optional codes and categories: "E11.9†", "G63.2*", "I50.-". */
function stripMarks(system: System, code: string): string {
  const isIcd10 = (ICD10_SYSTEMS as readonly System[]).includes(system);
  return isIcd10 ? code.replace(/\.?[†‡*!+#-]+$/, "") : code;
}

function tryEncode(domain: Domain, system: System, code: string): string | undefined {
  try {
    return String(encodeCode(domain, system, code));
  } catch {
    return undefined;
  }
}

/** Words that nobody has classified: displays of unclassified codings, and the text where no coding is classified. */
function textsOf(groups: readonly Group[], isKnown: boolean): string[] {
  const texts = new Set<string>();
  for (const { read, skipped, text } of groups) {
    const isGroupKnown = read.some(({ classified }) => classified.known);
    const spoken = new Set(read.filter((r) => r.classified.known).map((r) => r.display));
    const unclassified = [...read.filter((r) => !r.classified.known), ...skipped];
    for (const { display } of unclassified) {
      if (display && !spoken.has(display)) texts.add(display);
    }
    if (text && !isGroupKnown && !isKnown) texts.add(text);
  }
  return [...texts];
}

/** The statement's own codes, and the categories above them. */
function ownCodes(groups: readonly Group[]): WrittenCode[] {
  const codes = new Map<string, WrittenCode>();
  const add = (code: WrittenCode) => {
    const key = `${code.system} ${normaliseCode(code.system, code.code)}`;
    if (!codes.has(key)) codes.set(key, code);
  };
  for (const { read, text } of groups) {
    for (const { written, display } of read) {
      if (written === undefined) continue;
      const named = displayOf(written.system, written.code);
      add({ ...written, label: display ?? named ?? text ?? written.code });
    }
  }
  for (const { system, code } of [...codes.values()]) {
    for (const above of categoriesOf(system, normaliseCode(system, code))) {
      add({ ...above, label: `${SYSTEMS[above.system].name} ${above.code} and its subcodes` });
    }
  }
  return [...codes.values()];
}

/** The three characters of an ICD-10 code, whatever the edition, and levels 2 to 4 of an ATC code. */
function categoriesOf(system: System, code: string): { system: System; code: string }[] {
  if (system === "atc") {
    const levels = ATC_LEVELS.filter((length) => length < code.length);
    return levels.map((length) => ({ system, code: code.slice(0, length) }));
  }
  if (!(ICD10_SYSTEMS as readonly System[]).includes(system)) return [];
  return [{ system: "icd10", code: code.slice(0, CATEGORY_LENGTH) }];
}

function codeWords(uri: string, code: string): string {
  const system = systemOf(uri);
  return `${system === undefined ? uri.slice(0, 100) : SYSTEMS[system].name} ${code.slice(0, 40)}`;
}

/** What the statement does not say in codes that are classified. */
function omissions(given: {
  groups: readonly Group[];
  isKnown: boolean;
  isResult: boolean;
  base: BaseDomain;
  domains: readonly Domain[];
  field: string;
  blocked: readonly WrittenCode[];
}): Omission[] {
  const { groups, isKnown, isResult, base, domains, field, blocked } = given;
  const read = groups.flatMap((group) => group.read);
  const skipped = [
    ...new Set(groups.flatMap((group) => group.skipped.map(({ reason }) => reason))),
  ];
  if (isKnown) {
    return skipped.map((why) => ({ field, reason: `one coding not used: ${why}`, clears: [] }));
  }
  const unknown = read.filter(({ classified }) => !classified.known);
  const unlisted = unlistedIn(groups, base);
  if (unknown.length === 0) {
    const why = skipped.length > 0 ? skipped.join(", ") : "no coding";
    const reason = `not coded usably: ${why}`;
    return [{ field, reason, clears: domains, ...(unlisted.length > 0 && { unlisted }) }];
  }
  const words = unknown.map(({ uri, code }) => codeWords(uri, code)).join(", ");
  // Nobody can ask for a result under a code that no concept has, so its absence is nobody's matter.
  const isHarmless = isResult && read.some(({ written }) => written !== undefined);
  if (isHarmless && blocked.length === 0) return [];
  const clears = isHarmless ? [] : domains;
  return [{ field, reason: `not classified: ${words}`, clears, unlisted }];
}

/**
 * The codes of a statement that nobody has classified, foreign ones too: the clinic's table can hold those. By the words
 * of their code system only: what was written into one chart may be about its patient, and a table is about none.
 */
function unlistedIn(groups: readonly Group[], base: BaseDomain): UnlistedCode[] {
  return groups.flatMap(({ read, skipped }) => {
    const unknown = read.filter(({ classified }) => !classified.known);
    const own = unknown.map(({ uri, code, display }) => ({ system: uri, code, display }));
    const foreign = skipped.flatMap(({ foreign: of, display }) =>
      of === undefined ? [] : [{ ...of, display }],
    );
    return [...own, ...foreign].map(({ display, ...code }) => ({
      base,
      ...code,
      ...(display && { display }),
    }));
  });
}
