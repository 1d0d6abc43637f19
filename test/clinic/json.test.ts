// Decimals are read with every digit; nothing else of a JSON text changes.
import { describe, expect, it } from "vitest";
import { ClinicError } from "../../client/clinic/problem.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { parseJson } from "../../client/clinic/read/json.ts";
import { drawFrom } from "./draw.ts";
import { about, bundle, coded, factsOf, issue } from "./given.ts";

const LONG = "6.999949999999999999999";

describe("numbers under the key value", () => {
  it.each([
    [`{"value":${LONG}}`, LONG],
    [`{"value" :\n\t-${LONG}}`, `-${LONG}`],
    [`{"value": 123456789012345678}`, "123456789012345678"],
    [`{"value": 1.00000000000000001e-3}`, "1.00000000000000001e-3"],
  ])("keep the digits that a binary fraction would lose: %s", (text, kept) => {
    expect(parseJson(text, "t")).toEqual({ value: kept });
  });

  it.each(["7.4987279015619155", "0.1", "120", "-3.5e2"])("stay numbers where it holds %s", (n) => {
    expect(parseJson(`{"value": ${n}}`, "t")).toEqual({ value: Number(n) });
  });

  it("leave numbers under other keys alone", () => {
    const text = `{"valueDecimal":${LONG},"Value":${LONG},"x":[${LONG}],"low":{"value":${LONG}}}`;
    expect(parseJson(text, "t")).toEqual({
      valueDecimal: Number(LONG),
      Value: Number(LONG),
      x: [Number(LONG)],
      low: { value: LONG },
    });
  });

  it("are not looked for inside strings and other keys", () => {
    const inner = `"value": ${LONG}`;
    const object = { note: inner, 'x"value': 1, deep: `\\${inner}\\`, [inner]: "value" };
    expect(parseJson(JSON.stringify(object), "t")).toEqual(object);
    expect(parseJson(`{"x\\"value": ${LONG}}`, "t")).toEqual({ 'x"value': Number(LONG) });
  });

  it("differ in nothing else from what JSON says, for random texts of awkward pieces", () => {
    const draw = drawFrom(7);
    const pieces = ['"', "value", '"value"', ":", " ", "\\", LONG, "{", "}", ",", "x"];
    const word = () => Array.from({ length: 1 + draw(5) }, () => pieces[draw(11)]).join("");
    for (let i = 0; i < 2000; i++) {
      const numbers: string[] = [];
      const entries = Array.from({ length: 1 + draw(4) }, () => {
        const key = draw(3) === 0 ? "value" : word();
        const digits = `${draw(9)}.${draw(1e9)}${draw(1e9)}${draw(1e9)}`;
        if (key === "value") numbers.push(digits);
        const colon = [":", " : ", ":\n"][draw(3)];
        return `${JSON.stringify(key)}${colon}${draw(2) ? digits : JSON.stringify(word())}`;
      });
      const text = `{${entries.join(",")}}`;
      const plain = JSON.parse(text) as Record<string, unknown>;
      const read = parseJson(text, "t") as Record<string, unknown>;
      for (const [key, value] of Object.entries(plain)) {
        const isKept = key === "value" && typeof read[key] === "string" && read[key] !== value;
        if (isKept) expect(numbers).toContain(read[key]);
        else expect(read[key]).toEqual(value);
      }
    }
  });

  it.each([
    `{"value": 1.2.3456789012345678901}`,
    `{"value": 000000000000000000001}`,
    `{"value": 12345678901234567890.}`,
    `{"a":"x"value": ${LONG}}`,
    `{"value": ${LONG}`,
    `{"value": +${LONG}}`,
  ])("do not make a broken text readable: %s", (text) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(() => parseJson(text, "t")).toThrow(ClinicError);
  });

  it("do not move the place of an error", () => {
    const text = `{"value": ${LONG},\n "b": x}`;
    expect(() => parseJson(text, "t")).toThrow("line 2, column 7");
  });
});

describe("a decimal of a report", () => {
  const result = about("Observation", {
    status: "final",
    code: coded("loinc 4548-4"),
    effectiveDateTime: "2024-05-01",
    valueQuantity: { value: "@", unit: "%" },
  });
  const stored = (value: string) => {
    const text = JSON.stringify(bundle(result)).replace('"@"', value);
    const source = readBundle(parseJson(text, "t"), "t");
    return factsOf(issue([], { source }), "observation", "loinc 4548-4")[0];
  };

  it("is rounded once, from its digits", () => {
    expect(stored(LONG)).toBe(stored("6.9999"));
    expect(stored("6.99995")).toBe(stored("7"));
    expect(stored("6.99994999999999999999999999999999999999")).toBe(stored("6.9999"));
  });
});
