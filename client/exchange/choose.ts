// Which facts of the wallet's records a record collection would show, before anything is proven: what is shown in words,
// and what is left out and why.
import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import { decodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import { type Fact, UNUSABLE, unpackFact } from "../../circuits/statement/encoding/fact.ts";
import { CODED_SYSTEMS, type Header } from "../../circuits/statement/encoding/header.ts";
import type { CompiledFact } from "../../circuits/statement/exchange/collectionFacts.ts";
import type { ShownFact } from "../../circuits/statement/exchange/payload.ts";
import { openLeaf } from "../../circuits/witness/opening.ts";
import { PAGE_FACTS } from "../../circuits/witness/record.ts";
import type { RecordsState } from "../api/registry.ts";
import { lookForPath } from "../patient/path.ts";
import type { Wallet, WalletRecord } from "../patient/wallet.ts";
import {
  FIRST_DICTIONARY_VERSION,
  MAX_RECORD_AGE,
  MIN_COVERAGE_FOR_NEVER,
  partsOf,
  requireFewParts,
  shownWords,
} from "./shown.ts";

/** Facts of one record. */
export type ShownPart = { readonly record: WalletRecord; readonly facts: readonly ShownFact[] };

export type Choice = {
  /** At most 32 facts each, at most 4. */
  readonly parts: readonly ShownPart[];
  /** "You are showing", a line each. */
  readonly words: readonly string[];
  /** What the collection asks for and no record shows. */
  readonly left: readonly { readonly words: string; readonly why: string }[];
};

type Context = { readonly registry: RecordsState; readonly asOfDay: number };

/**
 * Looks for every fact of a collection in the wallet's records: in the one that shows most of them, else in another.
 * Refuses with `RecordNotAnchored` when no record is in the registry, and `TooLarge` for more than 4 parts.
 */
export function chooseFacts(
  of: Context & {
    readonly wallet: Pick<Wallet, "records">;
    readonly facts: readonly CompiledFact[];
  },
): Choice {
  const { wallet, facts } = of;
  const answers = wallet.records
    .filter((record) => lookForPath({ record, registry: of.registry }) !== undefined)
    .map((record) => ({ record, found: facts.map((fact) => lookFor(fact, record, of.asOfDay)) }))
    .sort((a, b) => shownIn(b.found) - shownIn(a.found));
  const by = new Map<WalletRecord, ShownFact[]>();
  const left: { words: string; why: string }[] = [];
  const seen = new Set<string>();
  for (const [i, { words }] of facts.entries()) {
    const shows = answers.find(({ found }) => Array.isArray(found[i]));
    const found = shows?.found[i];
    if (shows === undefined || typeof found === "string" || found === undefined) {
      const why = answers.map((one) => one.found[i]).find((one) => typeof one === "string");
      left.push({ words, why: typeof why === "string" ? why : "no record of yours is anchored" });
      continue;
    }
    // What two of the collection's facts show alike is shown once.
    const fresh = found.filter((fact) => !seen.has(JSON.stringify(fact)));
    for (const fact of fresh) seen.add(JSON.stringify(fact));
    by.set(shows.record, [...(by.get(shows.record) ?? []), ...fresh]);
  }
  const parts = [...by].flatMap(([record, all]) =>
    partsOf(all).map((some) => ({ record, facts: some })),
  );
  requireFewParts(parts.length);
  return { parts, words: parts.flatMap((part) => part.facts.map(shownWords)), left };
}

const shownIn = (found: readonly (ShownFact[] | string)[]): number =>
  found.filter((one) => typeof one !== "string").length;

/** The facts that answer one of a collection's, or why this record has none. */
function lookFor(
  { fact, leaves }: CompiledFact,
  { record }: WalletRecord,
  asOfDay: number,
): ShownFact[] | string {
  const { facts, header } = record;
  const asOf = { day: asOfDay, ymd: ymdOfDay(asOfDay) };
  if (header.dictionaryVersion < FIRST_DICTIONARY_VERSION) return "your record is of an old kind";
  if (fact.show === "absent") return absences(leaves, { facts, header, asOf });
  for (const leaf of leaves) {
    const opening = openLeaf(facts, leaf, asOf);
    const packed = opening && facts[opening.page * PAGE_FACTS + opening.slot - 1];
    if (packed === undefined) continue;
    const found = unpackFact(packed);
    if (found.value === UNUSABLE) continue;
    const isClosed = leaf.kind === "latest" && isComplete(header, leaf, asOfDay);
    return [
      fact.person === undefined ? shown(found, isClosed, asOfDay) : person(fact.person, found),
    ];
  }
  return "not on your record";
}

function shown({ code, day, value }: Fact, isClosed: boolean, asOfDay: number): ShownFact {
  return {
    kind: isClosed ? "latest" : "any",
    code: code.toString(),
    day: day < asOfDay ? day : "ongoing",
    value: value.toString(),
  };
}

/** The day of such a fact is the birth date: it is not told. */
function person(what: "sex" | "birthYear", { code, value }: Fact): ShownFact {
  const untold = { kind: "any", code: code.toString(), day: "untold" } as const;
  if (what === "sex") return { ...untold, value: value.toString() };
  const year = value / 10_000n;
  return { ...untold, value: `${year}0101`, valueTo: `${year}1231` };
}

/** All of them, or none: each is a way in which it could be on record. */
function absences(
  leaves: readonly Leaf[],
  of: {
    facts: readonly bigint[];
    header: Header;
    asOf: { day: number; ymd: number };
  },
): ShownFact[] | string {
  const { facts, header, asOf } = of;
  const found: ShownFact[] = [];
  for (const leaf of leaves) {
    if (leaf.kind !== "none" || openLeaf(facts, leaf, asOf) === undefined)
      return "it is on your record";
    if (!isComplete(header, leaf, asOf.day)) return "your record is not complete enough to show it";
    found.push({
      kind: "none",
      codeLo: leaf.codeLo.toString(),
      codeHi: leaf.codeHi.toString(),
      withinDays: leaf.far === ONGOING ? null : leaf.far,
    });
  }
  return found;
}

/** Whether the record meets the policy that such a leaf is proven under (shown.ts). */
function isComplete(header: Header, leaf: Leaf, asOfDay: number): boolean {
  const { domain, system } = decodeCode(leaf.codeLo);
  const isFresh = asOfDay - header.issuedDay <= MAX_RECORD_AGE;
  const isWhole = header.completeFor.includes(domain);
  if (leaf.kind === "latest") return isFresh && isWhole;
  const span = leaf.far === ONGOING ? MIN_COVERAGE_FOR_NEVER : leaf.far;
  const isCovered = asOfDay - header.coverageFromDay >= span;
  const isCoded = !(system in CODED_SYSTEMS) || header.codedIn.some((one) => one === system);
  return isFresh && isWhole && isCovered && isCoded;
}
