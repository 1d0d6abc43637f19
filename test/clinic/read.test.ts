import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClinicError } from "../../client/clinic/problem.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { parseJson, parseNdjson } from "../../client/clinic/read/json.ts";
import { readSource, readSources } from "../../client/clinic/read/read.node.ts";
import { readFiles } from "../../client/clinic/read/read.ts";
import { about, bundle, coded, issue, PATIENT, problemsOf, status } from "./given.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cohort-clinic-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
  return path;
}
const condition = (id: string, subject = "Patient/p1") => ({
  ...about("Condition", { id, code: coded("snomed 44054006"), onsetDateTime: "2020-01-01" }),
  subject: { reference: subject },
  clinicalStatus: status("active"),
});
const lines = (...resources: unknown[]) => resources.map((r) => JSON.stringify(r)).join("\n");

describe("malformed JSON", () => {
  it.each([
    ['{\n  "a": b }', "line 2, column 8"],
    ['{"a": 1,}', "line 1, column 9"],
    ['{"a": 1', "line 1, column 8: it ends too early"],
    ['{\n"resourceType": "Bun', "line 2, column 21: it ends too early"],
    ["[1, 2,, 3]", "line 1, column 7"],
  ])("is refused with its place: %j", (text, place) => {
    const [problem] = problemsOf(() => parseJson(text, "x.json"));
    expect(problem?.reason).toContain(`not valid JSON at ${place}`);
  });

  it("is refused without quoting what is in it", () => {
    const text = '{"name": "Ada Secret", "born": 1815-12-10}';
    expect(() => parseJson(text, "x.json")).toThrow(ClinicError);
    expect(() => parseJson(text, "x.json")).not.toThrow(/Secret|1815/);
  });

  it("in one line of NDJSON is refused with that line", () => {
    const [problem] = problemsOf(() => parseNdjson('{"a":1}\n\n{"a":\n', "c.ndjson"));
    expect(problem?.path).toBe("c.ndjson:3");
  });

  it("is not an empty file, which is refused as such", () => {
    expect(problemsOf(() => parseJson(" \n", "x.json"))[0]?.reason).toBe("the file is empty");
  });
});

describe("a Bundle", () => {
  it.each([
    ["empty", []],
    ["without entries", undefined],
  ])("that is %s is refused", (_, entry) => {
    const empty = { resourceType: "Bundle", type: "collection", entry };
    expect(problemsOf(() => readBundle(empty, "b.json"))[0]).toEqual({
      path: "b.json: Bundle.entry",
      reason: "is empty; nothing to attest",
    });
  });

  it.each(["history", "message", "subscription-notification"])("of type %s is refused", (type) => {
    const other = { ...bundle(), type };
    expect(problemsOf(() => readBundle(other, "b.json"))[0]?.path).toBe("b.json: Bundle.type");
  });

  it.each(["collection", "transaction", "searchset", "document"])("of type %s is read", (type) => {
    expect(readBundle({ ...bundle(), type }, "b.json").patient.resource.id).toBe("p1");
  });

  it("with two patients is refused, naming both", () => {
    const two = bundle({ ...PATIENT, id: "p2" });
    expect(problemsOf(() => readBundle(two, "b.json")).map(({ path }) => path)).toEqual([
      "b.json: Bundle.entry[0] (Patient/p1)",
      "b.json: Bundle.entry[1] (Patient/p2)",
    ]);
  });

  it("without a patient is refused", () => {
    const entry = [{ resource: { resourceType: "Organization" } }];
    const none = { resourceType: "Bundle", type: "collection", entry };
    expect(problemsOf(() => readBundle(none, "b.json"))[0]?.reason).toContain("no Patient");
  });

  it("with a resource of another subject is refused, naming it", () => {
    const foreign = bundle(condition("c1"), condition("c2", "Patient/p7"));
    expect(problemsOf(() => readBundle(foreign, "b.json"))).toEqual([
      {
        path: "b.json: Bundle.entry[2] (Condition/c2)",
        reason: "is about somebody who is not the patient given here; remove it",
      },
    ]);
  });

  it("with a resource about nobody is refused", () => {
    const { subject: _, ...orphan } = condition("c1");
    expect(problemsOf(() => readBundle(bundle(orphan), "b.json"))[0]?.reason).toContain(
      "does not say which patient",
    );
  });

  it("with an entry that is no resource is refused", () => {
    const broken = bundle();
    (broken.entry as unknown[]).push({ resource: { id: "x" } }, {});
    expect(problemsOf(() => readBundle(broken, "b.json")).map(({ path }) => path)).toEqual([
      "b.json: Bundle.entry[1]",
      "b.json: Bundle.entry[2]",
    ]);
  });

  it("names its patient by full URL, absolute or relative reference alike", () => {
    const fullUrl = "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001";
    for (const reference of [fullUrl, "Patient/p1", "https://x.example/fhir/Patient/p1"]) {
      const entry = [{ fullUrl, resource: PATIENT }, { resource: condition("c1", reference) }];
      const read = readBundle({ resourceType: "Bundle", type: "collection", entry }, "b.json");
      expect(read.resources).toHaveLength(1);
    }
  });

  it("that is one page of a search makes all absence unprovable", () => {
    const page = { ...bundle(), type: "searchset", link: [{ relation: "next", url: "x" }] };
    const read = readBundle(page, "b.json");
    expect(issue([], { source: read }).completeFor).toEqual([]);
    expect(issue([]).completeFor).toContain("conditionLast");
  });
});

