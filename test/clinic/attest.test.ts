import { describe, expect, it } from "vitest";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { parseRecord } from "../../circuits/witness/record.ts";
import { attestRecord, parseAttested, withBatchPath } from "../../client/clinic/record/attest.ts";
import { inspectRecord, renderInspection } from "../../client/clinic/record/inspect.ts";
import { MAX_BUCKETS } from "../../client/handover/mailbox.ts";
import { about, coded, condition, issue, status, weight } from "./given.ts";

const SALT = `0x${"5a".repeat(32)}` as Bytes32;

describe("the file for the patient", () => {
  const issued = issue([condition("snomed 44054006")], { idTag: { salt: SALT, document: "X1" } });
  const { attested, commitment } = attestRecord({
    record: issued.record,
    clinicName: "St. Example",
    mailbox: { bucket: 3 },
    idTagSalt: SALT,
  });

  it("reads back as the same record", () => {
    const copy = parseAttested(JSON.parse(JSON.stringify(attested)));
    expect(copy).toEqual({
      clinicName: "St. Example",
      record: issued.record,
      batch: null,
      mailbox: { bucket: 3 },
      idTagSalt: SALT,
    });
    expect(parseRecord(attested.record)).toEqual(issued.record);
    expect(commitment).toBeGreaterThan(0n);
  });

  it("carries the batch's path once there is one", () => {
    const path = { index: 1, siblings: [5n, 6n] };
    expect(parseAttested(withBatchPath(attested, path)).batch).toEqual(path);
  });

  it("is refused when changed, without showing what it holds", () => {
    const facts = [...attested.record.facts].reverse();
    const unsorted = { ...attested, record: { ...attested.record, facts } };
    expect(() => parseAttested(unsorted)).toThrow("out of order");
    const clinic = { name: "x", address: `0x${"d2".repeat(20)}` };
    expect(() => parseAttested({ ...attested, clinic })).toThrow("clinic.address");
    expect(() => parseAttested({ ...attested, format: "other" })).toThrow("format");
    expect(() => parseAttested(null)).toThrow(RangeError);
    for (const bucket of [-1, 0.5, MAX_BUCKETS]) {
      expect(() => parseAttested({ ...attested, mailbox: { bucket } })).toThrow("mailbox");
    }
  });

  it("of the first protocol is refused by name", () => {
    const first = { ...attested, format: "cohort-zero/attested-record/1" };
    expect(() => parseAttested(first)).toThrow(
      "made for the first protocol: have the clinic issue it again",
    );
  });

  it("has a fresh blinding of 248 bits each time", () => {
    const draw = () => issue([], { blinding: undefined } as never).record.blinding;
    const [a, b] = [draw(), draw()];
    expect(a).not.toBe(b);
    expect(a >> 248n).toBe(0n);
  });
});

describe("the inspection", () => {
  const issued = issue([
    condition("snomed 44054006", { verificationStatus: status("provisional") }),
    condition("snomed 1", { code: { text: "home-made" } }),
    weight(70.5, "2023-02-03"),
    about("Observation", {
      status: "final",
      code: coded("loinc 4548-4"),
      effectiveDateTime: "2023-02-03",
      valueQuantity: { value: 7, unit: "furlong" },
    }),
    { resourceType: "Organization", id: "o" },
  ]);

  it("names every fact, its value and unit, and why one is not usable", () => {
    const text = renderInspection(issued);
    expect(text).toContain("1960-02-29  Birth date (LOINC 21112-8): 1960-02-29");
    expect(text).toContain("2023-02-03  Body weight (LOINC 29463-7): 70.5 kg");
    expect(text).toMatch(/\(LOINC 4548-4\): not usable \[.*furlong/);
    expect(text).toContain("not confirmed");
  });

  it("says what was left out, where, and which absences that makes unprovable", () => {
    const { leftOut, completeFor, counts } = inspectRecord(issued);
    expect(leftOut).toEqual([
      {
        reason: "not coded usably: no coding",
        clears: ["conditionStart", "conditionLast"],
        paths: ["test.json: Bundle.entry[2] (Condition).code"],
      },
    ]);
    expect(completeFor).not.toContain("conditionLast");
    expect(counts.unread).toEqual({ Organization: 1 });
    const [suspected, furlong] = inspectRecord(issued).unusable;
    expect(suspected?.paths).toEqual(["test.json: Bundle.entry[1] (Condition)"]);
    expect(furlong?.reason).toContain("furlong");
    expect(renderInspection(issued)).toContain("absence unprovable for conditionStart");
  });

  it("shows as many facts as the record holds, ongoing ones in words, and no blinding", () => {
    const inspection = inspectRecord(issued);
    expect(inspection.facts).toHaveLength(issued.record.facts.length);
    expect(inspection.facts.some(({ day }) => day === "ongoing")).toBe(true);
    expect(issued.facts.some(({ day }) => day === ONGOING)).toBe(true);
    const everything = JSON.stringify(inspection) + renderInspection(issued);
    expect(everything).not.toContain(String(issued.record.blinding));
  });
});
