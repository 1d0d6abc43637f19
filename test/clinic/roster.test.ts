// The clinic's roster: one identity a person, one person an identity.
import { describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/encoding/field.ts";
import {
  bindIdentity,
  createRoster,
  holderOf,
  parseRoster,
  type Roster,
  rosterJson,
  withoutRecord,
  withRecord,
} from "../../client/clinic/roster/roster.ts";
import { CLINIC, chartOf, codeOf, mrn } from "./people.ts";

const DAY = 45_000;
const EMPTY = createRoster(CLINIC);

type Person = ReturnType<typeof chartOf>;
const bind = (
  roster: Roster,
  person: Person,
  wallet: number,
  more: { isRebinding?: boolean; isSamePerson?: boolean; day?: number } = {},
) => bindIdentity(roster, { person, code: codeOf(wallet), day: DAY, ...more });

const ann = chartOf({ id: "a1", identifier: [mrn("00123")] }, { at: "https://ehr.example/fhir" });
const ben = chartOf({ id: "b2", identifier: [mrn("456")] }, { at: "https://ehr.example/fhir" });
/** Ann has wallet 1. */
const { roster: WITH_ANN } = bind(EMPTY, ann, 1);

describe("one identity a person", () => {
  test("the first is bound without a day, and is found again however often the person comes", () => {
    const first = bind(EMPTY, ann, 1);
    expect(first).toMatchObject({ identitySince: 0, place: 0, lost: [] });
    const again = bind(first.roster, ann, 1, { day: DAY + 30 });
    expect(again).toMatchObject({ identitySince: 0, place: 0, lost: [] });
    expect(again.roster.entries).toHaveLength(1);
  });

  test("refuses a second wallet of a person who did not ask for a re-binding", () => {
    expect(() => bind(WITH_ANN, ann, 2)).toThrow("PersonHasIdentity");
  });

  test.each([
    ["the base in another case, with a port and a slash", ["a1", "HTTPS://EHR.example:443/fhir/"]],
    ["the base over http", ["a1", "http://ehr.example/fhir"]],
    ["the id in another case", ["A1", "https://ehr.example/fhir"]],
    ["no base at all", ["a1", undefined]],
  ])("refuses one under another spelling: %s", (_, [id, at]) => {
    const same = chartOf({ id: id! }, at === undefined ? {} : { at: at.replace(/\/$/, "") });
    expect(() => bind(WITH_ANN, same, 2)).toThrow("PersonHasIdentity");
    expect(bind(WITH_ANN, same, 1).place).toBe(0);
  });

  test.each([
    ["zeros in front", mrn("123")],
    ["spaces and hyphens", mrn(" 00-12 3 ")],
    ["wide digits", mrn("１２３")],
    ["the word before it", mrn("MRN 123")],
    ["a system over http with a slash", mrn("123", "HTTP://hospital.example/mrn/")],
    ["no system", { ...mrn("123"), system: undefined }],
    ["no type", { system: "https://hospital.example/mrn", value: "123" }],
  ])("refuses one of another server with the same medical record number: %s", (_, number) => {
    const same = chartOf({ id: "zz", identifier: [number] }, { at: "https://lab.example/fhir" });
    expect(() => bind(WITH_ANN, same, 2)).toThrow("PersonHasIdentity");
  });

  test("refuses one of another server with the same UUID or the same identity document", () => {
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const here = chartOf({ id: uuid }, { at: "https://ehr.example/fhir", document: "UTO P-4242" });
    const { roster } = bind(EMPTY, here, 1);
    const moved = chartOf({ id: uuid.toUpperCase() }, { at: "https://lab.example" });
    expect(() => bind(roster, moved, 2)).toThrow("PersonHasIdentity");
    const typed = chartOf({ id: "zz" }, { at: "https://lab.example", document: "uto p 4242" });
    expect(() => bind(roster, typed, 2)).toThrow("PersonHasIdentity");
  });

  test("a number that many share is nobody's: placeholders, temporary ones", () => {
    const unknown = (id: string) =>
      chartOf({ id, identifier: [mrn("00000"), { ...mrn("777"), use: "temp" }] });
    const { roster } = bind(EMPTY, unknown("x1"), 1);
    expect(bind(roster, unknown("x2"), 2).roster.entries).toHaveLength(2);
  });

  test("refuses a chart that says in no lasting way who it is about", () => {
    expect(() => chartOf({ identifier: [{ system: "urn:x", value: "9" }] })).toThrow(
      "neither an id nor a medical record number",
    );
    expect(chartOf({}, { at: "https://ehr.example/fhir" }).ids).toHaveLength(1);
  });
});

describe("one person an identity", () => {
  test("refuses the wallet of another person, also a lost one, also asked as a re-binding", () => {
    expect(() => bind(WITH_ANN, ben, 1)).toThrow("IdentityTaken");
    expect(() => bind(WITH_ANN, ben, 1, { isRebinding: true })).toThrow("IdentityTaken");
    const { roster } = bind(WITH_ANN, ann, 2, { isRebinding: true });
    expect(() => bind(roster, ben, 1)).toThrow("IdentityTaken");
    expect(() => bind(roster, ben, 2)).toThrow("IdentityTaken");
  });

  test("refuses a chart whose id names one person and whose number another", () => {
    const { roster } = bind(WITH_ANN, ben, 2);
    const mixed = chartOf(
      { id: "b2", identifier: [mrn("123")] },
      { at: "https://ehr.example/fhir" },
    );
    for (const wallet of [1, 2, 3]) {
      expect(() => bind(roster, mixed, wallet)).toThrow("RosterConflict");
      expect(() => bind(roster, mixed, wallet, { isSamePerson: true })).toThrow("RosterConflict");
    }
  });

  test("refuses a known number under another id of the same server, until staff made sure", () => {
    const other = chartOf(
      { id: "a9", identifier: [mrn("123")] },
      { at: "https://ehr.example/fhir" },
    );
    expect(() => bind(WITH_ANN, other, 1)).toThrow("RosterConflict");
    const { roster } = bind(WITH_ANN, other, 1, { isSamePerson: true });
    expect(roster.entries[0]!.ids.map(({ id }) => id)).toEqual(["a1", "a9"]);
    expect(bind(roster, other, 1).place).toBe(0);
  });

  test("refuses a known id under another number of the same system", () => {
    const other = chartOf(
      { id: "a1", identifier: [mrn("999")] },
      { at: "https://ehr.example/fhir" },
    );
    expect(() => bind(WITH_ANN, other, 1)).toThrow("RosterConflict");
  });

  test("two charts of one person without a number in common are joined when staff made sure", () => {
    const elsewhere = chartOf({ id: "q7" }, { at: "https://lab.example/fhir" });
    expect(() => bind(WITH_ANN, elsewhere, 1)).toThrow("IdentityTaken");
    const { roster, place } = bind(WITH_ANN, elsewhere, 1, { isSamePerson: true });
    expect([place, roster.entries.length]).toEqual([0, 1]);
  });

  test("refuses a known wallet whose mailbox is another's", () => {
    const code = codeOf(1, "age1somebodyelse");
    expect(() => bindIdentity(WITH_ANN, { person: ann, code, day: DAY })).toThrow(
      "PersonHasIdentity",
    );
  });
});

describe("a re-binding", () => {
  const issued = withRecord(WITH_ANN, { place: 0, commitment: toField(7n), day: DAY });

  test("raises the day of the identity to its own, keeps the place, and names the lost records", () => {
    const bound = bind(issued, ann, 2, { isRebinding: true, day: DAY + 9 });
    expect(bound).toMatchObject({ identitySince: DAY + 9, place: 0, lost: [7n] });
    const later = bind(bound.roster, ann, 2, { day: DAY + 20 });
    expect(later).toMatchObject({ identitySince: DAY + 9, lost: [7n] });
    expect(() => bind(bound.roster, ann, 1, { day: DAY + 20 })).toThrow("PersonHasIdentity");
  });

  test("back to the old wallet is one, too: the day never goes back", () => {
    const { roster } = bind(issued, ann, 2, { isRebinding: true, day: DAY + 9 });
    const back = bind(roster, ann, 1, { isRebinding: true, day: DAY + 12 });
    expect(back.identitySince).toBe(DAY + 12);
  });

  test("asked for at a first visit counts: the person had a wallet before this roster", () => {
    expect(bind(EMPTY, ann, 1, { isRebinding: true }).identitySince).toBe(DAY);
  });

  test("leaves nobody who could anchor a record of the old wallet", () => {
    const old = { identityCommitment: 1001n, identitySince: 0 };
    expect(holderOf(issued, old).identity.records).toHaveLength(1);
    const { roster } = bind(issued, ann, 2, { isRebinding: true });
    expect(() => holderOf(roster, old)).toThrow("NotInRoster");
    expect(() => holderOf(roster, { identityCommitment: 1002n, identitySince: 0 })).toThrow(
      "NotInRoster",
    );
    const now = { identityCommitment: 1002n, identitySince: DAY };
    expect(holderOf(roster, now)).toMatchObject({ place: 0, lost: [7n] });
  });
});

describe("what was issued", () => {
  test("is remembered up to a number, and a record that is taken back frees wallet and person", () => {
    let roster = WITH_ANN;
    for (let i = 1; i <= 20; i++) {
      roster = withRecord(roster, { place: 0, commitment: toField(BigInt(i)), day: DAY });
    }
    expect(roster.entries[0]!.identities[0]!.records.map((one) => one.commitment)).toEqual(
      Array.from({ length: 16 }, (_, i) => BigInt(i + 5)),
    );
    const one = withRecord(WITH_ANN, { place: 0, commitment: toField(5n), day: DAY });
    expect(withoutRecord(one, toField(6n))).toBe(one);
    expect(withoutRecord(one, toField(5n)).entries).toEqual([]);
    const two = withRecord(one, { place: 0, commitment: toField(6n), day: DAY });
    expect(withoutRecord(two, toField(5n)).entries[0]!.identities[0]!.records).toHaveLength(1);
  });

  test("places are never given twice, also after one was taken back", () => {
    const one = withRecord(WITH_ANN, { place: 0, commitment: toField(5n), day: DAY });
    expect(bind(withoutRecord(one, toField(5n)), ben, 2).place).toBe(1);
  });

  test("reads back as it was written, and nothing else is a roster", () => {
    const { roster } = bind(WITH_ANN, ben, 2);
    expect(parseRoster(JSON.parse(JSON.stringify(rosterJson(roster))))).toEqual(roster);
    for (const wrong of [null, {}, { ...roster, format: "x" }, { ...roster, entries: [{}] }]) {
      expect(() => parseRoster(wrong)).toThrow("NotARoster");
    }
  });
});
