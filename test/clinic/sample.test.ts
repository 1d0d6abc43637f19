import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { MAX_FACTS } from "../../circuits/witness/record.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { buildRecord, type Issued } from "../../client/clinic/record/issue.ts";
import { generateSample } from "../../client/clinic/sample/sample.ts";
import { samplePatient } from "../support/samplePatient.ts";
import { ALL, ISSUER } from "./given.ts";

const TODAY = parseDay("2026-11-21");
const issueSample = (today: number, of: { size?: number } = {}) =>
  generateSample({ today, ...of }).map((bundle, i) =>
    buildRecord({
      source: readBundle(bundle, `sample-${i}`),
      issuer: ISSUER,
      issuedDay: today,
      identityCommitment: 7n,
      identitySince: 0,
      completeFor: ALL,
    }),
  );

describe("a sample patient", () => {
  it("is the same for the same seed, index and day", () => {
    const options = { seed: "a", index: 3, today: TODAY };
    expect(samplePatient(options)).toEqual(samplePatient(options));
  });

  it("is another for another seed or index, and moves with the day", () => {
    const options = { seed: "a", index: 3, today: TODAY };
    const base = JSON.stringify(samplePatient(options));
    for (const change of [{ seed: "b" }, { index: 4 }, { today: TODAY + 1 }]) {
      expect(JSON.stringify(samplePatient({ ...options, ...change }))).not.toBe(base);
    }
  });

  it("has references that lead to its own resources, and ids used once", () => {
    for (const bundle of generateSample({ today: TODAY, size: 16 })) {
      const urls = bundle.entry!.map(({ fullUrl }) => fullUrl);
      expect(new Set(urls).size).toBe(urls.length);
      const references = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)];
      for (const [, reference] of references) expect(urls).toContain(reference);
    }
  });
});

describe("the sample", () => {
  const records = issueSample(TODAY);

  it("is read whole: nothing of it is lost, everything complete, no tombstones but the suspected", () => {
    expect(records).toHaveLength(32);
    for (const { leftOut, completeFor, facts, record } of records) {
      // The fullest charts give up old results, which no absence and no newest value reads.
      expect(leftOut.filter(({ reason }) => !reason.startsWith("older facts"))).toEqual([]);
      expect(completeFor).toEqual(ALL);
      expect(record.facts.length).toBeLessThanOrEqual(MAX_FACTS);
      const notes = facts.filter(({ domain }) => domain === "observation").map(({ note }) => note);
      // What is derived says how, and that it cannot be when the chart lacks an input.
      expect(notes.filter((note) => note !== undefined && !note.startsWith("derived"))).toEqual([]);
    }
  });

  it("covers at least nine years, so that five-year absences can be proved", () => {
    for (const { record } of records) {
      expect(record.header.issuedDay - record.header.coverageFromDay).toBeGreaterThan(9 * 365);
    }
  });

  it("holds a dozen conditions, drugs, allergies and a pregnancy", () => {
    const codes = new Set(records.flatMap(({ facts }) => facts.map(({ encoded }) => encoded)));
    const conditions = records.flatMap(({ facts }) =>
      facts.filter((f) => f.domain === "conditionStart" && f.system === "snomed"),
    );
    expect(new Set(conditions.map(({ code }) => code)).size).toBeGreaterThanOrEqual(12);
    expect(codes).toContain(encodeCode("conditionLast", "snomed", "77386006"));
    expect(codes).toContain(encodeCode("medicationLast", "rxnorm", "274783"));
    expect(records.some(({ counts }) => (counts.byDomain.allergyLast ?? 0) > 0)).toBe(true);
  });

  it("gives people with diabetes a high HbA1c and metformin, others neither", () => {
    for (const { facts } of records) {
      const has = (domain: string, code: string) =>
        facts.some((f) => f.domain === domain && f.code === code);
      const diabetic = has("conditionStart", "44054006");
      expect(has("medicationStart", "6809")).toBe(diabetic);
      const newest = facts.find((f) => f.domain === "observation" && f.code === "4548-4")!;
      const percent = Number(newest.value - (1n << 37n)) / 10_000;
      if (diabetic) expect(percent).toBeGreaterThan(6.5);
      else expect(percent).toBeLessThan(7.4);
    }
  });

  it("can be generated for a day years ago or ahead", () => {
    expect(issueSample(parseDay("2021-04-01"), { size: 4 })).toHaveLength(4);
    expect(issueSample(parseDay("2040-02-29"), { size: 4 })).toHaveLength(4);
  });

  it.each([
    ["diabetes", 8],
    ["heart-failure", 2],
    ["colorectal-cancer", 2],
  ])("has people whom the example trial %s takes: %i of 32", (name, expected) => {
    const file = new URL(`../../client/sponsor/examples/${name}.json`, import.meta.url);
    const { criteria } = JSON.parse(readFileSync(file, "utf8"));
    const compiled = compile(criteria, { salt: 1n << 130n, latestIdentitySince: ONGOING });
    const takes = ({ record }: Issued) =>
      evaluateCriteria({ compiled, record, asOf: TODAY }).eligible;
    expect(records.filter(takes)).toHaveLength(expected);
  });
});
