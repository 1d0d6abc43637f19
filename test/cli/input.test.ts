// Wrong input: exit code 2, what is wrong and where, before anything is sent. And a server that is away: 4.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DICTIONARY_VERSION } from "../../circuits/statement/dictionary/dictionary.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { describeError, shorten } from "../../client/cli/output.ts";
import { samplePatient } from "../support/samplePatient.ts";
import { cohort } from "./command.ts";

const AS_OF = "2026-03-01";
const EXAMPLE = fileURLToPath(
  new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url),
);
const AWAY = ["--server", "http://127.0.0.1:9"];
const KEY = `0x${"b7".repeat(32)}`;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cohort-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  writeFileSync(file(name), typeof content === "string" ? content : JSON.stringify(content));
  return file(name);
}

// biome-ignore lint/suspicious/noExplicitAny: broken on purpose
type Json = any;
const bundle = (): Json => samplePatient({ index: 0, today: parseDay(AS_OF) });
const trial = (): Json => JSON.parse(readFileSync(EXAMPLE, "utf8"));

describe("a bundle", () => {
  const cases: [string, () => unknown, RegExp][] = [
    ["that is not JSON", () => '{"resourceType":', /JSON/],
    [
      "that is empty",
      () => ({ resourceType: "Bundle", type: "collection", entry: [] }),
      /is empty/,
    ],
    ["that is no FHIR", () => ({ hello: 1 }), /resourceType/],
    [
      "with two patients",
      () => {
        const one = bundle();
        const second = { ...one.entry[0].resource, id: "another" };
        return { ...one, entry: [...one.entry, { resource: second }] };
      },
      /patient/i,
    ],
    [
      "without a birth date",
      () => {
        const one = bundle();
        delete one.entry[0].resource.birthDate;
        return one;
      },
      /birthDate/,
    ],
  ];
  it.each(cases)("%s is refused with its place", async (name, make, message) => {
    const path = write(`${name.replaceAll(" ", "-")}.json`, make());
    const plain = await cohort("clinic", "inspect", path, "--as-of", AS_OF);
    expect(plain).toMatchObject({ code: 2, out: "" });
    expect(plain.err).toMatch(message);
    const { code, json, err } = await cohort("clinic", "inspect", path, "--as-of", AS_OF, "--json");
    expect([code, err]).toEqual([2, ""]);
    expect(json().error.message).toMatch(message);
  });

  it("that does not exist is named", async () => {
    const { code, err } = await cohort("clinic", "inspect", file("nowhere.json"));
    expect([code, err]).toEqual([2, `${file("nowhere.json")}: no such file or folder\n`]);
  });

  it("is shown fact by fact, with the codes that lie in no concept", async () => {
    const one = bundle();
    one.entry.push({
      resource: {
        resourceType: "Condition",
        id: "odd",
        subject: { reference: `Patient/${one.entry[0].resource.id}` },
        code: { coding: [{ system: "http://snomed.info/sct", code: "398565003" }] },
        clinicalStatus: { coding: [{ code: "active" }] },
        onsetDateTime: "2020-02-02",
      },
    });
    const path = write("odd.json", one);
    const plain = await cohort("clinic", "inspect", path, "--as-of", AS_OF);
    expect(plain.code).toBe(0);
    expect(plain.out).toContain("In no concept");
    const shown = (await cohort("clinic", "inspect", path, "--as-of", AS_OF, "--json")).json();
    expect(shown.facts.length).toBe(shown.counts.facts);
    const alone = shown.inNoConcept.map(({ code }: { code: string }) => code);
    expect(alone).toContain("398565003");
    // Type 2 diabetes lies in one.
    expect(alone).not.toContain("44054006");
  });
});

