// One way to write days and units on every page: the library's own texts have days as YYYY-MM-DD, pages never.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { formatDate, withDates } from "../../client/web/shared/format.ts";
import { sourcesIn } from "./sentences.ts";

const pages = sourcesIn("client/web").filter((path) => !path.includes("/dist/"));
const linesWith = (pattern: RegExp) =>
  pages.flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line}`] : []));
  });

it("writes the days within a text as those beside it", () => {
  const text = "HbA1c 8.1 %, on 2026-10-22; begun 2020-01-31";
  const [first, second] = ["2026-10-22", "2020-01-31"].map((day) => formatDate(day));
  expect(withDates(text)).toBe(`HbA1c 8.1 %, on ${first}; begun ${second}`);
  expect(withDates("1.2026-10-229")).toBe("1.2026-10-229");
});

it("shows facts in the library's words only with their days written so", () => {
  expect(linesWith(/\bshownWords\(/).filter((line) => !line.includes("withDates("))).toEqual([]);
});

it("formats no day or time in another way", () => {
  expect(linesWith(/toLocale(?:Date|Time)?String\(|toDateString\(|toUTCString\(/)).toEqual([]);
});
