import { describe, expect, it } from "vitest";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { UNUSABLE, unpackFact } from "../../circuits/statement/encoding/fact.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { checkRecord } from "../../circuits/witness/record.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { renderInspection } from "../../client/clinic/record/inspect.ts";
import { idTagOf } from "../../client/desk/idTag.ts";
import {
  ALL,
  about,
  bundle,
  coded,
  condition,
  factsOf,
  ISSUED,
  ISSUER,
  issue,
  PATIENT,
  problemsOf,
  weight,
} from "./given.ts";

const SALT = `0x${"5a".repeat(32)}` as Bytes32;

function withPatient(patient: Record<string, unknown>) {
  const input = bundle();
  (input.entry as { resource: unknown }[])[0]!.resource = { ...PATIENT, ...patient };
  return readBundle(input, "test.json");
}

describe("the person's facts", () => {
  it("are birth date and sex, dated on the day of birth", () => {
    const issued = issue([]);
    expect(issued.record.facts.map(unpackFact)).toEqual([
      {
        code: encodeCode("demographic", "loinc", "21112-8"),
        day: parseDay("1960-02-29"),
        value: 19600229n,
      },
      {
        code: encodeCode("demographic", "loinc", "46098-0"),
        day: parseDay("1960-02-29"),
        value: 1n,
      },
    ]);
  });

  it.each([
    ["female", 1n],
    ["male", 2n],
    ["other", 3n],
    ["unknown", 4n],
    [undefined, 4n],
  ])("store the sex %s as %s", (gender, value) => {
    const { record } = issue([], { source: withPatient({ gender }) });
    expect(unpackFact(record.facts[1]!).value).toBe(value);
  });

  it.each([
    ["1960-02", "1960-02-01", "1960-02-29"],
    ["1960", "1960-01-01", "1960-12-31"],
  ])(
    "hold of the birth date %s the latest day, dated two days before the earliest",
    (birthDate, from, to) => {
      const { record, person } = issue([], { source: withPatient({ birthDate }) });
      expect(person.birth).toEqual({ from: parseDay(from), to: parseDay(to) });
      expect(unpackFact(record.facts[0]!)).toEqual({
        code: encodeCode("demographic", "loinc", "21112-9"),
        day: parseDay(from) - 2,
        value: BigInt(to.replaceAll("-", "")),
      });
    },
  );

  it("cannot be used when the Patient has an element that may turn their meaning round", () => {
    const source = withPatient({ modifierExtension: [{ url: "urn:any" }] });
    const { record } = issue([], { source });
    expect(record.facts.map((fact) => unpackFact(fact).value)).toEqual([UNUSABLE, UNUSABLE]);
  });

  it("say of the dead that, and when, they died, and hold what is dated after", () => {
    const of = (patient: object) =>
      issue([weight(70, "2024-01-01")], { source: withPatient({ ...patient }) });
    expect(of({}).person).toMatchObject({ deceased: false });
    expect(of({ deceasedBoolean: true }).person).toMatchObject({ deceased: true });
    const dead = of({ deceasedDateTime: "2023-05-06" });
    const day = parseDay("2023-05-06");
    expect(dead.person).toMatchObject({ deceased: true, death: { from: day, to: day } });
    expect(renderInspection(dead)).toContain("The patient has died (2023-05-06)");
    expect(renderInspection(of({ deceasedBoolean: true }))).toContain("The patient has died");
    expect(renderInspection(of({}))).not.toContain("died");
  });

  it("are refused without a birth date, with one ahead, or with a malformed one", () => {
    const path = "test.json: Bundle.entry[0] (Patient/p1).birthDate";
    for (const birthDate of [undefined, "2024-06-16", "29/02/1960"]) {
      const source = withPatient({ birthDate });
      expect(problemsOf(() => issue([], { source }))[0]?.path).toBe(path);
    }
  });

  it("never show the birth date in an error", () => {
    const source = withPatient({ birthDate: "2031-07-08" });
    expect(() => issue([], { source })).not.toThrow(/2031/);
  });
});

describe("the identity document's tag", () => {
  it("is a fact that the site computes again from document and salt", () => {
    const issued = issue([], { idTag: { salt: SALT, document: "nl passport spec-12014" } });
    const tag = idTagOf({ salt: SALT, document: "NLPASSPORTSPEC12014" });
    const stored = issued.record.facts.map(unpackFact).find(({ code }) => code === tag.code);
    expect(stored).toEqual({ ...tag, day: ISSUED });
  });

  it("tells nothing under another salt", () => {
    const other = `0x${"5b".repeat(32)}` as Bytes32;
    const document = "X1";
    expect(idTagOf({ salt: SALT, document })).not.toEqual(idTagOf({ salt: other, document }));
  });
});

