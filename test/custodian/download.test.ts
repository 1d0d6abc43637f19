// Following an exchange's public entries: what is named by a digest is that, and nothing is asked for twice.
import { createHash } from "node:crypto";
import { id } from "ethers";
import { describe, expect, test } from "vitest";
import { SOURCES } from "../../circuits/statement/exchange/entry.ts";
import {
  writeBatchRow,
  writeEntryRow,
  writeLine,
} from "../../circuits/statement/exchange/entryLog.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { createDownload } from "../../custodian/entries/download.ts";

const TRIAL = id("trial");
const rowOf = (sequence: number) =>
  writeEntryRow({
    entry: {
      ...{ trialId: TRIAL, pseudonym: 5n, collection: "visit", permission: 2, formVersion: 1 },
      ...{ sequence, ciphertextHash: id("package"), sizeStep: 0, day: 47_000 },
      ...{ source: SOURCES.site, replaces: ZERO_BYTES32, correction: 0 },
    },
    authority: {
      ...{ kind: "staff", siteId: 1, key: `0x${"aa".repeat(20)}` },
      ...{ deadline: 5n, signature: `0x${"bb".repeat(65)}` },
    },
    block: 3,
  });
const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => rowOf(i + 1));
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A log as an exchange lists it, and what its digests stand for. */
function contents(rows: readonly string[]) {
  const full = Math.floor(rows.length / 64);
  const lines = Array.from({ length: full }, (_, i) => writeLine(rows.slice(i * 64, i * 64 + 64)));
  const segments = Array.from({ length: Math.floor(full / 64) }, (_, i) =>
    lines.slice(i * 64, i * 64 + 64).join(""),
  );
  const partsFrom = Math.max(0, (segments.length - 1) * 64);
  const own = lines.slice(segments.length * 64).join("");
  const log = {
    ...{ partRows: 64, segmentParts: 64, rows: rows.length, segments: segments.map(sha256) },
    ...{ partsFrom, parts: lines.slice(partsFrom).map(sha256), open: own && sha256(own) },
    tail: rows.length % 64 === 0 ? "" : writeLine(rows.slice(full * 64)),
  };
  const texts = [...lines, ...segments, own].map((text) => [sha256(text), text] as const);
  return { log, texts: new Map(texts) };
}

/** An exchange with these entries; `alter` changes what it sends by digest. */
function exchange(state: { rows: readonly string[]; alter?: (text: string) => string }) {
  const asked: string[] = [];
  const batch = writeBatchRow({ root: id("root"), first: 0, count: 2 });
  const send: typeof fetch = async (input, init) => {
    const name = String(input).split("/").at(-1)!;
    asked.push(name);
    const entries = contents(state.rows);
    const { alter = (text) => text } = state;
    const found = entries.texts.get(name);
    if (found !== undefined) return new Response(alter(found));
    const etag = `"${state.rows.length}"`;
    const known = new Headers(init?.headers).get("if-none-match");
    if (known === etag) return new Response(null, { status: 304 });
    const body = { trialId: TRIAL, anchored: 0, log: entries.log, batches: contents([batch]).log };
    return new Response(JSON.stringify(body), { headers: { etag } });
  };
  return { asked, download: createDownload(["http://exchange.example"], send) };
}

describe("a trial's entries", () => {
  test("come whole, and later only what is new", async () => {
    const state = { rows: rowsOf(64 * 6 + 3) };
    const { asked, download } = exchange(state);
    const [first] = await download(TRIAL);
    expect(first!.rows.map(({ entry }) => entry.sequence)).toEqual(state.rows.map((_, i) => i + 1));
    expect(first!.batches).toEqual([{ root: id("root"), first: 0, count: 2 }]);
    expect(asked).toHaveLength(2);
    await download(TRIAL);
    expect(asked).toHaveLength(3);
    state.rows = rowsOf(64 * 7 + 1);
    const [second] = await download(TRIAL);
    expect(second!.rows).toHaveLength(state.rows.length);
    // The head, and the one part that became full.
    expect(asked).toHaveLength(5);
  });

  test("of which a part is not what its name says are refused", async () => {
    const rows = rowsOf(70);
    const { download } = exchange({ rows, alter: (text) => text.replace("visit", "other") });
    await expect(download(TRIAL)).rejects.toMatchObject({ code: "EntriesIncomplete" });
  });

  test("of a silent exchange, or one that sends something else, are refused", async () => {
    for (const send of [
      () => Promise.reject(new TypeError("fetch failed")),
      async () => new Response("<html>back soon</html>"),
      async () => new Response("{}", { status: 500 }),
      async () => new Response(JSON.stringify({ log: {}, batches: {} })),
    ]) {
      const download = createDownload(["http://exchange.example"], send as typeof fetch);
      await expect(download(TRIAL)).rejects.toMatchObject({ code: "EntriesIncomplete" });
    }
  });

  test("of a trial that the exchange has never heard of are none", async () => {
    const send: typeof fetch = async () => new Response("{}", { status: 404 });
    expect(await createDownload(["http://a.example", "http://b.example"], send)(TRIAL)).toEqual([
      { rows: [], batches: [] },
      { rows: [], batches: [] },
    ]);
  });
});