describe("a trial file", () => {
  const cases: [string, (t: Json) => void, string, RegExp][] = [
    [
      "an unknown concept",
      (t) => {
        t.criteria.exclusion[1].allergy.concept = "eg-allergy";
      },
      "criteria.exclusion[1]",
      /eg-allergy/,
    ],
    [
      "an inverted range",
      (t) => {
        t.criteria.inclusion[0] = { id: "I1", age: { min: 60, max: 40 } };
      },
      "criteria.inclusion[0]",
      /40|60/,
    ],
    [
      "too many leaves",
      (t) => {
        t.criteria.inclusion[0] = {
          id: "I1",
          any: Array.from({ length: 40 }, (_, i) => ({ age: { min: 18 + i } })),
        };
      },
      "criteria",
      /32/,
    ],
    [
      "a form without permission to take part",
      (t) => {
        t.consentForm.permissions.shift();
      },
      "consentForm.permissions",
      /participate/,
    ],
  ];
  it.each(cases)("with %s is refused with its path", async (name, change, path, message) => {
    const changed = trial();
    change(changed);
    const at = write(`${name.replaceAll(" ", "-")}.json`, changed);
    const { code, err } = await cohort("sponsor", "check", at);
    expect(code).toBe(2);
    expect(err).toContain(path);
    expect(err).toMatch(message);
    const site = ["--site", `1=0x${"51".repeat(20)}`, "--board", `0x${"b0".repeat(20)}`];
    const publishing = await cohort("sponsor", "publish", at, ...site, ...AWAY, "--json");
    expect(publishing.code).toBe(2);
    expect(publishing.json().error.problems[0].path).toContain(path);
  });

  it("that is too long for four parts is refused as a whole, with what to do", async () => {
    const ages = Array.from({ length: 129 }, (_, i) => ({ age: { min: 1 + i } }));
    const criteria = { inclusion: ages, exclusion: [] };
    const long = write("long.json", { ...trial(), criteria });
    const { code, err } = await cohort("sponsor", "check", long);
    expect(code).toBe(2);
    expect(err).toMatch(/^criteria: .*129 leaves/m);
  });

  it("is compiled without a server, with its size", async () => {
    const { code, json } = await cohort("sponsor", "check", EXAMPLE, "--json");
    expect(code).toBe(0);
    expect(json()).toMatchObject({ circuit: "eligibility-8", parts: [{ leaves: 8 }] });
    expect((await cohort("sponsor", "check", EXAMPLE)).out).toContain("8 leaves and");
  });
});

describe("an argument", () => {
  const board = ["--board", `0x${"b0".repeat(20)}`];
  const cases: [string[], RegExp][] = [
    [["clinic", "inspect", EXAMPLE, "--as-of", "2026-02-30"], /--as-of 2026-02-30/],
    [["clinic", "attest", EXAMPLE, "--identity", "1", "--out", EXAMPLE], /exists already/],
    [["governance", "accredit", "wizard", `0x${"11".repeat(20)}`, "W"], /role wizard/],
    [["governance", "accredit", "clinic", "0x12", "W"], /account 0x12/],
    [["governance", "concept", "add", EXAMPLE], /members|name/],
    [["sponsor", "publish", EXAMPLE, "--site", "one", ...board], /--site one/],
    [["sponsor", "publish", EXAMPLE, ...board], /site 1 \(Health Office\)/],
    [
      ["sponsor", "publish", EXAMPLE, "--site", `1=0x${"51".repeat(20)}`, "--board", "b"],
      /--board b/,
    ],
    [["board", "approve", "CZ-1", "--days", "0"], /--days 0/],
    [["site", "challenge", "CZ-1", "first", "--out", "x"], /site first/],
    [["patient", "consent", "CZ-1", "--site", "0"], /--site 0/],
    [["patient", "consent", "CZ-1", "--site", "1", "--years", "99"], /--years 99/],
    [["patient", "consent", "CZ-1", "--site", "1", "--permit", "all"], /--permit all/],
    [["patient", "consent", "CZ-1", "--site", "1", "--given-by", "dog"], /--given-by dog/],
    [["patient", "anchor", EXAMPLE], /clinic attest --sign/],
    [["journey", "x", "--trial", EXAMPLE, "--withdraw", "-1"], /--withdraw -1/],
    [["site", "erase", "CZ-1", "1", "7", ...AWAY], /--for-good/],
    [["sponsor", "data", "request", "x", "--purpose", "p", "--hours", "0"], /--hours 0/],
    [["sponsor", "data", "request", "x", "--purpose", "p", "--hours", "25"], /--hours 25: .*24/],
    [
      ["clinic", "emergency", "CZ-1", "7", "--reason", "r", "--out", "/nowhere/x.json", ...AWAY],
      /--out \/nowhere\/x.json: \/nowhere is no folder/,
    ],
    [["sponsor", "enroll", "CZ-1", "--data", "/nowhere"], /No server named/],
    [["sponsor", "close", "CZ-1", ...AWAY, "--data", "/nowhere"], /No key for sponsor/],
    [["sponsor", "close", "CZ-1", ...AWAY, "--key", EXAMPLE], /not a private key/],
  ];
  it.each(cases)("that is wrong is named: %j", async (args, message) => {
    const { code, out, err } = await cohort(...args);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, ""]);
  });
});

