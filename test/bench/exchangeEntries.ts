// A trial with ten thousand public entries: what everybody downloads at first and again, of a server with its database in
// this process.
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { type EntryRow, writeEntryRow } from "../../circuits/statement/exchange/entryLog.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { formBatches } from "../../server/exchange/deposits/batches.ts";
import { entries } from "../../server/exchange/tables.ts";
import type { Database } from "../../server/store/database.ts";
import { trials } from "../../server/trials/tables.ts";
import { startSegmentServer } from "../support/segmentServer.ts";
import { bytes32 } from "../support/world.ts";
import { cost, ms, type Result } from "./measure.ts";

const ENTRIES = 10_000;
const NEWS = 100;
const AT_ONCE = 500;
const TRIAL = bytes32("a trial with many entries");

export async function measureEntries(say: (progress: string) => void): Promise<Result[]> {
  const server = await startSegmentServer();
  try {
    say(`making up ${ENTRIES} entries`);
    await server.db.insert(trials).values({
      ...{ trialId: TRIAL, protocolNumber: "CZ-1", sponsor: "0x", board: "0x" },
      ...{ status: "active", currentVersion: 1, position: 1 },
    });
    await fill(server.db, ENTRIES);
    await formBatches(server.db, { most: 1_000, seconds: 0 });
    say("downloading them");
    return await measure(server);
  } finally {
    await server.end();
  }
}

/** Random words of this length in hexadecimal, the same ones each time: such text packs no better than real text. */
const word = (seed: string) => bytes32(seed);

/** A signed visit, or a deposit under a proof; in equal numbers. */
function rowAt(position: number): EntryRow {
  const isByStaff = position % 2 === 0;
  const part = (i: number) => BigInt(word(`${position} ${i}`)) >> 3n;
  return {
    entry: {
      ...{ trialId: TRIAL, pseudonym: part(100), collection: isByStaff ? "visit" : "diary" },
      ...{ permission: 2, formVersion: 1, sequence: 1, sizeStep: 1, day: 47_000 },
      ...{ source: isByStaff ? 2 : 3, replaces: ZERO_BYTES32, correction: 0 },
      ciphertextHash: word(`package ${position}`),
    },
    authority: isByStaff
      ? {
          ...({ kind: "staff", siteId: 1, key: `0x${"ab".repeat(20)}` } as const),
          deadline: 2_000_000_000n,
          signature: `${word(`r ${position}`)}${word(`s ${position}`).slice(2)}1b`,
        }
      : {
          ...({ kind: "participant", version: 1, groupRoot: part(99) } as const),
          points: Array.from({ length: 8 }, (_, i) => part(i)),
        },
    block: 100 + position,
  };
}

async function fill(db: Database, count: number): Promise<void> {
  const from = await db.$count(entries);
  for (let at = from; at < from + count; at += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, from + count - at) }, (_, i) => at + i);
    await db.insert(entries).values(
      rows.map((position) => {
        const row = rowAt(position);
        const { trialId, pseudonym, collection, sequence, ciphertextHash } = row.entry;
        return {
          ...{ trialId, position, hash: hashEntry(row.entry), collection, sequence },
          ...{ pseudonym: pseudonym.toString(), packageHash: ciphertextHash },
          ...{ collectionChecked: true, row: writeEntryRow(row) },
        };
      }),
    );
  }
}

type Server = Awaited<ReturnType<typeof startSegmentServer>>;

/** A client's connection, and the bytes that travelled to it, packed. */
function visitor(url: string) {
  let bytes = 0;
  const api = connect({
    url,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      bytes += Number(response.headers.get("content-length") ?? 0);
      return response;
    },
  });
  const take = () => {
    const taken = bytes;
    bytes = 0;
    return taken;
  };
  return { exchange: exchangeOf(api), take };
}

async function measure({ url, db }: Server): Promise<Result[]> {
  // Once for all who come: the server reads its table.
  const built = await cost(() => visitor(url).exchange.entries(TRIAL));
  const wallet = visitor(url);
  const first = await cost(() => wallet.exchange.entries(TRIAL));
  const firstBytes = wallet.take();
  const again = await cost(() => wallet.exchange.entries(TRIAL));
  const unchangedBytes = wallet.take();
  await fill(db, NEWS);
  await visitor(url).exchange.entries(TRIAL);
  const back = await cost(() => wallet.exchange.entries(TRIAL));
  const backBytes = wallet.take();
  const plain = ENTRIES * writeEntryRow(rowAt(0)).length;
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  const kb = (bytes: number) => `${(bytes / 2 ** 10).toFixed(1)} kB`;
  const row = (what: string, baseline: string, measured: string): Result => {
    return { what, baseline, measured, target: "", reached: undefined };
  };
  return [
    row(
      `${ENTRIES} public entries, first download, gzip, checked`,
      `as text, ${mb(plain)}; the first who asks a server, ${ms(built.wallMs)}`,
      `${mb(firstBytes)}, ${ms(first.wallMs)}`,
    ),
    row(
      `coming back after ${NEWS} entries`,
      `all of it: ${mb(firstBytes)}, ${ms(first.wallMs)}`,
      `${kb(backBytes)}, ${ms(back.wallMs)}`,
    ),
    row(
      "coming back when nothing has changed",
      `all of it: ${mb(firstBytes)}`,
      `${kb(unchangedBytes)}, ${ms(again.wallMs)}`,
    ),
  ];
}
