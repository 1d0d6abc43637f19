import { describe, expect, it } from "vitest";
import { readFhir } from "../../client/exchange/device/fhir.ts";
import { seeded } from "../circuits/random.ts";
import { cut, cutBytes, OPTIONS, refusalOf, short } from "./deviceGiven.ts";

type Json = Record<string, unknown>;
const coded = (code: string) => ({ coding: [{ system: "http://loinc.org", code }] });
const quantity = (value: number, code: string) => ({
  value,
  unit: code,
  system: "http://unitsofmeasure.org",
  code,
});
const pulse = (more: Json = {}): Json => ({
  resourceType: "Observation",
  status: "final",
  code: coded("8867-4"),
  effectiveDateTime: "2024-03-01T23:30:00-05:00",
  valueQuantity: quantity(61, "/min"),
  ...more,
});
const bundle = (...resources: Json[]) => ({
  resourceType: "Bundle",
  type: "collection",
  entry: resources.map((resource) => ({ resource })),
});
const read = (value: unknown, more: { zone?: string } = {}) =>
  readFhir([typeof value === "string" ? value : JSON.stringify(value, null, 1)], {
    ...OPTIONS,
    ...more,
  });

describe("FHIR", () => {
  it("is read as a Bundle, one Observation, or NDJSON of either", async () => {
    const lines = [pulse(), bundle(pulse(), pulse()), pulse()].map((one) => JSON.stringify(one));
    expect((await read(bundle(pulse(), pulse()))).observations).toHaveLength(2);
    expect((await read(pulse())).observations).toHaveLength(1);
    expect((await read(lines.join("\r\n"))).observations).toHaveLength(4);
  });

  it("in one long line is not looked through anew with each piece", async () => {
    // 3 MB in pieces of ten characters: each time from the start, that would be hundreds of gigabytes.
    const text = JSON.stringify(bundle(pulse({ note: [{ text: "x".repeat(3_000_000) }] })));
    function* pieces() {
      for (let at = 0; at < text.length; at += 10) yield text.slice(at, at + 10);
    }
    expect((await readFhir(pieces(), OPTIONS)).observations).toHaveLength(1);
    const lines = (function* () {
      yield `${JSON.stringify(pulse())}\n`;
      yield* pieces();
    })();
    expect((await readFhir(lines, OPTIONS)).observations).toHaveLength(2);
  });

  it("is reduced to code, time, value and make of the device", async () => {
    const { observations } = await read(
      bundle(
        { resourceType: "Device", id: "d1", manufacturer: "Acme", modelNumber: "P1", owner: {} },
        pulse({
          id: "7",
          subject: { reference: "Patient/anna", display: "Anna" },
          performer: [{ display: "Dr Anna" }],
          note: [{ text: "Anna was well" }],
          text: { status: "generated", div: "<div>Anna</div>" },
          device: { reference: "http://server/fhir/Device/d1", display: "Anna's watch" },
        }),
      ),
    );
    expect(observations).toEqual([
      {
        resourceType: "Observation",
        status: "final",
        code: { coding: [{ system: "http://loinc.org", code: "8867-4", display: "Heart rate" }] },
        effectiveDateTime: "2024-03-01T23:30:00-05:00",
        valueQuantity: quantity(61, "/min"),
        device: { display: "Acme P1" },
      },
    ]);
  });

  it("converts units, and reads a pressure by its components", async () => {
    const { observations } = await read(
      bundle(
        pulse({ code: coded("29463-7"), valueQuantity: quantity(150, "[lb_av]") }),
        pulse({
          code: coded("85354-9"),
          valueQuantity: undefined,
          component: [
            { code: coded("8480-6"), valueQuantity: quantity(16, "kPa") },
            { code: coded("8462-4"), valueQuantity: quantity(80, "mm[Hg]") },
          ],
        }),
      ),
    );
    expect(short(observations[0]!)).toContain("29463-7 68.0388555");
    expect(observations[1]?.component).toHaveLength(2);
    expect(observations[1]?.component?.[0]?.valueQuantity?.code).toBe("mm[Hg]");
    expect(observations[1]?.component?.[0]?.valueQuantity?.value).toBeCloseTo(120, 1);
  });

  it.each([
    ["a status that is not final", { status: "entered-in-error" }, "its status is not final"],
    ["a bound", { valueQuantity: { ...quantity(61, "/min"), comparator: "<" } }, "only a bound"],
    ["an unknown modifier", { modifierExtension: [{ url: "x" }] }, "a modifier"],
    ["no value", { valueQuantity: undefined }, "no value that is a quantity"],
    ["a text for a value", { valueQuantity: { value: "61", code: "/min" } }, "is not as FHIR"],
    ["a reason for none", { dataAbsentReason: { text: "x" } }, "no value, and a reason why"],
    ["another unit", { valueQuantity: quantity(61, "kg") }, "cannot be converted"],
    ["units at odds", { valueQuantity: { ...quantity(61, "/min"), unit: "/s" } }, "contradict"],
    ["a month", { effectiveDateTime: "2024-03" }, "its day is not certain"],
    ["no such day", { effectiveDateTime: "2024-02-30" }, "there is no such day"],
    ["no time", { effectiveDateTime: undefined }, "no time"],
    [
      "half a period",
      { effectiveDateTime: undefined, effectivePeriod: { start: "2024-03-01T10:00:00Z" } },
      "no time, or no whole one",
    ],
    ["a code of another system", { code: { coding: [{ code: "8867-4" }] } }, "not asked for"],
    ["a prototype for a code", { code: coded("__proto__") }, "not asked for"],
  ])("with %s is left out by name", async (_, more, reason) => {
    const { observations, report } = await read(bundle(pulse(more)));
    expect(observations).toEqual([]);
    expect(report.leftOut).toHaveLength(1);
    expect(report.leftOut[0]?.reason).toContain(reason);
    expect(report.leftOut[0]?.first).toBe("Bundle.entry[0]");
  });

  it("of more than one person is refused, however their references are written", async () => {
    const about = (reference: string) => pulse({ subject: { reference } });
    const same = [about("Patient/1"), about("http://server/fhir/Patient/1")];
    expect((await read(bundle(...same))).observations).toHaveLength(2);
    const { code, details } = await refusalOf(() =>
      read(bundle(about("Patient/1"), about("Patient/2"))),
    );
    expect(code).toBe("UnreadableHealthData");
    expect(details.reason).toContain("more than one person");
    expect(JSON.stringify(details)).not.toContain("Patient/2");
  });

  it("in UTC is of the day where the person lives", async () => {
    const late = pulse({ effectiveDateTime: "2024-03-01T23:30:00Z" });
    const { observations } = await read(late, { zone: "Europe/Berlin" });
    expect(observations[0]?.effectiveDateTime).toBe("2024-03-02T00:30:00+01:00");
    const { code } = await refusalOf(() => read(late, { zone: "Europe/Atlantis" }));
    expect(code).toBe("UnreadableHealthData");
  });

  it("reads the same however it is cut", async () => {
    const odd = pulse({ note: [{ text: 'ä\u2028🍎 "\\n' }] });
    const texts = [
      JSON.stringify(bundle(pulse(), odd), null, 2),
      [pulse(), odd, { resourceType: "Patient" }].map((one) => JSON.stringify(one)).join("\n"),
      `\uFEFF\n${JSON.stringify(odd)}\n\n${JSON.stringify(pulse())}\nbroken\n`,
    ];
    const random = seeded(9);
    for (const text of texts) {
      const whole = await read(text);
      expect(whole.observations).toHaveLength(2);
      for (let i = 0; i < 25; i++) {
        expect(await readFhir(cut(random, text), OPTIONS)).toEqual(whole);
        expect(await readFhir(cutBytes(random, text), OPTIONS)).toEqual(whole);
      }
    }
  });

  it("tells the line of NDJSON that is none, and reads the others", async () => {
    const { observations, report } = await read(`${JSON.stringify(pulse())}\n{"resource`);
    expect(observations).toHaveLength(1);
    expect(report.problems).toEqual([{ path: "line 2", reason: "the line is no JSON" }]);
  });

  it.each(["", "  \n ", "{", "not json", "<Bundle/>", "[".repeat(100_000)])(
    "that is none is refused",
    async (text) => expect((await refusalOf(() => read(text))).code).toBe("UnreadableHealthData"),
  );

  it.each(
    [null, 7, "text", [], { resourceType: "Bundle", entry: 5 }, { resourceType: "Bundle" }].map(
      (value) => JSON.stringify(value),
    ),
  )("%s has no readings", async (text) => expect((await read(text)).observations).toEqual([]));
});
