// What a source is and what it says about itself: encodings and releases refused by name, parts kept back, ids of several
// servers, deletions.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { readSource, readSources } from "../../client/clinic/read/read.node.ts";
import type { Source } from "../../client/clinic/read/source.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";
import { ALL, about, bundle, condition, factsOf, ISSUED, ISSUER, PATIENT } from "./given.ts";

type Json = Record<string, unknown>;

const issueFrom = (source: Source) =>
  buildRecord({
    source,
    issuer: ISSUER,
    issuedDay: ISSUED,
    identityCommitment: 7n,
    identitySince: 0,
    blinding: 1n << 200n,
    completeFor: ALL,
  });
const read = (value: Json) => issueFrom(readBundle(value, "chart.json"));
const T2D = "icd10cm E11.9";
const has = (issued: ReturnType<typeof read>, code = T2D) =>
  factsOf(issued, "conditionStart", code).length > 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cohort-sources-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("a file that is no FHIR R4 in UTF-8 is refused by name", () => {
  const text = JSON.stringify(bundle(condition(T2D)));

  it.each([
    ["UTF-16 with a mark", Buffer.from(`\ufeff${text}`, "utf16le"), /UTF-16; save it as UTF-8/],
    ["UTF-16 without one", Buffer.from(text, "utf16le"), /UTF-16/],
    ["Latin-1", Buffer.from(text.replace("p1", "Müller"), "latin1"), /not UTF-8: probably Latin-1/],
    ["FHIR in XML", Buffer.from('<Bundle xmlns="http://hl7.org/fhir"/>'), /FHIR in XML; only JSON/],
    ["HTML", Buffer.from("<!doctype html>"), /XML or HTML/],
  ])("%s", async (name, bytes, message) => {
    const path = await written(`${name}.json`.replaceAll(" ", "-"), bytes);
    await expect(readSource(path)).rejects.toThrow(message);
  });

  it("XML beside JSON in a folder is refused, not passed over", async () => {
    const path = await written("one.xml", '<Bundle xmlns="http://hl7.org/fhir"/>');
    await expect(readSources(path)).rejects.toThrow(/FHIR in XML/);
  });

  it.each([
    ["STU3", { resourceType: "Condition", clinicalStatus: "active" }, "clinicalStatus"],
    ["STU3", { resourceType: "MedicationStatement", taken: "y" }, "taken"],
    ["STU3", { resourceType: "Immunization", notGiven: false }, "notGiven"],
    ["DSTU2", { resourceType: "MedicationOrder" }, "resourceType"],
    ["DSTU2", { resourceType: "Condition", patient: { reference: "Patient/p1" } }, "patient"],
    ["R5", { resourceType: "MedicationRequest", medication: { concept: {} } }, "medication"],
    ["R5", { resourceType: "Encounter", class: [{}] }, "class"],
    ["R5", { resourceType: "Procedure", occurrenceDateTime: "2020" }, "occurrenceDateTime"],
  ])("%s: %j", (release, resource, element) => {
    const message = `is FHIR ${release}, not R4 (it has ${element}); export it as R4`;
    expect(() => readBundle(bundle(resource), "b.json")).toThrow(message);
  });
});

describe("what a source says that it kept back", () => {
  const clears = (value: Json) => ALL.filter((d) => !read(value).completeFor.includes(d));
  const outcome = (severity: string, code: string) => ({
    resourceType: "OperationOutcome",
    issue: [{ severity, code }],
  });
  const section = (fields: Json) => ({
    ...bundle({ resourceType: "Composition", section: [fields] }),
    type: "document",
  });
  const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
  const loinc = (code: string) => ({ code: coded("http://loinc.org", code) });
  const reason = (code: string) => ({
    emptyReason: coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", code),
  });

  it("a total above what is given clears everything, one that fits nothing", () => {
    expect(clears({ ...bundle(), type: "searchset", total: 2 })).toEqual(ALL);
    expect(clears({ ...bundle(), type: "searchset", total: 1 })).toEqual([]);
  });

  it("an OperationOutcome clears everything unless it only informs", () => {
    expect(clears(bundle(outcome("warning", "suppressed")))).toEqual(ALL);
    expect(clears(bundle(outcome("information", "suppressed")))).toEqual(ALL);
    expect(clears(bundle(outcome("warning", "incomplete")))).toEqual(ALL);
    expect(clears(bundle(outcome("information", "informational")))).toEqual([]);
  });

  it("a failed part of a batch clears everything", () => {
    const entry = [{ resource: PATIENT }, { response: { status: "500 Internal Server Error" } }];
    expect(clears({ resourceType: "Bundle", type: "batch-response", entry })).toEqual(ALL);
    const fine = [{ resource: PATIENT, response: { status: "200 OK" } }];
    expect(clears({ resourceType: "Bundle", type: "batch-response", entry: fine })).toEqual([]);
  });

  it("a Bundle that is labelled as masked clears everything", () => {
    expect(clears({ ...bundle(), meta: { tag: [{ code: "SUBSETTED" }] } })).toEqual(ALL);
    expect(clears({ ...bundle(), meta: { security: [{ code: "REDACTED" }] } })).toEqual(ALL);
    expect(clears({ ...bundle(), meta: { tag: [{ code: "anything" }] } })).toEqual([]);
  });

  it("a section that is empty for another reason than that nothing is known clears its domains", () => {
    const drugs = ["medicationStart", "medicationLast"];
    expect(clears(section({ ...loinc("10160-0"), ...reason("notasked") }))).toEqual(drugs);
    expect(clears(section({ ...loinc("10160-0"), ...reason("withheld") }))).toEqual(drugs);
    expect(clears(section({ ...loinc("10160-0"), ...reason("nilknown") }))).toEqual([]);
    expect(clears(section({ ...loinc("99999-9"), ...reason("unavailable") }))).toEqual(ALL);
    const inner = { section: [{ ...loinc("48765-2"), ...reason("notasked") }] };
    expect(clears(section(inner))).toEqual(["allergyStart", "allergyLast"]);
  });

  it("a section told in words only clears its domains", () => {
    const told = { ...loinc("11450-4"), text: { div: "<div>see letter</div>" } };
    expect(clears(section(told))).toEqual(["conditionStart", "conditionLast"]);
    const entry = [{ reference: "Condition/c" }];
    expect(clears(section({ ...told, entry }))).toEqual([]);
  });

  it("a List that is empty for a reason clears what it is about", () => {
    const list = { resourceType: "List", ...loinc("48765-2"), ...reason("unavailable") };
    expect(clears(bundle(list))).toEqual(["allergyStart", "allergyLast"]);
  });

  it("implicitRules of a Bundle refuse it", () => {
    const value = { ...bundle(), implicitRules: "http://a.example/rules" };
    expect(() => readBundle(value, "b.json")).toThrow(/Bundle.implicitRules: names rules/);
  });
});

