// What a dataset does not take: packages and openings that are refused, and content that is left out by name.
import { describe, expect, test } from "vitest";
import { auditDataset } from "../../client/auditor/dataset/audit.ts";
import { FIXED_COLUMNS } from "../../client/exchange/dataset/cells.ts";
import type { Calendar } from "../../client/exchange/dataset/completeness.ts";
import { readCsv } from "../../client/exchange/dataset/csv.ts";
import { memoryFiles, type Reading } from "../../client/exchange/dataset/files.ts";
import { readParquet } from "../../client/exchange/dataset/parquet.ts";
import {
  allOf,
  evidenceOf,
  hashOf,
  madePackage,
  response,
  sample,
  word,
  writeChanged,
  written,
} from "./datasetSample.ts";

const made = await written();

describe("what is refused, or left out", () => {
  const [first] = made.of.opened;

  test("a package twice, or of another cut or trial", async () => {
    await expect(writeChanged(made.of, { opened: [first!, first!] })).rejects.toThrow(
      "comes twice",
    );
    const foreign = madePackage({
      who: 0,
      source: "participant",
      collection: "diary",
      content: response({ mood: { valueInteger: 1 } }),
      more: { sequence: 9 },
    });
    await expect(writeChanged(made.of, { opened: [foreign] })).rejects.toThrow("not of this cut");
    const opening = { ...made.of.opening, trialId: word("7b") };
    await expect(writeChanged(made.of, { opening })).rejects.toThrow("not of this cut");
  });

  test("an opening that is not the chain's form, naming the part", async () => {
    const { opening } = made.of;
    const odd = { ...opening, request: { ...opening.request, purpose: "" } };
    await expect(writeChanged(made.of, { opening: odd })).rejects.toThrow("request.purpose");
  });

  test("packages that do not add up to the cut's root", async () => {
    await expect(
      writeChanged(made.of, { packages: made.of.packages.toReversed() }),
    ).rejects.toThrow("root");
  });

  test.each(["../../etc", "a/b", ".hidden", "VISIT", ""])(
    "a collection called %j",
    async (collection) => {
      const content = response({ mood: { valueInteger: 1 } });
      const odd = madePackage({ who: 0, source: "participant", collection, content });
      const { manifest, held } = await written(sample([odd]));
      expect(manifest.leftOut).toContainEqual({ entry: hashOf(odd), code: "NotLaidOut" });
      expect(manifest.entries).toHaveLength(6);
      expect([...held.keys()].sort()).toEqual([...made.held.keys()].sort());
    },
  );

  test("a form that is too deep or too wide, and nobody else's", async () => {
    const form = (who: number, collection: string, item: unknown) =>
      madePackage({
        who,
        source: "participant",
        collection,
        content: {
          resource: { resourceType: "QuestionnaireResponse", status: "completed", item },
        } as unknown as ReturnType<typeof response>,
      });
    const items = (count: number, name: string) =>
      Array.from({ length: count }, (_, i) => ({
        linkId: `${name}${i}`,
        answer: [{ valueInteger: i }],
      }));
    let deepest: unknown[] = [{ linkId: "end", answer: [{ valueString: "x" }] }];
    for (let i = 0; i < 30; i++) deepest = [{ linkId: `g${i}`, item: deepest }];
    const deep = form(0, "deep", deepest);
    const wide = form(1, "wide", items(2_001, "a"));
    const [half, more, rest] = [
      form(0, "shared", items(1_500, "a")),
      form(1, "shared", items(501, "b")),
      form(2, "shared", items(500, "c")),
    ];
    const { manifest, held } = await written(sample([deep, wide, half, more, rest]));
    const left = manifest.leftOut.filter(({ code }) => code === "NotLaidOut");
    expect(left.map(({ entry }) => entry)).toEqual([deep, wide, more].map(hashOf));
    expect(manifest.tables.map(({ collection }) => collection)).not.toContain("wide");
    const shared = manifest.tables.find(({ collection }) => collection === "shared");
    expect(shared).toMatchObject({ rows: 2 });
    expect(shared?.columns).toHaveLength(2_000);
    const evidence = evidenceOf(sample([deep, wide, half, more, rest]));
    const audited = await auditDataset({ files: memoryFiles(held), evidence });
    expect(audited.findings).toEqual([]);
  });

  test("one participant's made-up columns, so that no room is left for the others' forms", async () => {
    const answers = (count: number, name: string) =>
      response(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`${name}${i}`, { valueInteger: i }]),
        ),
      );
    const common = { source: "participant", collection: "open" } as const;
    const made = (who: number, count: number, name: string) =>
      madePackage({ ...common, who, content: answers(count, name) });
    const [hostile, honest] = [made(0, 1_990, "x"), made(1, 20, "q")];
    const of = sample([hostile, { ...honest, checks: ["authority", "form"] }]);
    const collections = [{ id: "open" }] as unknown as Calendar["collections"];
    const calendar = { collections, arrivals: new Map() };
    const { manifest } = await writeChanged(of, { calendar });
    const codeOf = (one: typeof hostile) =>
      manifest.leftOut.find(({ entry }) => entry === hashOf(one))?.code;
    expect([codeOf(hostile), codeOf(honest)]).toEqual(["NotLaidOut", undefined]);
  });

  test("CSV whose rows have no end", async () => {
    const bytes = new TextEncoder().encode(`entry\r\n${",".repeat(2 ** 20)}`);
    const files = memoryFiles(new Map([["long.csv", bytes]]));
    const { rows } = await readCsv(files, "long.csv", FIXED_COLUMNS.slice(0, 1));
    await expect(allOf(rows)).rejects.toThrow("long.csv has a row without end");
  });

  test("CSV whose quotes do not match, a file that is no Parquet", async () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    const files: Reading = memoryFiles(
      new Map([
        ["open.csv", bytes('a\r\n"b')],
        ["odd.csv", bytes('a\r\nb"c"\r\n')],
        ["x.parquet", bytes("PAR1 and nothing more, PAR1")],
      ]),
    );
    const column = FIXED_COLUMNS.slice(0, 1);
    const rowsOf = async (path: string) => allOf((await readCsv(files, path, column)).rows);
    await expect(rowsOf("open.csv")).rejects.toThrow("open.csv is no CSV");
    await expect(rowsOf("odd.csv")).rejects.toThrow("odd.csv is no CSV");
    await expect(readParquet(files, "x.parquet", column)).rejects.toThrow("x.parquet");
  });
});
