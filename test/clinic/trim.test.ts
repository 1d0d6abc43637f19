import { describe, expect, it } from "vitest";
import { SYSTEMS } from "../../circuits/statement/encoding/code.ts";
import { MAX_FACTS } from "../../circuits/witness/record.ts";
import {
  ALL,
  about,
  coded,
  condition,
  factsOf,
  issue as issueAny,
  NEUTRAL,
  problemsOf,
  proves,
  weight,
} from "./given.ts";

/** Every code is known, so that what is not complete is so for want of room. */
const issue = (resources: Parameters<typeof issueAny>[0]) =>
  issueAny(resources, { codes: NEUTRAL });

const dayText = (i: number) =>
  new Date(Date.UTC(2000, 0, 1) + i * 86_400_000).toISOString().slice(0, 10);

describe("more facts than fit", () => {
  // Codes that no concept holds, so that the counts do not depend on the dictionary.
  const [X, Y] = ["snomed 1000", "snomed 1001"] as const;
  const days = (n: number, code: string) =>
    Array.from({ length: n }, (_, i) =>
      about("Procedure", { status: "completed", code: coded(code), performedDateTime: dayText(i) }),
    );

  it("exactly fill the record", () => {
    // Two facts of the person, and one for each procedure.
    const full = issue(days(MAX_FACTS - 2, X));
    expect(full.record.facts).toHaveLength(MAX_FACTS);
    expect(full.leftOut).toEqual([]);
    const over = issue(days(MAX_FACTS - 1, X));
    expect(over.record.facts).toHaveLength(MAX_FACTS);
    expect(over.leftOut[0]?.reason).toMatch(/^older facts, 1 facts beyond the newest 957/);
  });

  it("keep the newest of each code and say what was left out, absence staying provable", () => {
    const issued = issue([...days(700, X), ...days(600, Y), condition("snomed 44054006")]);
    expect(issued.record.facts.length).toBeLessThanOrEqual(MAX_FACTS);
    for (const [code, last] of [
      [X, 699],
      [Y, 599],
    ] as const) {
      const kept = factsOf(issued, "procedure", code);
      expect(kept.length).toBeGreaterThan(400);
      expect(kept[0]).toContain(dayText(last));
      expect(kept.at(-1)).toContain(dayText(last - kept.length + 1));
    }
    expect(issued.leftOut).toHaveLength(1);
    expect(issued.leftOut[0]?.reason).toMatch(/^older facts, \d+ facts beyond the newest \d+/);
    expect(issued.completeFor).toEqual(ALL);
  });

  it("keep at least one of each code, however many of another there are", () => {
    const rare = Array.from({ length: 150 }, (_, i) => condition(`snomed ${1000 + i}`));
    const issued = issue([...days(2000, "snomed 999"), ...rare]);
    expect(issued.record.facts.length).toBeLessThanOrEqual(MAX_FACTS);
    for (let i = 0; i < 150; i++) {
      expect(proves(issued, "any", ["conditionLast", `snomed ${1000 + i}`])).toBe(true);
    }
  });

  it("lose results without a unit first, and then the proof of their absence", () => {
    const unlisted = Array.from({ length: 900 }, (_, i) =>
      weight(1, "2020-01-01", `${10_000 + i}-9`),
    );
    const conditions = Array.from({ length: 100 }, (_, i) => condition(`snomed ${1000 + i}`));
    const issued = issue([...unlisted, ...conditions]);
    expect(issued.completeFor).not.toContain("observation");
    expect(issued.completeFor).toContain("conditionLast");
    expect(proves(issued, "any", ["conditionLast", "snomed 1099"])).toBe(true);
  });

  it("lose contacts next", () => {
    const contacts = Array.from({ length: 300 }, (_, i) =>
      about("Encounter", {
        status: "finished",
        class: { system: SYSTEMS.snomed.uri, code: String(5000 + i) },
        period: { end: "2020-01-01" },
      }),
    );
    const conditions = Array.from({ length: 400 }, (_, i) => condition(`snomed ${1000 + i}`));
    const issued = issue([...contacts, ...conditions]);
    expect(issued.completeFor).not.toContain("encounter");
    expect(issued.completeFor).toContain("conditionLast");
    expect(issued.completeFor).toContain("observation");
    expect(issued.counts.byDomain).not.toHaveProperty("encounter");
    expect(proves(issued, "any", ["conditionLast", "snomed 1399"])).toBe(true);
  });

  it("are refused when not even one of each code fits", () => {
    const many = Array.from({ length: 480 }, (_, i) => condition(`snomed ${1000 + i}`));
    expect(problemsOf(() => issue(many))).toEqual([
      {
        path: "test.json",
        reason: "has 962 distinct codes and concepts; a record holds 959 facts",
      },
    ]);
  });
});
