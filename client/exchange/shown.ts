// Facts that a record collection shows: chosen from a record, as programs of the eligibility circuits (each fact a leaf
// of zero width), and in words. Wallet and recipient build the same programs, each from the facts alone.
import { dayWords, resultOf, saysWhen } from "../../circuits/statement/criteria/factWords.ts";
import {
  checkCanonical,
  type Leaf,
  type Policy,
  type Program,
} from "../../circuits/statement/criteria/program.ts";
import { describeCode } from "../../circuits/statement/dictionary/dictionary.ts";
import { publishedTerminology } from "../../circuits/statement/dictionary/terminology.ts";
import { DOMAINS, type Domain, decodeCode } from "../../circuits/statement/encoding/code.ts";
import { formatDay, ONGOING } from "../../circuits/statement/encoding/day.ts";
import { MAX_VALUE } from "../../circuits/statement/encoding/fact.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { CODED_SYSTEMS, type CodedSystem } from "../../circuits/statement/encoding/header.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import {
  MAX_DISCLOSURE_PARTS,
  MAX_PART_FACTS,
  type ShownFact,
} from "../../circuits/statement/exchange/payload.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { SEX_VALUES } from "../desk/person.ts";

/** Records older than this say nothing of what is newest or absent now, as for criteria. */
export const MAX_RECORD_AGE = 90;
/** Least coverage behind "never on record". */
export const MIN_COVERAGE_FOR_NEVER = 366;
/** Since this version records say how the day of a fact is meant. */
export const FIRST_DICTIONARY_VERSION = 2;
const SMALL_PART = 8;
const PAYLOAD_BITS = 60n;

/** The message of every proof of a disclosure: no other deposit, pseudonym or recipient can use them. */
export function disclosureMessage(of: {
  pseudonym: bigint;
  /** `contextOf` the entry. */
  context: Bytes32;
  /** Address of the sponsor, to whom it is shown. */
  recipient: string;
}): Field {
  return hashEncoded(
    ["string", "uint256", "bytes32", "address"],
    ["cohort-zero/disclosure/1", of.pseudonym, of.context, of.recipient],
  );
}

type Present = Exclude<ShownFact, { readonly kind: "none" }>;

/** A shown fact as a leaf, as of a day. Refuses with `MalformedPackage`. */
function leafOf(fact: ShownFact, asOfDay: number): Leaf {
  if (fact.kind === "none") {
    const far = fact.withinDays ?? ONGOING;
    const everything = { valueLo: 0n, valueHi: MAX_VALUE, relative: false, near: 0 };
    return {
      kind: "none",
      codeLo: BigInt(fact.codeLo),
      codeHi: BigInt(fact.codeHi),
      ...everything,
      far,
    };
  }
  const code = BigInt(fact.code);
  const [valueLo, valueHi] = [BigInt(fact.value), BigInt(fact.valueTo ?? fact.value)];
  const shown = { kind: fact.kind, codeLo: code, codeHi: code, valueLo, valueHi, relative: false };
  return { ...shown, ...windowOf(fact.day, asOfDay) };
}

function windowOf(day: Present["day"], asOfDay: number): { near: number; far: number } {
  if (day === "untold") return { near: 0, far: ONGOING };
  if (day === "ongoing") return { near: 0, far: 0 };
  // A window that ends today has no end in the circuit: that writing is kept for "ongoing", which says so.
  const ago = asOfDay - day;
  if (ago <= 0) throw new Refusal("MalformedPackage", { part: "day" });
  return { near: ago, far: ago };
}

/** What a record must be for these leaves to mean what they say: as for a trial's criteria, no more and no less. */
function policyOf(leaves: readonly Leaf[], dictionaryVersion: number): Policy {
  const absent = leaves.filter(({ kind }) => kind === "none");
  const closed = leaves.filter(({ kind }) => kind !== "any");
  const spans = absent.map(({ far }) => (far === ONGOING ? MIN_COVERAGE_FOR_NEVER : far));
  const versions = absent.flatMap(({ codeLo, codeHi }) =>
    [codeLo, codeHi].map((code) => publishedTerminology.versionOfCode(code, dictionaryVersion)),
  );
  const systems = absent.map(({ codeLo }) => decodeCode(codeLo).system);
  const domains = new Set(closed.map(({ codeLo }) => domainOf(codeLo)));
  return {
    maxRecordAge: closed.length > 0 ? MAX_RECORD_AGE : ONGOING,
    minCoverage: Math.max(0, ...spans),
    minDictionaryVersion: Math.max(FIRST_DICTIONARY_VERSION, ...versions),
    domains: [...domains].sort((a, b) => DOMAINS[a] - DOMAINS[b]),
    latestIdentitySince: ONGOING,
    codedIn: (Object.keys(CODED_SYSTEMS) as CodedSystem[]).filter((one) =>
      systems.some((system) => system === one),
    ),
  };
}

