// The map of attacks names tests: each must exist, and no test of attacks may be left out of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pageTests, RARER_PAGES } from "../support/rarerPages.ts";

const FOLDER = new URL("../", import.meta.url);
const map = readFileSync(new URL("SECURITY-MAP.md", FOLDER), "utf8");
const rows = map.split("\n").filter((line) => /^\| (?!attack|input)/.test(line));

/** Files and titles that a row names: `file`: "title", "title". */
function namedIn(row: string): { file: string; title: string }[] {
  const parts = row.split(/`([a-zA-Z]+\/[\w-]+)`: /).slice(1);
  return parts.flatMap((file, i) => {
    if (i % 2 === 1) return [];
    const titles = parts[i + 1]!.matchAll(/"([^"]+)"/g);
    return [...titles].map(([, title]) => ({ file, title: title! }));
  });
}

test("every attack has a test, and every test that is named exists", () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([]);
  const missing = rows.flatMap(namedIn).filter(({ file, title }) => {
    const path = new URL(`${file}.test.ts`, FOLDER);
    return !existsSync(path) || !readFileSync(path, "utf8").includes(title);
  });
  expect(missing).toEqual([]);
});

test("every test that is named is in every run", () => {
  const rarer = pageTests(Object.values(RARER_PAGES).flat());
  const named = rows.flatMap(namedIn).map(({ file }) => `test/${file}.test.ts`);
  expect(named.filter((file) => rarer.includes(file))).toEqual([]);
});

test("every file of attacks is on the map", () => {
  const files = readdirSync(new URL("security/", FOLDER)).map((f) => f.replace(".test.ts", ""));
  const left = files.filter((file) => file !== "map" && !map.includes(`\`security/${file}\``));
  expect(left).toEqual([]);
});
