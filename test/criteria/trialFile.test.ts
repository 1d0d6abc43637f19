import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { suggestProtocolNumber } from "../../circuits/statement/trial/protocolNumber.ts";
import { isProtocolNumber } from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";

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
    ["a file that names no document", { identityDocument: undefined }, "identityDocument"],
    ["a document without a name", { identityDocument: "" }, "identityDocument"],
    ["places below none", { sites: [{ id: 1, name: "A", capacity: -1 }] }, "sites[0].capacity"],
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

  it("take a site with no places: it signs for those it has", () => {
    const trial = example();
    trial.sites.push({ id: 2, name: "Closed to new ones", capacity: 0 });
    expect(pathsOf(trial)).toEqual([]);
  });
});

describe("protocol numbers", () => {
  const hintFor = (protocolNumber: string) => {
    try {
      parseTrialFile({ ...example(), protocolNumber });
    } catch (error) {
      if (error instanceof CriteriaError) return error.problems.map(({ hint }) => hint);
      throw error;
    }
    return [];
  };

  it.each([
    ["lower case", "cz-vax-004"],
    ["a space after it", "CZ-VAX-004 "],
    ["spaces in it", "CZ VAX 004"],
    ["a zero-width space", "CZ-\u200bVAX-004"],
    ["a soft hyphen", "CZ-VAX-\u00ad004"],
    ["another dash", "CZ\u2013VAX\u2212004"],
    ["full-width letters", "\uff23\uff3a-VAX-004"],
    ["an underscore", "CZ_VAX_004"],
  ])("refuses one with %s, and says how it is written", (_, text) => {
    expect(isProtocolNumber(text)).toBe(false);
    expect(suggestProtocolNumber(text)).toBe("CZ-VAX-004");
    expect(hintFor(text)).toEqual(["Write CZ-VAX-004."]);
  });

  it.each([
    ["Cyrillic letters that look alike", "\u0421Z-VAX-004"],
    ["an accent", "CZ-V\u00c1X-004"],
    ["two characters", "AB"],
    ["41 characters", "A".repeat(41)],
    ["a line break and a second line", "CZ-1\nCZ-2!"],
    ["another sign", "CZ+1"],
  ])("refuses %s without guessing", (_, text) => {
    expect(isProtocolNumber(text)).toBe(false);
    expect(suggestProtocolNumber(text)).toBeUndefined();
    expect(hintFor(text)).toHaveLength(1);
  });

  it("are taken as registries write them", () => {
    for (const text of ["NCT01779362", "2023-505888-12-00", "H2Q-MC-LZZT", "D419/7.1"]) {
      expect(isProtocolNumber(text)).toBe(true);
      expect(suggestProtocolNumber(text)).toBe(text);
    }
  });
});
