// An operator who has the database, and changes what was deposited: the chain has the roots, so whoever downloads the
// entries and audits them names it.
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { writeEntryRow } from "../../circuits/statement/exchange/entryLog.ts";
import { connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { checkExchange } from "../../client/auditor/server/compareExchange.ts";
import { inclusionOf, verifyInclusion } from "../../client/exchange/deposit.ts";
import { auditBeside } from "../auditor/auditBeside.ts";
import { arriveNew, type Person } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import {
  depositAt,
  type ExchangeStage,
  prepared,
  proofOf,
  publish,
  startExchangeStage,
} from "./exchangeStage.ts";

let stage: ExchangeStage;
let server: TestServer;
const people: Person[] = [];
/** Hashes of what was deposited, in the order of the answers. */
const deposited: string[] = [];

/** One batch of all three. */
let settings: Record<string, string> = { ANCHOR_SECONDS: "600", ANCHOR_MOST: "3" };

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(stage.chain, settings, { keys: STAGE_KEYS });
  await publish(server, stage);
  for (const name of ["Ann", "Bob", "Cem"]) people.push(await arriveNew(stage.story, name));
  for (const person of people) {
    const { entry } = await prepared(server, stage, { person });
    const participant = await proofOf(stage.story, entry);
    deposited.push((await depositAt(server, { entry, participant })).hash);
  }
  await vi.waitFor(async () => expect((await read()).every(({ batch }) => batch)).toBe(true), {
    timeout: 60_000,
  });
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

/** As any wallet reads them, with a connection of its own that remembers nothing. */
const read = () => exchangeOf(connect({ url: server.url })).entries(stage.story.trialId);

/** What an auditor says who replays the chain and reads this server. */
async function audited(): Promise<string[]> {
  const { audit } = await auditBeside(connect({ url: server.url }), stage.chain, {
    isProven: false,
  });
  // The desk of this story registers no tags.
  expect(new Set(audit.findings.map(({ rule }) => rule))).toEqual(new Set(["tag/arrival"]));
  const entries = new Map([[stage.story.trialId, await read()]]);
  const told = { entries, receipts: new Map() };
  const { findings } = await checkExchange(audit, told, { keys: STAGE_KEYS });
  return findings.map(({ rule }) => rule);
}

/** The operator stops the server, changes its database, starts it again, and puts it back after `act`. */
async function altered<T>(change: string, back: string, act: () => Promise<T>): Promise<T> {
  const run = async (sql: string) => {
    const { folder } = server;
    await server.stop();
    const db = await PGlite.create({ dataDir: join(folder, "database", "pglite") });
    await db.exec(sql);
    await db.close();
    server = await startTestServer(stage.chain, settings, { folder, keys: STAGE_KEYS });
  };
  await run(change);
  try {
    return await act();
  } finally {
    await run(back);
  }
}

test("honest entries hold nothing to find, after a restart too", async () => {
  expect((await read()).map(({ entry }) => hashEntry(entry))).toEqual(deposited);
  expect(await audited()).toEqual([]);
  expect(await altered("select 1", "select 1", audited)).toEqual([]);
}, 120_000);

test("an entry that is dropped is missed, and its depositor's receipt convicts", async () => {
  const entries = await read();
  const now = await stage.world.now();
  const asked = { entry: deposited[2]!, takenAt: now, now };
  const kept = inclusionOf({ ...asked, entries })!;
  const change = `
    create table hidden as select * from entries where position = 2;
    delete from entries where position = 2;
    update deposit_batches set count = 2;`;
  const back = `
    insert into entries select * from hidden; drop table hidden;
    update deposit_batches set count = 3;`;
  await altered(change, back, async () => {
    const shown = await read();
    expect(shown).toHaveLength(2);
    expect(await audited()).toContain("entry/missing");
    expect(() => inclusionOf({ ...asked, entries: shown })).toThrow(/^EntryDropped/);
    // What the depositor keeps leads to a root that is on the chain, whatever the server shows.
    const { deposits } = stage.world.as("anyone");
    const anchoredAt = async (root: string) => Number(await deposits.anchoredAt(root)) || undefined;
    expect(await verifyInclusion(kept, anchoredAt)).toBeGreaterThan(0);
    const never = { ...kept, root: deposited[0]!, entry: deposited[0]!, path: [], index: 0 };
    await expect(verifyInclusion(never, anchoredAt)).rejects.toMatchObject({
      code: "EntryDropped",
    });
  });
}, 180_000);

test("entries in another order are named", async () => {
  const swap = `
    update entries set position = 9 where position = 0;
    update entries set position = 0 where position = 1;
    update entries set position = 1 where position = 9;`;
  expect(await altered(swap, swap, audited)).toContain("entry/batch");
}, 180_000);

test("an entry that nobody made is named, beside the batches and in one", async () => {
  const [ann] = await read();
  const entry = { ...ann!.entry, sequence: 2 };
  const row = writeEntryRow({ ...ann!, entry }).replaceAll("'", "''");
  const insert = `
    insert into entries (trial_id, position, hash, pseudonym, collection, sequence, package_hash,
      collection_checked, row)
    values ('${entry.trialId}', 3, '${hashEntry(entry)}', '${entry.pseudonym}',
      '${entry.collection}', 2, null, true, '${row}');`;
  const remove = "delete from entries where position = 3;";
  expect(await altered(insert, remove, audited)).toContain("entry/proof");
  settings = { ANCHOR_SECONDS: "1" };
  await altered(insert, "select 1", async () => {
    const isAnchored = async () => (await read()).every(({ batch }) => batch !== undefined);
    await expect.poll(isAnchored, { timeout: 60_000 }).toBe(true);
    expect(await audited()).toContain("entry/proof");
  });
}, 240_000);