describe("duplicate resources", () => {
  it("that are equal count once", () => {
    const read = readBundle(bundle(condition("c1"), condition("c1")), "b.json");
    expect(read.resources).toHaveLength(1);
    expect(read.leftOut[0]?.reason).toBe("an identical copy was read before");
  });

  it("that differ give the last updated, in either order", () => {
    const old = { ...condition("c1"), meta: { lastUpdated: "2020-01-01T00:00:00Z" } };
    const corrected = {
      ...condition("c1"),
      onsetDateTime: "2019-01-01",
      meta: { lastUpdated: "2021-01-01T00:00:00Z" },
    };
    for (const order of [
      [old, corrected],
      [corrected, old],
    ]) {
      const read = readBundle(bundle(...order), "b.json");
      expect(read.resources.map(({ resource }) => resource.onsetDateTime)).toEqual(["2019-01-01"]);
      expect(read.leftOut).toHaveLength(1);
    }
  });

  it("that differ and do not say which is newer are refused", () => {
    const other = { ...condition("c1"), onsetDateTime: "2019-01-01" };
    const [problem] = problemsOf(() => readBundle(bundle(condition("c1"), other), "b.json"));
    expect(problem).toMatchObject({ path: "b.json: Bundle.entry[2] (Condition/c1)" });
    expect(problem?.reason).toContain("nothing says which is newer");
  });

  it("of a patient do not make two patients", () => {
    expect(readBundle(bundle({ ...PATIENT }), "b.json").patient.resource.id).toBe("p1");
  });
});

describe("files", () => {
  it("may be a gzipped Bundle", async () => {
    const path = await write("one.json.gz", gzipSync(JSON.stringify(bundle(condition("c1")))));
    expect((await readSource(path)).resources).toHaveLength(1);
  });

  it("may be what a page was given, gzipped or not", async () => {
    const packed = gzipSync(lines(PATIENT, condition("c1")));
    const dropped = [
      new File([packed], "one.ndjson.gz"),
      new File([JSON.stringify(condition("c2"))], "two.json"),
    ];
    const [source] = await readFiles("2 files", dropped);
    expect(source!.resources).toHaveLength(2);
    await expect(readFiles("1 file", [dropped[1]!])).rejects.toThrow("about somebody who is not");
  });

  it("that are cut off in the gzip are refused by name", async () => {
    const path = await write("cut.json.gz", gzipSync("{}".repeat(500)).subarray(0, 20));
    await expect(readSources(path)).rejects.toThrow("cut.json.gz: is not a whole gzip file");
  });

  it("may be one NDJSON file", async () => {
    const path = await write("one.ndjson", lines(PATIENT, condition("c1")));
    expect((await readSource(path)).resources).toHaveLength(1);
  });

  it("of a Bulk Data export are split by patient, in several files and out of order", async () => {
    const second = { ...PATIENT, id: "p2" };
    await write("bulk/Condition.1.ndjson", lines(condition("c1"), condition("c2", "Patient/p2")));
    await write("bulk/Condition.2.ndjson", lines(condition("c3", "Patient/p2")));
    await write(
      "bulk/Medication.ndjson.gz",
      gzipSync(lines({ resourceType: "Medication", id: "m" })),
    );
    await write("bulk/Patient.ndjson", lines(PATIENT, second));
    await write("bulk/notes.txt", "not read");
    const sources = await readSources(join(folder, "bulk"));
    expect(
      sources.map(({ resources }) => resources.map(({ resource }) => resource.id).sort()),
    ).toEqual([
      ["c1", "m"],
      ["c2", "c3", "m"],
    ]);
    await expect(readSource(join(folder, "bulk"))).rejects.toThrow("holds 2 patients");
  });

  it("of a folder may be a Bundle for each patient", async () => {
    const other = bundle();
    (other.entry as { resource: unknown }[])[0]!.resource = { ...PATIENT, id: "p2" };
    await write("bundles/a.json", JSON.stringify(bundle(condition("c1"))));
    await write("bundles/b.json", JSON.stringify(other));
    const sources = await readSources(join(folder, "bundles"));
    expect(sources.map(({ name }) => name)).toEqual(["a.json", "b.json"]);
  });

  it("may be single resources in JSON", async () => {
    await write("single/p.json", JSON.stringify(PATIENT));
    await write("single/c.json", JSON.stringify(condition("c1")));
    expect((await readSource(join(folder, "single"))).resources).toHaveLength(1);
  });

  it("that are bad are all named at once", async () => {
    await write("bad/a.json", "{");
    await write("bad/b.json", JSON.stringify({ resourceType: "Bundle", type: "history" }));
    await expect(readSources(join(folder, "bad"))).rejects.toThrow(/a\.json.*\n.*b\.json/);
  });

  it("that are not there, or folders without any, are refused", async () => {
    await expect(readSources(join(folder, "nowhere"))).rejects.toThrow("no such file or folder");
    await mkdir(join(folder, "void"), { recursive: true });
    await expect(readSources(join(folder, "void"))).rejects.toThrow("no .json or .ndjson file");
  });

  it("without a patient are refused", async () => {
    const path = await write("orphan.ndjson", lines({ resourceType: "Organization", id: "o" }));
    await expect(readSources(path)).rejects.toThrow("holds no Patient resource");
  });
});