describe("what is read, and whose it is", () => {
  const at = (resource: Json, fullUrl: string) => ({ resource, fullUrl });
  const entries = (...entry: Json[]) => ({ resourceType: "Bundle", type: "collection", entry });
  const about1 = (reference: string, fields: Json = {}) => ({
    ...condition(T2D, { id: "c1" }),
    subject: { reference },
    ...fields,
  });

  it("a Bundle in a Bundle is read, however deep", () => {
    const inner = {
      resourceType: "Bundle",
      type: "searchset",
      entry: [{ resource: condition(T2D) }],
    };
    expect(has(read(bundle({ ...inner, entry: [{ resource: inner }] })))).toBe(true);
  });

  it("what a DELETE entry names is gone, and said", () => {
    const gone = { request: { method: "DELETE", url: "Condition/c1" } };
    const value = entries({ resource: PATIENT }, { resource: about1("Patient/p1") }, gone);
    const issued = read(value);
    expect(has(issued)).toBe(false);
    expect(issued.leftOut.map(({ reason }) => reason)).toContain("deleted by the source");
  });

  it("a search a file is pooled with the patient of another", async () => {
    const search = {
      resourceType: "Bundle",
      type: "searchset",
      entry: [{ resource: condition(T2D) }],
    };
    const path = await mkdtemp(join(folder, "pool-"));
    await writeFile(join(path, "patient.json"), JSON.stringify(PATIENT));
    await writeFile(join(path, "conditions.json"), JSON.stringify(search));
    expect(has(issueFrom(await readSource(path)))).toBe(true);
  });

  it("an absolute reference means the patient of that server only", () => {
    const patient = at(PATIENT, "https://a.example/fhir/Patient/p1");
    const ours = at(
      about1("https://a.example/fhir/Patient/p1"),
      "https://a.example/fhir/Condition/c1",
    );
    expect(has(read(entries(patient, ours)))).toBe(true);
    const theirs = at(
      about1("https://b.example/fhir/Patient/p1"),
      "https://b.example/fhir/Condition/c1",
    );
    expect(() => read(entries(patient, theirs))).toThrow(/somebody who is not the patient/);
    const relative = at(about1("Patient/p1"), "https://b.example/fhir/Condition/c1");
    expect(() => read(entries(patient, relative))).toThrow(/somebody who is not the patient/);
  });

  it("one id on two servers is two resources", () => {
    const patient = at(PATIENT, "https://a.example/fhir/Patient/p1");
    const one = at(about1("Patient/p1"), "https://a.example/fhir/Condition/c1");
    const other = { ...condition("icd10cm J45.909", { id: "c1" }) };
    const two = at(
      { ...other, subject: { reference: "https://a.example/fhir/Patient/p1" } },
      "https://b.example/fhir/Condition/c1",
    );
    const issued = read(entries(patient, one, two));
    expect([has(issued), has(issued, "icd10cm J45.909")]).toEqual([true, true]);
  });

  it("a subject given by identifier is the patient who has it", () => {
    const identifier = { system: "urn:mrn", value: "17" };
    const patient = { ...PATIENT, identifier: [identifier] };
    const known = { ...condition(T2D), subject: { identifier } };
    expect(has(read(entries({ resource: patient }, { resource: known })))).toBe(true);
    const other = { ...known, subject: { identifier: { ...identifier, value: "18" } } };
    expect(() => read(entries({ resource: patient }, { resource: other }))).toThrow(
      /not the patient/,
    );
  });

  it("what is about a group or a device is left out, what is about nobody clears", () => {
    const device = {
      ...about("Observation", { status: "final" }),
      subject: { reference: "Device/d" },
    };
    const left = read(bundle(device));
    expect(left.leftOut.map(({ reason }) => reason)).toContain(
      "is about a group, a device or a place",
    );
    expect(left.completeFor).toContain("observation");
    const visit = { resourceType: "Encounter", status: "finished", class: { code: "IMP" } };
    expect(read(bundle(visit)).completeFor).not.toContain("encounter");
  });

  it("a masked resource without its status is no reason to refuse the chart", () => {
    const cut = about("MedicationRequest", { meta: { tag: [{ code: "SUBSETTED" }] } });
    expect(read(bundle(cut)).completeFor).not.toContain("medicationLast");
  });
});
