// `cohort clinic classify`: the work list, the clinic's decisions, a terminology server; and --codes where they count.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Stand, standTermServer } from "../clinic/termServer.ts";
import { cohort } from "./command.ts";

const SNOMED = "http://snomed.info/sct";
/** In no list; check digits hold. */
const FAILING = "999999990000000107";
const OTHER = "999999960000000105";
const AS_OF = ["--as-of", "2026-11-29"];
let folder: string;
const file = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cohort-classify-"));
  write("one.json", chart("p1", [FAILING, "Cardiac pump failure"], [OTHER, "Odd finding"]));
  write("two.json", chart("p2", [FAILING, "Cardiac pump failure"]));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  writeFileSync(file(name), JSON.stringify(content));
  return file(name);
}

function chart(id: string, ...conditions: [code: string, display: string][]) {
  const patient = { resourceType: "Patient", id, gender: "female", birthDate: "1960-05-05" };
  const resources = conditions.map(([code, display], i) => ({
    resourceType: "Condition",
    id: `${id}-${i}`,
    subject: { reference: `Patient/${id}` },
    clinicalStatus: {
      coding: [
        { system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" },
      ],
    },
    code: { coding: [{ system: SNOMED, code, display }] },
    onsetDateTime: "2020-02-02",
  }));
  const entry = [patient, ...resources].map((resource) => ({ resource }));
  return { resourceType: "Bundle", type: "collection", entry };
}

const classify = (...args: string[]) =>
  cohort("clinic", "classify", folder, ...AS_OF, "--codes", file("codes.table"), ...args);
const decisions = () => JSON.parse(readFileSync(file("codes.table"), "utf8")).entries;
const lasting = ["conditionStart", "conditionLast"];

describe("the work list", () => {
  it("names the codes by the patients whom each holds up, and suggests concepts", async () => {
    const { items, patients } = (await classify("--json")).json();
    expect(patients).toBe(2);
    expect(items).toMatchObject([
      { base: "condition", system: SNOMED, code: FAILING, patients: 2 },
      { base: "condition", system: SNOMED, code: OTHER, patients: 1, display: "Odd finding" },
    ]);
    const { out, code } = await classify();
    expect(code).toBe(0);
    expect(out).toMatch(/Not classified: 2 codes of 2 patients\./);
    expect(out).toMatch(new RegExp(`2 +condition: SNOMED CT ${FAILING} Cardiac pump failure`));
    expect(existsSync(file("codes.table"))).toBe(false);
  });

  it("shortens by what the clinic decides, once for all", async () => {
    const decide = ["--by", "Dr Li", "--decide", `snomed|${FAILING}=heart-failure`];
    const { items } = (await classify(...decide, "--json")).json();
    expect(items.map(({ code }: { code: string }) => code)).toEqual([OTHER]);
    expect(decisions()).toMatchObject([
      { code: FAILING, concepts: ["heart-failure"], by: "Dr Li", at: "2026-11-29" },
    ]);
    const { out } = await classify("--by", "Dr Li", "--decide", `snomed|${OTHER}=none`);
    expect(out).toContain("Every code is classified: 2 patients.");
    expect(decisions()).toHaveLength(2);
  });

  it("keeps nothing of a decision that cannot be read, or that nobody takes", async () => {
    const wrong = await classify("--by", "Li", "--decide", `snomed|${FAILING}=hart-failure`);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain("did you mean heart-failure");
    const nobody = await classify("--decide", `snomed|${FAILING}=none`);
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain("--by <name>");
    expect(existsSync(file("codes.table"))).toBe(false);
  });
});

describe("a terminology server", () => {
  let stand: Stand;
  const ask = (...more: string[]) => classify("--by", "Dr Li", "--terminology", stand.url, ...more);
  beforeEach(async () => {
    stand = await standTermServer({ [FAILING]: [FAILING, "84114007"], [OTHER]: [OTHER] });
  });
  afterEach(() => stand.close());

  it("places what it knows; its answers are kept and not asked for again", async () => {
    const { items, undecided } = (await ask("--json")).json();
    expect([items, undecided]).toEqual([[], []]);
    const source = { server: stand.url, software: "Stand 1.2" };
    expect(decisions()).toMatchObject([
      { code: OTHER, concepts: [], source },
      { code: FAILING, concepts: ["heart-failure"], source },
    ]);
    const { length } = stand.bodies;
    await ask();
    expect(stand.bodies).toHaveLength(length);
    for (const body of stand.bodies) expect(body).not.toMatch(/pump|Odd|p1|1960|2020/);
  });

  it("that answers by half leaves codes on the list, with the reason", async () => {
    stand.fault = "entry";
    const { code, out } = await ask();
    expect(code).toBe(0);
    expect(out).toContain(`Not decided: SNOMED CT ${FAILING}`);
    expect(out).toContain("Not classified: 2 codes of 2 patients.");
  });

  it("that goes away loses nothing of what was decided before", async () => {
    await classify("--by", "Dr Li", "--decide", `snomed|${OTHER}=none`);
    stand.fault = "later";
    const { code, err } = await ask();
    expect(code).toBe(4);
    expect(err).toContain("HTTP status 503; what was decided before is kept");
    expect(decisions()).toMatchObject([{ code: OTHER }]);
  });
});

describe("--codes", () => {
  const inspect = async (...more: string[]) =>
    (await cohort("clinic", "inspect", file("two.json"), ...AS_OF, "--json", ...more)).json();

  it("makes absence provable again where inspecting", async () => {
    expect((await inspect()).completeFor).not.toEqual(expect.arrayContaining(lasting));
    await classify("--by", "Dr Li", "--decide", `snomed|${FAILING}=heart-failure`);
    const { completeFor, facts } = await inspect("--codes", file("codes.table"));
    expect(completeFor).toEqual(expect.arrayContaining(lasting));
    expect(facts.map(({ label }: { label: string }) => label)).toContain("Heart failure");
  });

  it("takes codes.json of the data folder where there is one", async () => {
    await classify("--by", "Dr Li", "--decide", `snomed|${FAILING}=none`);
    writeFileSync(file("codes.json"), readFileSync(file("codes.table")));
    const { completeFor } = await inspect("--data", folder);
    expect(completeFor).toEqual(expect.arrayContaining(lasting));
  });

  it("names a file that is not there, and what is wrong in one", async () => {
    const missing = await cohort("clinic", "inspect", file("two.json"), "--codes", file("x"));
    expect(missing.code).toBe(2);
    expect(missing.err).toContain(`${file("x")}: no such file`);
    const path = write("wrong", { format: "cohort-zero/clinic-codes@1", entries: [{}] });
    const wrong = await cohort("clinic", "inspect", file("two.json"), "--codes", path);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain(`${path}.entries.0.system`);
  });
});
