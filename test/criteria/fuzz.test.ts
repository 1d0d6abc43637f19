// Damaged criteria files: whatever is in them, they compile or name what is wrong, and never crash.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { CriteriaError } from "../../circuits/statement/criteria/problem.ts";
import { options as testOptions } from "./fixtures.ts";
import { seeded } from "./random.ts";

const folder = new URL("../../client/sponsor/examples/", import.meta.url);
const { salt, latestIdentitySince } = testOptions;
const JUNK: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e21,
  1e-9,
  "",
  "0",
  "-5 years",
  "99999 years",
  "9".repeat(40),
  "E11-",
  "C97-C00",
  "constructor",
  "__proto__",
  [],
  {},
  [[]],
  { age: { min: 18 } },
  { any: [{ sex: "male" }] },
  { not: { not: { sex: "male" } } },
];

type Place = { holder: Record<string | number, unknown>; key: string | number };

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Place["holder"];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

describe("damaged criteria", () => {
  it("compile or are refused by path, never anything else", () => {
    const random = seeded(7);
    const texts = readdirSync(folder).map((name) =>
      JSON.stringify(JSON.parse(readFileSync(new URL(name, folder), "utf8")).criteria),
    );
    const counts = { compiled: 0, refused: 0 };
    for (let i = 0; i < 1500; i++) {
      const criteria = JSON.parse(texts[i % texts.length]!);
      for (let change = 0; change <= i % 3; change++) {
        const places = placesIn(criteria);
        const { holder, key } = places[Math.floor(random() * places.length)]!;
        const junk = JUNK[Math.floor(random() * JUNK.length)];
        if (random() < 0.2) delete holder[key];
        else holder[key] = structuredClone(junk);
      }
      try {
        compile(criteria, { salt, latestIdentitySince });
        counts.compiled += 1;
      } catch (error) {
        if (!(error instanceof CriteriaError)) throw error;
        const { problems } = error;
        expect(problems.length).toBeGreaterThan(0);
        for (const { message, hint } of problems) {
          expect(message, JSON.stringify(problems)).not.toBe("");
          expect(hint, JSON.stringify(problems)).not.toBe("");
        }
        counts.refused += 1;
      }
    }
    expect(counts.compiled).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(500);
  });
});
