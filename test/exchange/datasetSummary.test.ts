import { describe, expect, test } from "vitest";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { completenessOf, leftOutByCode } from "../../client/exchange/dataset/completeness.ts";
import { memoryFiles } from "../../client/exchange/dataset/files.ts";
import { drawColumn } from "../../client/exchange/dataset/plots.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import {
  hashOf,
  madePackage,
  observations,
  PSEUDONYMS,
  response,
  sample,
  textIn,
  written,
} from "./datasetSample.ts";

const hostile = '"><script>alert(1)</script>';
const answered = madePackage({
  who: 0,
  source: "participant",
  collection: "diary",
  content: response({ mood: { valueInteger: 2 }, [hostile]: { valueString: hostile } }),
});
const made = await written(sample([answered]));
const html = textIn(made.held, "summary.html");

describe("the page of figures", () => {
  test("needs nothing from anywhere and runs nothing, whatever the answers are", () => {
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed)\b/i);
    expect(html).not.toMatch(/\b(?:src|href)\s*=|url\(|@import/i);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("&lt;script&gt;");
    // Free text is told in the tables alone.
    expect(html).not.toMatch(/HYPERLINK|nothing else/);
    expect(html).toContain("primary analysis &lt;1&gt;");
  });

  test("has a language, one main heading, headed tables and described plots", () => {
    expect(html).toContain('<html lang="en">');
    expect(html.match(/<h1/g)).toHaveLength(1);
    const count = (tag: RegExp) => html.match(tag)?.length ?? 0;
    expect(count(/<table>/g)).toBe(count(/<caption>/g));
    expect(count(/<svg role="img"/g)).toBeGreaterThan(4);
    expect(count(/<svg[^>]*><title>[^<]+<\/title><desc>[^<]+<\/desc>/g)).toBe(
      count(/<svg role="img"/g),
    );
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("says how many were sealed, came, and were left out for what", () => {
    expect(html).toContain("<b>4</b> participants sealed");
    expect(html).toContain("<b>3</b> of them with data here");
    expect(html).toContain("<b>1</b> packages left out");
    expect(html).toContain('<th scope="row">NotCovered</th><td>1</td>');
    expect(html).toContain("least -0.25, mean 45.08, most 71.5");
    expect(html).toContain("right: 2; left: 1");
  });
});

describe("completeness", () => {
  test("counts by visit who has an entry, a correction instead of what it corrects", async () => {
    const first = madePackage({
      who: 0,
      source: "participant",
      collection: "weekly",
      content: response({ mood: { valueInteger: 2 } }),
    });
    const again = (sequence: number, more = {}) =>
      madePackage({
        who: 0,
        source: "participant",
        collection: "weekly",
        content: response({ mood: { valueInteger: 3 } }),
        more: { sequence, ...more },
      });
    const other = { who: 1, source: "participant", collection: "weekly" } as const;
    const late = madePackage({ ...other, content: response({ mood: { valueInteger: 1 } }) });
    const correction = again(3, { replaces: hashOf(first), correction: 1 });
    const { manifest } = await written(sample([first, again(2), correction, late]));
    const weekly = completenessOf(manifest.entries).find(
      ({ collection }) => collection === "weekly",
    );
    expect(weekly).toEqual({
      collection: "weekly",
      entries: 3,
      subjects: 2,
      visits: [2, 1],
      names: ["Visit 1", "Visit 2"],
      gaps: 0,
    });
  });

  test("goes by the trial's own visits, and questions, where they are at hand", async () => {
    const first = madePackage({
      who: 0,
      source: "participant",
      collection: "weekly",
      content: response({ mood: { valueInteger: 2 } }),
      more: { day: 1_008 },
    });
    const { opened, packages, opening } = sample([first]);
    const weekly = {
      id: "weekly",
      title: "Weekly questions",
      source: "participant",
      schedule: { firstDay: 0, everyDays: 7, times: 2, openDays: 2 },
      questionnaire: { item: [{ linkId: "mood", type: "integer", text: "How do you feel?" }] },
    } as unknown as Collection;
    const calendar = { collections: [weekly], arrivals: new Map([[PSEUDONYMS[0]!, 1_000]]) };
    const files = memoryFiles();
    const input = { opened, packages, opening, omissions: [], calendar, files };
    const { manifest } = await writeDataset({ ...input, now: new Date(0) });
    const told = completenessOf(manifest.entries, calendar);
    const { visits } = told.find(({ collection }) => collection === "weekly")!;
    expect(visits).toEqual([0, 1]);
    const table = manifest.tables.find(({ collection }) => collection === "weekly")!;
    expect(table).toMatchObject({
      title: "Weekly questions",
      columns: [{ label: "How do you feel?" }],
    });
  });

  test("shows what is missing within a device's stream", async () => {
    const day = (streamSequence: number) =>
      madePackage({
        who: 1,
        source: "device",
        collection: "steps",
        content: { ...observations([5]), stream: "phone", streamSequence } as never,
        more: { sequence: streamSequence },
      });
    const { manifest } = await written(sample([day(1), day(2), day(5)]));
    const steps = completenessOf(manifest.entries).find(({ collection }) => collection === "steps");
    expect(steps).toMatchObject({ entries: 3, gaps: 2 });
  });

  test("counts a package once a reason, however many refused it", () => {
    const [entry, code] = [hashOf(answered), "NotCovered"];
    expect(
      leftOutByCode([
        { entry, code, custodian: "a" },
        { entry, code, custodian: "b" },
      ]),
    ).toEqual([["NotCovered", 1]]);
  });
});

describe("a plot", () => {
  const column = { name: "x", type: "number", label: "x" } as const;

  test("of one value, and of the largest numbers there are, is drawn", () => {
    for (const [least, most] of [
      [3, 3],
      [-Number.MAX_VALUE, Number.MAX_VALUE],
    ] as const) {
      const svg = drawColumn({ column, values: 1, numbers: { least, most, mean: 0, bins: [1] } });
      expect(svg).toContain("<svg");
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
  });

  test("of texts that are all different is none", () => {
    expect(drawColumn({ column: { ...column, type: "string" }, values: 3 })).toBe("");
  });
});
