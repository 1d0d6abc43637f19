// Entries and packages as they come over HTTP from a server that may lie, and the sponsor's folder.
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id } from "ethers";
import { beforeEach, describe, expect, it } from "vitest";
import { PART_ROWS, SEGMENT_PARTS } from "../../circuits/statement/encoding/publicLog.ts";
import { type Entry, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import {
  writeBatchRow,
  writeEntryRow,
  writeLine,
} from "../../circuits/statement/exchange/entryLog.ts";
import { entryTree, rootOfEntry } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import {
  folderStore,
  hasRequest,
  makeFolder,
  purgeFolder,
  readCut,
  readRequest,
  writeCut,
  writeRequest,
} from "../../client/exchange/folder.node.ts";
import { entryOf, gatherParties, publicEntries, receiptOf, resealed, TRIAL_ID } from "./parties.ts";

const sha = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
type Files = Map<string, string | Uint8Array>;

/** A log of rows as the server lists it. */
function logOf(rows: readonly string[], files: Files, path: string) {
  const put = (text: string) => {
    files.set(`${path}/${sha(text)}`, text);
    return sha(text);
  };
  const lines = Array.from({ length: Math.ceil(rows.length / PART_ROWS) }, (_, i) =>
    writeLine(rows.slice(i * PART_ROWS, (i + 1) * PART_ROWS)),
  );
  const full = lines.slice(0, Math.floor(rows.length / PART_ROWS));
  const count = Math.floor(full.length / SEGMENT_PARTS);
  const segments = Array.from({ length: count }, (_, i) =>
    put(full.slice(i * SEGMENT_PARTS, (i + 1) * SEGMENT_PARTS).join("")),
  );
  const begun = full.slice(count * SEGMENT_PARTS);
  return {
    ...{ partRows: PART_ROWS, segmentParts: SEGMENT_PARTS, rows: rows.length, segments },
    partsFrom: count * SEGMENT_PARTS,
    parts: begun.map(put),
    open: begun.length === 0 ? "" : put(begun.join("")),
    tail: lines[full.length] ?? "",
  };
}

function serve(
  entries: readonly Entry[],
  of: { anchored?: number; change?: (files: Files) => void } = {},
) {
  const files: Files = new Map();
  const path = `/state/exchange/${TRIAL_ID}`;
  const all = publicEntries(entries);
  const rows = all.map(({ entry, block }) => {
    const authority = {
      kind: "participant",
      version: 1,
      groupRoot: 5n,
      points: Array(8).fill(1n),
    } as const;
    return writeEntryRow({ entry, authority, block });
  });
  const { root } = entryTree(entries.map(hashEntry));
  const batches = [writeBatchRow({ root, first: 0, count: entries.length })];
  const head = {
    ...{ trialId: TRIAL_ID, anchored: of.anchored ?? 1 },
    ...{ log: logOf(rows, files, path), batches: logOf(batches, files, path) },
  };
  files.set(path, JSON.stringify(head));
  of.change?.(files);
  const asked: string[] = [];
  const answer: typeof fetch = async (input, init) => {
    const at = new URL(String(input)).pathname;
    asked.push(at);
    const found = files.get(at);
    if (found === undefined) return new Response("{}", { status: 404 });
    const etag = `"${sha(found).slice(0, 22)}"`;
    const known = (init?.headers as Record<string, string> | undefined)?.["if-none-match"];
    if (known === etag) return new Response(null, { status: 304 });
    return new Response(found as never, { headers: { etag } });
  };
  const api = connect({ url: "http://exchange.test", fetch: answer, retries: 0 });
  return { exchange: exchangeOf(api), files, asked, path };
}

const many = Array.from({ length: 150 }, (_, i) => entryOf({ sequence: i + 1 }));

describe("a trial's entries", () => {
  it("are read whole, each with its batch, and asked for anew only where something changed", async () => {
    const { exchange, asked } = serve(many);
    const read = await exchange.entries(TRIAL_ID);
    expect(read.map(({ entry }) => entry)).toEqual(many);
    expect(read.map(({ position }) => position)).toEqual(many.map((_, i) => i));
    expect(new Set(read.map(({ batch }) => batch)).size).toBe(1);
    const before = asked.length;
    expect(await exchange.entries(TRIAL_ID)).toHaveLength(150);
    expect(asked.length).toBe(before + 1);
  });

  it("of batches that are not on the chain yet have none", async () => {
    const { exchange } = serve(many, { anchored: 0 });
    expect((await exchange.entries(TRIAL_ID)).every(({ batch }) => batch === undefined)).toBe(true);
  });

  const headOf = (files: Files, path: string) =>
    JSON.parse(String(files.get(path))) as { log: Record<string, unknown>; anchored: number };

  it.each([
    [
      "a part with other bytes",
      (files: Files, path: string) => {
        const key = [...files.keys()].find((one) => one !== path)!;
        files.set(key, String(files.get(key)).replace('"sequence":1,', '"sequence":7,'));
      },
    ],
    [
      "one row too few",
      (files: Files, path: string) => {
        const head = headOf(files, path);
        files.set(path, JSON.stringify({ ...head, log: { ...head.log, tail: "" } }));
      },
    ],
    [
      "a row written otherwise",
      (files: Files, path: string) => {
        const head = headOf(files, path);
        const tail = String(head.log.tail).replace(",", ", ");
        files.set(path, JSON.stringify({ ...head, log: { ...head.log, tail } }));
      },
    ],
    ["no JSON", (files: Files, path: string) => void files.set(path, "<html>")],
  ])("with %s are refused", async (_, change) => {
    const path = `/state/exchange/${TRIAL_ID}`;
    const { exchange } = serve(many, { change: (files) => change(files, path) });
    await expect(exchange.entries(TRIAL_ID)).rejects.toMatchObject({ code: "AlteredState" });
  });

  it("of a trial that there is not are refused by name", async () => {
    const { exchange } = serve(many);
    await expect(exchange.entries(id("other"))).rejects.toMatchObject({ code: "UnknownTrial" });
  });
});

describe("a package", () => {
  const bytes = new TextEncoder().encode("sealed");
  const hash = `0x${sha(bytes)}`;

  it("is what its hash says, or nothing", async () => {
    const { exchange, files } = serve(many);
    expect(await exchange.package(hash)).toBeUndefined();
    files.set(`/packages/${sha(bytes)}`, bytes);
    expect(await exchange.package(hash)).toEqual(bytes);
    files.set(`/packages/${sha(bytes)}`, new TextEncoder().encode("other"));
    await expect(exchange.package(hash)).rejects.toMatchObject({ code: "AlteredState" });
  });

  it("that is too large is neither sent nor taken", async () => {
    const { exchange, files } = serve(many);
    const large = new Uint8Array(2 ** 24 + 2 ** 17 + 1);
    await expect(exchange.putPackage(large)).rejects.toMatchObject({ code: "TooLarge" });
    files.set(`/packages/${sha(bytes)}`, large);
    await expect(exchange.package(hash)).rejects.toMatchObject({ code: "TooLarge" });
  });

  it("and words are compared with their hash", async () => {
    const { exchange, files } = serve(many);
    files.set(`/exchange/texts/${id("why")}`, "why");
    expect(await exchange.text(id("why"))).toBe("why");
    files.set(`/exchange/texts/${id("why")}`, "because");
    await expect(exchange.text(id("why"))).rejects.toMatchObject({ code: "AlteredState" });
    expect(await exchange.text(id("other"))).toBeUndefined();
  });
});

describe("a tree of entries", () => {
  it.each([1, 2, 3, 5, 8, 13])("of %i leads every entry to its root, and no other", (count) => {
    const hashes = Array.from({ length: count }, (_, i) => id(String(i)));
    const { root, pathOf } = entryTree(hashes);
    for (const [i, hash] of hashes.entries()) {
      expect(rootOfEntry(hash, pathOf(i))).toBe(root);
      expect(rootOfEntry(id("other"), pathOf(i)) === root).toBe(false);
    }
    const index = 2 ** pathOf(0).path.length;
    expect(rootOfEntry(hashes[0]!, { ...pathOf(0), index })).toBeUndefined();
  });
});

describe("a sponsor's folder", () => {
  let folder: string;
  const cut = { protocolNumber: "CZ-1", cutId: 3n, trialId: TRIAL_ID, permission: 2 };
  const request = { recipientKey: id("k"), privateKey: new Uint8Array(32).fill(7), purpose: "why" };

  beforeEach(async () => {
    folder = join(mkdtempSync(join(tmpdir(), "cut-")), "cut");
    await makeFolder(folder);
    await writeCut(folder, { ...cut, packagesRoot: id("r"), entries: [id("e")] });
  });

  it("keeps a cut and its request for the owner alone, and is not taken for another", async () => {
    await writeRequest(folder, { ...request, made: null });
    expect(await readCut(folder)).toMatchObject({ ...cut, entries: [id("e")] });
    expect(await readRequest(folder)).toMatchObject({ ...request, made: null });
    expect(statSync(join(folder, "request.json")).mode & 0o077).toBe(0);
    await expect(makeFolder(folder)).rejects.toThrow(/another cut/);
  });

  it("keeps answers line by line; one that a crash cut short is asked for again", async () => {
    const [party] = await gatherParties(1, []);
    const { publicKey } = await hpke.kem.generateKeyPair();
    const released = {
      ...(await resealed(id("e"), new Uint8Array(17), publicKey)),
      ...(await receiptOf(party!, {
        ...{ number: 1n, registry: party!.address, requestId: 2n, entry: id("e") },
        ...{ outcome: id("Released"), blockNumber: 9n },
      })),
    };
    const store = folderStore(folder);
    await store.keepAnswers([{ custodian: party!.address, released }]);
    appendFileSync(join(folder, "answers.jsonl"), '{"custodian":"0x');
    expect(await folderStore(folder).answers()).toEqual([{ custodian: party!.address, released }]);
    await store.keepPackage(`0x${"ab".repeat(32)}`, Uint8Array.of(1, 2));
    expect(await store.package(`0x${"ab".repeat(32)}`)).toEqual(Uint8Array.of(1, 2));
    expect(await store.package(`0x${"cd".repeat(32)}`)).toBeUndefined();
  });

  it("holds no key, share or package once it was purged", async () => {
    const made = { registry: `0x${"11".repeat(20)}`, requestId: 4n, until: 9 };
    await writeRequest(folder, { ...request, made });
    await folderStore(folder).keepPackage(`0x${"ab".repeat(32)}`, Uint8Array.of(1));
    await purgeFolder(folder);
    expect(existsSync(join(folder, "packages"))).toBe(false);
    expect(hasRequest(folder)).toBe(true);
    expect(readFileSync(join(folder, "request.json"), "utf8")).not.toContain("0707");
    expect((await readRequest(folder)).made).toEqual(made);
  });

  it("that is damaged says so, and quotes nothing", async () => {
    writeFileSync(join(folder, "request.json"), '{"privateKey":"0x0707"}');
    await expect(readRequest(folder)).rejects.toThrow(/is damaged$/);
    const empty = mkdtempSync(join(tmpdir(), "none-"));
    await expect(readCut(empty)).rejects.toThrow(/data cut first/);
  });
});
