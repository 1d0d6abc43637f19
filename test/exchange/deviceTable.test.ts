import { describe, expect, it } from "vitest";
import { parseMapping } from "../../client/exchange/device/mapping.ts";
import { readTable } from "../../client/exchange/device/table.ts";
import { patternReader } from "../../client/exchange/device/timePattern.ts";
import { seeded } from "../circuits/random.ts";
import { cut, cutBytes, OPTIONS, refusalOf, short } from "./deviceGiven.ts";

const MAPPING = {
  zone: "Europe/Berlin",
  start: { columns: ["Time"], format: "iso" },
  readings: [{ value: "Pulse", unit: { text: "bpm" }, code: "8867-4" }],
};
const read = (text: string, mapping: object = MAPPING) =>
  readTable([text], { ...OPTIONS, mapping });
const shorts = async (text: string, mapping?: object) =>
  (await read(text, mapping)).observations.map(short);

describe("a table", () => {
  it("gives a reading a row, with the offset of the zone on that day", async () => {
    expect(await shorts("Time,Pulse\n2024-03-30 12:00,61\r\n2024-03-31 12:00:00,62")).toEqual([
      "8867-4 61 @ 2024-03-30T12:00:00+01:00",
      "8867-4 62 @ 2024-03-31T12:00:00+02:00",
    ]);
  });

  it("takes the person's zone where its mapping names none, and refuses one that there is not", async () => {
    const { zone: _, ...mapping } = MAPPING;
    const text = "Time,Pulse\n2024-03-30T23:30:00Z,61";
    const of = (zone: string | undefined, more = mapping as object) =>
      readTable([text], { ...OPTIONS, mapping: more, zone });
    const times = async (given: ReturnType<typeof of>) => (await given).observations.map(short);
    expect(await times(of(undefined))).toEqual(["8867-4 61 @ 2024-03-30T23:30:00Z"]);
    expect(await times(of("Asia/Tokyo"))).toEqual(["8867-4 61 @ 2024-03-31T08:30:00+09:00"]);
    expect(await times(of("Asia/Tokyo", MAPPING))).toEqual([
      "8867-4 61 @ 2024-03-31T00:30:00+01:00",
    ]);
    const refused = await refusalOf(() => of("Nowhere/At-All"));
    expect(refused.code).toBe("UnreadableHealthData");
  });

  it("goes on through the hour that comes twice, and has none that is skipped", async () => {
    const autumn = ["02:30", "02:45", "02:15", "02:30"].map((time) => `2024-10-27 ${time},61`);
    expect(await shorts(["Time,Pulse", ...autumn].join("\n"))).toEqual([
      "8867-4 61 @ 2024-10-27T02:30:00+02:00",
      "8867-4 61 @ 2024-10-27T02:45:00+02:00",
      "8867-4 61 @ 2024-10-27T02:15:00+01:00",
      "8867-4 61 @ 2024-10-27T02:30:00+01:00",
    ]);
    const { report } = await read("Time,Pulse\n2024-03-31 02:30,61");
    expect(report.problems[0]?.reason).toContain("skip this time");
  });

  it("may have semicolons, decimal commas, a date apart from its time, and old encodings", async () => {
    const mapping = {
      ...MAPPING,
      delimiter: ";",
      decimal: ",",
      encoding: "windows-1252",
      start: { columns: ["Tag", "Uhrzeit"], format: "D.M.YYYY hh:mm" },
      readings: [{ value: "Körper", unit: { column: "E" }, code: "29463-7" }],
      device: "Acme scale",
    };
    const bytes = Buffer.from('Tag;Uhrzeit;Körper;E\n1.3.2024;07:05;"70,5";kg\n', "latin1");
    const { observations } = await readTable([bytes], { ...OPTIONS, mapping });
    expect(observations.map(short)).toEqual(["29463-7 70.5 @ 2024-03-01T07:05:00+01:00"]);
    expect(observations[0]?.device).toEqual({ display: "Acme scale" });
    const { report } = await readTable(["Tag;Uhrzeit;Körper;E\n1.3.2024;07:05;1.234;kg"], {
      ...OPTIONS,
      mapping: { ...mapping, encoding: "utf-8" },
    });
    expect(report.problems).toEqual([
      { path: "row 2, column Körper", reason: "the value is not a decimal number" },
    ]);
  });

  it("may name its codes in a column, and last from one time to another", async () => {
    const mapping = {
      start: { columns: ["from"], format: "unix" },
      end: { columns: ["to"], format: "unix" },
      readings: [
        {
          value: "v",
          unit: { text: "1" },
          code: { column: "what", codes: { steps: "55423-8" } },
        },
      ],
    };
    const text =
      "what,from,to,v\nsteps,1709290800,1709294400,250\nfloors,1709290800,1709294400,2\n__proto__,1709290800,1709294400,2";
    const { observations, report } = await read(text, mapping);
    expect(observations.map(short)).toEqual([
      "55423-8 250 @ 2024-03-01T11:00:00Z/2024-03-01T12:00:00Z",
    ]);
    expect(report.leftOut).toEqual([
      { reason: "not asked for", count: 2, first: "row 3, column v" },
    ]);
  });

  it("names row and column of what cannot be read, and takes the rest", async () => {
    const rows = [
      "Time,Pulse",
      "2024-03-01 12:00,61",
      "2024-02-30 12:00,61",
      "2024-03-01 12:00,sixty",
      "2024-03-01 12:00,NaN",
      "2024-03-01 12:00,",
      "2024-03-01 12:00",
      "",
      "2024-03-01 12:00,=1+1",
      '"2024-03-01 12:00","62"',
    ];
    const { observations, report } = await read(rows.join("\n"));
    expect(observations).toHaveLength(2);
    expect(report.problems).toEqual([
      { path: "row 3, column Time", reason: "there is no such day" },
      { path: "row 4, column Pulse", reason: "the value is not a decimal number" },
      { path: "row 5, column Pulse", reason: "the value is not a decimal number" },
      { path: "row 7", reason: "it has more or fewer fields than columns" },
      { path: "row 9, column Pulse", reason: "the value is not a decimal number" },
    ]);
    expect(report.seen).toBe(8);
  });

  it("counts rows the same with either end of line", async () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const { report } = await read(["Time,Pulse", "2024-03-01 12:00,61", "soon,61"].join(end));
      expect(report.problems[0]?.path).toBe("row 3, column Time");
    }
  });

  it("reads the same however it is cut", async () => {
    const text =
      '\uFEFFTime,"Note, ""with"" ü\r\nand lines",Pulse\r\n2024-03-01 12:00,"a ""b"", c",61\r\n\r\n2024-03-01 12:01,🍎,62\n2024-03-01 12:02,"",\n';
    const whole = await read(text);
    expect(whole.observations).toHaveLength(2);
    const random = seeded(3);
    const options = { ...OPTIONS, mapping: MAPPING };
    for (let i = 0; i < 40; i++) {
      expect(await readTable(cut(random, text), options)).toEqual(whole);
      expect(await readTable(cutBytes(random, text), options)).toEqual(whole);
    }
    expect(await readTable([...text], options)).toEqual(whole);
  });

  it.each([
    ["empty", "", "it is empty"],
    ["without its columns", "Zeit,Puls\n1,2", "a column is missing"],
    ["with a column twice", "Time,Pulse,Pulse\n1,2,3", "a column stands twice"],
    ["with a quote that never ends", 'Time,Pulse\n"1,2\n3', "has no end"],
    ["with a quote in a field", 'Time,Pulse\n1"2,3', "a quote stands in a field"],
    ["with text behind a quote", 'Time,Pulse\n"1"2,3', "text follows"],
    ["with a huge field", `Time,Pulse\n${"1".repeat(70_000)},2`, "longer than 64 KiB"],
    ["with too many fields", ",".repeat(2_000), "too many fields"],
  ])("%s is refused", async (_, text, reason) => {
    const { code, details } = await refusalOf(() => read(text));
    expect(code).toBe("UnreadableHealthData");
    expect(details.reason).toContain(reason);
  });
});

