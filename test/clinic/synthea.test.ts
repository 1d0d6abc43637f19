// The 100 unmodified Synthea bundles, where they are at hand beside the project.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { formatDay, ONGOING, parseDay } from "../../circuits/statement/encoding/day.ts";
import { UNUSABLE } from "../../circuits/statement/encoding/fact.ts";
import { MAX_FACTS } from "../../circuits/witness/record.ts";
import { readSources } from "../../client/clinic/read/read.node.ts";
import type { Source } from "../../client/clinic/read/source.ts";
import { buildRecord, type Issued } from "../../client/clinic/record/issue.ts";
import { ALL, ISSUER } from "./given.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/fhir/synthea");
const present = existsSync(FOLDER);
if (!present) console.info("Synthea bundles are not here: their tests are skipped");

describe.skipIf(!present)("the hundred Synthea bundles", () => {
  let sources: Source[];
  let issued: Issued[];
  beforeAll(async () => {
    sources = await readSources(FOLDER);
    issued = sources.map((source) =>
      buildRecord({
        source,
        issuer: ISSUER,
        issuedDay: parseDay("2021-04-01"),
        identityCommitment: 7n,
        identitySince: 0,
        blinding: 1n << 200n,
        completeFor: ALL,
      }),
    );
  });
  const of = (i: number, type: string) =>
    sources[i]!.resources.filter(({ resource }) => resource.resourceType === type);

  it("are all read, and fit", () => {
    expect(issued).toHaveLength(100);
    for (const { record } of issued) expect(record.facts.length).toBeLessThanOrEqual(MAX_FACTS);
    const sizes = issued.map(({ counts }) => counts.facts).sort((a, b) => a - b);
    expect(sizes[50]).toBeGreaterThan(100);
  });

  it("hold an ongoing fact for each active condition, and none for one that ended", () => {
    sources.forEach((_, i) => {
      const active = new Set<string>();
      const over = new Set<string>();
      for (const { resource } of of(i, "Condition")) {
        const { code } = (resource.code as { coding: { code: string }[] }).coding[0]!;
        (resource.abatementDateTime ? over : active).add(code);
      }
      const ongoing = issued[i]!.facts.filter(
        (f) =>
          f.domain === "conditionLast" &&
          f.system === "snomed" &&
          f.day === ONGOING &&
          // What only an encounter gives as its reason blocks, and is no diagnosis.
          f.value !== UNUSABLE,
      ).map(({ code }) => code);
      expect(new Set(ongoing)).toEqual(active);
      for (const code of over) {
        const last = issued[i]!.facts.filter(
          (f) => f.domain === "conditionLast" && f.code === code,
        );
        expect(last.some(({ day }) => day !== ONGOING)).toBe(true);
      }
    });
  });

  it("hold the newest HbA1c of each patient, to four decimals", () => {
    let checked = 0;
    sources.forEach((_, i) => {
      const results = of(i, "Observation")
        .map(({ resource }) => resource as never as HbA1c)
        .filter(({ code }) => code.coding[0]?.code === "4548-4");
      if (results.length === 0) return;
      const newest = results.reduce((a, b) =>
        Date.parse(a.effectiveDateTime) >= Date.parse(b.effectiveDateTime) ? a : b,
      );
      const [fact] = issued[i]!.facts.filter(
        (f) => f.domain === "observation" && f.code === "4548-4",
      );
      expect(formatDay(fact!.day)).toBe(newest.effectiveDateTime.slice(0, 10));
      const stored = Number(fact!.value - (1n << 37n)) / 10_000;
      expect(Math.abs(stored - newest.valueQuantity.value)).toBeLessThanOrEqual(0.000_05);
      checked += 1;
    });
    expect(checked).toBeGreaterThan(30);
  });

  it("lose completeness for procedures only where a code is malformed", () => {
    const malformed = issued.filter(({ completeFor }) => !completeFor.includes("procedure"));
    // Synthea writes the LOINC code of an echocardiogram as SNOMED CT.
    expect(malformed.length).toBeGreaterThan(0);
    for (const { leftOut, completeFor } of malformed) {
      const reasons = leftOut.filter(({ clears }) => clears.length > 0).map((l) => l.reason);
      expect(new Set(reasons)).toEqual(new Set(["not coded usably: malformed SNOMED CT code"]));
      expect(completeFor).toEqual(ALL.filter((domain) => domain !== "procedure"));
    }
  });

  it("keep at least one fact of every code when they are trimmed", () => {
    const trimmed = issued.filter(({ leftOut }) =>
      leftOut.some(({ reason }) => reason.includes("beyond the newest")),
    );
    expect(trimmed.length).toBeGreaterThan(0);
    for (const record of trimmed) {
      const index = issued.indexOf(record);
      for (const { resource } of of(index, "Condition")) {
        const { code } = (resource.code as { coding: { code: string }[] }).coding[0]!;
        expect(record.facts.some((f) => f.domain === "conditionLast" && f.code === code)).toBe(
          true,
        );
      }
    }
  });
});

type HbA1c = {
  code: { coding: { code: string }[] };
  effectiveDateTime: string;
  valueQuantity: { value: number };
};
