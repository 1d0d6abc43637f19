// Public entries as heads and segments, their batches, and their rows in a backup.
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import {
  type EntryRow,
  readBatchLine,
  readEntryLine,
  readEntryRow,
  writeEntryRow,
} from "../../circuits/statement/exchange/entryLog.ts";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { backups } from "../../server/exchange/backups.ts";
import { formBatches, listUnanchored } from "../../server/exchange/deposits/batches.ts";
import { exchangeState } from "../../server/exchange/deposits/state.ts";
import { anchors, depositBatches, entries } from "../../server/exchange/tables.ts";
import { type OpenDatabase, openDatabase } from "../../server/store/database.ts";
import { rowsOf } from "../../server/store/rows.ts";
import { trials } from "../../server/trials/tables.ts";
import { seedDatabase, testFolder } from "../support/server.ts";
import { bytes32 } from "../support/world.ts";

const TRIAL = bytes32("a trial with data");
const free = () => {};

let folder: string;
let database: OpenDatabase;

beforeAll(async () => {
  folder = testFolder();
  await seedDatabase(join(folder, "database"));
  database = await openDatabase({ url: undefined, folder: join(folder, "database") });
  await database.db.insert(trials).values({
    ...{ trialId: TRIAL, protocolNumber: "CZ-1", sponsor: "0x", board: "0x" },
    ...{ status: "active", currentVersion: 1, position: 1 },
  });
}, 60_000);
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

function rowAt(position: number): EntryRow {
  const byStaff = position % 3 === 0;
  return {
    entry: {
      ...{ trialId: TRIAL, pseudonym: BigInt(position + 1), collection: "diary" },
      ...{ permission: 2, formVersion: 1, sequence: 1, sizeStep: 0, day: 47_000 },
      ...{ source: byStaff ? 2 : 3, replaces: ZERO_BYTES32, correction: 0 },
      ciphertextHash: bytes32(`package ${position}`),
    },
    authority: byStaff
      ? {
          kind: "staff",
          siteId: 1,
          key: `0x${"ab".repeat(20)}`,
          deadline: 2_000_000_000n,
          signature: `0x${"cd".repeat(65)}`,
        }
      : {
          kind: "participant",
          version: 1,
          groupRoot: 2n ** 250n + BigInt(position),
          points: Array.from({ length: 8 }, (_, i) => BigInt(i)),
        },
    block: 100 + position,
  };
}

/** Puts entries into the table up to a number. */
async function fillTo(count: number): Promise<void> {
  const from = await database.db.$count(entries);
  const values = Array.from({ length: count - from }, (_, i) => {
    const row = rowAt(from + i);
    return {
      ...{ trialId: TRIAL, position: from + i, hash: hashEntry(row.entry) },
      ...{ pseudonym: row.entry.pseudonym.toString(), collection: "diary", sequence: 1 },
      ...{ packageHash: row.entry.ciphertextHash, collectionChecked: true },
      row: writeEntryRow(row),
    };
  });
  for (let i = 0; i < values.length; i += 500) {
    await database.db.insert(entries).values(values.slice(i, i + 500));
  }
}

type Listed = {
  readonly rows: number;
  readonly segments: readonly string[];
  readonly partsFrom: number;
  readonly parts: readonly string[];
  readonly open: string;
  readonly tail: string;
};
type Head = { readonly anchored: number; readonly log: Listed; readonly batches: Listed };

async function headNow(): Promise<Head> {
  const head = await exchangeState(database.db).head(TRIAL, free);
  return JSON.parse(head!.body.toString());
}

async function textOf(digest: string): Promise<string> {
  const packed = await exchangeState(database.db).find(TRIAL, digest, free);
  const text = gunzipSync(packed!).toString();
  expect(createHash("sha256").update(text).digest("hex")).toBe(digest);
  return text;
}

const linesOf = (text: string) => text.match(/[^\n]*\n/g) ?? [];

async function downloaded(log: Listed): Promise<string[]> {
  const names = [...log.segments, ...(log.open === "" ? [] : [log.open])];
  const texts = await Promise.all(names.map(textOf));
  return [...texts.flatMap(linesOf), ...(log.tail === "" ? [] : [log.tail])];
}

