// The operator's commands beside a server that runs on a chain, on PGlite and on PostgreSQL.
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../server/store/database.ts";
import { listBackups } from "../../server/store/folder.ts";
import { screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { linesIn, operator, operatorHere } from "../support/ownRows.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { environmentOf, startTestServer, type TestServer, testFolder } from "../support/server.ts";
import {
  personOf,
  STAGE_KEYS,
  type Stage,
  screenThrough,
  startStage,
  submit,
} from "../support/stage.ts";
import { derived as tables } from "../support/tables.ts";

let stage: Stage;
let postgres: TestPostgres;
const folder = testFolder();
const here = () => environmentOf(stage.chain, folder);
const start = (environment: Record<string, string> = {}) =>
  startTestServer(stage.chain, environment, { folder, keys: STAGE_KEYS });

beforeAll(async () => {
  postgres = await startPostgres();
  stage = await startStage();
});
afterAll(async () => {
  await stage?.stop();
  await postgres?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** What comes from the chain. */
async function dump(url: string): Promise<Record<string, string[]>> {
  const { db, close } = await openDatabase({ url, folder });
  const rows: Record<string, string[]> = {};
  for (const [name, table] of Object.entries(tables)) {
    const found = await db.select().from(table as typeof tables.trials);
    rows[name] = found.map((row) => JSON.stringify(row)).sort();
  }
  await close();
  return rows;
}

describe("on PGlite", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await start();
    await screenThrough(server, stage.story, personOf(stage.story, "Anna"));
  });

  test("status tells how the running server stands, for a person and for a program", async () => {
    const { code, json, err } = await operator(here(), "status", "--json");
    expect(err).toBe("");
    const head = await stage.chain.provider.getBlockNumber();
    expect(json()).toMatchObject({
      release: "0.1.0",
      deployment: { chainId: 31_337, keys: "DEV" },
      database: { kind: "pglite" },
      servers: 1,
      chain: { block: head },
      indexed: { block: head, behindBlocks: 0, secondsSinceProgress: 0 },
      outbox: { queued: 0, sent: 0, final: 1, oldestUnsentSeconds: null },
      relayer: { address: KEYS.relayer.address.toLowerCase() },
      modules: { Deposits: { deposits: 0, packages: 0, bytes: 0, unanchoredSeconds: 0 } },
      needs: [],
    });
    expect(json().database.bytes).toBeGreaterThan(1_000_000);
    expect(code).toBe(0);
    const plain = await operator(here(), "status");
    expect(plain.out).toMatch(/^Outbox +0 queued, 0 sent, 0 mined, 1 final, 0 refused$/m);
    expect(plain.out).toMatch(
      /^Relayer +0x[0-9a-f]{40}, \d+\.\d{4} ether, enough for \d+ screenings$/m,
    );
    expect(plain.out).toContain("Nothing needs your attention.");
    expect(statSync(join(folder, "database", "operator.sock")).mode & 0o777).toBe(0o600);
  });

  test("status ends with 5 when the relayer runs out of money, and says whom to fund", async () => {
    const { provider } = stage.chain;
    const { address } = KEYS.relayer;
    const before = await provider.getBalance(address);
    await provider.send("anvil_setBalance", [address, "0x1"]);
    const { code, out } = await operatorHere(here(), "status");
    await provider.send("anvil_setBalance", [address, `0x${before.toString(16)}`]);
    expect(code).toBe(5);
    expect(out).toContain(`fund ${address.toLowerCase()}`);
  });

  test("export goes through the running server, which goes on", async () => {
    const file = join(folder, "live.jsonl.gz");
    const { code, json } = await operatorHere(here(), "export", file, "--json");
    expect(code).toBe(0);
    expect(json()).toMatchObject({ file, counts: { outbox: 1 } });
    expect(linesIn(file)).toHaveLength(4);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await operatorHere(here(), "export", file);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining("exists already")]);
    const { proof } = await screeningOf(stage.story, personOf(stage.story, "Bert"));
    const { id } = await submit(server, "submitScreening", proof);
    expect((await server.settle(id)).state).toBe("FINAL");
  });

  test("rebuild and import are refused while it runs", async () => {
    const file = join(folder, "live.jsonl.gz");
    for (const verb of [["rebuild"], ["import", file]]) {
      const { code, err } = await operatorHere(here(), ...verb);
      expect([code, err]).toEqual([3, expect.stringContaining("is using this data folder")]);
    }
  });

  test("a stop leaves a backup, and status then says that nobody serves", async () => {
    await server.stop();
    const [backup, ...more] = listBackups(join(folder, "database"));
    expect(more).toEqual([]);
    expect(linesIn(backup!)).toHaveLength(5);
    const { code, json } = await operatorHere(here(), "status", "--json");
    expect(code).toBe(5);
    expect(json()).toMatchObject({
      servers: 0,
      outbox: { final: 2 },
      backup: { file: backup },
      needs: ["no server is running on this database: start it"],
    });
  });

  test("rebuild reads the chain again, and says how far it is", async () => {
    const { code, out, err } = await operatorHere(here(), "rebuild");
    expect(code).toBe(0);
    expect(out).toMatch(/^Everything from the chain was read again: blocks \d+ to \d+\.$/m);
    expect(err).toMatch(/^Reading again from block \d+ to \d+$/m);
  });

  test("commands say what is away", async () => {
    const away = { ...here(), RPC_URL: "http://127.0.0.1:1" };
    const rebuilt = await operatorHere(away, "rebuild");
    expect([rebuilt.code, rebuilt.err]).toEqual([4, expect.stringContaining("no node answers")]);
    const { json } = await operatorHere(away, "status", "--json");
    expect(json()).toMatchObject({ chain: { block: null }, indexed: { behindBlocks: null } });
    expect(json().needs.join()).toContain("the node at RPC_URL does not answer");
    const none = await operatorHere({ ...here(), DEPLOYMENT: "/nowhere.json" }, "status", "--json");
    expect([none.code, none.json().error.message]).toEqual([
      3,
      expect.stringContaining("there is no deployment file at /nowhere.json"),
    ]);
  });
});

