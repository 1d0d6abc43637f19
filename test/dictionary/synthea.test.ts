// The dictionary against the codes that real-looking records use. Needs the shared Synthea bundles.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodeAnswer, questionOf } from "../../circuits/statement/dictionary/dictionary.ts";
import { toCanonical } from "../../circuits/statement/encoding/units.ts";

const folder = new URL("../../../shared/fhir/synthea/", import.meta.url);
const present = existsSync(folder);
if (!present) console.log("shared Synthea bundles are absent: their codes are not checked");

type Coded = {
  code: { coding: { code: string }[] };
  valueQuantity?: { value: number; unit?: string; code?: string };
  valueCodeableConcept?: { coding: { system: string; code: string }[] };
  component?: Coded[];
};

function observations(): Coded[] {
  return readdirSync(folder).flatMap((name) => {
    const bundle = JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString());
    const found = bundle.entry
      .map((entry: { resource: { resourceType: string } }) => entry.resource)
      .filter((resource: { resourceType: string }) => resource.resourceType === "Observation");
    return found.flatMap((resource: Coded) => [resource, ...(resource.component ?? [])]);
  });
}

describe.skipIf(!present)("the Synthea bundles", () => {
  test("hold no quantity that the dictionary cannot store", () => {
    const failures = new Set<string>();
    let converted = 0;
    for (const { code, valueQuantity } of observations()) {
      const loinc = code.coding[0]!.code;
      if (!valueQuantity || questionOf(loinc)) continue;
      const unit = valueQuantity.code ?? valueQuantity.unit ?? "";
      const result = toCanonical({ loinc, value: String(valueQuantity.value), unit });
      if (result.ok) converted++;
      else failures.add(`${loinc} ${unit}: ${result.reason}`);
    }
    expect([...failures]).toEqual([]);
    expect(converted).toBeGreaterThan(10_000);
  });

  test("hold the smoking status in a form the dictionary knows", () => {
    const smoking = observations().filter(({ code }) => code.coding[0]!.code === "72166-2");
    expect(smoking.length).toBeGreaterThan(0);
    const unknown = smoking.filter(
      ({ valueCodeableConcept }) =>
        encodeAnswer("72166-2", valueCodeableConcept?.coding ?? []) === undefined,
    );
    expect(unknown).toEqual([]);
  });
});
