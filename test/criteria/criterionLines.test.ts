// Criteria as a patient reads them: sentences and lists, never brackets, with the record's own values.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { demandLine, demandText } from "../../circuits/statement/criteria/demandLines.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import type { CriterionLine } from "../../circuits/witness/criterionLines.ts";
import { evaluateCriteria } from "../../circuits/witness/evaluate.ts";
import { sampleRecord, TODAY } from "../patient/support.ts";

const examples = new URL("../../client/sponsor/examples/", import.meta.url);

function judged(criteria: unknown, record: Partial<Parameters<typeof sampleRecord>[0]> = {}) {
  const compiled = compile(criteria, { salt: 1n << 130n, latestIdentitySince: ONGOING });
  const of = { compiled, record: sampleRecord({ identityCommitment: 1n, ...record }), asOf: TODAY };
  return evaluateCriteria(of).criteria;
}

const only = (criterion: object, list = "inclusion", record = {}) => {
  const age = { age: { min: 1 } };
  const [inclusion, exclusion] =
    list === "inclusion" ? [[age, criterion], []] : [[age], [criterion]];
  return judged({ inclusion, exclusion }, record).at(-1)!.line;
};

const everyLine = (line: CriterionLine): CriterionLine[] => [line, ...line.of.flatMap(everyLine)];

const HBA1C = {
  observation: { concept: "hba1c" },
  within: "90 days",
  value: { min: "7", max: "10", unit: "%" },
};
const OLD = { age: { min: 90 } };
const LOW = { ...HBA1C, value: { below: "5", unit: "%" } };
const DIABETES = { condition: { snomed: "44054006" } };

describe("lines of a criterion", () => {
  it("are one sentence with the own value, its unit and its date", () => {
    const line = only(HBA1C);
    expect(line).toMatchObject({ holds: true, of: [] });
    expect(line.words).toBe("Newest HbA1c within the last 90 days is at least 7 and at most 10 %");
    expect(line.reasons).toEqual([expect.stringMatching(/^HbA1c 8\.1 %, on 2026-10-\d\d$/)]);
  });

  it("show the value that stands in the way", () => {
    const line = only(HBA1C, "inclusion", { hba1c: "6.4" });
    expect(line.holds).toBe(false);
    expect(line.reasons[0]).toContain("6.4 %");
  });

  it.each([
    ["1983-05-02", "age 43 years, born on 1983-05-02"],
    ["1983-11-22", "age 42 years, born on 1983-11-22"],
    ["2025-09-21", "age 14 months, born on 2025-09-21"],
    ["2026-10-30", "age 0 months, born on 2026-10-30"],
  ])("say the own age beside an age, of who was born on %s", (birthDate, reason) => {
    expect(only(OLD, "inclusion", { birthDate })).toMatchObject({
      holds: false,
      reasons: [reason],
    });
    expect(only({ sex: "female" }, "inclusion", { birthDate }).reasons).toEqual(["female"]);
  });

  it("break alternatives up into a list of lists, each part judged by itself", () => {
    const line = only({
      any: [{ all: [OLD, HBA1C, { any: [DIABETES, OLD] }] }, { all: [HBA1C, DIABETES] }],
    });
    expect(line).toMatchObject({ words: "One of these", holds: true, reasons: [] });
    expect(line.of.map(({ words, holds }) => [words, holds])).toEqual([
      ["All of these", false],
      ["All of these", true],
    ]);
    expect(line.of[0]!.of.map(({ holds }) => holds)).toEqual([false, true, true]);
    expect(line.of[0]!.of[0]!.words).toBe("Age at least 90 years");
  });

  it("say of an exclusion's parts which of them apply", () => {
    const line = only({ any: [OLD, LOW, HBA1C] }, "exclusion");
    expect(line.words).toBe("One of these");
    expect(line.holds).toBe(false);
    expect(line.of.map(({ holds }) => holds)).toEqual([true, true, false]);
  });

  it("name the opposite of a list", () => {
    const line = only({ not: { any: [HBA1C, OLD, LOW] } });
    expect(line).toMatchObject({ words: "None of these", holds: false });
    expect(line.of.map(({ holds }) => holds)).toEqual([false, true, true]);
  });

  it("leave open what only a person can say", () => {
    const attestation = { id: "a", text: "Nobody knows", by: "site", when: "site" };
    expect(only({ attestation }).holds).toBeUndefined();
    expect(only({ any: [{ attestation }, OLD] }).holds).toBeUndefined();
    expect(only({ all: [{ attestation }, OLD] }).holds).toBe(false);
  });

  it.each(readdirSync(examples).filter((name) => name.endsWith(".json")))(
    "agree with the verdict in %s, without a bracket around a list",
    (name) => {
      const { criteria } = JSON.parse(readFileSync(new URL(name, examples), "utf8"));
      for (const { line, holds, path } of judged(criteria)) {
        expect([path, line.holds]).toEqual([path, holds]);
        for (const { words, of } of everyLine(line)) {
          expect(words).not.toMatch(/\((?:any|all|none|at least \d+) of/);
          expect(of.length === 0 || / these$/.test(words)).toBe(true);
        }
      }
    },
  );
});

describe("what a yes tells", () => {
  const toldOf = (criterion: object) => {
    const criteria = { inclusion: [{ age: { min: 1 } }, criterion], exclusion: [] };
    const { criteria: compiled } = compile(criteria, {
      salt: 1n << 130n,
      latestIdentitySince: ONGOING,
    });
    return demandLine(compiled.at(-1)!.requirement);
  };

  it("is a sentence, or lists of sentences", () => {
    expect(toldOf(OLD)).toEqual({ words: "Age at least 90 years", of: [] });
    const told = toldOf({ any: [OLD, { all: [DIABETES, HBA1C, { any: [LOW, OLD] }] }] })!;
    expect(demandText(told)).toEqual([
      "- One of these:",
      "  - Age at least 90 years",
      "  - All of these:",
      expect.stringMatching(/^ {4}- .*[Dd]iabetes/),
      expect.stringMatching(/^ {4}- Newest HbA1c/),
      "    - One of these:",
      expect.stringMatching(/^ {6}- Newest HbA1c/),
      "      - Age at least 90 years",
    ]);
    const two = { atLeast: { n: 2, of: [OLD, HBA1C, DIABETES] } };
    expect(toldOf(two)?.words).toBe("At least 2 of these");
  });

  it("leaves out what only people say", () => {
    const attestation = { id: "a", text: "Nobody knows", by: "site", when: "site" };
    expect(toldOf({ attestation })).toBeUndefined();
    expect(toldOf({ all: [{ attestation }, OLD] })?.words).toBe("Age at least 90 years");
  });

  it.each(readdirSync(examples).filter((name) => name.endsWith(".json")))(
    "has no list in brackets in %s",
    (name) => {
      const { criteria } = JSON.parse(readFileSync(new URL(name, examples), "utf8"));
      const compiled = compile(criteria, { salt: 1n << 130n, latestIdentitySince: ONGOING });
      const text = compiled.criteria.flatMap(({ requirement }) => {
        const line = demandLine(requirement);
        return line === undefined ? [] : demandText(line);
      });
      expect(text.length).toBeGreaterThanOrEqual(compiled.coverage.proven);
      expect(text.filter((line) => /\((?:any|all|at least \d+) of/.test(line))).toEqual([]);
    },
  );
});
