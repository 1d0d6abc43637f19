import { describe, expect, test } from "vitest";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import { packFact, SENTINEL } from "../../circuits/statement/encoding/fact.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import {
  checkRecord,
  commitRecord,
  drawBlinding,
  factsRoot,
  hashPages,
  layoutPages,
  MAX_FACTS,
  parseRecord,
  type Record,
  serializeRecord,
} from "../../circuits/witness/record.ts";
import { FACTS, HBA1C, recordOf, TODAY } from "./example.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1));

describe("pages", () => {
  test("of an empty record hold a zero and sentinels", () => {
    const pages = layoutPages([]);
    expect(pages.length).toBe(64);
    expect(pages[0]).toEqual([0n, ...Array.from({ length: 15 }, () => SENTINEL)]);
    expect(pages[1]).toEqual(Array.from({ length: 16 }, () => SENTINEL));
  });

  test("begin with the last slot of the page before", () => {
    const pages = layoutPages(numbers(31));
    expect(pages[0]!.slice(-1)).toEqual([15n]);
    expect(pages[1]!.slice(0, 2)).toEqual([15n, 16n]);
    expect(pages[2]!.slice(0, 3)).toEqual([30n, 31n, SENTINEL]);
  });

  test("hold 959 facts and one sentinel, and not 960 facts", () => {
    const pages = layoutPages(numbers(MAX_FACTS));
    expect(MAX_FACTS).toBe(959);
    expect(pages.at(-1)!.slice(-2)).toEqual([959n, SENTINEL]);
    expect(() => layoutPages(numbers(MAX_FACTS + 1))).toThrow("960 facts, at most 959");
  });

  test("hash up to one root", () => {
    const pages = layoutPages(numbers(40));
    const hashes = pages.map((page) => hash(page));
    expect(hashPages(pages)).toEqual(hashes);
    const quarters = [0, 1, 2, 3].map((q) => hash(hashes.slice(16 * q, 16 * q + 16)));
    expect(factsRoot(hashes)).toBe(hash(quarters));
  });
});

describe("a commitment", () => {
  test("changes with every part of the record", () => {
    const record = recordOf();
    const variants: Record[] = [
      record,
      recordOf(FACTS.slice(1)),
      recordOf(FACTS, { issuedDay: TODAY - 4 }),
      recordOf(FACTS, { issuer: `0x${"2c".repeat(20)}` }),
      recordOf(FACTS, { codedIn: ["icd10"] }),
      { ...record, blinding: record.blinding + 1n },
      { ...record, identityCommitment: record.identityCommitment + 1n },
    ];
    expect(new Set(variants.map(commitRecord)).size).toBe(variants.length);
  });

  test("has the issuer as a word of its own, between header and owner", () => {
    const record = recordOf();
    const { blinding, identityCommitment, header } = record;
    const root = factsRoot(hashPages(layoutPages(record.facts)));
    expect(commitRecord(record)).toBe(
      hash([root, packHeader(header), BigInt(header.issuer), identityCommitment, blinding]),
    );
    expect(packHeader(header) >> 91n).toBe(0n);
  });

  test("is blinded with 248 bits that differ each time", () => {
    const drawn = Array.from({ length: 50 }, drawBlinding);
    expect(new Set(drawn).size).toBe(50);
    for (const blinding of drawn) expect(blinding >> 248n).toBe(0n);
    expect(drawn.some((blinding) => blinding >> 240n !== 0n)).toBe(true);
  });

  test("cannot be guessed from the facts alone", () => {
    // An attacker who knows everything but the blinding, and tries the likely ones.
    const record = { ...recordOf(), blinding: drawBlinding() };
    const commitment = commitRecord(record);
    for (let blinding = 0n; blinding < 20n; blinding++) {
      expect(commitRecord({ ...record, blinding })).not.toBe(commitment);
    }
  });
});