describe("a server that is away", () => {
  beforeAll(() => {
    process.env.COHORT_KEY = KEY;
    process.env.COHORT_PASSPHRASE = "a passphrase for this test";
  });
  afterAll(() => {
    delete process.env.COHORT_KEY;
    delete process.env.COHORT_PASSPHRASE;
  });

  it.each([
    [["sponsor", "trial", "CZ-1"]],
    [["board", "suspend", "CZ-1", "--reason", "why"]],
    [["board", "reject", "CZ-1", "why"]],
    [["patient", "trials"]],
    [["patient", "form", "CZ-1"]],
    [["governance", "list"]],
    [["patient", "withdraw-by-code", "CZ-1", "3Z0S"]],
  ])("ends %j with code 4 and a word about trying again", async (args) => {
    const { code, out, err } = await cohort(...args, ...AWAY);
    expect([code, out]).toEqual([4, ""]);
    expect(err).toContain("is it running? Try again");
    expect(err).not.toContain(KEY.slice(2));
  });

  it("is told from a chain that is away", () => {
    expect(describeError(new Refusal("ChainUnavailable")).code).toBe(4);
    expect(describeError(new Refusal("TrialFull")).code).toBe(3);
    expect(describeError(new TypeError("x is not a function")).code).toBe(1);
  });
});

describe("the dictionary", () => {
  it("takes a concept into a copy of its folder and publishes it", async () => {
    const copy = file("dictionary");
    cpSync(fileURLToPath(new URL("../../circuits/dictionary", import.meta.url)), copy, {
      recursive: true,
    });
    const concept = write("concept.json", {
      name: "motion-sickness",
      title: "Motion sickness",
      description: "Low sodium as a diagnosis.",
      domain: "condition",
      members: [{ system: "icd10cm", code: "E87.1", prefix: true }],
    });
    const adding = ["governance", "concept", "add", concept, "--folder", copy];
    const added = await cohort(...adding, "--json");
    expect(added.json()).toMatchObject({
      name: "motion-sickness",
      version: DICTIONARY_VERSION + 1,
    });
    const again = await cohort(...adding);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining("has this name")]);
    const more = write("more.json", { name: "syncope", words: ["ohnmacht"] });
    const extending = ["governance", "concept", "extend", more, "--folder", copy];
    expect((await cohort(...extending, "--json")).json().words).toContain("ohnmacht");
    const wrong = write("wrong.json", { name: "syncope", wrods: [] });
    const refused = await cohort("governance", "concept", "extend", wrong, "--folder", copy);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("wrods")]);
    const publishing = ["governance", "concept", "publish", "--folder", copy];
    const published = (await cohort(...publishing, "--json")).json();
    expect(published).toMatchObject({
      version: DICTIONARY_VERSION + 1,
      concepts: added.json().number,
    });
    expect((await cohort(...publishing)).code).toBe(2);
  });
});

it("shortens long numbers only", () => {
  expect(shorten(12345678901234567890123456789n)).toBe("1234567890...");
  expect(shorten(`0x${"ab".repeat(32)}`)).toHaveLength(66);
  expect(shorten(42)).toBe("42");
});
