// The map of attacks (test/security/map) names tests: each must exist and go in where the map says, and no test of
// attacks may be left out.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { expect, test } from "vitest";
import { listFiles, readSources } from "../../scripts/sources.ts";
import { pageTests, RARER_PAGES } from "../support/rarerPages.ts";

const MAP = "test/security/map";
const pages = readdirSync(MAP).filter((name) => name !== "README.md");
const sources = new Map(
  readSources(listFiles().filter((file) => file.startsWith("test/"))).map((one) => [one.file, one]),
);

type Named = { readonly mark: string; readonly file: string; readonly titles: readonly string[] };
/** A defence: its heading, its prose, and the tests that it names. */
const defences = pages.flatMap((page) => {
  const [lead, ...sections] = readFileSync(join(MAP, page), "utf8").split("\n## ");
  expect(lead, page).toMatch(/^# /);
  return sections.map((section) => ({ page, ...defenceIn(section) }));
});

function defenceIn(section: string) {
  const [prose = "", ...tests] = section.split(/^- (?=[a-z]+: \[)/m);
  const named = tests.map((text): Named => {
    const [, mark, path] = text.match(/^([a-z]+): \[[^\]]+\]\(([^)]+)\)/)!;
    const titles = [...text.matchAll(/^ {2}- "(.+)"$/gm)].map(([, title]) => title!);
    return { mark: mark!, file: normalize(join(MAP, path!)), titles };
  });
  return { heading: prose.split("\n")[0]!, prose, named };
}

/** Where a test goes in: what its file and its helpers import, or run by path; the outermost first. */
function markOf(file: string): string {
  const reached = new Set<string>();
  const visit = (one: string): void => {
    if (reached.has(one)) return;
    reached.add(one);
    for (const { target } of sources.get(one)?.imports ?? []) visit(target);
  };
  visit(file);
  const reaches = (pattern: RegExp) => [...reached].some((one) => pattern.test(one));
  if (reaches(/^test\/web\/browser\.ts$/)) return "page";
  const starts = (path: string) =>
    [...reached].some((one) => one.startsWith("test/") && sources.get(one)?.text.includes(path));
  if (reaches(/^client\/(cli\.ts$|cli\/)/) || starts("client/bin/cohort.mjs")) return "cli";
  if (reaches(/^(server\/main|custodian\/start)\.ts$/) || starts('"scripts/start.ts"'))
    return "api";
  return reaches(/^(contracts\/(deploy|connect)\.ts|server\/embedded\/)/) ? "chain" : "library";
}

test("every defence has a test, and every test that is named exists", () => {
  expect(defences.length).toBeGreaterThan(100);
  const named = defences.flatMap((one) => one.named);
  expect(defences.filter((one) => one.named.length === 0)).toEqual([]);
  expect(named.filter(({ titles }) => titles.length === 0)).toEqual([]);
  const missing = named.flatMap(({ file, titles }) => {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    return titles.filter((title) => !text.includes(title)).map((title) => `${file}: ${title}`);
  });
  expect(missing).toEqual([]);
});

test("every test goes in where the map says, and a defence in the library alone says why", () => {
  const named = defences.flatMap((one) => one.named);
  const wrong = named
    .filter(({ file, mark }) => markOf(file) !== mark)
    .map(({ file, mark }) => `${file} is ${markOf(file)}, not ${mark}`);
  expect([...new Set(wrong)]).toEqual([]);
  const alone = defences.filter(({ named }) => named.every(({ mark }) => mark === "library"));
  const unexplained = alone.filter(({ prose }) => !prose.includes("- **Library only:** "));
  expect(unexplained.map(({ heading }) => heading)).toEqual([]);
});

test("every test that is named is in every run", () => {
  const rarer = pageTests(Object.values(RARER_PAGES).flat());
  const named = defences.flatMap((one) => one.named).map(({ file }) => file);
  expect(named.filter((file) => rarer.includes(file))).toEqual([]);
});

test("every file of attacks is on the map, and every page in its index", () => {
  const named = new Set(defences.flatMap((one) => one.named).map(({ file }) => file));
  const tests = readdirSync("test/security").filter((name) => name.endsWith(".test.ts"));
  const paths = tests.map((name) => `test/security/${name}`);
  const left = paths.filter((file) => file !== `${MAP}.test.ts` && !named.has(file));
  expect(left).toEqual([]);
  const index = readFileSync(join(MAP, "README.md"), "utf8");
  const counts = pages.map(
    (page) => `(${page}) | ${defences.filter((one) => one.page === page).length} |`,
  );
  expect(counts.filter((count) => !index.includes(count))).toEqual([]);
});

test("sentences have fewer than 30 words", () => {
  const long = defences.flatMap(({ prose }) =>
    prose
      .split(/[.?!:](?:\s|$|\*)/)
      .filter((sentence) => sentence.trim().split(/\s+/).length >= 30),
  );
  expect(long).toEqual([]);
});
