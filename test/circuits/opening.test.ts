import { describe, expect, test } from "vitest";
import type { Leaf } from "../../circuits/statement/criteria/program.ts";
import { packAsOf } from "../../circuits/statement/encoding/day.ts";
import { type Fact, SENTINEL } from "../../circuits/statement/encoding/fact.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import {
  buildClaimedInputs,
  type CircuitInputs,
  splitAsOf,
} from "../../circuits/witness/inputs.ts";
import { type Opening, openLeaf } from "../../circuits/witness/opening.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import { MAX_FACTS, PAGE_FACTS, type Record } from "../../circuits/witness/record.ts";
import { splitFact } from "./criterionInputs.ts";
import {
  accepts,
  leafOn,
  programOf,
  recordOf,
  statementOf,
  TODAY,
  witnessHolds,
} from "./example.ts";

const DAY = packAsOf(TODAY);
const MAX_CODE = (1n << 68n) - 2n;
const none = (code: bigint) => leafOn(code, { kind: "none", far: 100 });

/** Facts of the codes 1000, 1010, 1020 ... */
function many(count: number, parts: Partial<Fact> = {}): Fact[] {
  const code = (i: number) => 1000n + 10n * BigInt(i);
  return Array.from({ length: count }, (_, i) => ({
    code: code(i),
    day: 40_000,
    value: 5n,
    ...parts,
  }));
}

/** Inputs that claim one leaf with an opening of one's own making. */
function claim(record: Record, leaf: Leaf, opening: Opening, other: Partial<CircuitInputs> = {}) {
  const statement = statementOf({ record, program: programOf([leaf]) });
  const inputs = buildClaimedInputs(statement, { leaves: [opening], gates: [true] });
  return accepts({ ...inputs, ...other });
}

/** Does the wallet find an opening, and does the circuit agree? */
async function found(facts: readonly Fact[], leaf: Leaf): Promise<boolean> {
  const record = recordOf(facts);
  const opening = openLeaf(record.facts, leaf, splitAsOf(DAY));
  const holds = await witnessHolds({ program: programOf([leaf]), record, asOf: DAY });
  expect(holds).toBe(opening !== undefined);
  return holds;
}

describe("the wallet's opening convinces the circuit", () => {
  test("for the first and the last fact of a page, and across the boundary", async () => {
    const facts = many(40);
    for (const i of [0, 14, 15, 16, 29, 30, 39]) {
      const { code } = facts[i]!;
      expect(await found(facts, leafOn(code, { kind: "latest" }))).toBe(true);
      expect(await found(facts, none(code + 1n))).toBe(true);
      expect(await found(facts, none(code))).toBe(true);
      expect(await found(facts, leafOn(code, { kind: "none" }))).toBe(false);
    }
  });

  test("for absence from an empty record", async () => {
    expect(await found([], none(5000n))).toBe(true);
    expect(await found([], leafOn(5000n))).toBe(false);
  });

  test("for the last slot of a full record and what lies beyond", async () => {
    const facts = many(MAX_FACTS);
    const last = facts.at(-1)!.code;
    expect(await found(facts, leafOn(last))).toBe(true);
    expect(await found(facts, none(last + 1n))).toBe(true);
    expect(await found(facts, none(999n))).toBe(true);
  });

  test("for the highest code that is not reserved", async () => {
    expect(await found(many(3), none(MAX_CODE))).toBe(true);
    const highest = { code: MAX_CODE, day: TODAY - 1, value: 5n };
    expect(await found([...many(3), highest], leafOn(MAX_CODE, { kind: "latest" }))).toBe(true);
    expect(await found([...many(3), highest], none(MAX_CODE))).toBe(false);
  });
});