describe("the header", () => {
  it("says who issued when, what is covered and complete", () => {
    const known = [condition("snomed 44054006"), weight(70, "2020-01-01")];
    const { header } = issue(known, { identitySince: 40_000 }).record;
    expect(header).toEqual({
      issuer: ISSUER,
      issuedDay: ISSUED,
      coverageFromDay: parseDay("2020-01-01"),
      dictionaryVersion: DICTIONARY_VERSION,
      completeFor: ALL,
      identitySince: 40_000,
      // The one condition has no code of ICD-10; there is no drug that has none of ATC.
      codedIn: ["atc"],
    });
  });

  it("covers the time since the oldest result, not since an onset, or what the clinic states", () => {
    const old = condition("snomed 44054006", { onsetDateTime: "1985-01-01" });
    expect(issue([old]).record.header.coverageFromDay).toBe(ISSUED);
    const seen = issue([old, weight(70, "2020-01-01")]);
    expect(seen.record.header.coverageFromDay).toBe(parseDay("2020-01-01"));
    const stated = issue([], { coverageFromDay: 30_000 });
    expect(stated.record.header.coverageFromDay).toBe(30_000);
    expect(() => issue([], { coverageFromDay: ISSUED + 1 })).toThrow("coverage begins after");
  });

  it("covers all time when the clinic has known the patient since birth", () => {
    const birth = parseDay("1960-02-29");
    for (const coverageFromDay of [0, birth - 1, birth]) {
      const issued = issue([], { coverageFromDay });
      expect(issued.record.header.coverageFromDay).toBe(0);
      expect(renderInspection(issued)).toContain("covering all time since birth");
    }
    expect(issue([], { coverageFromDay: birth + 1 }).record.header.coverageFromDay).toBe(birth + 1);
    // Born some time in 1960: known since then is known since its first day.
    const source = withPatient({ birthDate: "1960" });
    const coverageFromDay = parseDay("1960-01-02");
    expect(issue([], { source, coverageFromDay }).record.header.coverageFromDay).toBe(
      coverageFromDay,
    );
  });

  it("is complete only where the clinic declares it", () => {
    const declared = { completeFor: ["conditionLast"] as const };
    expect(issue([], declared).record.header.completeFor).toEqual(["conditionLast"]);
    const uncoded = condition("snomed 1", { code: { text: "x" } });
    expect(issue([uncoded], declared).record.header.completeFor).toEqual([]);
    const undeclared = issue([], { completeFor: [] });
    expect(undeclared.record.header.completeFor).toEqual([]);
  });
});

describe("facts", () => {
  it("are sorted, unique, and pass the wallet's check", () => {
    const twice = [condition("snomed 44054006"), condition("snomed 44054006")];
    const { record } = issue([...twice, condition("icd10cm E11.9"), weight(70, "2020-01-02")]);
    expect(record.facts).toEqual([...new Set(record.facts)].sort((a, b) => (a < b ? -1 : 1)));
    expect(() => checkRecord(record)).not.toThrow();
  });

  it("do not depend on the order of the resources", () => {
    const some = [condition("snomed 44054006"), condition("icd10cm I10"), weight(70, "2020-01-02")];
    expect(issue(some).record.facts).toEqual(issue([...some].reverse()).record.facts);
  });

  it("of two codes of one concept meet in one roll-up", () => {
    const issued = issue([
      condition("snomed 44054006", { onsetDateTime: "2010-01-01" }),
      condition("icd10cm E11.65", { onsetDateTime: "2012-01-01" }),
    ]);
    expect(factsOf(issued, "conditionStart", "concept 2")).toEqual([
      "2012-01-01 2",
      "2012-01-01 12",
      "2010-01-01 2",
      "2010-01-01 12",
    ]);
    expect(factsOf(issued, "conditionLast", "concept 2")).toEqual(["ongoing 2"]);
  });

  it("name the resource they came from", () => {
    const [fact] = issue([condition("snomed 44054006", { id: "c9" })]).facts.filter(
      ({ domain }) => domain === "conditionStart",
    );
    expect(fact?.path).toBe("test.json: Bundle.entry[1] (Condition/c9)");
  });
});

describe("problems", () => {
  it("are all found before refusing", () => {
    const bad = [
      condition("snomed 1", { onsetDateTime: "2030" }),
      condition("snomed 2", {
        verificationStatus: {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/condition-ver-status",
              code: "maybe",
            },
          ],
        },
      }),
      about("Procedure", { code: coded("snomed 3") }),
    ];
    expect(problemsOf(() => issue(bad)).map(({ path }) => path)).toEqual([
      "test.json: Bundle.entry[1] (Condition).onsetDateTime",
      "test.json: Bundle.entry[2] (Condition).verificationStatus",
      "test.json: Bundle.entry[3] (Procedure).status",
    ]);
  });
});
