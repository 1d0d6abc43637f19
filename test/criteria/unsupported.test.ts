// What criteria cannot ask of a record: each is named as such, with what serves instead.
import { describe, expect, it } from "vitest";
import { exclusionRefusal, refusalOf } from "./fixtures.ts";

describe("what records do not hold", () => {
  const insulin = { medication: { concept: "insulin" } };

  it.each(["dose", "ageAtOnset", "count", "times", "severity", "bodySite", "trend", "change"])(
    "refuses %s as unsupported and says what serves",
    (key) => {
      const problem = refusalOf({ ...insulin, [key]: 3 });
      expect(problem.message).toBe(`"${key}" is not supported`);
      expect(problem.path).toBe(`inclusion[0].${key}`);
      expect(problem.hint).toMatch(/site attestation/);
      const alone = refusalOf({ [key]: { min: 3 } });
      expect(alone.message).toBe(`"${key}" is not supported`);
    },
  );

  it("refuses a key where it says nothing", () => {
    const family = refusalOf({ familyHistory: { concept: "malignancy" }, within: "1 year" });
    expect(family.message).toBe('"within" says nothing of a family history');
    const procedure = refusalOf({ procedure: { concept: "amputation" }, status: "current" });
    expect(procedure.hint).toContain("happens on a day");
    const derived = { derived: "egfr-ckd-epi-2021", timesUpperLimit: { max: 2 } };
    expect(refusalOf(derived).hint).toContain('"value"');
  });

  it("refuses a calculated value that it does not know, and lists those there are", () => {
    const problem = refusalOf({ derived: "egfr-mdrd", value: { min: 30, unit: "mL/min" } });
    expect(problem.path).toBe("inclusion[0].derived");
    expect(problem.hint).toContain("egfr-ckd-epi-2021, fib-4, meld-3");
  });

  it("refuses one concept without another unless the dictionary has the difference", () => {
    const minus = refusalOf({ condition: { concept: "type-2-diabetes", minus: "malignancy" } });
    expect(minus.path).toBe("inclusion[0].condition.minus");
    expect(minus.hint).toContain('"malignancy" minus "skin-cancer"');
    const raw = refusalOf({ condition: { icd10cm: "C50", minus: "skin-cancer" } });
    expect(raw.message).toContain("only a concept");
  });

  it.each([
    ["in an exclusion", { status: "current", atLeastAgo: "3 months" }, "absence", true],
    ["without a status", { atLeastAgo: "3 months" }, "to the present", false],
    ["without a start", { status: "current" }, "without a start", false],
    ["with a window", { within: "1 year", startedWithin: "1 year" }, "of one episode", false],
  ])("refuses one episode %s", (_, times, message, isExcluded) => {
    const criterion = { ...insulin, ...times, sameEpisode: true };
    const problem = isExcluded ? exclusionRefusal(criterion) : refusalOf(criterion);
    expect(problem.path).toMatch(/\.sameEpisode$/);
    expect(problem.message).toContain(message);
  });

  it("refuses absence of a contact for one reason, and a reason that is no concept", () => {
    const encounter = { concept: "hospital-admission" };
    const reason = { concept: "malignancy" };
    expect(exclusionRefusal({ encounter, reason }).hint).toContain('without "reason"');
    expect(refusalOf({ encounter, reason: { icd10cm: "C50" } }).path).toBe("inclusion[0].reason");
    expect(refusalOf({ encounter: { actCode: "IMP" }, reason }).path).toBe(
      "inclusion[0].encounter",
    );
  });
});