describe("import refuses", () => {
  const record = recordOf();
  const facts = (list: readonly bigint[]) => ({ ...record, facts: list });

  test.each<[string, Record, string]>([
    ["facts out of order", facts(record.facts.toReversed()), "fact 1 is out of order"],
    ["a repeated fact", facts([record.facts[0]!, ...record.facts]), "fact 1 is out of order"],
    ["the zero fact", facts([0n, ...record.facts]), "fact 0 is out of range"],
    ["the sentinel as a fact", facts([...record.facts, SENTINEL]), "fact 4 is out of range"],
    ["a fact beyond 123 bits", facts([...record.facts, 1n << 123n]), "fact 4 is out of range"],
    ["the reserved code", facts([...record.facts, SENTINEL - 1n]), "code is reserved"],
    ["code zero", facts([5n, ...record.facts]), "code is reserved"],
    [
      "a fact dated after the day of issue",
      recordOf([...FACTS, { code: HBA1C, day: TODAY - 2, value: 1n }]),
      "dated after",
    ],
    [
      "coverage from after the day of issue",
      recordOf(FACTS, { coverageFromDay: TODAY }),
      "coverage begins after",
    ],
    [
      "an identity from the future",
      recordOf(FACTS, { identitySince: TODAY }),
      "identity was bound",
    ],
    ["a malformed issuer", recordOf(FACTS, { issuer: "0x12" }), "issuer is not an address"],
    ["no blinding", { ...record, blinding: 0n }, "blinding"],
    ["a blinding of 249 bits", { ...record, blinding: 1n << 248n }, "blinding"],
    ["no owner", { ...record, identityCommitment: 0n }, "identity commitment"],
  ])("%s", (_, bad, message) => {
    expect(() => checkRecord(bad)).toThrow(message);
  });

  test("nothing about an ongoing fact or a full record", () => {
    const full = Array.from({ length: MAX_FACTS }, (_, i) =>
      packFact({ code: 1000n + BigInt(i), day: ONGOING, value: 1n }),
    );
    expect(() => checkRecord(facts(full))).not.toThrow();
    expect(() => checkRecord(facts([...full, packFact({ ...FACTS[0]!, code: 9999n })]))).toThrow(
      "960 facts",
    );
  });
});

describe("a record's file", () => {
  test("gives back the record", () => {
    const record = recordOf();
    const file = JSON.parse(JSON.stringify(serializeRecord(record)));
    expect(parseRecord(file)).toEqual(record);
    expect(commitRecord(parseRecord(file))).toBe(commitRecord(record));
  });

  test.each<[string, object, string]>([
    ["of another format", { format: "cohort-zero/record/3" }, "format"],
    ["of the first protocol", { format: "cohort-zero/record/1" }, "made for the first protocol"],
    ["coded in an unknown system", { header: { codedIn: ["runes"] } }, "header"],
    ["with a fact in hex", { facts: ["0x12"] }, "facts.0"],
    ["with a negative fact", { facts: ["-5"] }, "facts.0"],
    ["with a fact too many", { note: "hello" }, "note"],
    ["without a blinding", { blinding: undefined }, "blinding"],
    ["with an unknown domain", { header: { completeFor: ["dreams"] } }, "header"],
  ])("%s is refused with the place", (_, change, message) => {
    expect(() => parseRecord({ ...serializeRecord(recordOf()), ...change })).toThrow(message);
  });

  test("that is refused is not quoted in the error", () => {
    const file = serializeRecord(recordOf());
    const secrets = [...file.facts, file.blinding, file.identityCommitment];
    const bad = [
      { ...file, facts: file.facts.toReversed() },
      { ...file, facts: [...file.facts, `0x${file.blinding}`] },
      { ...file, blinding: `${file.blinding}000` },
    ];
    for (const json of bad) {
      let text = "";
      try {
        parseRecord(json);
      } catch (error) {
        text = String(error);
      }
      expect(text).toContain("record");
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });
});
