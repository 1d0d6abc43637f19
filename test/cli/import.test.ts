// `cohort sponsor import`: what it prints, what it writes, and what it refuses by name.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cohort } from "./command.ts";

const protocol = (name: string) =>
  fileURLToPath(new URL(`../vectors/protocols/${name}.json`, import.meta.url));
const STUDY = protocol("clinicaltrials-heart-failure");
const PROTOCOLS = [
  "clinicaltrials-heart-failure",
  "usdm-v3-diabetes",
  "usdm-v4-asthma",
  "ctml-lung-cancer",
  "circe-hypertension",
];
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cohort-import-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A study with so many criteria that each stays words. */
function studyOf(count: number): string {
  const bullets = Array.from(
    { length: count },
    (_, i) => `* Criterion number ${i + 1} of the site`,
  );
  const eligibilityCriteria = `Inclusion Criteria:\n\n${bullets.join("\n")}`;
  const eligibilityModule = { eligibilityCriteria, minimumAge: "18 Years" };
  const path = file(`study-${count}.json`);
  writeFileSync(
    path,
    JSON.stringify({ protocolSection: { identificationModule: {}, eligibilityModule } }),
  );
  return path;
}

describe("cohort sponsor import", () => {
  it("shows each source beside its meaning, why others stay words, and the coverage", async () => {
    const { code, out, err } = await cohort("sponsor", "import", STUDY);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("ClinicalTrials.gov v2, NCT09990001: Brinolast");
    expect(out).toMatch(
      /Inclusion, proven\n {2}source {3}LVEF <= 40% at screening\n {2}meaning {2}\S/,
    );
    expect(out).toMatch(
      /Exclusion, attested\n {2}source {3}Severe pulmonary disease, .*\n {2}note {5}not fully understood/,
    );
    expect(out).toContain("17 criteria: 11 proven, 0 partly, 6 attested by people.");
  });

  it("says the same as JSON", async () => {
    const { code, json, err } = await cohort("sponsor", "import", STUDY, "--json");
    expect([code, err]).toEqual([0, ""]);
    const { shares, lines, problems, format } = json();
    expect(format).toBe("ClinicalTrials.gov v2");
    expect(shares).toEqual({ criteria: 17, mapped: 11, partly: 0, attested: 6 });
    expect(problems).toEqual([]);
    expect(lines[0]).toMatchObject({
      list: "inclusion",
      source: "Minimum age: 18 Years",
      outcome: "mapped",
      meaning: "Age at least 18 years",
      criterion: { age: { min: 18 } },
    });
  });

  it.each(PROTOCOLS)("writes of %s a trial file that sponsor check opens", async (name) => {
    const out = file(`${name}-trial.json`);
    const ran = await cohort("sponsor", "import", protocol(name), "--out", out);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toContain(`replace each "To be filled in", then cohort sponsor check ${out}`);
    const imported = (await cohort("sponsor", "import", protocol(name), "--json")).json();
    const checked = await cohort("sponsor", "check", out, "--json");
    expect(checked.code).toBe(0);
    const { mapped, partly, attested, criteria } = imported.shares;
    expect(checked.json().coverage).toMatchObject({ criteria, proven: mapped, partly, attested });
    expect(readFileSync(out, "utf8")).toContain("To be filled in");
  });

  it("leaves a file alone that exists", async () => {
    const out = file("kept.json");
    writeFileSync(out, "kept");
    const { code, err } = await cohort("sponsor", "import", STUDY, "--out", out);
    expect([code, err]).toEqual([2, `${out}: exists already; choose another name\n`]);
    expect(readFileSync(out, "utf8")).toBe("kept");
  });

  it("reads a study with 300 criteria, and says that one trial takes fewer", async () => {
    const { code, out } = await cohort("sponsor", "import", studyOf(300));
    expect(code).toBe(0);
    expect(out).toContain("301 criteria: 1 proven, 0 partly, 300 attested by people.");
    expect(out).toMatch(/Together they do not compile yet: .*200/);
  });

  it("says when the criteria together need more than four parts hold", async () => {
    const bullets = Array.from({ length: 140 }, (_, i) => `* Body weight > ${50 + i} kg`);
    const path = file("many.json");
    const eligibilityModule = { eligibilityCriteria: `Inclusion Criteria:\n${bullets.join("\n")}` };
    writeFileSync(
      path,
      JSON.stringify({ protocolSection: { identificationModule: {}, eligibilityModule } }),
    );
    const { code, out } = await cohort("sponsor", "import", path);
    expect(code).toBe(0);
    expect(out).toContain("140 criteria: 140 proven");
    expect(out).toMatch(/Together they do not compile yet: .*more than 4 parts hold/);
  });
});

describe("a file that cannot be imported", () => {
  const cases: [string, string, RegExp][] = [
    ["is empty", "", /: is empty\n$/],
    ["is no JSON", "{", /: is not JSON; export the study as JSON\n$/],
    ["is of another format", '{"resourceType":"Bundle"}', /not in a format .*CDISC USDM/],
    ["holds several studies", '{"studies":[]}', /several studies: import one at a time/],
    [
      "has a field of another form",
      '{"protocolSection":{"identificationModule":{},"eligibilityModule":{"sex":5}}}',
      /protocolSection\.eligibilityModule\.sex: .*not a study of ClinicalTrials\.gov/,
    ],
  ];
  it.each(cases)("is refused by name when it %s", async (name, content, message) => {
    const path = file(`${name.replaceAll(" ", "-")}.json`);
    writeFileSync(path, content);
    const plain = await cohort("sponsor", "import", path);
    expect(plain).toMatchObject({ code: 2, out: "" });
    expect(plain.err.startsWith(`${path}: `)).toBe(true);
    expect(plain.err).toMatch(message);
    const { code, json, err } = await cohort("sponsor", "import", path, "--json");
    expect([code, err]).toEqual([2, ""]);
    expect(`${json().error.message}\n`).toMatch(message);
  });

  it("is refused unread when it has 100 MB", async () => {
    const path = file("large.json");
    writeFileSync(path, "");
    truncateSync(path, 100 * 1024 * 1024);
    const { code, err } = await cohort("sponsor", "import", path);
    expect([code, err]).toEqual([2, `${path}: larger than 20 MB; export one study only\n`]);
  });

  it("is named when it does not exist", async () => {
    const { code, err } = await cohort("sponsor", "import", file("nowhere.json"));
    expect([code, err]).toEqual([2, `${file("nowhere.json")}: no such file or folder\n`]);
  });
});
