// Whatever a file holds, the reader either gives a sound record or refuses with a path: it never crashes.
import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { checkRecord } from "../../circuits/witness/record.ts";
import { ClinicError } from "../../client/clinic/problem.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { buildRecord } from "../../client/clinic/record/issue.ts";
import { seededRandom } from "../../client/clinic/sample/random.ts";
import { samplePatient } from "../support/samplePatient.ts";
import { ALL, about, coded, ISSUER, issue } from "./given.ts";

const TODAY = parseDay("2024-06-15");
const SECRET = "Zx9-secret";
const JUNK: readonly unknown[] = [
  null,
  "",
  SECRET,
  "constructor",
  "__proto__",
  "9999-12-31",
  "0001-01-01",
  -1,
  1e308,
  0.1,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [null],
  { coding: [{}] },
  { reference: SECRET },
  "x".repeat(10_000),
];

type Spot = { readonly holder: Record<string, unknown>; readonly key: string };

/** Every property of a value, at any depth. */
function spotsOf(value: unknown): Spot[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...spotsOf(holder[key])]);
}

describe("hostile input", () => {
  it("gives a sound record or a refusal with paths, never a crash", () => {
    const random = seededRandom("hostile");
    const whole = samplePatient({ index: 0, today: TODAY });
    let refused = 0;
    for (let round = 0; round < 500; round++) {
      const bundle = { ...whole };
      bundle.entry = structuredClone(whole.entry!).filter((_, i) => i === 0 || random.chance(0.05));
      for (let changes = random.int(1, 3); changes > 0; changes--) {
        const { holder, key } = random.pick(spotsOf(bundle));
        if (random.chance(0.2)) delete holder[key];
        else holder[key] = random.pick(JUNK);
      }
      try {
        const { record } = buildRecord({
          source: readBundle(bundle, "b.json"),
          issuer: ISSUER,
          issuedDay: TODAY,
          identityCommitment: 7n,
          identitySince: 0,
          completeFor: ALL,
        });
        checkRecord(record);
      } catch (error) {
        if (!(error instanceof ClinicError)) throw error;
        refused += 1;
        for (const { path, reason } of error.problems) {
          expect(path).not.toBe("");
          expect(reason).not.toContain(SECRET);
        }
      }
    }
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(500);
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "named %s is no code system or unit of ours",
    (name) => {
      const code = { coding: [{ system: name, code: "1" }] };
      const issued = issue([
        about("Condition", { code, onsetDateTime: "2020" }),
        about("MedicationRequest", {
          status: "completed",
          intent: "order",
          authoredOn: "2020-01-01",
          medicationCodeableConcept: coded("rxnorm 6809"),
          dispenseRequest: {
            validityPeriod: { end: "2020-02-01" },
            expectedSupplyDuration: { value: 1, unit: name },
          },
        }),
        about("Observation", {
          status: "final",
          code: coded("loinc 4548-4"),
          effectiveDateTime: "2020-01-01",
          valueQuantity: { value: 7, unit: name },
        }),
      ]);
      expect(issued.leftOut[0]?.reason).toContain(`code system ${name}`);
      expect(issued.facts.some(({ note }) => note?.includes(`"${name}"`))).toBe(true);
    },
  );
});
