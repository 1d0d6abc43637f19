import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CriteriaError } from "../../circuits/statement/criteriaParse.ts";
import { parseTrialFile } from "../../circuits/statement/trialFile.ts";

const file = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
const example = () => JSON.parse(readFileSync(file, "utf8"));

function pathsOf(json: unknown): string[] {
  try {
    parseTrialFile(json);
  } catch (error) {
    if (error instanceof CriteriaError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe("trial files", () => {
  it("are read as they stand", () => {
    expect(parseTrialFile(example())).toEqual(example());
  });

  it("name problems of the criteria and of the rest together", () => {
    const trial = example();
    trial.criteria.inclusion[0] = { aged: 18 };
    trial.capacity = 0;
    expect(pathsOf(trial)).toEqual(["criteria.inclusion[0]", "capacity"]);
  });

  it.each([
    ["no object", null, "criteria"],
    ["a lower-case protocol number", { protocolNumber: "cz-1" }, "protocolNumber"],
    ["more places than the sites have", { capacity: 501 }, "capacity"],
    ["no site", { sites: [] }, "sites"],
    ["an unknown key", { colour: "blue" }, ""],
  ])("refuse %s", (_, change, path) => {
    expect(pathsOf(change && { ...example(), ...change })).toContain(path);
  });

  it("refuse a site or a permission twice", () => {
    const trial = example();
    trial.sites.push(trial.sites[0]);
    trial.consentForm.permissions.push(trial.consentForm.permissions[0]);
    expect(pathsOf(trial)).toEqual(["consentForm.permissions", "sites"]);
  });

  it("refuse a form that does not ask for participation", () => {
    const trial = example();
    trial.consentForm.permissions = trial.consentForm.permissions.slice(1);
    expect(pathsOf(trial)).toEqual(["consentForm.permissions"]);
  });
});