describe("a row", () => {
  test("is one text, and is read back as it was", () => {
    for (const position of [0, 1]) {
      const row = rowAt(position);
      expect(readEntryRow(writeEntryRow(row))).toEqual(row);
      const key = { ...row, recipient: "age1example" };
      expect(readEntryRow(writeEntryRow(key))).toEqual(key);
    }
  });

  test("is refused in any other writing", () => {
    const text = writeEntryRow(rowAt(1));
    const { entry, ...rest } = JSON.parse(text);
    const others = [
      ` ${text}`,
      JSON.stringify({ ...rest, entry }),
      text.replace('"sequence":1', '"sequence":1.0'),
      text.replace('"pseudonym":"2"', '"pseudonym":"02"'),
      text.replace('"sequence":1', '"sequence":0'),
      text.replace('"correction":0', '"correction":256'),
      text.replace('"correction":0', '"correction":0,"more":1'),
    ];
    for (const other of others) expect(() => readEntryRow(other)).toThrow();
  });
});

describe("a trial's log", () => {
  test("adds up to all entries, in order, however many there are", async () => {
    for (const count of [1, 63, 64, 200, 4_096, 4_300]) {
      await fillTo(count);
      const { log } = await headNow();
      expect(log.rows).toBe(count);
      const rows = (await downloaded(log)).flatMap(readEntryLine);
      expect(rows).toEqual(Array.from({ length: count }, (_, i) => rowAt(i)));
      for (const [i, digest] of log.parts.entries()) {
        const [first] = readEntryLine(await textOf(digest));
        expect(first).toEqual(rowAt((log.partsFrom + i) * 64));
      }
    }
  }, 120_000);

  test("has nothing of another name, and none for a trial that is not there", async () => {
    const state = exchangeState(database.db);
    expect(await state.find(TRIAL, "00".repeat(32), free)).toBeUndefined();
    expect(await state.head(bytes32("no trial"), free)).toBeUndefined();
  });

  test("is charged for before it is read", async () => {
    await fillTo(4_400);
    const spent = () => {
      throw new Error("too dear");
    };
    await expect(exchangeState(database.db).head(TRIAL, spent)).rejects.toThrow("too dear");
    expect((await headNow()).log.rows).toBe(4_400);
  });
});

describe("batches", () => {
  test("are formed of what waits long enough, or is enough, in order and once", async () => {
    await fillTo(4_400);
    await formBatches(database.db, { most: 1_000, seconds: 3_600 });
    const waiting = await database.db.$count(entries, sql`batch is null`);
    expect(waiting).toBe(3_400);
    await formBatches(database.db, { most: 10_000, seconds: 3_600 });
    expect(await database.db.$count(entries, sql`batch is null`)).toBe(3_400);
    await database.db.update(entries).set({ acceptedAt: new Date(Date.now() - 7_200_000) });
    for (let i = 0; i < 4; i++) {
      await Promise.all([
        formBatches(database.db, { most: 1_000, seconds: 3_600 }),
        formBatches(database.db, { most: 1_000, seconds: 3_600 }),
      ]);
    }
    const { batches, anchored } = await headNow();
    const told = (await downloaded(batches)).flatMap(readBatchLine);
    expect(anchored).toBe(0);
    let end = 0;
    for (const { root, first, count } of told) {
      expect(first).toBe(end);
      end += count;
      const hashes = Array.from({ length: count }, (_, i) => hashEntry(rowAt(first + i).entry));
      expect(rootOver(hashes)).toBe(root);
    }
    expect(end).toBe(4_400);
  });

  test("count as anchored from the first on that are", async () => {
    const all = await database.db.select().from(depositBatches).orderBy(depositBatches.number);
    const anchorOf = (number: number) => ({
      ...{ root: all[number]!.root, count: all[number]!.count, operator: "0x" },
      ...{ blockNumber: 1, anchoredAt: new Date(), position: number },
    });
    await database.db.insert(anchors).values(anchorOf(1));
    expect((await headNow()).anchored).toBe(0);
    await database.db.insert(anchors).values(anchorOf(0));
    expect((await headNow()).anchored).toBe(2);
    const open = await listUnanchored(database.db, 100);
    expect(open.map(({ root }) => root)).toEqual(all.slice(2).map(({ root }) => root));
  });
});

test("a backup takes an entry's row only as its hash says", async () => {
  const found = await database.db.execute(
    sql`select to_jsonb(t) as row from ${entries} t where position = 5`,
  );
  const [{ row } = { row: {} }] = rowsOf<{ row: Record<string, unknown> }>(found);
  const schema = backups.entries!.row;
  const time = { accepted_at: new Date().toISOString() };
  expect(schema.safeParse({ ...row, ...time }).success).toBe(true);
  const others = { hash: bytes32("other"), pseudonym: "9", package_hash: null, row: "{}" };
  for (const [name, value] of Object.entries(others)) {
    expect(schema.safeParse({ ...row, ...time, [name]: value }).success).toBe(false);
  }
});