function domainOf(code: bigint): Domain {
  const names = Object.keys(DOMAINS) as Domain[];
  const found = names.find((name) => BigInt(DOMAINS[name]) === code >> (PAYLOAD_BITS + 4n));
  if (found === undefined) throw new Refusal("MalformedPackage", { part: "code" });
  return found;
}

/**
 * The program that shows one part's facts, all of them. Its salt follows from the message, so that nothing about it is
 * anybody's choice. Refuses with `MalformedPackage` for facts that no program can show.
 */
export function disclosureProgram(of: {
  facts: readonly ShownFact[];
  asOfDay: number;
  message: Field;
  /** Of the trial's document. */
  dictionaryVersion: number;
}): Program {
  const { facts, asOfDay, message, dictionaryVersion } = of;
  const leaves = facts.map((fact) => leafOf(fact, asOfDay));
  try {
    const program: Program = {
      size: leaves.length <= SMALL_PART ? SMALL_PART : MAX_PART_FACTS,
      leaves,
      gates: [{ threshold: leaves.length, leaves: leaves.map((_, i) => i), gates: [] }],
      policy: policyOf(leaves, dictionaryVersion),
      salt: saltOf(message),
    };
    checkCanonical(program);
    return program;
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    throw new Refusal("MalformedPackage", { part: "facts" });
  }
}

/** A field element of at least 128 bits out of a message. */
function saltOf(message: Field): bigint {
  return (message & ((1n << 247n) - 1n)) | (1n << 247n);
}

/** Facts as parts of up to 32, in order. Refuses with `TooLarge` when there are more than 4 parts. */
export function partsOf(facts: readonly ShownFact[]): ShownFact[][] {
  const parts: ShownFact[][] = [];
  for (let at = 0; at < facts.length; at += MAX_PART_FACTS) {
    parts.push(facts.slice(at, at + MAX_PART_FACTS));
  }
  return parts;
}

/** Refuses more parts than a disclosure has (`TooLarge`). */
export function requireFewParts(count: number): void {
  if (count <= MAX_DISCLOSURE_PARTS) return;
  throw new Refusal("TooLarge", { limit: MAX_DISCLOSURE_PARTS * MAX_PART_FACTS });
}

/** A shown fact for the patient's and the recipient's eyes: "hba1c 8.1 %, on 2026-10-22, and nothing newer". */
export function shownWords(fact: ShownFact): string {
  if (fact.kind === "none") {
    const [lo, hi] = [BigInt(fact.codeLo), BigInt(fact.codeHi)];
    const what = lo === hi ? describeCode(lo) : `anything that begins with ${describeCode(lo)}`;
    const when = fact.withinDays === null ? "ever" : `in the last ${fact.withinDays} days`;
    return `not on record ${when}: ${what}`;
  }
  const newest = fact.kind === "latest" ? ", and nothing newer" : "";
  return `${presentWords(fact)}${newest}`;
}

function presentWords({ code: text, value: number, valueTo, day }: Present): string {
  const [code, value] = [BigInt(text), BigInt(number)];
  const { domain, code: name } = decodeCode(code);
  if (domain === "demographic") return demographicWords(name, value, valueTo !== undefined);
  const isEvent = saysWhen({ domain });
  const result = isEvent ? describeCode(code) : `${describeCode(code)} ${resultOf(code, value)}`;
  if (day === "untold") return result;
  if (isEvent) return `${result}, ${dayWords(day === "ongoing" ? ONGOING : day, value)}`;
  return `${result}, on ${day === "ongoing" ? "the day it was shown" : formatDay(day)}`;
}

const BIRTH_DATE = "21112-8";
const SEX = "46098-0";

function demographicWords(loinc: string, value: bigint, isRange: boolean): string {
  const digits = value.toString().padStart(8, "0");
  const year = digits.slice(0, 4);
  if (loinc === BIRTH_DATE && isRange) return `born in ${year}`;
  if (loinc === BIRTH_DATE) return `born on ${year}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const sex = Object.entries(SEX_VALUES).find(([, number]) => number === value)?.[0];
  return loinc === SEX && sex !== undefined ? `sex: ${sex}` : `${loinc}: ${value}`;
}