describe("a mapping", () => {
  it.each([
    ["a zone that is none", { zone: "Mars/Olympus" }, "zone"],
    ["a format that is none", { start: { columns: ["t"], format: "YY-MM" } }, "start.format"],
    ["no column of a time", { start: { columns: [], format: "iso" } }, "start.columns"],
    [
      "a code that is none",
      { readings: [{ ...MAPPING.readings[0], code: "pulse" }] },
      "readings.0.code",
    ],
    ["no readings", { readings: [] }, "readings"],
    ["a delimiter that is none", { delimiter: "ab" }, "delimiter"],
    ["a field too many", { delimeter: ";" }, "whole"],
  ])("with %s is refused by its field", async (_, more, field) => {
    const { code, details } = await refusalOf(() => parseMapping({ ...MAPPING, ...more }));
    expect(code).toBe("MalformedMapping");
    expect(details.field).toBe(field);
  });
});

describe("a pattern of a time", () => {
  it.each([
    ["M/D/YYYY h:mm a", "3/1/2024 12:05 AM", { date: "2024-03-01", hour: 0, minute: 5, second: 0 }],
    [
      "M/D/YYYY h:mm a",
      "3/1/2024 12:05 p.m.",
      { date: "2024-03-01", hour: 12, minute: 5, second: 0 },
    ],
    ["DD.MM.YYYY", "01.03.2024", { date: "2024-03-01" }],
    ["YYYYMMDDhhmmss", "20240301235959", { date: "2024-03-01", hour: 23, minute: 59, second: 59 }],
    ["M/D/YYYY h:mm a", "3/1/2024 13:05 pm", undefined],
    ["DD.MM.YYYY", "1.3.2024", undefined],
    ["DD.MM.YYYY", "01x03x2024", undefined],
  ])("%s reads %s", (pattern, text, expected) => {
    expect(patternReader(pattern)?.(text)).toEqual(expected);
  });

  it.each([
    ...[
      "",
      "MM.YYYY",
      "DD.MM.YYYY hh",
      "DD.MM.YYYY mm",
      "DD.MM.YYYY hh:mm:ss a x",
      "DD.DD.MM.YYYY",
    ],
    ...["DD.MM.YYYY ss", "DD.MM.YYYY a", `YYYY-MM-DD${".".repeat(50)}`],
  ])("%s is none", (pattern) => expect(patternReader(pattern)).toBeUndefined());
});
