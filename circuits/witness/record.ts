// A patient's record: sorted facts and a header, laid out in pages and hashed into one commitment.
import { z } from "zod";
import { DOMAINS, type Domain } from "../statement/encoding/code.ts";
import { DAY_BITS, ONGOING } from "../statement/encoding/day.ts";
import { packFact, SENTINEL, unpackFact } from "../statement/encoding/fact.ts";
import { type Field, toField } from "../statement/encoding/field.ts";
import { hash } from "../statement/encoding/hash.ts";
import {
  CODED_SYSTEMS,
  type CodedSystem,
  type Header,
  packHeader,
} from "../statement/encoding/header.ts";

const PAGES = 64;
const PAGE_SLOTS = 16;
/** Facts of a page: slot 0 repeats the last slot of the page before. */
export const PAGE_FACTS = PAGE_SLOTS - 1;
/** One slot less than there are, so that a sentinel always follows the last fact. */
export const MAX_FACTS = PAGES * PAGE_FACTS - 1;
const BLINDING_BITS = 248;

export type Record = {
  /** Packed facts, strictly ascending: by code, and within a code newest first. */
  readonly facts: readonly bigint[];
  readonly header: Header;
  /** 248 random bits, drawn at issuing and not kept by the clinic. */
  readonly blinding: bigint;
  readonly identityCommitment: bigint;
};

/** 31 random bytes as a number. */
export function drawBlinding(): bigint {
  const bytes = crypto.getRandomValues(new Uint8Array(BLINDING_BITS / 8));
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/**
 * Lays facts out in 64 pages of 16 slots. Slot 0 is the last slot of the page before (0 on the first page),
 * slots 1 to 15 hold facts, and what is left, at least one slot, holds the sentinel.
 */
export function layoutPages(facts: readonly bigint[]): bigint[][] {
  if (facts.length > MAX_FACTS) {
    throw new RangeError(`${facts.length} facts, at most ${MAX_FACTS} fit into a record`);
  }
  const slot = (i: number) => (i < 0 ? 0n : (facts[i] ?? SENTINEL));
  return Array.from({ length: PAGES }, (_, page) =>
    Array.from({ length: PAGE_SLOTS }, (_, i) => slot(page * PAGE_FACTS + i - 1)),
  );
}

/** Hash of a page without facts: most records leave most pages empty. */
const EMPTY_PAGE = hash(Array.from({ length: PAGE_SLOTS }, () => SENTINEL));

/** The hash of each page. */
export function hashPages(pages: readonly (readonly bigint[])[]): Field[] {
  return pages.map((page) => (page.every((slot) => slot === SENTINEL) ? EMPTY_PAGE : hash(page)));
}

/** Poseidon4 over four Poseidon16 of 16 page hashes each. */
export function factsRoot(pageHashes: readonly bigint[]): Field {
  return hash([0, 16, 32, 48].map((at) => hash(pageHashes.slice(at, at + 16))));
}

/** The record's leaf: Poseidon5(factsRoot, header, issuer, identityCommitment, blinding). */
export function commitRecord(record: Record): Field {
  return commitPages(record, hashPages(layoutPages(record.facts)));
}

/** The same for pages that are hashed already. */
export function commitPages(
  { header, blinding, identityCommitment }: Record,
  pageHashes: readonly bigint[],
): Field {
  const root = factsRoot(pageHashes);
  return hash([root, packHeader(header), BigInt(header.issuer), identityCommitment, blinding]);
}

/**
 * Checks everything about a record that the circuit takes on trust from the clinic. Call it at import.
 * Throws RangeError naming the place of the problem, never a fact.
 */
export function checkRecord(record: Record): void {
  const { facts, header, blinding, identityCommitment } = record;
  checkHeader(header);
  if (blinding <= 0n || blinding >> BigInt(BLINDING_BITS) !== 0n) {
    throw new RangeError("record: the blinding is not a number of 248 bits");
  }
  if (toField(identityCommitment) === 0n) throw new RangeError("record: no identity commitment");
  facts.forEach((fact, i) => {
    checkFact(fact, i, header);
    if (i > 0 && fact <= facts[i - 1]!) {
      throw new RangeError(`record: fact ${i} is out of order or repeated; ask for a new record`);
    }
  });
  layoutPages(facts).forEach((page, p, pages) => {
    const before = p === 0 ? 0n : pages[p - 1]![PAGE_SLOTS - 1];
    if (page[0] !== before) throw new RangeError(`record: page ${p} does not continue the last`);
  });
}

function checkFact(packed: bigint, i: number, header: Header): void {
  if (packed <= 0n || packed >= SENTINEL) throw new RangeError(`record: fact ${i} is out of range`);
  const fact = unpackFact(packed);
  packFact(fact);
  if (fact.day > header.issuedDay && fact.day !== ONGOING) {
    throw new RangeError(`record: fact ${i} is dated after the record was issued`);
  }
}

function checkHeader(header: Header): void {
  packHeader(header);
  if (!/^0x[0-9a-fA-F]{40}$/.test(header.issuer)) {
    throw new RangeError("record: the issuer is not an address");
  }
  if (header.coverageFromDay > header.issuedDay) {
    throw new RangeError("record: coverage begins after the record was issued");
  }
  if (header.identitySince > header.issuedDay) {
    throw new RangeError("record: the identity was bound after the record was issued");
  }
}

const day = z
  .int()
  .min(0)
  .lt(2 ** DAY_BITS);
const decimal = z.string().regex(/^(0|[1-9][0-9]{0,77})$/, "not a decimal number");

const FORMAT = "cohort-zero/record/2";
const FIRST_FORMAT = "cohort-zero/record/1";

const recordJson = z.strictObject({
  format: z.literal(FORMAT),
  header: z.strictObject({
    issuer: z.string().regex(/^0x[0-9a-fA-F]{40}$/, "not an address"),
    issuedDay: day,
    coverageFromDay: day,
    dictionaryVersion: z
      .int()
      .min(0)
      .lt(2 ** 16),
    completeFor: z.array(z.enum(Object.keys(DOMAINS) as [Domain, ...Domain[]])),
    codedIn: z.array(z.enum(Object.keys(CODED_SYSTEMS) as [CodedSystem, ...CodedSystem[]])),
    identitySince: day,
  }),
  facts: z.array(decimal).max(MAX_FACTS, `more than ${MAX_FACTS} facts`),
  blinding: decimal,
  identityCommitment: decimal,
});
export type RecordJson = z.infer<typeof recordJson>;

/** The record as JSON: what a clinic hands to the patient, and to nobody else. */
export function serializeRecord(record: Record): RecordJson {
  return {
    format: FORMAT,
    header: {
      ...record.header,
      completeFor: [...record.header.completeFor],
      codedIn: [...record.header.codedIn],
    },
    facts: record.facts.map(String),
    blinding: String(record.blinding),
    identityCommitment: String(record.identityCommitment),
  };
}

/** Parses and checks a record's JSON. Throws RangeError with the place in the file, never its content. */
export function parseRecord(json: unknown): Record {
  if ((json as { format?: unknown } | null)?.format === FIRST_FORMAT) {
    throw new RangeError(
      "record: made for the first protocol, which this program no longer speaks: have the clinic issue it again",
    );
  }
  const parsed = recordJson.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(`record: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { header, facts, blinding, identityCommitment } = parsed.data;
  const record = {
    header,
    facts: facts.map(BigInt),
    blinding: BigInt(blinding),
    identityCommitment: BigInt(identityCommitment),
  };
  checkRecord(record);
  return record;
}
