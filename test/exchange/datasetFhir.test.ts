import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation, Provenance, QuestionnaireResponse, Resource } from "fhir/r4";
import { afterAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { auditDataset } from "../../client/auditor/dataset/audit.ts";
import { fillFolder, readFolder } from "../../client/exchange/dataset/files.node.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import { loadDefinitions, problemsOf } from "../auditor/fhirValidator.ts";
import {
  evidenceOf,
  hashOf,
  madePackage,
  observations,
  PSEUDONYMS,
  response,
  sample,
  textIn,
  written,
} from "./datasetSample.ts";

const personal = madePackage({
  who: 3,
  source: "device",
  collection: "ring",
  content: observations([55], {
    note: [{ text: "Anna Schmidt's watch" }],
    performer: [{ display: "Anna Schmidt" }],
    subject: { display: "Anna Schmidt" },
    component: [
      {
        code: { coding: [{ system: "http://loinc.org", code: "8480-6" }] },
        valueQuantity: { value: 120, unit: "mmHg" },
      },
    ],
  }),
});
const corrected = madePackage({
  who: 0,
  source: "site",
  collection: "visit",
  content: response({ weight: { valueDecimal: 72 } }),
  more: { sequence: 2, replaces: `0x${"12".repeat(32)}`, correction: 2 },
});
const made = await written(sample([personal, corrected]));

const read = <T extends Resource>(type: string): T[] =>
  textIn(made.held, `fhir/${type}.ndjson`)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);

describe("the FHIR files", () => {
  const responses = read<QuestionnaireResponse>("QuestionnaireResponse");
  const seen = read<Observation>("Observation");
  const provenances = read<Provenance>("Provenance");

  test("hold what was in the packages, of pseudonyms, each with its entry", () => {
    expect(responses).toHaveLength(5);
    expect(seen).toHaveLength(3 + 2 + 1);
    for (const { subject } of [...responses, ...seen]) {
      expect(PSEUDONYMS.map(String)).toContain(subject?.identifier?.value);
    }
    const entries = new Set(made.manifest.entries.map(({ entry }) => entry));
    for (const { identifier } of responses) expect(entries).toContain(identifier?.value);
    for (const { identifier } of seen) expect(entries).toContain(identifier?.[0]?.value);
  });

  test("name nobody, and the manifest says which fields were not kept", () => {
    for (const bytes of made.held.values()) {
      expect(new TextDecoder().decode(bytes)).not.toContain("Schmidt");
    }
    expect(made.manifest.fieldsLeftOut).toEqual({
      "Observation.note": 1,
      "Observation.performer": 1,
      "Observation.subject": 1,
    });
    expect(textIn(made.held, "csv/ring.csv")).toContain("8480-6,8480-6 (unit)");
  });

  test("give a record's facts their codes, units and words, and its absences", () => {
    const [newest, absent] = seen.filter(({ component }) => component?.length !== 1).slice(-2);
    expect(newest).toMatchObject({
      code: { coding: [{ system: "http://loinc.org", code: "4548-4" }] },
      effectiveDateTime: "2026-02-01",
      valueQuantity: { value: 7.4, code: "%" },
    });
    expect(newest!.code.text).toContain("and nothing newer");
    expect(absent).toMatchObject({ valueBoolean: false });
    expect(absent!.code.text).toContain("not on record in the last 30 days");
  });

  test("say of each entry who made it, from what, and what it corrects", () => {
    expect(provenances).toHaveLength(made.manifest.entries.length);
    const of = (hash: string) =>
      provenances.find(({ entity }) => entity?.[0]?.what.identifier?.value === hash)!;
    const visit = of(hashOf(corrected));
    expect(visit.entity?.[1]).toMatchObject({
      role: "revision",
      what: { identifier: { value: corrected.deposited.entry.replaces } },
    });
    expect(visit.reason?.[0]?.coding?.[0]?.code).toBe("sourceCorrected");
    expect(visit.agent[0]?.onBehalfOf?.identifier?.value).toBe("1");
    expect(of(hashEntry(personal.deposited.entry)).agent[0]?.who.identifier?.value).toBe(
      PSEUDONYMS[3]!.toString(),
    );
    const ids = new Set([...responses, ...seen].map((one) => `${one.resourceType}/${one.id}`));
    const targets = provenances.flatMap(({ target }) => target.map(({ reference }) => reference!));
    expect(new Set(targets)).toEqual(ids);
  });

  test("are valid FHIR R4", () => {
    loadDefinitions();
    // UCUM is a grammar: nobody lists its codes.
    const isListed = (problem: string) => !problem.endsWith("publishes http://unitsofmeasure.org");
    for (const resource of [...responses, ...seen, ...provenances]) {
      expect(problemsOf(resource).filter(isListed), JSON.stringify(resource)).toEqual([]);
    }
  });
});

describe("a folder on a disk", () => {
  const parent = mkdtempSync(join(tmpdir(), "cohort-dataset-"));
  const folder = join(parent, "dataset");
  afterAll(() => rmSync(parent, { recursive: true }));
  const { opened, packages, opening } = made.of;
  const input = { opened, packages, opening, omissions: [], now: new Date(0) };

  test("appears whole, readable by its owner only, and stands the audit", async () => {
    await fillFolder(folder, (files) => writeDataset({ ...input, files }));
    expect(readdirSync(parent)).toEqual(["dataset"]);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
    if (process.platform !== "win32") {
      expect(statSync(folder).mode & 0o077).toBe(0);
      expect(statSync(join(folder, "csv", "visit.csv")).mode & 0o077).toBe(0);
    }
    const audited = await auditDataset({
      files: readFolder(folder),
      evidence: evidenceOf(made.of),
    });
    expect(audited.findings).toEqual([]);
  });

  test("is not written over", async () => {
    const again = fillFolder(folder, (files) => writeDataset({ ...input, files }));
    await expect(again).rejects.toThrow("exists");
  });

  test("that is written anew stays until all of the new one is there", async () => {
    const kept = join(parent, "kept");
    const fill = (of: typeof input.opened | AsyncIterable<(typeof opened)[number]>) =>
      fillFolder(kept, (files) => writeDataset({ ...input, files, opened: of }), {
        replaces: true,
      });
    const first = await fill(opened);
    // biome-ignore lint/correctness/useYield: it fails before
    async function* broken() {
      throw new Error("no space left on device");
    }
    await expect(fill(broken())).rejects.toThrow("no space left");
    expect(readdirSync(kept)).toContain("manifest.json");
    const second = await fill(opened.slice(1));
    expect(second.manifest.entries).toHaveLength(first.manifest.entries.length - 1);
    rmSync(kept, { recursive: true });
    expect(readdirSync(parent)).toEqual(["dataset"]);
  });

  test("is not there at all when something fails midway", async () => {
    async function* broken() {
      yield opened[0]!;
      throw new Error("no space left on device");
    }
    const other = join(parent, "other");
    const failed = fillFolder(other, (files) =>
      writeDataset({ ...input, files, opened: broken() }),
    );
    await expect(failed).rejects.toThrow("no space left");
    expect(readdirSync(parent)).toEqual(["dataset"]);
  });
});
