import { describe, expect, it } from "vitest";
import { readAppleHealth } from "../../client/exchange/device/appleHealth.ts";
import { BLOOD_PRESSURE } from "../../client/exchange/device/reading.ts";
import { seeded } from "../circuits/random.ts";
import { cut, cutBytes, OPTIONS, refusalOf, short } from "./deviceGiven.ts";

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14, it's -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
]>
<HealthData locale="de_DE">
 <ExportDate value="2024-12-31 10:00:00 +0100"/>
`;
const at = (start: string, end = start) => `startDate="${start}" endDate="${end}"`;
const NOON = at("2024-03-01 12:00:00 +0100");
const record = (type: string, rest: string) =>
  ` <Record type="HKQuantityTypeIdentifier${type}" sourceName="Änne’s 🍎 watch" ${rest}/>\n`;
const file = (...records: string[]) => `${HEAD}${records.join("")}</HealthData>\n`;
const read = (text: string) => readAppleHealth([text], OPTIONS);
const shorts = async (text: string) => (await read(text)).observations.map(short);

describe("an Apple Health export", () => {
  it.each([
    ["HeartRate", 'unit="count/min" value="61.5"', "8867-4 61.5"],
    ["StepCount", 'unit="count" value="250"', "55423-8 250"],
    ["DistanceWalkingRunning", 'unit="km" value="1.25"', "55430-3 1250"],
    ["DistanceWalkingRunning", 'unit="mi" value="1"', "55430-3 1609.344"],
    ["BodyMass", 'unit="lb" value="100"', "29463-7 45.359237"],
    ["OxygenSaturation", 'unit="%" value="0.97"', "59408-5 97"],
    ["BodyTemperature", 'unit="degF" value="98.6"', "8310-5 37"],
    ["BloodGlucose", 'unit="mmol&lt;180.1558800000541&gt;/L" value="5"', "2339-0 90.078"],
    ["ActiveEnergyBurned", 'unit="Cal" value="12.5"', "41981-2 12.5"],
    ["ActiveEnergyBurned", 'unit="kJ" value="4.184"', "41981-2 1"],
  ])("gives %s with %s as %s", async (type, value, expected) => {
    const [found] = await shorts(file(record(type, `${value} ${NOON}`)));
    expect(found).toBe(`${expected} @ 2024-03-01T12:00:00+01:00`);
  });

  it("gives the pressures of one measurement as one Observation", async () => {
    const { observations, report } = await read(
      file(
        record("BloodPressureDiastolic", `unit="mmHg" value="80" ${NOON}`),
        record("BloodPressureSystolic", `unit="mmHg" value="120" ${NOON}`),
        record(
          "BloodPressureSystolic",
          `unit="mmHg" value="130" ${at("2024-03-02 12:00:00 +0100")}`,
        ),
      ),
    );
    expect(observations.map(short)).toEqual([
      "8480-6 120 + 8462-4 80 @ 2024-03-01T12:00:00+01:00",
      "8480-6 130 @ 2024-03-02T12:00:00+01:00",
    ]);
    expect(observations[0]?.code.coding?.[0]?.code).toBe(BLOOD_PRESSURE.panel);
    expect(report.taken).toBe(3);
  });

  it("gives sleep by its length, across a change of clocks, and no time awake", async () => {
    const sleep = (value: string, times: string) =>
      `<Record type="HKCategoryTypeIdentifierSleepAnalysis" value="HKCategoryValueSleepAnalysis${value}" ${times}/>`;
    const night = at("2024-03-30 23:00:00 +0100", "2024-03-31 07:00:00 +0200");
    const { observations, report } = await read(
      file(sleep("AsleepCore", night), sleep("InBed", night), sleep("Awake", night)),
    );
    expect(observations.map(short)).toEqual([
      "93832-4 7 @ 2024-03-30T23:00:00+01:00/2024-03-31T07:00:00+02:00",
    ]);
    expect(report.leftOut).toEqual([
      { reason: "in bed or awake, not asleep", count: 2, first: "line 11" },
    ]);
  });

  it("says what was typed in, and names the device's make, never the person", async () => {
    const device =
      'device="&lt;&lt;HKDevice: 0x1&gt;, name:Änne’s watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;"';
    const { observations } = await read(
      file(
        ` <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Änne" unit="kg" value="70" ${NOON}>
          <MetadataEntry key="HKWasUserEntered" value="1"/></Record>`,
        record("HeartRate", `${device} unit="count/min" value="60" ${NOON}`),
      ),
    );
    expect(observations[0]?.method).toEqual({ text: "entered by hand" });
    expect(observations[1]?.method).toBeUndefined();
    expect(observations[1]?.device).toEqual({ display: "Apple Inc. Watch Watch6,2" });
    expect(JSON.stringify(observations)).not.toContain("nne");
  });

  it("leaves out, by line and with counts, what was not asked for and what cannot be", async () => {
    const { observations, report } = await read(
      file(
        record("FlightsClimbed", `unit="count" value="3" ${NOON}`),
        record("HeartRate", `unit="count/min" value="60" ${at("2019-03-01 12:00:00 +0100")}`),
        record("HeartRate", `unit="count/min" value="NaN" ${NOON}`),
        record("HeartRate", `unit="count/min" value="1e999" ${NOON}`),
        record("HeartRate", `unit="furlongs" value="60" ${NOON}`),
        record("HeartRate", `unit="count/min" value="60" ${at("2024-02-30 12:00:00 +0100")}`),
        record("OxygenSaturation", `unit="%" value="97" ${NOON}`),
        record(
          "StepCount",
          `unit="count" value="9" ${at("2024-03-01 12:00:00 +0100", "2024-03-01 11:00:00 +0100")}`,
        ),
      ),
    );
    expect(observations).toEqual([]);
    expect(report.seen).toBe(8);
    const reasons = Object.fromEntries(report.leftOut.map((row) => [row.reason, row.count]));
    expect(reasons).toMatchObject({
      "not asked for": 1,
      "of a day that is not asked for": 1,
      "the value is not a decimal number": 2,
      "there is no such day": 1,
      "a part of one is more than one": 1,
      "it ends before it starts": 1,
    });
    expect(report.problems[0]).toEqual({
      path: "line 13",
      reason: "the value is not a decimal number",
    });
    expect(report.problems).toHaveLength(6);
  });

  it("reads the same however it is cut", async () => {
    const text = file(
      "<!-- a > comment with \"quotes' and <Record/> -->",
      record("HeartRate", `unit="count/min" value="61" ${NOON}`),
      record("StepCount", `unit="count" value="7" ${NOON}`),
      "<![CDATA[ <Record type='x'> ]]>",
      record("BodyMass", `unit='kg' value='70.5' ${NOON}`),
      record("HeartRate", `unit="count/min" value="x" ${NOON}`),
    );
    const whole = await read(text);
    expect(whole.observations).toHaveLength(3);
    const random = seeded(7);
    for (let i = 0; i < 40; i++) {
      expect(await readAppleHealth(cut(random, text), OPTIONS)).toEqual(whole);
      expect(await readAppleHealth(cutBytes(random, text), OPTIONS)).toEqual(whole);
    }
    const single = await readAppleHealth([...text], OPTIONS);
    expect(single).toEqual(whole);
  });

  it("holds one tag at a time, and tells how far it is", async () => {
    const line = record("FlightsClimbed", `unit="count" value="3" ${NOON}`);
    function* large() {
      yield HEAD;
      for (let i = 0; i < 60; i++) yield line.repeat(300);
      yield "</HealthData>";
    }
    const told: number[] = [];
    const { report } = await readAppleHealth(large(), {
      ...OPTIONS,
      onProgress: ({ bytes }) => told.push(bytes),
    });
    expect(report.seen).toBe(18_000);
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    abort.abort(new Error("stopped"));
    const options = { ...OPTIONS, signal: abort.signal };
    await expect(readAppleHealth([file()], options)).rejects.toThrow("stopped");
  });

  it("comes from a stream of a page as well", async () => {
    const text = file(record("HeartRate", `unit="count/min" value="61" ${NOON}`));
    const { observations } = await readAppleHealth(new Blob([text]).stream(), OPTIONS);
    expect(observations).toHaveLength(1);
  });
});

describe("a file that is no whole export", () => {
  const body = record("HeartRate", `unit="count/min" value="61" ${NOON}`);

  it.each([
    ["nothing", "", "it holds no XML"],
    ["JSON", '{"resourceType":"Bundle"}', "text outside of its elements"],
    ["another XML", "<ClinicalDocument/>", "its first element is not HealthData"],
    ["a cut one", `${HEAD}${body}`, "it ends too early"],
    ["one cut in a tag", `${HEAD}${body} <Rec`, "it ends inside a tag"],
    ["one cut in a comment", `${HEAD}<!-- x`, "it ends inside a tag"],
    ["crossed tags", `${HEAD}<A><B></A></B></HealthData>`, "an element ends that is not open"],
    ["two roots", `${file()}<HealthData/>`, "two outermost elements"],
    ["a tag in a tag", `${HEAD}<Record <Record/></HealthData>`, "a tag has no end"],
    ["an attribute twice", file('<Record type="a" type="b"/>'), "stands twice"],
    ["no quotes", file("<Record type=a/>"), "not well formed"],
    ["a missing quote", file('<Record type="a/><Record type="b/>'), "not well formed"],
    ["an odd quote", file('<Record type="a/>', body), "it ends inside a tag"],
    ["an unknown entity", file('<Record type="&nbsp;"/>'), "an entity is unknown"],
    ["a bare ampersand", file('<Record type="a & b"/>'), "an entity is unknown"],
    ["a NUL by number", file('<Record type="&#0;"/>'), "an entity is unknown"],
    ["half a pair by number", file('<Record type="&#xD800;"/>'), "an entity is unknown"],
    [
      "a record in a record",
      file(`<Record type="a">${body}</Record>`),
      "a record stands in a record",
    ],
    ["deep nesting", `${HEAD}${"<A>".repeat(100)}`, "nested too deeply"],
    ["a declaration inside", file("<!DOCTYPE x>"), "a document type stands where none may"],
  ])("%s is refused as a whole", async (_, text, reason) => {
    const { code, details } = await refusalOf(() => read(text));
    expect(code).toBe("UnreadableHealthData");
    expect(details.reason).toContain(reason);
  });

  it("declares no entities, so that none can grow", async () => {
    const bomb = `<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><HealthData x="&b;"/>`;
    const { details } = await refusalOf(() => read(bomb));
    expect(details.reason).toContain("declares entities");
  });

  it("has no huge attribute, and no huge number of them", async () => {
    const huge = file(`<Record type="${"a".repeat(2 ** 20)}"/>`);
    expect((await refusalOf(() => read(huge))).details.reason).toContain("longer than 1 MiB");
    function* endless() {
      yield `${HEAD}<Record type="`;
      for (let i = 0; i < 1000; i++) yield "a".repeat(65_536);
    }
    const { details } = await refusalOf(() => readAppleHealth(endless(), OPTIONS));
    expect(details.reason).toContain("longer than 1 MiB");
    const many = Array.from({ length: 300 }, (_, i) => `a${i}=""`).join(" ");
    const crowded = await refusalOf(() => read(file(`<Record ${many}/>`)));
    expect(crowded.details.reason).toContain("too many attributes");
  });

  it("is UTF-8", async () => {
    const bytes = new Uint8Array([0x3c, 0x48, 0xff, 0xfe]);
    const { details } = await refusalOf(() => readAppleHealth([bytes], OPTIONS));
    expect(details.reason).toContain("utf-8");
  });

  it("names the line, and nothing of what stands in it", async () => {
    const { details } = await refusalOf(() => read(file('<Record type="secret&x;"/>')));
    expect(details.where).toBe("line 11");
    expect(JSON.stringify(details)).not.toContain("secret");
  });
});