describe("on PostgreSQL", () => {
  test("status counts the servers, and rebuild waits until the last one has stopped", async () => {
    const there = { ...here(), DATABASE_URL: postgres.url };
    const empty = await operatorHere(there, "status");
    expect([empty.code, empty.err]).toEqual([3, expect.stringContaining("is empty")]);
    const environment = { DATABASE_URL: postgres.url };
    const servers = [await start(environment), await start(environment)];
    const both = await operatorHere(there, "status", "--json");
    expect(both.json()).toMatchObject({
      servers: 2,
      database: { kind: "postgresql" },
      backup: null,
    });
    expect(both.code).toBe(0);
    await servers[0]!.stop();
    const refused = await operatorHere(there, "rebuild");
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining("stop all servers")]);
    await servers[1]!.stop();
    const before = await dump(postgres.url);
    expect(before.screenings).toHaveLength(2);
    expect((await operatorHere(there, "rebuild", "--quiet")).code).toBe(0);
    const after = await dump(postgres.url);
    // Which blocks without events are remembered depends on when they were read.
    expect({ ...after, blocks: [] }).toEqual({ ...before, blocks: [] });
  });

  test("a server is known to be there again after its database was away", async () => {
    const there = { ...here(), DATABASE_URL: postgres.url };
    const server = await start({ DATABASE_URL: postgres.url });
    await postgres.stop();
    await postgres.start();
    const seen = async () => (await operatorHere(there, "status", "--json")).json().servers;
    await expect.poll(seen).toBe(1);
    expect((await operatorHere(there, "rebuild")).code).toBe(3);
    await server.stop();
  });

  test("and after an operator's command that came before it", async () => {
    const there = { ...here(), DATABASE_URL: postgres.url };
    const server = await start({ DATABASE_URL: postgres.url });
    /** The command may come too late: then the database goes away once more. */
    const comesFirst = async (): Promise<OpenDatabase> => {
      await postgres.stop();
      await postgres.start();
      const command = openDatabase({ url: postgres.url, folder, use: "rebuild" });
      return await command.catch(comesFirst);
    };
    const command = await comesFirst();
    // Longer than the server takes from one try to the next.
    await setTimeout(1_500);
    await command.close();
    const seen = async () => (await operatorHere(there, "status", "--json")).json().servers;
    await expect.poll(seen).toBe(1);
    await server.stop();
  });
});