describe("the circuit refuses", () => {
  const facts = many(40);
  const record = recordOf(facts);
  const active = recordOf([...many(40), { code: 1155n, day: TODAY - 1, value: 1n }]);

  test("an absence next to a present code, at every slot of the record's first pages", async () => {
    for (let slot = 1; slot <= PAGE_FACTS; slot++) {
      for (const past of [true, false]) {
        expect(await claim(active, none(1155n), { page: 1, slot, past })).toBe(false);
      }
    }
    expect(await claim(record, none(1155n), { page: 1, slot: 2, past: true })).toBe(true);
  }, 240_000);

  test("a fact that skips its predecessor", async () => {
    // Page 1 holds 1140 (repeated), 1150, 1155, 1160: claim that 1160 follows 1150.
    const opening = { page: 1, slot: 3, past: true };
    const skipped = { predecessors: Array.from({ length: 8 }, () => recordOf(facts).facts[15]!) };
    expect(await claim(active, none(1155n), opening, skipped)).toBe(false);
  });

  test("a neighbour from another page", async () => {
    // The record without 1155 has the wanted pair, but it is not the attested record.
    const statement = statementOf({ record: active, program: programOf([none(1155n)]) });
    const opening = { page: 1, slot: 2, past: true };
    const honest = buildClaimedInputs(statement, { leaves: [opening], gates: [true] });
    const foreign = buildClaimedInputs(
      { ...statement, record },
      { leaves: [opening], gates: [true] },
    );
    const { pages, predecessors, factCodes, factRests, slotMisses } = foreign;
    const mixed = { ...honest, pages, predecessors, factCodes, factRests, slotMisses };
    expect(await accepts(mixed)).toBe(false);
    // With the other record's page hashes the page fits, and the commitment is another one.
    const moved = { ...mixed, pageHashes: foreign.pageHashes };
    expect(await accepts(moved)).toBe(false);
    // It is in the other record's tree, which the registry never had.
    const { batchLefts, batchRights, batchRoot } = foreign;
    const { registryLefts, registryRights, recordsRoot } = foreign;
    const elsewhere = { batchLefts, batchRights, batchRoot, registryLefts, registryRights };
    expect(await accepts({ ...moved, ...elsewhere })).toBe(false);
    expect(await accepts({ ...moved, ...elsewhere, recordsRoot })).toBe(true);
    expect(recordsRoot).not.toBe(signalsOf(statement).recordsRoot);
  });

  test("weights that blend two slots", async () => {
    // A miss is what a weight lacks to 1.
    const blend = (a: number, b: number) =>
      Array.from({ length: 15 }, (_, i) => (i === a ? -1n : i === b ? 2n : 1n));
    const opening = { page: 1, slot: 2, past: true };
    const rows = (row: bigint[]) => ({ slotMisses: Array.from({ length: 8 }, () => row) });
    expect(await claim(record, none(1155n), opening)).toBe(true);
    expect(await claim(record, none(1155n), opening, rows(blend(0, 1)))).toBe(false);
    expect(await claim(record, none(1155n), opening, rows(blend(99, 98)))).toBe(false);
  });

  test("slot 0 as a fact: it belongs to the page before", async () => {
    const inputs = { page: 1, slot: 1, past: false };
    const leaf = leafOn(facts[14]!.code);
    // The fact itself is on page 0, slot 15.
    expect(await claim(record, leaf, { page: 0, slot: 15, past: false })).toBe(true);
    const zero = record.facts[14]!;
    const { code, dayAndValue } = splitFact(zero);
    const rows = (value: bigint) => Array.from({ length: 8 }, () => value);
    const forged = { factCodes: rows(code), factRests: rows(dayAndValue) };
    expect(await claim(record, leaf, inputs, forged)).toBe(false);
  });

  test("sentinels and empty pages as facts", async () => {
    const widest = leafOn(1n, { codeHi: MAX_CODE });
    expect(await claim(record, widest, { page: 63, slot: 15, past: false })).toBe(false);
    expect(await claim(record, none(1155n), { page: 63, slot: 15, past: true })).toBe(false);
    expect(record.facts.includes(SENTINEL)).toBe(false);
  });

  test("a page of one's own making", async () => {
    const page = Array.from({ length: 16 }, (_, i) => (i === 0 ? 0n : SENTINEL));
    const pages = { pages: Array.from({ length: 8 }, () => page) };
    const opening = { page: 0, slot: 1, past: true };
    expect(await claim(active, none(1155n), opening)).toBe(false);
    expect(await claim(active, none(1155n), opening, pages)).toBe(false);
    expect(hash(page)).not.toBe(0n);
  });
});
