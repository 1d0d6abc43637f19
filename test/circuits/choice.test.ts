import { beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { brokenBy } from "./constraints.ts";
import { compilePart, type Part } from "./part.ts";
import { randomBits, seeded } from "./random.ts";

const OPTIONS = [5n, 7n, 7n, 0n, FIELD_ORDER - 1n];

let oneOf: Part;
beforeAll(async () => {
  oneOf = await compilePart(`OneOf(${OPTIONS.length})`, "choice.circom");
});

describe("one of several", () => {
  test.each([5n, 7n, 0n, FIELD_ORDER - 1n])("is %i, which is among them", (value) => {
    expect(oneOf.accepts({ options: OPTIONS, value })).toBe(true);
  });

  test.each([1n, 6n, 12n, 35n, FIELD_ORDER - 2n])("is not %i, which is not", (value) => {
    expect(oneOf.accepts({ options: OPTIONS, value })).toBe(false);
  });

  test("is none of other random numbers", () => {
    const random = seeded(12);
    for (let i = 0; i < 200; i++) {
      const options = OPTIONS.map(() => randomBits(random, 253));
      expect(oneOf.accepts({ options, value: randomBits(random, 253) })).toBe(false);
      expect(oneOf.accepts({ options, value: options[i % OPTIONS.length]! })).toBe(true);
    }
  });

  test("cannot be shown by changing any product", () => {
    const system = oneOf.constraints();
    const honest = oneOf.calculate({ options: OPTIONS, value: 7n });
    const inputs = OPTIONS.length + 1;
    for (const wire of honest.keys()) {
      if (wire <= inputs) continue;
      for (const change of [1n, FIELD_ORDER - 1n, 4711n]) {
        const forged = honest.with(wire, (honest[wire]! + change) % FIELD_ORDER);
        expect(brokenBy(system, forged), `wire ${wire}`).not.toEqual([]);
      }
    }
  });

  test("is one of at least two", async () => {
    await expect(compilePart("OneOf(1)", "choice.circom")).rejects.toThrow("circom2 refused");
  });
});
